package sst

import (
	"bytes"
	"fmt"
	"sync"

	"aimdesk/backend/rocks/internal/base"
)

// Iter walks over the point entries of a table in internal-key order. It is
// not safe for concurrent use. Close returns its buffers for reuse.
type Iter struct {
	t       *Table
	top     indexIter // over partitions, if the index has two levels
	idx     indexIter
	data    blockIter
	win     window
	inflate []byte // decompressed data block
	part    []byte // index partition
	partWin window
	user    []byte
	trailer base.Trailer
	valid   bool
	err     error
}

var iterPool = sync.Pool{New: func() any { return new(Iter) }}

// NewIter returns an iterator that stands nowhere. scan says that many
// consecutive entries will be read, so that reading ahead pays.
func (t *Table) NewIter(scan bool) *Iter {
	it := iterPool.Get().(*Iter)
	it.t, it.err, it.valid = t, nil, false
	it.win.buf, it.partWin.buf = it.win.buf[:0], it.partWin.buf[:0]
	it.win.ahead = 0
	if scan {
		it.win.ahead = firstAhead
	}
	it.idx.reset(block{}, t.format)
	it.top.reset(block{}, t.format)
	it.data.reset(block{})
	return it
}

// maxKept bounds the buffers that a pooled iterator keeps, in bytes.
const maxKept = 1 << 20

// Close releases the iterator, which must not be used afterwards.
func (it *Iter) Close() {
	if cap(it.inflate) > maxKept {
		it.inflate = nil
	}
	if cap(it.win.buf) > maxKept {
		it.win.buf = nil
	}
	if cap(it.part) > maxKept || cap(it.partWin.buf) > maxKept {
		it.part, it.partWin.buf = nil, nil
	}
	it.t, it.user, it.err, it.valid = nil, nil, nil, false
	it.data.reset(block{})
	it.idx.reset(block{}, indexFormat{})
	it.top.reset(block{}, indexFormat{})
	iterPool.Put(it)
}

// Valid reports whether the iterator stands on an entry.
func (it *Iter) Valid() bool { return it.valid }

// User is the user key of the entry; valid until the next move.
func (it *Iter) User() []byte { return it.user }

// Trailer is the sequence number and kind of the entry.
func (it *Iter) Trailer() base.Trailer { return it.trailer }

// Value is the value of the entry; valid until the next move.
func (it *Iter) Value() []byte { return it.data.value }

// Err is the error that ended the iteration, if any. A later First or SeekGE
// clears it: other blocks may well be intact.
func (it *Iter) Err() error { return it.err }

func (it *Iter) twoLevel() bool { return it.t.props.IndexType == indexTwoLevel }

// First moves to the first entry.
func (it *Iter) First() bool {
	it.err, it.valid = nil, false
	if it.twoLevel() {
		it.top.reset(it.t.index, it.t.format)
		it.idx.reset(block{}, it.t.format)
	} else {
		it.idx.reset(it.t.index, it.t.format)
	}
	if !it.nextIndex() || !it.load() {
		return false
	}
	return it.Next()
}

// SeekGE moves to the first entry whose user key is at or after user.
func (it *Iter) SeekGE(user []byte) bool {
	if it.valid && it.idx.valid && bytes.Compare(user, it.idx.user()) <= 0 {
		if c := bytes.Compare(user, it.user); c > 0 {
			// The target lies in this block or at the start of the next.
			if it.data.seekGE(user, base.TrailerLen) {
				return it.settle()
			}
			return it.Next()
		}
	}
	it.err, it.valid = nil, false
	if it.twoLevel() {
		it.top.reset(it.t.index, it.t.format)
		if !it.top.seekGE(user) {
			return it.fail(it.t.footer.index, it.top.err)
		}
		if !it.loadPartition() {
			return false
		}
	} else {
		it.idx.reset(it.t.index, it.t.format)
	}
	if !it.idx.seekGE(user) && (it.idx.err != nil || !it.nextIndex()) {
		return it.fail(it.t.footer.index, it.idx.err)
	}
	if !it.load() {
		return false
	}
	if it.data.seekGE(user, base.TrailerLen) {
		return it.settle()
	}
	return it.Next()
}

// Next moves to the following entry.
func (it *Iter) Next() bool {
	for {
		if it.data.next() {
			return it.settle()
		}
		it.valid = false
		if it.data.err != nil {
			return it.fail(it.idx.handle, it.data.err)
		}
		if it.err != nil || !it.nextIndex() || !it.load() {
			return false
		}
	}
}

// settle takes over the entry at which the block iterator stands.
func (it *Iter) settle() bool {
	user, tr, ok := base.SplitKey(it.data.key)
	if !ok {
		return it.fail(it.idx.handle, errBlockEntry)
	}
	if g := it.t.props.GlobalSeq; g != 0 {
		tr = base.MakeTrailer(g, tr.Kind())
	}
	it.user, it.trailer, it.valid = user, tr, true
	return true
}

// nextIndex moves to the next data block's index entry.
func (it *Iter) nextIndex() bool {
	for !it.idx.next() {
		if it.idx.err != nil {
			return it.fail(it.t.footer.index, it.idx.err)
		}
		if !it.twoLevel() {
			return false
		}
		if !it.top.next() {
			return it.fail(it.t.footer.index, it.top.err)
		}
		if !it.loadPartition() {
			return false
		}
	}
	return true
}

// loadPartition loads the index partition the top level stands at.
func (it *Iter) loadPartition() bool {
	h := it.top.handle
	data, err := it.t.block(&it.partWin, h, &it.part, false)
	if err != nil {
		it.err = fmt.Errorf("read index partition: %w", err)
		return false
	}
	b, err := parseBlock(data)
	if err != nil {
		return it.fail(h, err)
	}
	it.idx.reset(b, it.t.format)
	return true
}

// load loads the data block the index stands at.
func (it *Iter) load() bool {
	h := it.idx.handle
	data, err := it.t.block(&it.win, h, &it.inflate, true)
	if err != nil {
		it.err = fmt.Errorf("read data block: %w", err)
		it.data.reset(block{})
		return false
	}
	b, err := parseBlock(data)
	if err != nil {
		return it.fail(h, err)
	}
	it.data.reset(b)
	return true
}

// fail records a damaged block; without an error it only ends the iteration.
func (it *Iter) fail(h Handle, err error) bool {
	it.valid = false
	if err != nil && it.err == nil {
		it.err = it.t.corrupt(h.Offset, "%v", err)
	}
	return false
}
