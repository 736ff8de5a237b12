package rocks

import (
	"bytes"
	"sort"

	"aimdesk/backend/rocks/internal/rangedel"
)

// delSource walks over the fragments of one source's range deletions: of the
// memtable, or of tables that do not overlap. A table's deletions are loaded
// when the walk reaches the table's first key.
type delSource struct {
	tables []*table // from the current one on; empty for the memtable
	all    []*table
	list   *rangedel.List
	loaded bool // list is that of the current table
	i      int  // next or current fragment
	inside bool // the position lies in fragment i
	next   []byte
	seq    uint64 // of the current fragment, 0 outside
}

// seek moves to key, nil being before every key. ok is false if nothing is
// left at or after it.
func (d *delSource) seek(key []byte) (ok bool, err error) {
	d.inside, d.seq = false, 0
	if d.all == nil {
		d.all = d.tables
	}
	if d.all != nil {
		i := sort.Search(len(d.all), func(i int) bool { return bytes.Compare(key, d.all[i].end) < 0 })
		if t := d.all[i:]; !d.loaded || len(t) != len(d.tables) {
			d.tables, d.loaded, d.list, d.i = t, false, nil, 0
		}
		if len(d.tables) == 0 {
			return false, nil
		}
		if !d.loaded {
			d.next = d.tables[0].meta.Smallest
			return d.step(key)
		}
	}
	from := d.i
	if from > 0 && (from > d.list.Len() || bytes.Compare(d.list.End(from-1), key) > 0) {
		from = 0
	}
	d.i = d.list.Seek(from, key)
	if ok, err := d.outside(); !ok || err != nil {
		return ok, err
	}
	return d.step(key)
}

// outside makes the start of fragment i, or else of the next table, the next
// border.
func (d *delSource) outside() (ok bool, err error) {
	d.inside, d.seq = false, 0
	if d.i < d.list.Len() {
		d.next = d.list.Start(d.i)
		return true, nil
	}
	if len(d.tables) < 2 {
		return false, nil
	}
	d.tables, d.loaded, d.list, d.i = d.tables[1:], false, nil, 0
	d.next = d.tables[0].meta.Smallest
	return true, nil
}

// step passes every border up to key, so that next lies beyond it.
func (d *delSource) step(key []byte) (ok bool, err error) {
	for bytes.Compare(d.next, key) <= 0 {
		switch {
		case !d.loaded && bytes.Compare(d.tables[0].end, key) <= 0:
			ok, err = d.outside() // passed without a look
		case !d.loaded:
			if d.list, err = d.tables[0].rangeDels(); err != nil {
				return false, err
			}
			d.loaded, d.i = true, d.list.Seek(0, key)
			ok, err = d.outside()
		case d.inside:
			d.i++
			ok, err = d.outside()
		default:
			d.inside, d.seq, d.next = true, d.list.Seq(d.i), d.list.End(d.i)
			ok = true
		}
		if !ok || err != nil {
			return ok, err
		}
	}
	return true, nil
}

// delMerger knows the newest range deletion at a position that moves forward.
type delMerger struct {
	all    []*delSource
	heap   []*delSource // those with borders ahead, nearest first
	newest uint64
	err    error // of seek, reported when it matters
}

func (m *delMerger) add(d *delSource) { m.all = append(m.all, d) }

// seek moves to key, forward or back.
func (m *delMerger) seek(key []byte) {
	m.heap, m.err = m.heap[:0], nil
	for _, d := range m.all {
		ok, err := d.seek(key)
		if err != nil {
			m.err = err
			return
		}
		if ok {
			m.heap = append(m.heap, d)
		}
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
	m.refresh()
}

// covering moves forward to key and returns the newest range deletion over it,
// 0 if there is none.
func (m *delMerger) covering(key []byte) (uint64, error) {
	if m.err != nil {
		return 0, m.err
	}
	moved := false
	for len(m.heap) > 0 && bytes.Compare(m.heap[0].next, key) <= 0 {
		ok, err := m.heap[0].step(key)
		if err != nil {
			m.err = err
			return 0, err
		}
		if !ok {
			n := len(m.heap) - 1
			m.heap[0] = m.heap[n]
			m.heap = m.heap[:n]
		}
		m.down(0)
		moved = true
	}
	if moved {
		m.refresh()
	}
	return m.newest, nil
}

// end is where the newest deletion at the position ends; there must be one.
func (m *delMerger) end() []byte {
	for _, d := range m.heap {
		if d.seq == m.newest {
			return d.next
		}
	}
	return nil
}

func (m *delMerger) refresh() {
	m.newest = 0
	for _, d := range m.heap {
		m.newest = max(m.newest, d.seq)
	}
}

func (m *delMerger) down(i int) {
	h := m.heap
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && bytes.Compare(h[c+1].next, h[c].next) < 0 {
			c++
		}
		if bytes.Compare(h[c].next, h[i].next) >= 0 {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}
