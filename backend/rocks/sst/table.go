package sst

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/internal/rangedel"
)

// Wire format: names of meta blocks.
const (
	metaProperties     = "rocksdb.properties"
	metaPropertiesOld  = "rocksdb.stats"
	metaRangeDel       = "rocksdb.range_del"
	metaDictionary     = "rocksdb.compression_dict"
	metaIndex          = "rocksdb.index"
	metaPartitionedFlt = "partitionedfilter."
)

// Wire format: index types.
const (
	indexBinary    = 0
	indexHash      = 1 // a binary index with prefix tables beside it
	indexTwoLevel  = 2
	indexFirstKey  = 3
	indexTypeLimit = indexFirstKey
)

// tailSize is how much of a table's end is read at once when it is opened;
// footer, metaindex, properties and often the index lie there.
const tailSize = 8 << 10

// Options describes a table to Open.
type Options struct {
	// File names the table in errors.
	File string
	// Size is the length of the file in bytes.
	Size int64
	// LargestSeq is the largest sequence number the MANIFEST knows for the
	// table; an ingested table takes its global sequence number from it.
	// 0 means that it is not known.
	LargestSeq uint64
	// Lower and Upper clip the table's range deletions to [Lower, Upper);
	// nil means unbounded.
	Lower, Upper []byte
}

// Table is an open table. It is safe for concurrent use. It holds the index
// (of a partitioned index, the top level), the dictionary and, once asked for,
// the range deletions in memory.
type Table struct {
	src     io.ReaderAt
	opts    Options
	footer  footer
	dec     decompressor
	props   Properties
	format  indexFormat
	index   block
	dataEnd uint64 // no data block lies beyond this offset
	meta    map[string]Handle

	mu       sync.Mutex
	loaded   bool
	rangeDel *rangedel.List
	delBlock *[]byte // what rangeDel refers to, from blockPool
}

// Open reads the footer, the properties and the index of the table in src.
func Open(src io.ReaderAt, opts Options) (*Table, error) {
	t := &Table{src: src, opts: opts}
	n := min(opts.Size, tailSize)
	win := window{buf: make([]byte, n), off: opts.Size - n}
	if err := t.readAt(win.buf, win.off); err != nil {
		return nil, err
	}
	var err error
	if t.footer, err = decodeFooter(win.buf, opts.Size, opts.File); err != nil {
		return nil, err
	}
	t.dec.version = t.footer.version
	if err := t.readMeta(&win); err != nil {
		return nil, err
	}
	return t, nil
}

// Properties returns the table's properties.
func (t *Table) Properties() *Properties { return &t.props }

func (t *Table) corrupt(offset uint64, format string, args ...any) error {
	return base.Corrupt(t.opts.File, int64(offset), format, args...)
}

// readMeta reads the metaindex and the meta blocks that reading needs.
func (t *Table) readMeta(win *window) error {
	data, err := t.block(win, t.footer.metaindex, nil, false)
	if err != nil {
		return fmt.Errorf("read metaindex: %w", err)
	}
	b, err := parseBlock(data)
	if err != nil {
		return t.corrupt(t.footer.metaindex.Offset, "metaindex: %v", err)
	}
	t.meta = make(map[string]Handle)
	t.dataEnd = uint64(t.footer.offset)
	var it blockIter
	for it.reset(b); it.next(); {
		c := base.NewCursor(it.value)
		h := decodeHandle(&c)
		if c.Bad() {
			// RocksDB stores block handles only; a later version may not.
			continue
		}
		t.meta[string(it.key)] = h
		t.dataEnd = min(t.dataEnd, h.Offset)
	}
	if it.err != nil {
		return t.corrupt(t.footer.metaindex.Offset, "metaindex: %v", it.err)
	}
	if err := t.readProperties(win); err != nil {
		return err
	}
	if h, ok := t.meta[metaDictionary]; ok {
		dict, err := t.block(win, h, nil, false)
		if err != nil {
			return fmt.Errorf("read compression dictionary: %w", err)
		}
		t.dec.dict = bytes.Clone(dict)
	}
	if t.footer.version >= contextVersion {
		h, ok := t.meta[metaIndex]
		if !ok {
			return t.corrupt(t.footer.metaindex.Offset, "metaindex names no index block")
		}
		t.footer.index = h
	}
	t.dataEnd = min(t.dataEnd, t.footer.index.Offset)
	idx, err := t.block(win, t.footer.index, nil, false)
	if err != nil {
		return fmt.Errorf("read index: %w", err)
	}
	if t.index, err = parseBlock(bytes.Clone(idx)); err != nil {
		return t.corrupt(t.footer.index.Offset, "index: %v", err)
	}
	return nil
}

func (t *Table) readProperties(win *window) error {
	h, ok := t.meta[metaProperties]
	if !ok {
		if h, ok = t.meta[metaPropertiesOld]; !ok {
			return nil // only tables of the oldest writers have none
		}
	}
	raw, err := t.raw(win, h)
	if err != nil {
		return fmt.Errorf("read properties: %w", err)
	}
	if err := t.verify(raw, h); err != nil {
		// Ingestion may have set the global sequence number in place; the
		// checksum then holds for the zero that was there before.
		fixed := clearGlobalSeq(raw[:h.Size])
		if fixed == nil || t.verify(append(fixed, raw[h.Size:]...), h) != nil {
			return fmt.Errorf("read properties: %w", err)
		}
	}
	data, err := t.inflate(raw, h, nil, false)
	if err != nil {
		return fmt.Errorf("read properties: %w", err)
	}
	if t.props, err = decodeProperties(data); err != nil {
		return t.corrupt(h.Offset, "properties: %v", err)
	}
	p := &t.props
	if p.Comparator != "" && p.Comparator != bytewise {
		return base.Unsupported(t.opts.File, int64(h.Offset), "comparator %q", p.Comparator)
	}
	if p.IndexType > indexTypeLimit {
		return base.Unsupported(t.opts.File, int64(h.Offset), "index type %d", p.IndexType)
	}
	t.format = indexFormat{userKeys: p.IndexKeyIsUserKey, deltas: p.IndexValueIsDelta, firstKey: p.IndexType == indexFirstKey}
	return t.resolveGlobalSeq(h)
}

// resolveGlobalSeq decides the sequence number of an ingested table.
func (t *Table) resolveGlobalSeq(h Handle) error {
	p := &t.props
	if p.ExternalVersion < 2 {
		if p.GlobalSeq != 0 {
			return t.corrupt(h.Offset, "properties: global sequence number in a table of external version %d", p.ExternalVersion)
		}
		return nil
	}
	largest := t.opts.LargestSeq
	if largest == 0 || largest == base.MaxSeq {
		return nil
	}
	if p.GlobalSeq == 0 {
		p.GlobalSeq = largest
	}
	if p.GlobalSeq != largest {
		return t.corrupt(h.Offset, "properties: global sequence number is %d, the MANIFEST says %d", p.GlobalSeq, largest)
	}
	return nil
}

// seq is the effective sequence number of an entry.
func (t *Table) seq(tr base.Trailer) uint64 {
	if g := t.props.GlobalSeq; g != 0 {
		return g
	}
	return tr.Seq()
}

// window holds bytes of the file that were read ahead.
type window struct {
	buf   []byte
	off   int64
	ahead int // how much to read at once beyond need; doubles up to maxAhead
}

const (
	firstAhead = 32 << 10
	maxAhead   = 256 << 10
)

// raw returns a stored block with its trailer. It aliases the window.
func (t *Table) raw(win *window, h Handle) ([]byte, error) {
	limit := uint64(t.footer.offset)
	if h.Size > limit || h.Offset > limit || h.Offset+h.Size+trailerLen > limit {
		return nil, t.corrupt(h.Offset, "block of %d bytes does not fit before the footer", h.Size)
	}
	need := int(h.Size) + trailerLen
	off := int64(h.Offset)
	if rel := off - win.off; rel >= 0 && rel+int64(need) <= int64(len(win.buf)) {
		return win.buf[rel : rel+int64(need)], nil
	}
	n := need
	if win.ahead > 0 && h.Offset < t.dataEnd {
		n = int(min(max(int64(need), int64(win.ahead)), max(int64(t.dataEnd)-off, int64(need))))
		win.ahead = min(2*win.ahead, maxAhead)
	}
	if cap(win.buf) < n {
		win.buf = make([]byte, n)
	}
	win.buf, win.off = win.buf[:n], off
	if err := t.readAt(win.buf, off); err != nil {
		win.buf = win.buf[:0]
		return nil, err
	}
	return win.buf, nil
}

func (t *Table) readAt(p []byte, off int64) error {
	n, err := t.src.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return base.Corrupt(t.opts.File, off, "table ends inside a block: %d of %d bytes", n, len(p))
	}
	return fmt.Errorf("read table %s at offset %d: %w", t.opts.File, off, err)
}

// verify checks the checksum of a block with its trailer.
func (t *Table) verify(raw []byte, h Handle) error {
	if t.footer.checksum == checksumNone {
		return nil
	}
	c := base.NewCursor(raw[h.Size+1:])
	stored := c.Fixed32()
	if want := t.footer.checksum.sum(raw[:h.Size+1]) + t.footer.modifier(h.Offset); want != stored {
		return t.corrupt(h.Offset, "block checksum is %#08x, want %#08x", stored, want)
	}
	return nil
}

// inflate decompresses a block with its trailer. The result aliases raw if the
// block is stored as it is, else *buf, which is replaced if it is too small.
// buf may be nil.
func (t *Table) inflate(raw []byte, h Handle, buf *[]byte, useDict bool) ([]byte, error) {
	typ := raw[h.Size]
	var dst []byte
	if buf != nil {
		dst = *buf
	}
	out, err := t.dec.decompress(dst, raw[:h.Size:h.Size], typ, useDict)
	var codec errCodec
	if errors.As(err, &codec) {
		return nil, base.Unsupported(t.opts.File, int64(h.Offset), "%s", codec.Error())
	}
	if err != nil {
		return nil, t.corrupt(h.Offset, "decompress block: %v", err)
	}
	if buf != nil && typ != codecNone && cap(out) > cap(dst) {
		*buf = out
	}
	return out, nil
}

// block reads, verifies and decompresses a block; see inflate. A block that is
// stored as it is aliases the window.
func (t *Table) block(win *window, h Handle, buf *[]byte, useDict bool) ([]byte, error) {
	raw, err := t.raw(win, h)
	if err != nil {
		return nil, err
	}
	if err := t.verify(raw, h); err != nil {
		return nil, err
	}
	return t.inflate(raw, h, buf, useDict)
}
