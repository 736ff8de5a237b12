package rocks

import (
	"bytes"

	"aimdesk/backend/rocks/internal/base"
)

// IterOptions bounds an iterator to the keys from Lower up to, not including,
// Upper. A nil Lower starts at the first key, a nil Upper ends with the last.
// The iterator keeps both slices.
type IterOptions struct {
	Lower, Upper []byte
}

// coveredRun is after how many entries under range deletions in a row the
// iterator seeks to the deletion's end instead of stepping on.
const coveredRun = 8

// pointIter walks over the entries of one source in internal-key order.
type pointIter interface {
	First() bool
	SeekGE(user []byte) bool
	Next() bool
	User() []byte
	Trailer() base.Trailer
	Value() []byte
	Err() error
	Close()
	// olderThan reports whether all entries from the current one up to end are
	// older than seq.
	olderThan(seq uint64, end []byte) bool
}

// source is one input of the merge with its current entry.
type source struct {
	pointIter
	user    []byte
	trailer base.Trailer
	file    func() string
}

func (s *source) load(ok bool) bool {
	if ok {
		s.user, s.trailer = s.User(), s.Trailer()
	}
	return ok
}

// Iterator walks over the live keys of a view in byte order. It starts
// nowhere: call First or SeekGE. It is not safe for concurrent use.
type Iterator struct {
	view    *View
	opts    IterOptions
	sources []*source
	heap    []*source // those that have an entry, smallest first
	dels    delMerger
	valid   bool
	value   []byte
	last    []byte // user key being passed over
	err     error
}

// NewIter returns an iterator over the view. It must be closed.
func (v *View) NewIter(o IterOptions) *Iterator {
	it := &Iterator{view: v, opts: o}
	v.iters.Add(1)
	if v.mem.Len() > 0 {
		it.add(memIter{v.mem.NewIter()}, func() string { return v.dir })
	}
	if l := v.mem.RangeDels(); l.Len() > 0 {
		it.dels.add(&delSource{list: l, loaded: true})
	}
	for _, t := range v.l0 {
		it.addTables([]*table{t})
	}
	for _, level := range v.levels {
		it.addTables(level)
	}
	it.heap = make([]*source, 0, len(it.sources))
	return it
}

func (it *Iterator) add(p pointIter, file func() string) {
	it.sources = append(it.sources, &source{pointIter: p, file: file})
}

// addTables adds tables that do not overlap, as far as they lie within bounds.
func (it *Iterator) addTables(tables []*table) {
	for len(tables) > 0 && bytes.Compare(tables[0].end, it.opts.Lower) <= 0 {
		tables = tables[1:]
	}
	for n := len(tables); it.opts.Upper != nil && n > 0 && bytes.Compare(tables[n-1].meta.Smallest, it.opts.Upper) >= 0; n-- {
		tables = tables[:n-1]
	}
	if len(tables) == 0 {
		return
	}
	l := &levelIter{tables: tables}
	it.add(l, l.file)
	it.dels.add(&delSource{tables: tables})
}

// First moves to the first key.
func (it *Iterator) First() bool {
	if it.opts.Lower != nil {
		return it.SeekGE(it.opts.Lower)
	}
	it.reset()
	for _, s := range it.sources {
		if s.load(s.First()) {
			it.heap = append(it.heap, s)
		} else if it.fail(s.Err()) {
			return false
		}
	}
	it.dels.seek(nil)
	it.heapify()
	return it.settle()
}

// SeekGE moves to the first key at or after key. Short moves forward are cheap.
func (it *Iterator) SeekGE(key []byte) bool {
	if bytes.Compare(key, it.opts.Lower) < 0 {
		key = it.opts.Lower
	}
	forward := it.valid && bytes.Compare(key, it.heap[0].user) > 0
	if forward {
		// Sources at or beyond the target stay; exhausted ones stay exhausted.
		live := it.heap
		it.reset()
		for _, s := range live {
			if bytes.Compare(s.user, key) >= 0 || s.load(s.SeekGE(key)) {
				it.heap = append(it.heap, s)
			} else if it.fail(s.Err()) {
				return false
			}
		}
	} else {
		it.reset()
		for _, s := range it.sources {
			if s.load(s.SeekGE(key)) {
				it.heap = append(it.heap, s)
			} else if it.fail(s.Err()) {
				return false
			}
		}
	}
	it.dels.seek(key)
	it.heapify()
	return it.settle()
}

// Next moves to the following key.
func (it *Iterator) Next() bool {
	if !it.valid {
		return false
	}
	return it.skip() && it.settle()
}

// Valid reports whether the iterator stands on a key.
func (it *Iterator) Valid() bool { return it.valid }

// Key is the current key, nil if there is none; valid until the next move.
func (it *Iterator) Key() []byte {
	if !it.valid {
		return nil
	}
	return it.heap[0].user
}

// Value is the current value, nil if there is none; valid until the next move.
func (it *Iterator) Value() []byte { return it.value }

// Err is the error that ended the iteration. First and SeekGE start anew and
// may well reach keys beyond the damage.
func (it *Iterator) Err() error { return it.err }

// Close releases the iterator's buffers and returns Err.
func (it *Iterator) Close() error {
	if it.view != nil {
		it.view.iters.Add(-1)
		it.view = nil
	}
	for _, s := range it.sources {
		s.Close()
	}
	it.sources, it.heap, it.valid, it.value = nil, nil, false, nil
	return it.err
}

func (it *Iterator) reset() {
	it.heap, it.valid, it.value, it.err = it.heap[:0], false, nil, nil
}

func (it *Iterator) fail(err error) bool {
	if err == nil {
		return false
	}
	it.err, it.valid, it.value = err, false, nil
	return true
}

// settle moves from the heap's top, the next entry in order, to the first
// entry that is live.
func (it *Iterator) settle() bool {
	it.valid, it.value = false, nil
	for covered := 0; len(it.heap) > 0; {
		s := it.heap[0]
		if it.opts.Upper != nil && bytes.Compare(s.user, it.opts.Upper) >= 0 {
			return false
		}
		if kind := s.trailer.Kind(); !kind.Hides() {
			newest, err := it.dels.covering(s.user)
			if it.fail(err) {
				return false
			}
			if newest <= s.trailer.Seq() {
				if kind != base.KindSet {
					it.fail(base.Unsupported(s.file(), 0, "%s", kind))
					return false
				}
				it.valid, it.value = true, s.Value()
				return true
			}
			if covered++; covered > coveredRun && s.olderThan(newest, it.dels.end()) {
				if !it.jump(newest) {
					return false
				}
				continue
			}
		}
		if !it.skip() {
			return false
		}
	}
	return false
}

// skip passes over every entry of the key on top of the heap.
func (it *Iterator) skip() bool {
	it.valid, it.value = false, nil
	it.last = append(it.last[:0], it.heap[0].user...)
	for len(it.heap) > 0 {
		s := it.heap[0]
		if !bytes.Equal(s.user, it.last) {
			return true
		}
		if s.load(s.Next()) {
			it.down(0)
			continue
		}
		if it.fail(s.Err()) {
			return false
		}
		n := len(it.heap) - 1
		it.heap[0] = it.heap[n]
		it.heap = it.heap[:n]
		if n > 1 {
			it.down(0)
		}
	}
	return false
}

// jump moves the sources that hold nothing but older entries up to the end of
// the newest range deletion at the position.
func (it *Iterator) jump(newest uint64) bool {
	end := it.dels.end()
	live := it.heap
	it.heap = it.heap[:0]
	for _, s := range live {
		if bytes.Compare(s.user, end) >= 0 || !s.olderThan(newest, end) || s.load(s.SeekGE(end)) {
			it.heap = append(it.heap, s)
		} else if it.fail(s.Err()) {
			return false
		}
	}
	it.heapify()
	return true
}

func (it *Iterator) heapify() {
	for i := len(it.heap)/2 - 1; i >= 0; i-- {
		it.down(i)
	}
}

func (it *Iterator) down(i int) {
	h := it.heap
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && less(h[c+1], h[c]) {
			c++
		}
		if !less(h[c], h[i]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

func less(a, b *source) bool {
	if c := bytes.Compare(a.user, b.user); c != 0 {
		return c < 0
	}
	return a.trailer > b.trailer
}
