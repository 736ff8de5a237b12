package manifest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/record"
)

// bytewise is the only comparator this reader orders keys by.
const bytewise = "leveldb.BytewiseComparator"

// Version is the state of the default column family after a MANIFEST's edits.
type Version struct {
	// Levels holds the live tables: Levels[0] newest first, the others by
	// smallest key and free of overlaps. Trailing empty levels are cut.
	Levels [][]*File
	// LogNumber is the first log whose content is not in tables yet.
	LogNumber uint64
	// PrevLogNumber is a further live log if it is not 0 (old databases only).
	PrevLogNumber uint64
	// NextFileNumber and LastSequence are the writer's counters.
	NextFileNumber, LastSequence uint64
	// DBID is the database's identity; empty if not recorded.
	DBID string
	// Edits is how many edits were applied.
	Edits int
	// Size is how many bytes of the MANIFEST were read.
	Size int64
}

// WALNeeded reports whether the log with this number holds data that the
// tables do not.
func (v *Version) WALNeeded(number uint64) bool {
	return number >= v.LogNumber || (v.PrevLogNumber != 0 && number == v.PrevLogNumber)
}

// Files yields the live tables, upper levels first.
func (v *Version) Files(yield func(*File) bool) {
	for _, level := range v.Levels {
		for _, f := range level {
			if !yield(f) {
				return
			}
		}
	}
}

// builder applies edits.
type builder struct {
	v       Version
	files   map[uint64]*File
	seen    struct{ comparator, log, next, last bool }
	minLog  uint64
	group   []*Edit
	inGroup bool
}

// Read applies every edit of the MANIFEST that r frames. file names it in
// errors. A torn last record, or an unfinished atomic group at the end, is
// ignored: the writer had not committed it.
func Read(r *record.Reader, file string) (*Version, error) {
	b := builder{files: make(map[uint64]*File)}
	var end int64
	for {
		rec, err := r.Next()
		if d := r.Damage(); len(d) > 0 {
			return nil, base.Corrupt(file, d[0].Offset, "%s", d[0].Reason)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		end = r.Offset()
		e, err := DecodeEdit(bytes.Clone(rec), file, end)
		if err != nil {
			return nil, err
		}
		if err := b.add(e, position{file, end}); err != nil {
			return nil, err
		}
	}
	return b.finish(position{file, end})
}

// add applies e, or keeps it until its atomic group is complete.
func (b *builder) add(e *Edit, pos position) error {
	if !e.InGroup {
		if b.inGroup {
			return pos.corrupt("atomic group interrupted")
		}
		return b.apply(e, pos)
	}
	if n := len(b.group); n > 0 && b.group[n-1].GroupLeft != e.GroupLeft+1 {
		return pos.corrupt("atomic group: %d edits left after %d", e.GroupLeft, b.group[n-1].GroupLeft)
	}
	b.inGroup = true
	b.group = append(b.group, e)
	if e.GroupLeft > 0 {
		return nil
	}
	for _, g := range b.group {
		if err := b.apply(g, pos); err != nil {
			return err
		}
	}
	b.group, b.inGroup = nil, false
	return nil
}

func (b *builder) apply(e *Edit, pos position) error {
	b.v.Edits++
	if e.NextFileNumber != nil {
		b.v.NextFileNumber, b.seen.next = *e.NextFileNumber, true
	}
	if e.LastSequence != nil {
		b.v.LastSequence, b.seen.last = max(b.v.LastSequence, *e.LastSequence), true
	}
	if e.MinLogToKeep != nil {
		b.minLog = max(b.minLog, *e.MinLogToKeep)
	}
	if e.DBID != "" {
		b.v.DBID = e.DBID
	}
	if e.ColumnFamily != 0 {
		return nil
	}
	if e.DropCF {
		return pos.corrupt("default column family dropped")
	}
	if e.Comparator != nil {
		if *e.Comparator != bytewise {
			return pos.unsupported("comparator %q", *e.Comparator)
		}
		b.seen.comparator = true
	}
	if e.LogNumber != nil {
		b.v.LogNumber, b.seen.log = max(b.v.LogNumber, *e.LogNumber), true
	}
	if e.PrevLogNumber != nil {
		b.v.PrevLogNumber = *e.PrevLogNumber
	}
	if e.BlobFiles > 0 {
		return pos.unsupported("blob files")
	}
	// Deletions come first: a file moved between levels is both.
	for _, d := range e.Deleted {
		f, ok := b.files[d.Number]
		if !ok || f.Level != d.Level {
			return pos.corrupt("deletes table %d, which level %d does not hold", d.Number, d.Level)
		}
		delete(b.files, d.Number)
	}
	for i := range e.Added {
		f := &e.Added[i]
		if _, ok := b.files[f.Number]; ok {
			return pos.corrupt("adds table %d twice", f.Number)
		}
		b.files[f.Number] = f
	}
	return nil
}

func (b *builder) finish(pos position) (*Version, error) {
	var missing string
	switch {
	case !b.seen.next:
		missing = "next file number"
	case !b.seen.log:
		missing = "log number"
	case !b.seen.last:
		missing = "last sequence"
	case !b.seen.comparator:
		missing = "comparator"
	}
	if missing != "" {
		return nil, base.Corrupt(pos.file, pos.offset, "MANIFEST has no %s", missing)
	}
	b.v.LogNumber = max(b.v.LogNumber, b.minLog)
	for _, f := range b.files {
		for len(b.v.Levels) <= f.Level {
			b.v.Levels = append(b.v.Levels, nil)
		}
		b.v.Levels[f.Level] = append(b.v.Levels[f.Level], f)
	}
	for n, level := range b.v.Levels {
		if n == 0 {
			slices.SortFunc(level, func(x, y *File) int {
				return cmp.Or(cmp.Compare(y.LargestSeq, x.LargestSeq), cmp.Compare(y.SmallestSeq, x.SmallestSeq), cmp.Compare(y.Number, x.Number))
			})
			continue
		}
		slices.SortFunc(level, func(x, y *File) int {
			return base.Compare(x.Smallest, x.SmallestTrailer, y.Smallest, y.SmallestTrailer)
		})
		for i := 1; i < len(level); i++ {
			p, q := level[i-1], level[i]
			if base.Compare(p.Largest, p.LargestTrailer, q.Smallest, q.SmallestTrailer) >= 0 {
				return nil, base.Corrupt(pos.file, pos.offset, "%s", fmt.Sprintf("tables %d and %d overlap on level %d", p.Number, q.Number, n))
			}
		}
	}
	v := b.v
	return &v, nil
}
