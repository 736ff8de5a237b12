package cellscan

import (
	"bytes"
	"encoding/binary"

	"aimdesk/backend/aim/codec"
)

// rowLength is the length of the component that names a row: sentinel, integer,
// sentinel.
const rowLength = 10

// pastRow is the byte that ends the range of one path: FF, which begins no
// component.
const pastRow = 0xFF

// keyspace is the range of keys that is scanned: those that begin with base.
type keyspace struct {
	base []byte
	end  []byte // first key beyond
}

func newKeyspace(base []byte) keyspace {
	return keyspace{base: bytes.Clone(base), end: append(bytes.Clone(base), pastRow)}
}

// overlaps reports whether keys from smallest to largest may lie in the range.
func (k *keyspace) overlaps(smallest, largest []byte) bool {
	return bytes.Compare(largest, k.base) >= 0 && bytes.Compare(smallest, k.end) < 0
}

// column is the column whose cells are being read.
type column struct {
	path []byte // whole, with base
	id   int
	last uint64 // row before
	any  bool   // there was one
}

// leave forgets the column.
func (c *column) leave() { c.path = c.path[:0] }

// ascends notes a row of a table and reports whether it lies behind the one
// before: a second version of a cell does not.
func (c *column) ascends(row uint64) bool {
	ok := !c.any || row > c.last
	c.last, c.any = row, true
	return ok
}

// holds reports whether key is a cell of the column, and its row.
func (c *column) holds(key []byte) (row uint64, ok bool) {
	n := len(c.path)
	if n == 0 || len(key) != n+rowLength || key[n] != codec.Sentinel || key[n+rowLength-1] != codec.Sentinel || !bytes.Equal(key[:n], c.path) {
		return 0, false
	}
	return binary.BigEndian.Uint64(key[n+1:]), true
}

// enter makes c the column that key lies in. marker says that key is the
// column's own.
func (c *column) enter(base, key []byte, sink Sink) (marker bool, err error) {
	rest := key[len(base):]
	for part := range 3 { // context, name, column
		comp, next, ok := codec.Next(rest)
		if !ok || comp.IsInt != (part == 0) {
			return false, irregular("a key that is no cell's")
		}
		rest = next
	}
	c.path = append(c.path[:0], key[:len(key)-len(rest)]...)
	c.id, c.any = sink.Column(c.path[len(base):]), false
	switch {
	case len(rest) == 0:
		return true, nil
	case len(rest) == rowLength && rest[0] == codec.Sentinel && rest[rowLength-1] == codec.Sentinel:
		return false, nil
	}
	return false, irregular("a key below a cell")
}

// tellCell decodes a value and tells the sink.
func tellCell(sink Sink, id int, row uint64, value []byte) error {
	var bits uint64
	switch {
	case len(value) == 9 && (value[0] == codec.TagFloat || value[0] == codec.TagInt):
		bits = binary.LittleEndian.Uint64(value[1:])
	case len(value) == 1 && value[0] == codec.TagNone:
	default:
		return irregular("a value that is no number")
	}
	if id == NoColumn {
		return nil
	}
	if err := sink.Cell(id, row, value[0], bits); err != nil {
		return &sinkError{err}
	}
	return nil
}

// isMarker reports whether a value is the marker of an array.
func isMarker(value []byte) bool { return len(value) == 1 && value[0] == codec.TagList }
