package aim_test

import (
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
)

// A database that a writer has just opened: its MANIFEST names no table, and
// all data is in the log 000005.log.
const (
	freshCurrent  = "MANIFEST-000004\n"
	freshManifest = "56f9b8f81c0001011a6c6576656c64622e4279746577697365436f6d70617261746f72" +
		"f4030c5a040001020004005181c778060001090003050400"
)

// chunk is the content of a database.
type chunk map[string][]byte

// key encodes components: strings, and ints as integers.
func key(components ...any) string {
	var b []byte
	for _, c := range components {
		switch c := c.(type) {
		case string:
			b = codec.AppendStringKey(b, c)
		case int:
			b = codec.AppendIntKey(b, int64(c))
		case int64:
			b = codec.AppendIntKey(b, c)
		}
	}
	return string(b)
}

// put adds a whole value at a path.
func (c chunk) put(v codec.Value, components ...any) {
	base := key(components...)
	for path, value := range codec.EncodeLeaves(v).All() {
		c[base+string(path)] = slices.Clone(value)
	}
}

// putBlob adds an entry whose value is a blob.
func (c chunk) putBlob(v codec.Value, components ...any) {
	k := key(components...)
	c[k] = []byte{}
	c["BLOBS\xfe"+k] = codec.AppendValue(nil, v)
}

// write makes a database in dir, as a killed writer leaves it.
func (c chunk) write(t testing.TB, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	manifest, err := hex.DecodeString(freshManifest)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"CURRENT": []byte(freshCurrent), "MANIFEST-000004": manifest, "LOCK": {}, "000005.log": c.log()} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// log is a write-ahead log with one batch an entry.
func (c chunk) log() []byte {
	var out []byte
	seq := uint64(1)
	for _, k := range slices.Sorted(maps.Keys(c)) {
		batch := binary.LittleEndian.AppendUint64(nil, seq)
		batch = binary.LittleEndian.AppendUint32(batch, 1)
		batch = append(batch, 1) // put
		batch = append(binary.AppendUvarint(batch, uint64(len(k))), k...)
		batch = append(binary.AppendUvarint(batch, uint64(len(c[k]))), c[k]...)
		out = appendRecord(out, batch)
		seq++
	}
	return out
}

// appendRecord appends a record to a log of blocks of 32 KiB.
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
		crc := crc32.Update(0, crc32.MakeTable(crc32.Castagnoli), append([]byte{kind}, record[:n]...))
		out = binary.LittleEndian.AppendUint32(out, (crc>>15|crc<<17)+0xa282ead8)
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		out = append(append(out, kind), record[:n]...)
		record = record[n:]
	}
	return out
}

const testHash = "0123456789abcdef01234567"

// syntheticRun is a run made by hand. Paths of meta and seqs begin behind the
// run's hash, those of rows behind the layout's.
type syntheticRun struct {
	meta, seqs chunk
}

func newRun() *syntheticRun {
	r := &syntheticRun{meta: chunk{}, seqs: chunk{}}
	r.metaPut(codec.DictValue(nil), "attrs")
	r.metaPut(codec.Value{}, "end_time")
	return r
}

func (r *syntheticRun) metaPut(v codec.Value, path ...any) {
	r.meta.put(v, append([]any{"meta", "chunks", testHash}, path...)...)
}

// trace adds the entry of a sequence.
func (r *syntheticRun) trace(ctx codec.Value, name, dtype string, version int64, more ...codec.Entry) {
	id := codec.ContextID(ctx)
	r.metaPut(ctx, "contexts", id)
	fields := append([]codec.Entry{
		{Key: codec.StringKey("dtype"), Value: codec.StringValue(dtype)}, {Key: codec.StringKey("version"), Value: codec.IntValue(version)},
	}, more...)
	r.metaPut(codec.DictValue(fields), "traces", id, name)
}

// cell adds one cell of a metric in layout 2; nil means that it is missing.
func (r *syntheticRun) cell(ctx codec.Value, name, column string, step codec.Value, v codec.Value) {
	path := []any{"seqs", "v2", "chunks", testHash, codec.ContextID(ctx), name, column}
	r.seqs[key(path...)] = []byte{codec.TagList}
	r.seqs.put(v, append(path, codec.ContextID(step))...)
}

// point adds a whole row of a metric in layout 2.
func (r *syntheticRun) point(ctx codec.Value, name string, step, value codec.Value, time float64) {
	r.cell(ctx, name, "val", step, value)
	r.cell(ctx, name, "epoch", step, codec.Value{})
	r.cell(ctx, name, "time", step, codec.FloatValue(time))
	r.cell(ctx, name, "step", step, step)
}

// object adds a value of a sequence in layout 1.
func (r *syntheticRun) object(ctx codec.Value, name string, step int, v codec.Value) {
	path := []any{"seqs", "chunks", testHash, codec.ContextID(ctx), name, "val"}
	r.seqs[key(path...)] = []byte{codec.TagList}
	r.seqs.put(v, append(path, step)...)
}

// write makes a repository of the run and opens it.
func (r *syntheticRun) write(t testing.TB) (*aim.Repo, string) {
	t.Helper()
	root := t.TempDir()
	r.meta.write(t, filepath.Join(root, ".aim", "meta", "chunks", testHash))
	r.seqs.write(t, filepath.Join(root, ".aim", "seqs", "chunks", testHash))
	return openRepo(t, root), root
}

var noContext = codec.DictValue(nil)
