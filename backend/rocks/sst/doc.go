// Package sst reads RocksDB's block-based tables of format versions 0 to 6.
//
//	+----------------------+
//	| data blocks          |  internal key -> value
//	+----------------------+
//	| meta blocks          |  filters, index, compression dictionary,
//	|                      |  range deletions, properties
//	+----------------------+
//	| metaindex block      |  name of a meta block -> handle
//	+----------------------+
//	| footer, 48 or 53 B   |  checksum type, handles, version, magic number
//	+----------------------+
//
// Every block is followed by a trailer of 5 bytes: the compression type and a
// checksum over block and type. A handle is a varint offset and a varint size
// that excludes the trailer.
//
//	block
//	+-----------------------------------------------------------------+
//	| entries: shared varint, unshared varint, value length varint,   |
//	|          key[shared:], value; shared is 0 at restart points     |
//	+-----------------------------------------------------------------+
//	| offsets of the restart points, 4 bytes LE each                  |
//	+-----------------------------------------------------------------+
//	| hash buckets, 1 byte each; number of buckets, 2 bytes LE        |  if flagged
//	+-----------------------------------------------------------------+
//	| number of restart points, 4 bytes LE; top bit: hash buckets     |
//	+-----------------------------------------------------------------+
//
// Source of the facts: RocksDB's public format (table/format.h,
// table/block_based and the wiki page "Rocksdb BlockBasedTable Format").
package sst
