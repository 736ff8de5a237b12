package sst

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"aimdesk/backend/rocks/internal/base"
)

// Expect is what the MANIFEST says about a table, for Verify.
type Expect struct {
	// Smallest and Largest bound the user keys.
	Smallest, Largest []byte
	// SmallestSeq and LargestSeq bound the sequence numbers.
	SmallestSeq, LargestSeq uint64
}

// verifier reads a whole table and collects what does not check out.
type verifier struct {
	t      *Table
	want   Expect
	damage []base.Damage
	counts Properties
	prev   []byte // last internal key
	buf    []byte
	win    window
}

// Verify reads every block of the table and checks checksums, order, bounds,
// separators and counts. Damage is returned; an error means that the table
// could not be read at all or uses an unsupported feature.
func (t *Table) Verify(ctx context.Context, want Expect) ([]base.Damage, error) {
	v := &verifier{t: t, want: want}
	for name, h := range t.meta {
		if err := v.note(h, v.metaBlock(name, h)); err != nil {
			return nil, err
		}
	}
	var idx indexIter
	idx.reset(t.index, t.format)
	if t.props.IndexType == indexTwoLevel {
		for idx.next() {
			if err := v.note(idx.handle, v.partition(ctx, idx.handle, bytes.Clone(idx.user()))); err != nil {
				return nil, err
			}
		}
	} else if err := v.index(ctx, &idx); err != nil {
		return nil, err
	}
	if idx.err != nil {
		v.add(t.footer.index, "%v", idx.err)
	}
	v.checkCounts()
	return v.damage, nil
}

func (v *verifier) add(h Handle, format string, args ...any) {
	v.damage = append(v.damage, base.Damage{File: v.t.opts.File, Offset: int64(h.Offset), Bytes: int64(h.Size), Reason: fmt.Sprintf(format, args...)})
}

// note turns a CorruptError into damage and passes other errors on.
func (v *verifier) note(h Handle, err error) error {
	var bad *base.CorruptError
	if errors.As(err, &bad) {
		v.add(Handle{uint64(bad.Offset), h.Size}, "%s", bad.Reason)
		return nil
	}
	return err
}

// metaBlock checks a meta block; filters have no structure that matters here.
func (v *verifier) metaBlock(name string, h Handle) error {
	if name == metaProperties || name == metaPropertiesOld {
		return nil // verified when the table was opened
	}
	data, err := v.t.block(&v.win, h, nil, false)
	if err != nil {
		return err
	}
	switch {
	case name == metaRangeDel:
		b, err := parseBlock(data)
		if err != nil {
			return v.t.corrupt(h.Offset, "range deletions: %v", err)
		}
		var it blockIter
		for it.reset(b); it.next(); {
			v.counts.NumRangeDels++
			if user, tr, ok := base.SplitKey(it.key); ok {
				v.checkKey(h, user, tr)
			}
		}
		_, err = v.t.RangeDels()
		return err
	case strings.HasPrefix(name, metaPartitionedFlt):
		b, err := parseBlock(bytes.Clone(data))
		if err != nil {
			return v.t.corrupt(h.Offset, "filter index: %v", err)
		}
		var idx indexIter
		format := v.t.format
		format.firstKey = false
		for idx.reset(b, format); idx.next(); {
			raw, err := v.t.raw(&v.win, idx.handle)
			if err == nil {
				err = v.t.verify(raw, idx.handle)
			}
			if err := v.note(idx.handle, err); err != nil {
				return err
			}
		}
		if idx.err != nil {
			return v.t.corrupt(h.Offset, "filter index: %v", idx.err)
		}
	}
	return nil
}

func (v *verifier) partition(ctx context.Context, h Handle, sep []byte) error {
	data, err := v.t.block(&v.win, h, nil, false)
	if err != nil {
		return err
	}
	b, err := parseBlock(bytes.Clone(data))
	if err != nil {
		return v.t.corrupt(h.Offset, "index partition: %v", err)
	}
	var idx indexIter
	idx.reset(b, v.t.format)
	if err := v.index(ctx, &idx); err != nil {
		return err
	}
	if idx.err != nil {
		return v.t.corrupt(h.Offset, "index partition: %v", idx.err)
	}
	if len(idx.key) >= v.t.format.suffix() && bytes.Compare(idx.user(), sep) > 0 {
		return v.t.corrupt(h.Offset, "index partition reaches beyond its separator")
	}
	return nil
}

// index checks the data blocks of one index block.
func (v *verifier) index(ctx context.Context, idx *indexIter) error {
	for idx.next() {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("verify table %s: %w", v.t.opts.File, err)
		}
		v.counts.NumDataBlocks++
		if err := v.note(idx.handle, v.dataBlock(idx.handle, idx.user())); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) dataBlock(h Handle, sep []byte) error {
	data, err := v.t.block(&v.win, h, &v.buf, true)
	if err != nil {
		return err
	}
	b, err := parseBlock(data)
	if err != nil {
		return v.t.corrupt(h.Offset, "%v", err)
	}
	for i := range b.numRestarts() {
		if b.restartKey(i) == nil && len(b.entries) > 0 {
			return v.t.corrupt(h.Offset, "restart point %d is not an entry", i)
		}
	}
	var it blockIter
	for it.reset(b); it.next(); {
		user, tr, ok := base.SplitKey(it.key)
		if !ok {
			return v.t.corrupt(h.Offset, "key shorter than its trailer")
		}
		if prev, ptr, ok := base.SplitKey(v.prev); ok && base.Compare(prev, ptr, user, tr) >= 0 {
			return v.t.corrupt(h.Offset, "keys out of order")
		}
		v.prev = append(v.prev[:0], it.key...)
		v.checkKey(h, user, tr)
		v.counts.NumEntries++
		if bytes.Compare(user, sep) > 0 {
			return v.t.corrupt(h.Offset, "key beyond the block's separator")
		}
	}
	if it.err != nil {
		return v.t.corrupt(h.Offset, "%v", it.err)
	}
	return nil
}

// checkKey compares an entry with what the MANIFEST says.
func (v *verifier) checkKey(h Handle, user []byte, tr base.Trailer) {
	if len(v.damage) > 100 {
		return // enough to know
	}
	if v.want.Smallest != nil && bytes.Compare(user, v.want.Smallest) < 0 || v.want.Largest != nil && bytes.Compare(user, v.want.Largest) > 0 {
		v.add(h, "key lies outside of the bounds in the MANIFEST")
	}
	if seq := v.t.seq(tr); seq > v.want.LargestSeq || seq < v.want.SmallestSeq && v.t.props.GlobalSeq == 0 {
		v.add(h, "sequence number %d lies outside of [%d, %d] in the MANIFEST", seq, v.want.SmallestSeq, v.want.LargestSeq)
	}
}

// checkCounts compares what was read with the properties.
func (v *verifier) checkCounts() {
	p := &v.t.props
	if !p.HasCounts || len(v.damage) > 0 {
		return
	}
	h := v.t.meta[metaProperties]
	if n := v.counts.NumEntries + v.counts.NumRangeDels; n != p.NumEntries && v.counts.NumEntries != p.NumEntries {
		v.add(h, "table has %d entries, its properties say %d", n, p.NumEntries)
	}
	if p.NumDataBlocks != v.counts.NumDataBlocks {
		v.add(h, "table has %d data blocks, its properties say %d", v.counts.NumDataBlocks, p.NumDataBlocks)
	}
}
