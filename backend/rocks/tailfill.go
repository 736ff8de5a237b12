package rocks

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/manifest"
	"aimdesk/backend/rocks/memtable"
)

// maxFill bounds the tables that are read to fill a gap, in bytes: more is read
// quicker through a view.
const maxFill = 16 << 20

// fill applies what the tables hold beyond what was read, for logs that the
// writer began, flushed and removed between two calls.
//
// A log is removed after the MANIFEST refers to the table it became, and the
// directory was listed before the MANIFEST is read here: so whatever was not
// listed lies in the tables of this version. Such a table has a number above
// that of the log, as its number is given out when the log is flushed.
func (p *tailPass) fill() error {
	p.filled = true
	opts := p.opts
	opts.FS = p.fsys
	v := &View{dir: p.dir, opts: opts}
	name, err := readCurrent(p.fsys, p.dir)
	if errors.Is(err, ErrNotDatabase) {
		return ErrTailLost
	}
	if err != nil {
		return err
	}
	version, err := v.readManifest(filepath.Join(p.dir, name), nil)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrTailLost
	}
	if err != nil {
		return err
	}
	p.bytes += v.manifest.size
	if version.DBID != p.dbid || version.LastSequence+1 < p.nextSeq {
		return ErrTailLost // another database
	}
	if version.LastSequence < p.nextSeq {
		p.know(version)
		return nil // nothing was missed
	}
	c := tableOps{from: p.nextSeq}
	var size uint64
	for f := range version.Files {
		if f.Number <= p.since || p.known[f.Number] || f.LargestSeq < p.nextSeq && f.SmallestSeq > 0 {
			continue
		}
		size += f.Size
		if f.Level > 0 || f.SmallestSeq == 0 || size > maxFill {
			// Compaction may have set sequence numbers to 0, and left out
			// deletions of what was read before.
			return ErrTailLost
		}
		if err := c.add(v, f); err != nil {
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrStale) {
				return ErrTailLost
			}
			return err
		}
		p.bytes += int64(f.Size)
	}
	slices.SortStableFunc(c.ops, func(a, b memtable.Op) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, op := range c.ops {
		if err := p.op(op); err != nil {
			return err
		}
	}
	p.nextSeq = max(p.nextSeq, c.next)
	p.know(version)
	return nil
}

// tableOps gathers the ops of tables from a sequence number on.
type tableOps struct {
	from, next uint64
	ops        []memtable.Op
	arena      []byte
}

// add takes the ops of a table.
func (c *tableOps) add(v *View, f *manifest.File) error {
	t, err := v.addTable(f, nil)
	if err != nil {
		return err
	}
	defer func() { _ = v.opts.Files.forget(t.src.path) }() // opened for reading: closing loses nothing
	c.next = max(c.next, f.LargestSeq+1)
	dels, err := t.rangeDels()
	if err != nil {
		return fmt.Errorf("read range deletions: %w", err)
	}
	for i := range dels.Len() {
		if dels.Seq(i) >= c.from {
			c.take(base.KindRangeDelete, dels.Seq(i), dels.Start(i), dels.End(i))
		}
	}
	it, err := t.newIter(true)
	if err != nil {
		return err
	}
	defer it.Close()
	for ok := it.First(); ok; ok = it.Next() {
		if tr := it.Trailer(); tr.Seq() >= c.from {
			c.take(tr.Kind(), tr.Seq(), it.User(), it.Value())
		}
	}
	return it.Err()
}

// take copies an op.
func (c *tableOps) take(kind base.Kind, seq uint64, key, value []byte) {
	n := len(c.arena)
	c.arena = append(append(c.arena, key...), value...)
	b := c.arena[n:]
	c.ops = append(c.ops, memtable.Op{Kind: kind, Seq: seq, Key: b[:len(key):len(key)], Value: b[len(key):]})
}
