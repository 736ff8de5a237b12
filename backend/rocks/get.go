package rocks

import (
	"bytes"
	"sort"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/memtable"
)

// Get returns the value of key; ok is false if the view does not hold it. The
// value is a copy owned by the caller.
func (v *View) Get(key []byte) (value []byte, ok bool, err error) {
	l := lookup{key: key}
	l.memtable(v.mem)
	for _, t := range v.l0 {
		if err := l.table(t); err != nil {
			return nil, false, err
		}
	}
	for _, level := range v.levels {
		i := sort.Search(len(level), func(i int) bool { return bytes.Compare(key, level[i].end) < 0 })
		// Versions of one key may lie in neighbouring tables.
		for ; i < len(level) && level[i].covers(key); i++ {
			if err := l.table(level[i]); err != nil {
				return nil, false, err
			}
		}
	}
	if !l.found || l.trailer.Kind().Hides() || l.deleted > l.trailer.Seq() {
		return nil, false, nil
	}
	if l.trailer.Kind() != base.KindSet {
		return nil, false, base.Unsupported(l.file, 0, "%s", l.trailer.Kind())
	}
	return l.value, true, nil
}

// lookup gathers the newest entry and the newest range deletion of one key.
type lookup struct {
	key     []byte
	found   bool
	trailer base.Trailer
	value   []byte
	file    string
	deleted uint64
}

// newest is the sequence number below which nothing matters any more.
func (l *lookup) newest() uint64 {
	n := l.deleted
	if l.found {
		n = max(n, l.trailer.Seq())
	}
	return n
}

func (l *lookup) take(tr base.Trailer, value []byte, file string) {
	if !l.found || tr > l.trailer {
		l.found, l.trailer, l.file = true, tr, file
		l.value = append(make([]byte, 0, len(value)), value...)
	}
}

func (l *lookup) memtable(m *memtable.Table) {
	l.deleted = m.RangeDels().Covering(l.key)
	if it := m.NewIter(); it.SeekGE(l.key) && bytes.Equal(it.User(), l.key) {
		l.take(it.Trailer(), it.Value(), "")
	}
}

func (l *lookup) table(t *table) error {
	if !t.covers(l.key) || t.meta.LargestSeq < l.newest() {
		return nil
	}
	dels, err := t.rangeDels()
	if err != nil {
		return err
	}
	l.deleted = max(l.deleted, dels.Covering(l.key))
	it, err := t.newIter(false)
	if err != nil {
		return err
	}
	defer it.Close()
	if it.SeekGE(l.key) && bytes.Equal(it.User(), l.key) {
		l.take(it.Trailer(), it.Value(), t.src.path)
	}
	return it.Err()
}
