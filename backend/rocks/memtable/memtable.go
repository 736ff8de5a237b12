package memtable

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/internal/rangedel"
)

// MaxBytes is the most key and value bytes a memtable holds.
const MaxBytes = rangedel.MaxData

// ErrTooLarge reports logs that hold more than MaxBytes.
var ErrTooLarge = fmt.Errorf("write-ahead logs hold more than %d bytes", uint32(MaxBytes))

// entry is one version of a key; its bytes lie in the arena.
type entry struct {
	key     rangedel.Span
	value   rangedel.Span
	trailer base.Trailer
}

// Builder collects the ops of write batches in any order.
type Builder struct {
	arena   []byte
	entries []entry
	dels    []rangedel.Item
	lastSeq uint64
	base    *Table // what is extended, nil for a new memtable
}

// Apply adds the ops of one write batch. file and offset name the record in
// errors: an *base.UnsupportedError for ops that are refused, and a
// *base.CorruptError for malformed batches, of which the ops before the
// damage stay applied. next is the sequence number that follows the batch.
func (b *Builder) Apply(rec []byte, file string, offset int64) (next uint64, err error) {
	seq, used, err := decodeBatch(rec, b)
	if err != nil {
		err = placed(err, file, offset)
	}
	return seq + used, err
}

// placed adds the place of a batch to its error.
func placed(err error, file string, offset int64) error {
	var feature featureError
	var bad batchError
	switch {
	case errors.As(err, &feature):
		return base.Unsupported(file, offset, "%s", feature.feature)
	case errors.As(err, &bad):
		return base.Corrupt(file, offset, "%s", bad.reason)
	}
	return fmt.Errorf("replay %s at offset %d: %w", file, offset, err)
}

// Grow makes room for the ops of a log of n bytes.
func (b *Builder) Grow(n int) { b.arena = slices.Grow(b.arena, n) }

func (b *Builder) alloc(p []byte) (rangedel.Span, error) {
	if uint64(len(b.arena))+uint64(len(p)) > MaxBytes {
		return rangedel.Span{}, ErrTooLarge
	}
	s := rangedel.Span{Off: uint32(len(b.arena)), Len: uint32(len(p))}
	b.arena = append(b.arena, p...)
	return s, nil
}

func (b *Builder) point(kind base.Kind, seq uint64, key, value []byte) error {
	k, err := b.alloc(key)
	if err != nil {
		return err
	}
	v, err := b.alloc(value)
	if err != nil {
		return err
	}
	b.lastSeq = max(b.lastSeq, seq)
	b.entries = append(b.entries, entry{k, v, base.MakeTrailer(seq, kind)})
	return nil
}

func (b *Builder) rangeDelete(seq uint64, start, end []byte) error {
	s, err := b.alloc(start)
	if err != nil {
		return err
	}
	e, err := b.alloc(end)
	if err != nil {
		return err
	}
	b.lastSeq = max(b.lastSeq, seq)
	b.dels = append(b.dels, rangedel.Item{Start: s, End: e, Seq: seq})
	return nil
}

// Build sorts what was applied and keeps the newest entry of every key. The
// builder must not be used afterwards.
func (b *Builder) Build() *Table {
	t := &Table{arena: b.arena, lastSeq: b.lastSeq}
	byKey := func(x, y entry) int {
		return cmp.Or(bytes.Compare(t.key(x), t.key(y)), cmp.Compare(y.trailer, x.trailer))
	}
	byStart := func(x, y rangedel.Item) int {
		return cmp.Or(bytes.Compare(t.at(x.Start), t.at(y.Start)), cmp.Compare(y.Seq, x.Seq))
	}
	slices.SortFunc(b.entries, byKey)
	slices.SortFunc(b.dels, byStart)
	t.entries, t.items = b.entries, b.dels
	if b.base != nil {
		t.entries = merge(b.base.entries, b.entries, byKey)
		t.items = merge(b.base.items, b.dels, byStart)
	}
	t.entries = slices.CompactFunc(t.entries, func(x, y entry) bool {
		return bytes.Equal(t.key(x), t.key(y))
	})
	if len(t.items) > 0 {
		t.dels = rangedel.BuildSorted(t.arena, t.items)
	}
	return t
}

// merge returns a new slice with the elements of two sorted ones.
func merge[T any](a, b []T, compare func(x, y T) int) []T {
	out := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(b[0], a[0]) < 0 {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Table is a sorted, immutable memtable. It is safe for concurrent use.
type Table struct {
	arena    []byte
	entries  []entry
	items    []rangedel.Item // sorted by start
	dels     *rangedel.List
	lastSeq  uint64
	extended atomic.Bool // a builder appends behind the arena's end
}

// Extend returns a builder that adds to what t holds. t stays as it is.
func (t *Table) Extend() *Builder {
	b := &Builder{base: t, arena: t.arena, lastSeq: t.lastSeq}
	if t.extended.Swap(true) {
		b.arena = slices.Clip(t.arena) // the room behind it is taken
	}
	return b
}

func (t *Table) at(s rangedel.Span) []byte { return t.arena[s.Off : s.Off+s.Len : s.Off+s.Len] }

func (t *Table) key(e entry) []byte { return t.at(e.key) }

// Len is the number of distinct keys.
func (t *Table) Len() int { return len(t.entries) }

// LastSeq is the largest sequence number applied.
func (t *Table) LastSeq() uint64 { return t.lastSeq }

// RangeDels returns the range deletions, nil if there are none.
func (t *Table) RangeDels() *rangedel.List { return t.dels }

// Iter walks over a memtable.
type Iter struct {
	t *Table
	i int
}

// NewIter returns an iterator that stands nowhere.
func (t *Table) NewIter() *Iter { return &Iter{t: t, i: len(t.entries)} }

// First moves to the first entry.
func (it *Iter) First() bool {
	it.i = 0
	return it.Valid()
}

// SeekGE moves to the first entry at or after user.
func (it *Iter) SeekGE(user []byte) bool {
	it.i, _ = slices.BinarySearchFunc(it.t.entries, user, func(e entry, user []byte) int {
		return bytes.Compare(it.t.key(e), user)
	})
	return it.Valid()
}

// Next moves to the following entry.
func (it *Iter) Next() bool {
	it.i++
	return it.Valid()
}

// Valid reports whether the iterator stands on an entry.
func (it *Iter) Valid() bool { return it.i < len(it.t.entries) }

// User is the user key of the entry; it stays valid as long as the memtable.
func (it *Iter) User() []byte { return it.t.at(it.t.entries[it.i].key) }

// Trailer is the sequence number and kind of the entry.
func (it *Iter) Trailer() base.Trailer { return it.t.entries[it.i].trailer }

// Value is the value of the entry; it stays valid as long as the memtable.
func (it *Iter) Value() []byte {
	return it.t.at(it.t.entries[it.i].value)
}

// Err is nil: a memtable lies in memory.
func (*Iter) Err() error { return nil }

// Close does nothing.
func (*Iter) Close() {}
