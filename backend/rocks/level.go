package rocks

import (
	"bytes"
	"sort"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/memtable"
	"aimdesk/backend/rocks/sst"
)

// memIter is a memtable's iterator as a source of the merge.
type memIter struct{ *memtable.Iter }

// olderThan is false: a memtable is mostly newer than any deletion.
func (memIter) olderThan(uint64, []byte) bool { return false }

// levelIter chains tables that do not overlap. One table is read at a time.
type levelIter struct {
	tables []*table
	i      int
	cur    *sst.Iter
	err    error
}

func (l *levelIter) file() string {
	if l.i < len(l.tables) {
		return l.tables[l.i].src.path
	}
	return ""
}

// enter moves to table i; false if there is none or it cannot be opened.
func (l *levelIter) enter(i int) bool {
	if l.cur != nil && i == l.i {
		return true
	}
	l.leave()
	l.i = i
	if i >= len(l.tables) {
		return false
	}
	l.cur, l.err = l.tables[i].newIter(true)
	return l.err == nil
}

func (l *levelIter) leave() {
	if l.cur != nil {
		l.cur.Close()
		l.cur = nil
	}
}

func (l *levelIter) First() bool {
	l.err = nil
	return l.enter(0) && (l.cur.First() || l.onward())
}

func (l *levelIter) SeekGE(user []byte) bool {
	l.err = nil
	// Most seeks stay in the table or go to the next one.
	i := l.i
	if i >= len(l.tables) || bytes.Compare(user, l.tables[i].end) >= 0 || (i > 0 && bytes.Compare(user, l.tables[i-1].end) < 0) {
		i = sort.Search(len(l.tables), func(i int) bool { return bytes.Compare(user, l.tables[i].end) < 0 })
	}
	return l.enter(i) && (l.cur.SeekGE(user) || l.onward())
}

func (l *levelIter) Next() bool { return l.cur.Next() || l.onward() }

// onward moves from an exhausted table to the first entry after it.
func (l *levelIter) onward() bool {
	for {
		if l.err = l.cur.Err(); l.err != nil {
			return false
		}
		if !l.enter(l.i + 1) {
			return false
		}
		if l.cur.First() {
			return true
		}
	}
}

func (l *levelIter) User() []byte          { return l.cur.User() }
func (l *levelIter) Trailer() base.Trailer { return l.cur.Trailer() }
func (l *levelIter) Value() []byte         { return l.cur.Value() }
func (l *levelIter) Err() error            { return l.err }
func (l *levelIter) Close()                { l.leave() }

func (l *levelIter) olderThan(seq uint64, end []byte) bool {
	for _, t := range l.tables[l.i:] {
		if bytes.Compare(t.meta.Smallest, end) >= 0 {
			break
		}
		if t.meta.LargestSeq >= seq {
			return false
		}
	}
	return true
}
