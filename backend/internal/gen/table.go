package gen

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"os"

	"github.com/klauspost/compress/snappy"
)

// Layout of tables, as Aim's options have it.
const (
	blockSize     = 4096
	dataRestarts  = 16
	tableVersion  = 5
	tableMagic    = 0x88e241b785f4cff7
	checksumCRC   = 1
	noCompression = 0
	withSnappy    = 1
	footerHandles = 40 // bytes, padded with zeros
)

// Names of meta blocks.
const (
	nameProperties = "rocksdb.properties"
	nameRangeDel   = "rocksdb.range_del"
)

// table writes one table: entries in order, then range deletions in order.
type table struct {
	number uint64
	level  int
	size   int64

	// Bounds, as the MANIFEST has them.
	smallest, largest []byte
	minSeq, maxSeq    uint64

	f    *os.File
	out  *bufio.Writer
	err  error
	buf  []byte
	data block
	last []byte // user key of the entry before

	index    block
	rangeDel block
	blocks   int
	counts   tableCounts
	smallSeq uint64
	largeEnd []byte
}

type tableCounts struct {
	entries, deletions, rangeDels uint64
	rawKey, rawValue, dataSize    uint64
}

func createTable(path string, number uint64, level int) (*table, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	t := &table{number: number, level: level, f: f, out: bufio.NewWriterSize(f, 64<<10), minSeq: maxSequence}
	t.data.interval, t.index.interval, t.rangeDel.interval = dataRestarts, 1, 1
	return t, nil
}

// appendInternal appends an internal key.
func appendInternal(dst, user []byte, seq uint64, kind byte) []byte {
	return binary.LittleEndian.AppendUint64(append(dst, user...), seq<<8|uint64(kind))
}

// add adds an entry; keys come in order, each once.
func (t *table) add(key, value []byte, seq uint64, kind byte) {
	if t.data.size() >= blockSize {
		t.endBlock()
	}
	if t.counts.entries == 0 {
		t.smallest = appendInternal(nil, key, seq, kind)
		t.smallSeq = seq
	}
	t.buf = appendInternal(t.buf[:0], key, seq, kind)
	t.data.add(t.buf, value)
	t.last = append(t.last[:0], key...)
	t.largest = append(t.largest[:0], t.buf...)
	t.count(t.buf, value, seq)
	if kind == kindDelete {
		t.counts.deletions++
	}
}

func (t *table) count(key, value []byte, seq uint64) {
	t.counts.entries++
	t.counts.rawKey += uint64(len(key))
	t.counts.rawValue += uint64(len(value))
	t.minSeq, t.maxSeq = min(t.minSeq, seq), max(t.maxSeq, seq)
}

// deleteRange adds the deletion of all from start to start and 0xff.
func (t *table) deleteRange(start []byte, seq uint64) {
	end := append(bytes.Clone(start), 0xff)
	key := appendInternal(nil, start, seq, kindRangeDelete)
	t.rangeDel.add(key, end)
	t.count(key, end, seq)
	t.counts.deletions++
	t.counts.rangeDels++
	if t.counts.rangeDels == 1 {
		small := t.smallest[:max(0, len(t.smallest)-8)]
		if c := bytes.Compare(start, small); len(small) == 0 || c < 0 || (c == 0 && seq > t.smallSeq) {
			t.smallest = key
		}
	}
	if bytes.Compare(end, t.largeEnd) > 0 {
		t.largeEnd = end
	}
}

func (t *table) endBlock() {
	if t.data.size() == 0 {
		return
	}
	before := t.size
	handle := t.writeBlock(t.data.finish(), true)
	t.counts.dataSize += uint64(t.size - before)
	t.blocks++
	t.index.addHandle(t.last, handle)
	t.data.reset()
}

// writeBlock writes a block with its trailer and answers its handle.
func (t *table) writeBlock(data []byte, compress bool) []byte {
	kind := byte(noCompression)
	if compress {
		// A block that hardly shrinks is stored as it is.
		if packed := snappy.Encode(nil, data); len(packed) < len(data)-len(data)/8 {
			data, kind = packed, withSnappy
		}
	}
	handle := binary.AppendUvarint(nil, uint64(t.size))
	handle = binary.AppendUvarint(handle, uint64(len(data)))
	t.buf = append(append(t.buf[:0], data...), kind)
	t.buf = binary.LittleEndian.AppendUint32(t.buf, maskedCRC(t.buf))
	t.write(t.buf)
	return handle
}

func (t *table) write(data []byte) {
	if t.err == nil {
		_, t.err = t.out.Write(data)
	}
	t.size += int64(len(data))
}

// finish writes what follows the data and closes the file.
func (t *table) finish() error {
	t.endBlock()
	if n := len(t.largest); t.largeEnd != nil && (n == 0 || bytes.Compare(t.largeEnd, t.largest[:n-8]) > 0) {
		t.largest = appendInternal(nil, t.largeEnd, maxSequence, kindRangeDelete)
	}
	index := t.index.finish()
	indexHandle := t.writeBlock(index, true)
	meta := block{interval: 1}
	var dels []byte
	if t.counts.rangeDels > 0 {
		dels = t.writeBlock(t.rangeDel.finish(), false)
	}
	props := t.properties(len(index))
	meta.add([]byte(nameProperties), t.writeBlock(props.finish(), false))
	if dels != nil {
		meta.add([]byte(nameRangeDel), dels)
	}
	metaHandle := t.writeBlock(meta.finish(), false)
	footer := append(append([]byte{checksumCRC}, metaHandle...), indexHandle...)
	footer = append(footer, make([]byte, 1+footerHandles-len(footer))...)
	footer = binary.LittleEndian.AppendUint32(footer, tableVersion)
	t.write(binary.LittleEndian.AppendUint64(footer, tableMagic))
	if err := t.out.Flush(); t.err == nil {
		t.err = err
	}
	if err := t.f.Close(); t.err == nil {
		t.err = err
	}
	return t.err
}

// properties is the block that says how the table is made, in order of names.
func (t *table) properties(indexSize int) *block {
	b := &block{interval: 1}
	number := func(name string, v uint64) { b.add([]byte(name), binary.AppendUvarint(nil, v)) }
	text := func(name, v string) { b.add([]byte(name), []byte(v)) }
	c := &t.counts
	b.add([]byte("rocksdb.block.based.table.index.type"), make([]byte, 4))
	text("rocksdb.block.based.table.prefix.filtering", "0")
	text("rocksdb.block.based.table.whole.key.filtering", "1")
	number("rocksdb.column.family.id", 0)
	text("rocksdb.column.family.name", "default")
	text("rocksdb.comparator", "leveldb.BytewiseComparator")
	text("rocksdb.compression", "Snappy")
	number("rocksdb.creation.time", epoch0)
	number("rocksdb.data.size", c.dataSize)
	number("rocksdb.deleted.keys", c.deletions)
	number("rocksdb.filter.size", 0)
	number("rocksdb.fixed.key.length", 0)
	number("rocksdb.format.version", 0)
	number("rocksdb.index.key.is.user.key", 1)
	number("rocksdb.index.size", uint64(indexSize))
	number("rocksdb.index.value.is.delta.encoded", 1)
	number("rocksdb.merge.operands", 0)
	text("rocksdb.merge.operator", "nullptr")
	number("rocksdb.num.data.blocks", uint64(t.blocks))
	number("rocksdb.num.entries", c.entries)
	number("rocksdb.num.range-deletions", c.rangeDels)
	number("rocksdb.oldest.key.time", epoch0)
	text("rocksdb.prefix.extractor.name", "nullptr")
	text("rocksdb.property.collectors", "[]")
	number("rocksdb.raw.key.size", c.rawKey)
	number("rocksdb.raw.value.size", c.rawValue)
	return b
}

// block is a block under construction.
type block struct {
	interval int // entries a restart point
	out      []byte
	restarts []uint32
	count    int
	last     []byte
}

func (b *block) size() int { return len(b.out) }

func (b *block) reset() {
	b.out, b.restarts, b.count, b.last = b.out[:0], b.restarts[:0], 0, b.last[:0]
}

func (b *block) header(key []byte) (shared int) {
	if b.count%b.interval == 0 {
		b.restarts = append(b.restarts, uint32(len(b.out)))
	} else {
		for shared < min(len(key), len(b.last)) && key[shared] == b.last[shared] {
			shared++
		}
	}
	b.count++
	b.last = append(b.last[:0], key...)
	b.out = binary.AppendUvarint(b.out, uint64(shared))
	b.out = binary.AppendUvarint(b.out, uint64(len(key)-shared))
	return shared
}

func (b *block) add(key, value []byte) {
	shared := b.header(key)
	b.out = binary.AppendUvarint(b.out, uint64(len(value)))
	b.out = append(append(b.out, key[shared:]...), value...)
}

// addHandle adds an entry of an index with delta-encoded values: every entry
// is a restart point, so that the handle is whole and has no length.
func (b *block) addHandle(key, handle []byte) {
	shared := b.header(key)
	b.out = append(append(b.out, key[shared:]...), handle...)
}

func (b *block) finish() []byte {
	if len(b.restarts) == 0 {
		b.restarts = append(b.restarts, 0)
	}
	for _, r := range b.restarts {
		b.out = binary.LittleEndian.AppendUint32(b.out, r)
	}
	return binary.LittleEndian.AppendUint32(b.out, uint32(len(b.restarts)))
}
