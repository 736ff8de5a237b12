package codec

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// Leaves is a whole tree in one compact piece, as it is kept in an index:
//
//	repeated  +---------+-----------------+---------+--------------+
//	          | uvarint | path relative   | uvarint | tagged value |
//	          | length  | to the root     | length  |              |
//	          +---------+-----------------+---------+--------------+
//
// Entries are in byte order of their paths if they came from a repository, and
// in the order of the value's entries if from EncodeLeaves; either way all
// entries below a path follow each other. Blobs are resolved: every value has
// a tag.
type Leaves []byte

// Append appends one leaf.
func (l Leaves) Append(path, value []byte) Leaves {
	l = binary.AppendUvarint(l, uint64(len(path)))
	l = append(l, path...)
	l = binary.AppendUvarint(l, uint64(len(value)))
	return append(l, value...)
}

// All yields path and value of each leaf, sharing memory with l. It ends early
// where l is damaged.
func (l Leaves) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(path, value []byte) bool) {
		rest := []byte(l)
		for len(rest) > 0 {
			path, next, ok := piece(rest)
			if !ok {
				return
			}
			value, next, ok := piece(next)
			if !ok || !yield(path, value) {
				return
			}
			rest = next
		}
	}
}

// piece splits a length and that many bytes off b.
func piece(b []byte) (data, rest []byte, ok bool) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)-w) {
		return nil, nil, false
	}
	end := w + int(n)
	return b[w:end:end], b[end:], true
}

// Sub returns the leaves at and below an encoded path, relative to it. The
// result is a copy, nil if there are none.
func (l Leaves) Sub(path []byte) Leaves {
	var out Leaves
	for p, v := range l.All() {
		if rest, ok := bytes.CutPrefix(p, path); ok {
			out = out.Append(rest, v)
		}
	}
	return out
}

// Lookup returns what is at a path: a scalar, or a list, dict or object with
// all that is below it.
func (l Leaves) Lookup(p Path) (Value, bool) {
	sub := l.Sub(p.Append(nil))
	if sub == nil {
		return Value{}, false
	}
	return DecodeTree(sub), true
}

// EncodeLeaves encodes a value; DecodeTree gives it back.
func EncodeLeaves(v Value) Leaves {
	e := leafEncoder{}
	e.encode(v)
	return e.out
}

type leafEncoder struct {
	out  Leaves
	path []byte
	buf  []byte
}

func (e *leafEncoder) leaf(v Value) {
	e.buf = AppendValue(e.buf[:0], v)
	e.out = e.out.Append(e.path, e.buf)
}

func (e *leafEncoder) encode(v Value) {
	if v.kind != KindDict || v.Len() == 0 {
		e.leaf(v)
	}
	depth := len(e.path)
	for i, x := range v.List() {
		e.path = AppendIntKey(e.path, int64(i))
		e.encode(x)
		e.path = e.path[:depth]
	}
	for _, x := range v.Entries() {
		e.path = AppendKey(e.path, x.Key)
		e.encode(x.Value)
		e.path = e.path[:depth]
	}
}

// DecodeTree makes the value that leaves describe. What is malformed in them is
// left out; no leaves at all are an empty dict.
func DecodeTree(l Leaves) Value {
	var b Builder
	for path, value := range l.All() {
		b.Add(path, value)
	}
	return b.Value()
}
