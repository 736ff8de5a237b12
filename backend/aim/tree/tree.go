// Package tree reads trees and arrays out of the ordered keys of a database:
// see package codec for how they are laid out there.
//
//	prefix fe                 marker or scalar of the tree itself
//	prefix fe key fe          a leaf below it
//	prefix fe fe row fe …     an element of an array, in byte order of the row:
//	                          0, 1, 2, … and then …, -2, -1
//	BLOBS fe prefix fe …      the values that are empty above
//
// Nothing here may be used by two goroutines at once.
package tree

import (
	"bytes"
	"fmt"

	"aimdesk/backend/aim/codec"
)

// Iterator walks over keys in byte order. Key and Value are valid until it
// moves.
type Iterator interface {
	SeekGE(key []byte) bool
	Next() bool
	Valid() bool
	Key() []byte
	Value() []byte
	Err() error
}

// Getter looks a key up. The value belongs to the caller.
type Getter interface {
	Get(key []byte) (value []byte, ok bool, err error)
}

// blobSpace is the component that begins the keys of blobs.
const blobSpace = "BLOBS\xfe"

// AppendBlobKey appends the key under which the blob of a key is kept.
func AppendBlobKey(dst, key []byte) []byte {
	return append(append(dst, blobSpace...), key...)
}

// End returns the first key after all that are at and below a path.
func End(path []byte) []byte {
	return append(bytes.Clone(path), 0xFF) // no component begins with FF
}

// Blob returns the blob of a key; false if it is not there.
func Blob(g Getter, key []byte) ([]byte, bool, error) {
	v, ok, err := g.Get(AppendBlobKey(nil, key))
	if err != nil {
		return nil, false, fmt.Errorf("read blob: %w", err)
	}
	return v, ok && len(v) > 0, nil
}

// Subtree calls fn with every leaf at and below the path prefix, from where it
// stands on: the path relative to prefix, the value, empty for a blob, and the
// whole key. All three are valid until fn returns. It ends on the first key
// that is not below prefix.
func Subtree(it Iterator, prefix []byte, fn func(path, value, key []byte) error) error {
	for it.Valid() {
		path, ok := bytes.CutPrefix(it.Key(), prefix)
		if !ok {
			return nil
		}
		if err := fn(path, it.Value(), it.Key()); err != nil {
			return err
		}
		it.Next()
	}
	return it.Err()
}

// Rows calls fn on the first key of every row of the array at prefix, from
// where it stands on, with the row's number and the path of the row. fn moves
// the iterator beyond the row, as Subtree does with the row's path; if it does
// not, Rows does.
func Rows(it Iterator, prefix []byte, fn func(row int64, path []byte) error) error {
	var path []byte
	for it.Valid() {
		rest, ok := bytes.CutPrefix(it.Key(), prefix)
		if !ok {
			return nil
		}
		c, below, ok := codec.Next(rest)
		if !ok || !c.IsInt {
			it.Next() // the array's marker, or what is no row
			continue
		}
		path = append(path[:0], it.Key()[:len(it.Key())-len(below)]...)
		if err := fn(c.Int, path); err != nil {
			return err
		}
		for it.Valid() && bytes.HasPrefix(it.Key(), path) {
			it.Next()
		}
	}
	return it.Err()
}
