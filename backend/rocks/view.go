package rocks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/internal/rangedel"
	"aimdesk/backend/rocks/manifest"
	"aimdesk/backend/rocks/memtable"
	"aimdesk/backend/rocks/sst"
)

// View is one consistent state of a database. It is safe for concurrent use.
// It holds in memory what the logs contain, and the index and range deletions
// of the tables that were read.
type View struct {
	dir    string
	opts   Options
	files  []LiveFile
	damage []Damage
	mem    *memtable.Table
	l0     []*table   // newest first
	levels [][]*table // each sorted and free of overlaps

	manifest manifestState
	version  *manifest.Version

	refs   []*table // those the view has counted itself in
	iters  atomic.Int32
	closed atomic.Bool

	// How far the logs were read, for Refresh.
	wals    []walState
	nextSeq uint64
	stopped bool
}

// Damage lists what was passed over in the logs, in their order. The caller may
// keep it.
func (v *View) Damage() []Damage { return slices.Clone(v.damage) }

// Files lists the files the view was made from. The caller may keep it.
func (v *View) Files() []LiveFile { return slices.Clone(v.files) }

// Refresh returns a view of the database as it is now. Tables that both views
// share, and the logs as far as v has replayed them, are not read again; so
// following a live writer costs about as much as what it has written since. v
// stays valid, and each of the two must be closed.
func (v *View) Refresh(ctx context.Context) (*View, error) {
	if v.closed.Load() {
		return openFrom(ctx, v.dir, v.opts, nil)
	}
	return openFrom(ctx, v.dir, v.opts, v)
}

// Changed reports whether next, a view that Refresh made from v, may hold
// anything else than v.
func (v *View) Changed(next *View) bool {
	return v.mem != next.mem || !slices.EqualFunc(v.files, next.files, func(a, b LiveFile) bool {
		return a.Kind == b.Kind && a.Number == b.Number && (a.Kind != KindTable || a.Size == b.Size)
	})
}

// Close lets go of files kept open for the view, and of memory. Iterators should
// have been closed before. Closing twice does nothing.
func (v *View) Close() error {
	if v.closed.Swap(true) {
		return nil
	}
	var err error
	for _, t := range v.refs {
		if v.iters.Load() > 0 {
			t.leaked.Store(true)
		}
		if t.views.Add(-1) == 0 {
			t.recycle()
			err = errors.Join(err, v.opts.Files.forget(t.src.path))
		}
	}
	return err
}

// tables yields every live table, newest data first.
func (v *View) tables(yield func(*table) bool) {
	for _, t := range v.l0 {
		if !yield(t) {
			return
		}
	}
	for _, level := range v.levels {
		for _, t := range level {
			if !yield(t) {
				return
			}
		}
	}
}

// table is a live table that is opened when it is first needed.
type table struct {
	meta *manifest.File
	src  tableFile
	end  []byte // first user key after the table

	views  atomic.Int32 // that use the table
	leaked atomic.Bool  // an iterator outlived its view, so memory stays as it is

	mu  sync.Mutex
	sst *sst.Table
}

func newTable(f *manifest.File, src tableFile) *table {
	t := &table{meta: f, src: src, end: f.Largest}
	if !f.LargestTrailer.ExclusiveBound() {
		t.end = append(bytes.Clone(f.Largest), 0)
	}
	t.views.Store(1)
	return t
}

// same reports whether the table is what f and src describe.
func (t *table) same(f *manifest.File, src *tableFile) bool {
	return t.src.path == src.path && t.src.size == src.size && t.src.mod.Equal(src.mod) && t.meta.Size == f.Size &&
		t.meta.LargestSeq == f.LargestSeq && bytes.Equal(t.meta.Smallest, f.Smallest) && bytes.Equal(t.meta.Largest, f.Largest)
}

// open returns the open table.
func (t *table) open() (*sst.Table, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sst != nil {
		return t.sst, nil
	}
	if uint64(t.src.size) != t.meta.Size {
		return nil, base.Corrupt(t.src.path, min(t.src.size, int64(t.meta.Size)), "table has %d bytes, the MANIFEST says %d", t.src.size, t.meta.Size)
	}
	s, err := sst.Open(&t.src, sst.Options{
		File: t.src.path, Size: t.src.size, LargestSeq: t.meta.LargestSeq,
		Lower: t.meta.Smallest, Upper: t.end,
	})
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	t.sst = s
	return s, nil
}

// recycle gives back the table's memory.
func (t *table) recycle() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sst != nil && !t.leaked.Load() {
		t.sst.Recycle()
	}
}

// rangeDels returns the range deletions of the table.
func (t *table) rangeDels() (*rangedel.List, error) {
	s, err := t.open()
	if err != nil {
		return nil, err
	}
	return s.RangeDels()
}

// newIter returns a point iterator over the table.
func (t *table) newIter(scan bool) (*sst.Iter, error) {
	s, err := t.open()
	if err != nil {
		return nil, err
	}
	return s.NewIter(scan), nil
}

// covers reports whether the table's bounds include user.
func (t *table) covers(user []byte) bool {
	return bytes.Compare(t.meta.Smallest, user) <= 0 && bytes.Compare(user, t.end) < 0
}
