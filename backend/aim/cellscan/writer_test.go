package cellscan_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"aimdesk/backend/internal/vfs"
)

// op is one operation of a write batch.
type op struct {
	kind       byte // 0 delete, 1 put, 15 delete range
	key, value string
	seq        uint64
}

// batch is what a writer writes at once.
type batch []op

const (
	opDelete = 0
	opPut    = 1
	opRange  = 15
)

func checksum(data []byte) uint32 {
	crc := crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
	return (crc>>15 | crc<<17) + 0xa282ead8
}

func appendSlice(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// appendRecord appends a record to a log, with padding and fragments.
func appendRecord(out, record []byte) []byte {
	const blockSize, headerSize = 32 << 10, 7
	const full, first, middle, last = 1, 2, 3, 4
	for begin := true; begin || len(record) > 0; begin = false {
		left := blockSize - len(out)%blockSize
		if left < headerSize {
			out = append(out, make([]byte, left)...)
			left = blockSize
		}
		n := min(len(record), left-headerSize)
		kind := byte(middle)
		switch end := n == len(record); {
		case begin && end:
			kind = full
		case begin:
			kind = first
		case end:
			kind = last
		}
		out = binary.LittleEndian.AppendUint32(out, checksum(append([]byte{kind}, record[:n]...)))
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		out = append(append(out, kind), record[:n]...)
		record = record[n:]
	}
	return out
}

// encodeLog makes a log of batches.
func encodeLog(batches []batch) []byte {
	var out []byte
	for _, b := range batches {
		rec := binary.LittleEndian.AppendUint64(nil, b[0].seq)
		rec = binary.LittleEndian.AppendUint32(rec, uint32(len(b)))
		for _, o := range b {
			rec = appendSlice(append(rec, o.kind), o.key)
			if o.kind != opDelete {
				rec = appendSlice(rec, o.value)
			}
		}
		out = appendRecord(out, rec)
	}
	return out
}

// blockWriter makes a block with a restart point every interval entries.
type blockWriter struct {
	interval int
	buf      []byte
	last     []byte
	restarts []uint32
	n        int
}

// add adds an entry. A nil value leaves out its length, and the caller appends
// what an index has instead.
func (w *blockWriter) add(key, value []byte) (shared int) {
	if w.n%w.interval == 0 {
		w.restarts = append(w.restarts, uint32(len(w.buf)))
	} else {
		for shared < min(len(key), len(w.last)) && key[shared] == w.last[shared] {
			shared++
		}
	}
	w.n++
	w.buf = binary.AppendUvarint(w.buf, uint64(shared))
	w.buf = binary.AppendUvarint(w.buf, uint64(len(key)-shared))
	if value != nil {
		w.buf = binary.AppendUvarint(w.buf, uint64(len(value)))
	}
	w.buf = append(append(w.buf, key[shared:]...), value...)
	w.last = slices.Clone(key)
	return shared
}

func (w *blockWriter) finish() []byte {
	if len(w.restarts) == 0 {
		w.restarts = []uint32{0}
	}
	for _, r := range w.restarts {
		w.buf = binary.LittleEndian.AppendUint32(w.buf, r)
	}
	return binary.LittleEndian.AppendUint32(w.buf, uint32(len(w.restarts)))
}

// entry is an entry of a table.
type entry struct {
	key, value string
	trailer    uint64
}

func (e entry) internal() []byte { return binary.LittleEndian.AppendUint64([]byte(e.key), e.trailer) }

func sortEntries(es []entry) {
	slices.SortFunc(es, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(b.trailer, a.trailer))
	})
}

// tableFile is a table with what the MANIFEST says of it.
type tableFile struct {
	level             int
	data              []byte
	smallest, largest []byte // internal keys
	minSeq, maxSeq    uint64
}

type blockAt struct{ offset, size int }

func (b blockAt) encode() []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(b.offset)), uint64(b.size))
}

// flush makes a table of batches as RocksDB does: of each key the newest
// version, and all range deletions. keepAll keeps older versions as well.
func flush(batches []batch, blockSize int, keepAll bool) tableFile {
	var points, dels []entry
	t := tableFile{minSeq: 1 << 60}
	note := func(key []byte) {
		if t.smallest == nil || compareInternal(key, t.smallest) < 0 {
			t.smallest = key
		}
		if t.largest == nil || compareInternal(key, t.largest) > 0 {
			t.largest = key
		}
	}
	for _, b := range batches {
		for _, o := range b {
			t.minSeq, t.maxSeq = min(t.minSeq, o.seq), max(t.maxSeq, o.seq)
			e := entry{o.key, o.value, o.seq<<8 | uint64(o.kind)}
			if o.kind == opRange {
				dels = append(dels, e)
				note(e.internal())
				note(entry{key: o.value, trailer: 1<<64 - 256 + opRange}.internal())
				continue
			}
			points = append(points, e)
			note(e.internal())
		}
	}
	sortEntries(points)
	sortEntries(dels)
	if !keepAll {
		points = slices.CompactFunc(points, func(a, b entry) bool { return a.key == b.key })
	}
	t.data = encodeTable(points, dels, blockSize)
	return t
}

func compareInternal(a, b []byte) int {
	ua, ub := a[:len(a)-8], b[:len(b)-8]
	return cmp.Or(bytes.Compare(ua, ub), cmp.Compare(binary.LittleEndian.Uint64(b[len(ub):]), binary.LittleEndian.Uint64(a[len(ua):])))
}

// encodeTable makes a table of sorted entries.
func encodeTable(points, dels []entry, blockSize int) []byte {
	w := tableWriter{}
	data := blockWriter{interval: 16}
	for i, e := range points {
		data.add(e.internal(), []byte(e.value))
		lastOfKey := i+1 == len(points) || points[i+1].key != e.key
		if i+1 == len(points) || (len(data.buf) >= blockSize && lastOfKey) {
			w.data(e.key, data.finish())
			data = blockWriter{interval: 16}
		}
	}
	if len(dels) == 0 {
		return w.finish(nil)
	}
	block := blockWriter{interval: 1}
	for _, d := range dels {
		block.add(d.internal(), []byte(d.value))
	}
	return w.finish(block.finish())
}

// encodeBlocks makes a table of one data block and one of range deletions.
func encodeBlocks(data, dels []byte) []byte {
	w := tableWriter{}
	w.data(base+"\xff", data)
	return w.finish(dels)
}

// tableWriter makes a table of blocks.
type tableWriter struct {
	out   []byte
	index blockWriter
}

func (w *tableWriter) store(block []byte) blockAt {
	at := blockAt{len(w.out), len(block)}
	block = append(slices.Clone(block), 0) // not compressed
	w.out = append(w.out, block...)
	w.out = binary.LittleEndian.AppendUint32(w.out, checksum(block))
	return at
}

// data adds a data block whose keys are up to user.
func (w *tableWriter) data(user string, block []byte) {
	at := w.store(block)
	w.index.interval = 1
	w.index.add([]byte(user), nil)
	w.index.buf = append(w.index.buf, at.encode()...)
}

func (w *tableWriter) finish(dels []byte) []byte {
	var delsAt blockAt
	if dels != nil {
		delsAt = w.store(dels)
	}
	meta := blockWriter{interval: 1}
	meta.add([]byte("rocksdb.properties"), storeProperties(w.store).encode())
	if dels != nil {
		meta.add([]byte("rocksdb.range_del"), delsAt.encode())
	}
	metaAt := w.store(meta.finish())
	indexAt := w.store(w.index.finish())
	footer := append([]byte{1}, append(metaAt.encode(), indexAt.encode()...)...)
	footer = append(footer, make([]byte, 41-len(footer))...)
	footer = binary.LittleEndian.AppendUint32(footer, 5)
	footer = binary.LittleEndian.AppendUint64(footer, 0x88e241b785f4cff7)
	return append(w.out, footer...)
}

func storeProperties(store func([]byte) blockAt) blockAt {
	w := blockWriter{interval: 1}
	w.add([]byte("rocksdb.block.based.table.index.type"), []byte{0, 0, 0, 0})
	w.add([]byte("rocksdb.comparator"), []byte("leveldb.BytewiseComparator"))
	w.add([]byte("rocksdb.index.key.is.user.key"), []byte{1})
	w.add([]byte("rocksdb.index.value.is.delta.encoded"), []byte{1})
	return store(w.finish())
}

// database is what is on disk: tables, oldest first, and batches in logs.
type database struct {
	tables []tableFile
	logs   [][]batch
}

// write makes the files of the database on disk.
func (d *database) write(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, file := range d.files("") {
		if err := os.WriteFile(filepath.Join(dir, name), file.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// files makes the files of the database in memory, below dir.
func (d *database) files(dir string) fstest.MapFS {
	files := fstest.MapFS{}
	put := func(name string, data []byte) { files[path.Join(dir, name)] = &fstest.MapFile{Data: data} }
	firstLog := uint64(10 + len(d.tables))
	edit := appendSlice([]byte{1}, "leveldb.BytewiseComparator")
	edit = binary.AppendUvarint(append(edit, 2), firstLog)
	edit = binary.AppendUvarint(append(edit, 3), firstLog+100)
	edit = binary.AppendUvarint(append(edit, 4), 1<<40)
	for i, f := range d.tables {
		number := uint64(10 + i)
		put(fmt.Sprintf("%06d.sst", number), f.data)
		edit = binary.AppendUvarint(edit, 103)
		for _, n := range []uint64{uint64(f.level), number, uint64(len(f.data))} {
			edit = binary.AppendUvarint(edit, n)
		}
		edit = appendSlice(appendSlice(edit, string(f.smallest)), string(f.largest))
		edit = binary.AppendUvarint(binary.AppendUvarint(edit, f.minSeq), f.maxSeq)
		edit = append(edit, 1) // no more fields
	}
	put("CURRENT", []byte("MANIFEST-000004\n"))
	put("MANIFEST-000004", appendRecord(nil, edit))
	for i, batches := range d.logs {
		put(fmt.Sprintf("%06d.log", firstLog+uint64(i)), encodeLog(batches))
	}
	return files
}

// memory is a file system in memory.
type memory struct{ fstest.MapFS }

func (m memory) Open(name string) (vfs.File, error) {
	f, err := m.MapFS.Open(filepath.ToSlash(name))
	if err != nil {
		return nil, err
	}
	return f.(vfs.File), nil
}

func (m memory) Stat(name string) (fs.FileInfo, error) { return m.MapFS.Stat(filepath.ToSlash(name)) }

func (m memory) ReadDir(name string) ([]fs.DirEntry, error) {
	return m.MapFS.ReadDir(filepath.ToSlash(name))
}
