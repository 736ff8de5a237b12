package cellscan

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks/manifest"
)

// Wire format of the end of a table, as Aim's RocksDB writes it.
const (
	footerLen     = 53
	tableMagic    = 0x88e241b785f4cff7
	tableVersion  = 5
	checksumCRC32 = 1

	nameRangeDel   = "rocksdb.range_del"
	nameProperties = "rocksdb.properties"
	nameDictionary = "rocksdb.compression_dict"

	propIndexType  = "rocksdb.block.based.table.index.type"
	propUserKeys   = "rocksdb.index.key.is.user.key"
	propDeltas     = "rocksdb.index.value.is.delta.encoded"
	propExternal   = "rocksdb.external_sst_file."
	propTimestamps = "rocksdb.user.defined.timestamps.persisted"
)

const (
	// tailRead is how much of a table's end is read at once; footer,
	// properties and index lie there.
	tailRead = 8 << 10
	// dataRead is how much of the data blocks is read at once.
	dataRead = 256 << 10
	// maxMeta bounds the range deletions and the index of one table.
	maxMeta = 16 << 20
)

// tableReader reads tables one after the other and keeps its buffers.
type tableReader struct {
	file  vfs.File
	size  int64
	tail  region // end of the table
	extra region // what does not lie in the tail: the index last
	data  region // data blocks
	dels  region // range deletions
	index []byte // content of the index block

	metaBuf, indexBuf, dataBuf, delBuf []byte

	meta, ix, cells, dead entries
	col                   column // of the cells
	dataEnd               uint64
	rangeDel              handle
	hasRangeDel           bool
}

// region is a part of a file that was read.
type region struct {
	off int64
	buf []byte
}

// holds returns the bytes of a block if the region has them all.
func (r *region) holds(h handle) ([]byte, bool) {
	from := int64(h.offset) - r.off
	to := int64(h.end()) - r.off
	if from < 0 || to > int64(len(r.buf)) {
		return nil, false
	}
	return r.buf[from:to], true
}

// read fills the region from off.
func (r *region) read(f vfs.File, off, n int64) error {
	if int64(cap(r.buf)) < n {
		r.buf = make([]byte, n)
	}
	r.off, r.buf = off, r.buf[:n]
	if got, err := f.ReadAt(r.buf, off); got < len(r.buf) {
		r.buf = r.buf[:0]
		return fmt.Errorf("read table: %w", err)
	}
	return nil
}

// readTable tells the cells of one table.
func (s *scan) readTable(f *manifest.File) (err error) {
	file, err := s.fs.Open(filepath.Join(s.dir, fmt.Sprintf("%06d.sst", f.Number)))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // opened for reading: closing loses nothing
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if uint64(info.Size()) != f.Size || info.Size() < footerLen {
		return irregular("a table's size")
	}
	t := &s.table
	t.file, t.size = file, info.Size()
	if err := t.readTail(); err != nil {
		return err
	}
	if err := t.loadDels(&s.keys); err != nil {
		return err
	}
	t.col.leave()
	return t.readCells(s)
}

// readTail reads footer, metaindex, properties and index.
func (t *tableReader) readTail() error {
	n := min(t.size, tailRead)
	if err := t.tail.read(t.file, t.size-n, n); err != nil {
		return err
	}
	foot := t.tail.buf[n-footerLen:]
	if binary.LittleEndian.Uint64(foot[footerLen-8:]) != tableMagic || binary.LittleEndian.Uint32(foot[footerLen-12:]) != tableVersion || foot[0] != checksumCRC32 {
		return irregular("a table of another format")
	}
	metaindex, rest, ok1 := takeHandle(foot[1:])
	index, _, ok2 := takeHandle(rest)
	if !ok1 || !ok2 {
		return irregular("a table's footer")
	}
	if err := t.readMetaindex(metaindex); err != nil {
		return err
	}
	t.dataEnd = min(t.dataEnd, index.offset)
	raw, err := t.block(&t.tail, index)
	if err != nil {
		return err
	}
	t.index, err = openBlock(raw, &t.indexBuf)
	return err
}

// readMetaindex finds the range deletions and checks the properties.
func (t *tableReader) readMetaindex(h handle) error {
	raw, err := t.block(&t.tail, h)
	if err != nil {
		return err
	}
	block, err := openBlock(raw, &t.metaBuf)
	if err != nil {
		return err
	}
	if err := t.meta.reset(block, false); err != nil {
		return err
	}
	t.dataEnd, t.hasRangeDel = h.offset, false
	var props handle
	for t.meta.next() {
		at, _, ok := takeHandle(t.meta.value)
		if !ok {
			return irregular("a table's metaindex")
		}
		t.dataEnd = min(t.dataEnd, at.offset)
		switch string(t.meta.key) {
		case nameRangeDel:
			t.rangeDel, t.hasRangeDel = at, true
		case nameProperties:
			props = at
		case nameDictionary:
			return irregular("a compression dictionary")
		}
	}
	if err := t.meta.done(); err != nil {
		return err
	}
	return t.checkProperties(props)
}

// checkProperties refuses tables whose index has another form, and those that
// were not written by a flush or compaction.
func (t *tableReader) checkProperties(h handle) error {
	raw, err := t.block(&t.tail, h)
	if err != nil {
		return err
	}
	block, err := openBlock(raw, &t.metaBuf)
	if err != nil {
		return err
	}
	if err := t.meta.reset(block, false); err != nil {
		return err
	}
	var userKeys, deltas bool
	for t.meta.next() {
		key, value := t.meta.key, t.meta.value
		one := len(value) == 1 && value[0] == 1
		switch {
		case string(key) == propUserKeys:
			userKeys = one
		case string(key) == propDeltas:
			deltas = one
		case string(key) == propIndexType:
			if len(value) != 4 || binary.LittleEndian.Uint32(value) != 0 {
				return irregular("an index of another type")
			}
		case bytes.HasPrefix(key, []byte(propExternal)), string(key) == propTimestamps:
			return irregular("a table of another writer")
		}
	}
	if !userKeys || !deltas {
		return irregular("an index of another form")
	}
	return t.meta.done()
}

// block returns a stored block with its trailer, out of a region or read into
// it.
func (t *tableReader) block(r *region, h handle) ([]byte, error) {
	if h.size > maxMeta || h.offset > uint64(t.size) || h.end() > uint64(t.size) {
		return nil, irregular("a block's place")
	}
	if raw, ok := r.holds(h); ok {
		return raw, nil
	}
	if r == &t.tail { // keep the end: others lie there
		r = &t.extra
	}
	if err := r.read(t.file, int64(h.offset), int64(h.size)+trailerLen); err != nil {
		return nil, err
	}
	return r.buf, nil
}

// nextData moves the index to the next data block; ok is false at the end.
func (t *tableReader) nextData(h *handle) (ok bool, err error) {
	if !t.ix.next() {
		return false, t.ix.done()
	}
	// A value is a whole handle where the key is, else the difference in size.
	if t.ix.shared == 0 {
		at, rest, ok := takeHandle(t.ix.data)
		if !ok {
			return false, irregular("a table's index")
		}
		*h, t.ix.data = at, rest
	} else {
		delta, w := binary.Varint(t.ix.data)
		if w <= 0 {
			return false, irregular("a table's index")
		}
		*h = handle{h.end(), uint64(int64(h.size) + delta)}
		t.ix.data = t.ix.data[w:]
	}
	if h.size > maxMeta || h.offset > t.dataEnd || h.end() > t.dataEnd {
		return false, irregular("a data block's place")
	}
	return true, nil
}

// dataBlock returns the content of a data block, reading ahead.
func (t *tableReader) dataBlock(h handle) ([]byte, error) {
	raw, ok := t.data.holds(h)
	if !ok {
		n := max(int64(h.size)+trailerLen, min(dataRead, int64(t.dataEnd-h.offset)))
		if err := t.data.read(t.file, int64(h.offset), n); err != nil {
			return nil, err
		}
		raw, _ = t.data.holds(h)
	}
	return openBlock(raw, &t.dataBuf)
}
