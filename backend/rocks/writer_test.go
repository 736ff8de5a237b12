package rocks_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// dbWriter writes small databases as RocksDB would, byte by byte and with no
// code of the reader. It is the other half of the model test.
type dbWriter struct {
	tb   testing.TB
	dir  string
	seq  uint64
	next uint64 // file number
	wal  uint64
	log  []byte // of the current WAL
	man  []byte

	batch   []byte // ops not written yet
	ops     uint32
	mem     []version
	memDels []tombstone
	levels  [4][]uint64 // numbers of live tables
}

type version struct {
	key, value string
	seq        uint64
	kind       byte
}

type tombstone struct {
	start, end string
	seq        uint64
}

const (
	opDelete       = 0
	opPut          = 1
	opSingleDelete = 7
	opRangeDelete  = 15
)

func newDBWriter(tb testing.TB, dir string) *dbWriter {
	w := &dbWriter{tb: tb, dir: dir, seq: 1, next: 3, wal: 2}
	e := uvarints(nil, 1, 26)
	e = append(e, "leveldb.BytewiseComparator"...)
	w.edit(uvarints(e, 2, 2, 3, 3, 4, 0))
	w.file("CURRENT", []byte("MANIFEST-000001\n"))
	w.sync()
	return w
}

func uvarints(b []byte, vs ...uint64) []byte {
	for _, v := range vs {
		b = binary.AppendUvarint(b, v)
	}
	return b
}

func lengthPrefixed(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func maskedCRC(b []byte) uint32 {
	c := crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))
	return (c>>15 | c<<17) + 0xa282ead8
}

// frame appends a record to a log.
func frame(log, rec []byte) []byte {
	for first := true; first || len(rec) > 0; first = false {
		left := 32768 - len(log)%32768
		if left < 7 {
			log = append(log, make([]byte, left)...)
			left = 32768
		}
		n := min(len(rec), left-7)
		typ := byte(3)
		switch last := n == len(rec); {
		case first && last:
			typ = 1
		case first:
			typ = 2
		case last:
			typ = 4
		}
		body := append([]byte{typ}, rec[:n]...)
		log = binary.LittleEndian.AppendUint32(log, maskedCRC(body))
		log = binary.LittleEndian.AppendUint16(log, uint16(n))
		log = append(log, body...)
		rec = rec[n:]
	}
	return log
}

func (w *dbWriter) file(name string, data []byte) {
	w.tb.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), data, 0o600); err != nil {
		w.tb.Fatal(err)
	}
}

func (w *dbWriter) edit(e []byte) {
	w.man = frame(w.man, e)
	w.file("MANIFEST-000001", w.man)
}

// sync writes the current WAL out.
func (w *dbWriter) sync() { w.file(fmt.Sprintf("%06d.log", w.wal), w.log) }

// op adds an op to the current batch.
func (w *dbWriter) op(kind byte, key, value string) {
	w.batch = lengthPrefixed(append(w.batch, kind), key)
	seq := w.seq + uint64(w.ops)
	switch kind {
	case opRangeDelete:
		w.batch = lengthPrefixed(w.batch, value)
		w.memDels = append(w.memDels, tombstone{key, value, seq})
	case opPut:
		w.batch = lengthPrefixed(w.batch, value)
		fallthrough
	default:
		w.mem = append(w.mem, version{key, value, seq, kind})
	}
	w.ops++
}

// commit writes the batch.
func (w *dbWriter) commit() {
	rec := binary.LittleEndian.AppendUint64(nil, w.seq)
	rec = binary.LittleEndian.AppendUint32(rec, w.ops)
	w.log = frame(w.log, append(rec, w.batch...))
	w.seq += uint64(w.ops)
	w.batch, w.ops = nil, 0
}

// flush writes the memtable to a table of level 0 and starts a new WAL.
func (w *dbWriter) flush() {
	if len(w.mem)+len(w.memDels) == 0 {
		return
	}
	slices.SortFunc(w.mem, func(a, b version) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(b.seq, a.seq)) })
	slices.SortFunc(w.memDels, func(a, b tombstone) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.seq, a.seq))
	})
	// Range deletions that delete nothing never reach a table.
	dels := slices.DeleteFunc(w.memDels, func(d tombstone) bool { return d.start >= d.end })
	var e []byte
	if len(w.mem)+len(dels) > 0 {
		e = w.table(nil, 0, w.mem, dels)
	}
	w.mem, w.memDels, w.log = nil, nil, nil
	w.wal = w.next
	w.next++
	w.sync()
	w.edit(uvarints(e, 2, w.wal, 3, w.next, 4, w.seq-1))
}

// compact replaces all tables by level-1 tables with the live pairs of the
// flushed data, perTable in each, with sequence number 0.
func (w *dbWriter) compact(live []pair, perTable int) {
	w.flush()
	var e []byte
	for level, numbers := range w.levels {
		for _, n := range numbers {
			e = uvarints(e, 6, uint64(level), n)
		}
		w.levels[level] = nil
	}
	for part := range slices.Chunk(live, perTable) {
		var vs []version
		for _, p := range part {
			vs = append(vs, version{p.key, p.value, 0, opPut})
		}
		e = w.table(e, 1, vs, nil)
	}
	w.edit(uvarints(e, 3, w.next, 4, w.seq-1))
}

func internalKey(user string, seq uint64, kind byte) string {
	return user + string(binary.LittleEndian.AppendUint64(nil, seq<<8|uint64(kind)))
}

// table writes a table and appends the edit that adds it.
func (w *dbWriter) table(edit []byte, level int, vs []version, dels []tombstone) []byte {
	t := tableBuilder{}
	var index blockBuilder
	for part := range slices.Chunk(vs, 7) {
		var b blockBuilder
		for i, v := range part {
			b.add(internalKey(v.key, v.seq, v.kind), v.value, i%3 == 0)
		}
		last := part[len(part)-1]
		index.add(internalKey(last.key, last.seq, last.kind), string(t.block(b.finish())), true)
	}
	var meta blockBuilder
	if len(dels) > 0 {
		var b blockBuilder
		for _, d := range dels {
			b.add(internalKey(d.start, d.seq, opRangeDelete), d.end, true)
		}
		meta.add("rocksdb.range_del", string(t.block(b.finish())), true)
	}
	indexHandle := t.block(index.finish())
	metaHandle := t.block(meta.finish())
	footer := append(append([]byte{1}, metaHandle...), indexHandle...)
	footer = append(footer, make([]byte, 41-len(footer))...)
	footer = binary.LittleEndian.AppendUint32(footer, 2)
	footer = binary.LittleEndian.AppendUint64(footer, 0x88e241b785f4cff7)
	t.out = append(t.out, footer...)

	smallest, largest, lo, hi := bounds(vs, dels)
	number := w.next
	w.next++
	w.levels[level] = append(w.levels[level], number)
	w.file(fmt.Sprintf("%06d.sst", number), t.out)
	edit = uvarints(edit, 103, uint64(level), number, uint64(len(t.out)))
	edit = lengthPrefixed(lengthPrefixed(edit, smallest), largest)
	return uvarints(edit, lo, hi, 1)
}

// bounds returns the internal keys and the sequence numbers that bound a table.
func bounds(vs []version, dels []tombstone) (smallest, largest string, lo, hi uint64) {
	lo = 1 << 60
	var small, large string
	have := false
	if len(vs) > 0 {
		f, l := vs[0], vs[len(vs)-1]
		small, large, have = f.key, l.key, true
		smallest, largest = internalKey(f.key, f.seq, f.kind), internalKey(l.key, l.seq, l.kind)
	}
	for _, v := range vs {
		lo, hi = min(lo, v.seq), max(hi, v.seq)
	}
	for _, d := range dels {
		lo, hi = min(lo, d.seq), max(hi, d.seq)
		if !have || d.start <= small {
			small, smallest = d.start, internalKey(d.start, d.seq, opRangeDelete)
		}
		if !have || d.end > large {
			large, largest = d.end, internalKey(d.end, 1<<56-1, opRangeDelete)
		}
		have = true
	}
	return smallest, largest, lo, hi
}

type tableBuilder struct{ out []byte }

// block appends a stored block and returns its handle.
func (t *tableBuilder) block(data []byte) []byte {
	h := uvarints(nil, uint64(len(t.out)), uint64(len(data)))
	data = append(data, 0)
	t.out = append(t.out, data...)
	t.out = binary.LittleEndian.AppendUint32(t.out, maskedCRC(data))
	return h
}

type blockBuilder struct {
	out      []byte
	restarts []uint32
	last     string
}

func (b *blockBuilder) add(key, value string, restart bool) {
	shared := 0
	if restart || len(b.restarts) == 0 {
		b.restarts = append(b.restarts, uint32(len(b.out)))
	} else {
		for shared < min(len(key), len(b.last)) && key[shared] == b.last[shared] {
			shared++
		}
	}
	b.out = uvarints(b.out, uint64(shared), uint64(len(key)-shared), uint64(len(value)))
	b.out = append(append(b.out, key[shared:]...), value...)
	b.last = key
}

func (b *blockBuilder) finish() []byte {
	if len(b.restarts) == 0 {
		b.restarts = []uint32{0}
	}
	out := bytes.Clone(b.out)
	for _, r := range b.restarts {
		out = binary.LittleEndian.AppendUint32(out, r)
	}
	return binary.LittleEndian.AppendUint32(out, uint32(len(b.restarts)))
}
