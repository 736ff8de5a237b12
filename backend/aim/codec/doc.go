// Package codec encodes and decodes what Aim keeps in its key-value stores:
// paths, tagged values, and trees of them. It does no input or output.
//
// # Paths
//
// A path is a sequence of components. Each one ends with the sentinel 0xFE,
// which occurs in no UTF-8 text:
//
//	string  +----------------+----+      integer  +----+-------------------+----+
//	        | UTF-8 bytes    | FE |               | FE | int64, big-endian | FE |
//	        +----------------+----+               +----+-------------------+----+
//
// Integers are two's complement, so negative ones sort after all others.
// Descendants of a path follow it contiguously in byte order.
//
// # Values
//
// The first byte is a tag, the rest is the payload:
//
//	00 None    01 bool (1 byte)    02 int64 LE    03 float64 LE
//	04 UTF-8   05 bytes            06 list        07 dict       0F object (type name)
//
// A value of no bytes at all says that the real one is kept elsewhere, as a
// blob: under the same key behind the component BLOBS.
//
// # Trees
//
// A tree has one entry a leaf. A list has a marker at its own path and its
// elements below it under the integers 0…n-1; an object has a marker that names
// its type and its fields below it; a dict has a marker only when it is empty
// or, at the root of a run's params, always.
//
// The facts are those of Aim 3.0 to 3.29; see docs/format/aim-keys.md.
//
// All functions may be called concurrently; values are immutable once made.
package codec
