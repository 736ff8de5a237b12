package sst

import (
	"bytes"
	"errors"

	"aimdesk/backend/rocks/internal/base"
)

var errIndexEntry = errors.New("malformed index entry")

// indexFormat says how the entries of an index block are encoded; the table's
// properties tell.
type indexFormat struct {
	userKeys bool // keys lack the trailer
	deltas   bool // no value lengths; handles follow each other
	firstKey bool // values carry the block's first internal key
}

func (f indexFormat) suffix() int {
	if f.userKeys {
		return 0
	}
	return base.TrailerLen
}

// indexIter walks over an index block: separator -> handle, where a separator
// is at or after every key of its block and before the next block's.
type indexIter struct {
	block
	format indexFormat
	pos    int
	key    []byte
	handle Handle
	valid  bool
	err    error
}

func (it *indexIter) reset(b block, f indexFormat) {
	*it = indexIter{block: b, format: f, key: it.key[:0]}
}

// user is the separator's user key.
func (it *indexIter) user() []byte { return it.key[:len(it.key)-it.format.suffix()] }

func (it *indexIter) fail() bool {
	it.err, it.valid = errIndexEntry, false
	return false
}

func (it *indexIter) next() bool {
	if it.pos >= len(it.entries) {
		it.valid = false
		return false
	}
	c := base.NewCursor(it.entries[it.pos:])
	shared, unshared := c.Uvarint32(), c.Uvarint32()
	var vlen uint32
	if !it.format.deltas {
		vlen = c.Uvarint32()
	}
	delta := c.Bytes(uint64(unshared))
	if c.Bad() || int64(shared) > int64(len(it.key)) {
		return it.fail()
	}
	it.key = append(it.key[:shared], delta...)
	if len(it.key) < it.format.suffix() {
		return it.fail()
	}
	if it.format.deltas {
		if shared == 0 {
			it.handle = decodeHandle(&c)
		} else {
			// The block follows the previous one; only the size differs.
			it.handle.Offset += it.handle.Size + trailerLen
			it.handle.Size = uint64(int64(it.handle.Size) + c.Varsint64())
		}
		if it.format.firstKey {
			c.Slice()
		}
	} else {
		v := base.NewCursor(c.Bytes(uint64(vlen)))
		it.handle = decodeHandle(&v)
		if v.Bad() {
			return it.fail()
		}
	}
	if c.Bad() {
		return it.fail()
	}
	it.pos += c.Offset()
	it.valid = true
	return true
}

// seekGE moves to the first entry whose separator is at or after user.
func (it *indexIter) seekGE(user []byte) bool {
	it.valid = false
	lo, hi := 0, it.numRestarts()
	for hi-lo > 1 {
		mid := int(uint(lo+hi) / 2)
		k := it.restartKey(mid)
		if len(k) < it.format.suffix() {
			return it.fail()
		}
		if bytes.Compare(k[:len(k)-it.format.suffix()], user) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	if hi == 0 {
		return false
	}
	it.key, it.pos = it.key[:0], it.restart(lo)
	for it.next() {
		if bytes.Compare(it.user(), user) >= 0 {
			return true
		}
	}
	return false
}

// restartKey is the separator at restart point i.
func (it *indexIter) restartKey(i int) []byte {
	off := it.restart(i)
	if off >= len(it.entries) {
		return nil
	}
	c := base.NewCursor(it.entries[off:])
	shared, unshared := c.Uvarint32(), c.Uvarint32()
	if !it.format.deltas {
		c.Uvarint32()
	}
	key := c.Bytes(uint64(unshared))
	if c.Bad() || shared != 0 {
		return nil
	}
	return key
}
