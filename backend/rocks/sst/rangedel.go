package sst

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/internal/rangedel"
)

// itemPool holds scratch space for decoding range deletions, blockPool the
// blocks of closed tables: most of a table may be range deletions.
var (
	itemPool  = sync.Pool{New: func() any { return new([]rangedel.Item) }}
	blockPool = sync.Pool{New: func() any { return new([]byte) }}
)

// RangeDels returns the table's range deletions, nil if it has none. The list
// is valid until Recycle.
func (t *Table) RangeDels() (*rangedel.List, error) {
	h, ok := t.meta[metaRangeDel]
	if !ok {
		return nil, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.loaded {
		return t.rangeDel, nil
	}
	buf := blockPool.Get().(*[]byte)
	l, err := t.loadRangeDels(h, buf)
	if err != nil {
		blockPool.Put(buf)
		return nil, fmt.Errorf("read range deletions: %w", err)
	}
	t.rangeDel, t.delBlock, t.loaded = l, buf, true
	return l, nil
}

// Recycle gives memory back for other tables. Nothing that RangeDels returned
// may be in use any more.
func (t *Table) Recycle() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.delBlock != nil && cap(*t.delBlock) <= 4*maxKept {
		blockPool.Put(t.delBlock)
	}
	t.rangeDel, t.delBlock, t.loaded = nil, nil, false
}

// loadRangeDels reads the range-deletion block, internal key of the start ->
// user key of the end, into *buf if it fits.
func (t *Table) loadRangeDels(h Handle, buf *[]byte) (*rangedel.List, error) {
	win := window{buf: (*buf)[:0]}
	data, err := t.block(&win, h, nil, false)
	*buf = win.buf
	if err != nil {
		return nil, err
	}
	b, err := parseBlock(data)
	if err != nil {
		return nil, t.corrupt(h.Offset, "range deletions: %v", err)
	}
	if uint64(len(data)) > rangedel.MaxData/2 {
		return nil, base.Unsupported(t.opts.File, int64(h.Offset), "range-deletion block of %d bytes", len(data))
	}
	d := delDecoder{entries: b.entries, data: data[:len(data):len(data)]}
	scratch := itemPool.Get().(*[]rangedel.Item)
	d.items = slices.Grow((*scratch)[:0], b.numRestarts())
	defer func() {
		*scratch = d.items
		itemPool.Put(scratch)
	}()
	if err := d.decode(t.props.GlobalSeq); err != nil {
		return nil, t.corrupt(h.Offset, "range deletions: %v", err)
	}
	var l *rangedel.List
	if d.unsorted {
		l = rangedel.Build(d.data, d.items)
	} else {
		l = rangedel.BuildSorted(d.data, d.items)
	}
	l.Clip(t.opts.Lower, t.opts.Upper)
	return l, nil
}

// delDecoder turns a range-deletion block into items. RocksDB restarts at
// every entry, so keys lie in the block whole; others are put together behind
// a copy of it.
type delDecoder struct {
	entries  []byte
	data     []byte
	items    []rangedel.Item
	unsorted bool
}

func (d *delDecoder) decode(globalSeq uint64) error {
	prev := rangedel.Span{}
	var key []byte // the last key, if the next one may share bytes with it
	for pos := 0; pos < len(d.entries); {
		c := base.NewCursor(d.entries[pos:])
		shared, unshared, vlen := c.Uvarint32(), c.Uvarint32(), c.Uvarint32()
		start := pos + c.Offset()
		rest := len(d.entries) - start
		if c.Bad() || uint64(unshared)+uint64(vlen) > uint64(rest) {
			return errBlockEntry
		}
		end := start + int(unshared)
		pos = end + int(vlen)
		ikey := d.entries[start:end]
		if shared > 0 {
			if int64(shared) > int64(len(key)) || len(d.data)+int(shared)+len(ikey) > rangedel.MaxData {
				return errBlockEntry
			}
			start = len(d.data)
			d.data = append(append(d.data, key[:shared]...), ikey...)
			ikey = d.data[start:]
		}
		user, tr, ok := base.SplitKey(ikey)
		if !ok || tr.Kind() != base.KindRangeDelete {
			return errBlockEntry
		}
		key = ikey
		seq := tr.Seq()
		if globalSeq != 0 {
			seq = globalSeq
		}
		span := rangedel.Span{Off: uint32(start), Len: uint32(len(user))}
		if len(d.items) > 0 && bytes.Compare(d.data[prev.Off:prev.Off+prev.Len], user) > 0 {
			d.unsorted = true
		}
		prev = span
		d.items = append(d.items, rangedel.Item{Start: span, End: rangedel.Span{Off: uint32(end), Len: vlen}, Seq: seq})
	}
	return nil
}
