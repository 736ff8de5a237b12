// Package livewriter writes one run of an Aim repository as a live process
// does: what is tracked goes to the logs of two databases, one assignment
// after the other, in the shape that Aim 3.29 gives them. It never writes
// tables.
package livewriter

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"

	"aimdesk/backend/aim/codec"
)

// A database that a writer has just opened: its MANIFEST names no table.
const (
	current  = "MANIFEST-000004\n"
	manifest = "56f9b8f81c0001011a6c6576656c64622e4279746577697365436f6d70617261746f72" +
		"f4030c5a040001020004005181c778060001090003050400"
)

// Hash is the hash of the run.
const Hash = "0123456789abcdef01234567"

// NoContext is the empty context.
var NoContext = codec.DictValue(nil)

// TB is the part of testing.TB that is needed.
type TB interface {
	Helper()
	Fatal(args ...any)
}

// Run is a run that is being written.
type Run struct {
	// Root is the folder that holds .aim.
	Root string
	// Meta and Seqs are the run's databases.
	Meta, Seqs *Database

	lastStep map[string]int64
}

// New begins a run in a new repository at root.
func New(t TB, root string) *Run {
	t.Helper()
	r := &Run{
		Root: root, lastStep: map[string]int64{},
		Meta: newDatabase(t, filepath.Join(root, ".aim", "meta", "chunks", Hash)),
		Seqs: newDatabase(t, filepath.Join(root, ".aim", "seqs", "chunks", Hash)),
	}
	r.Meta.Mark(Key("meta", "chunks", Hash, "attrs"), codec.TagDict)
	r.End(codec.Value{})
	r.Sync(0)
	return r
}

// End assigns the end time: None for a run that goes on.
func (r *Run) End(v codec.Value) { r.Meta.Assign(Key("meta", "chunks", Hash, "end_time"), v) }

// Param assigns a parameter.
func (r *Run) Param(name string, v codec.Value) {
	r.Meta.Assign(Key("meta", "chunks", Hash, "attrs", name), v)
}

// Sync writes out what was done so far, but for the last cut bytes of the
// series: a record under way.
func (r *Run) Sync(cut int) {
	r.Meta.Sync(0)
	r.Seqs.Sync(cut)
}

// Track does what Run.track does with a number. time is in unix seconds.
func (r *Run) Track(name string, ctx, value, step, epoch codec.Value, time float64) {
	id := codec.ContextID(ctx)
	field := func(f string, v codec.Value) {
		r.Meta.Assign(Key("meta", "chunks", Hash, "traces", id, name, f), v)
	}
	cell := func(column string, v codec.Value) {
		r.Seqs.Assign(Key("seqs", "v2", "chunks", Hash, id, name, column, codec.ContextID(step)), v)
	}
	last, seen := r.lastStep[name]
	if !seen {
		r.Meta.Assign(Key("meta", "chunks", Hash, "contexts", id), ctx)
		field("dtype", codec.StringValue("float"))
		field("version", codec.IntValue(2))
		field("first", value)
		field("first_step", step)
		for _, column := range []string{"val", "epoch", "time", "step"} {
			r.Seqs.Mark(Key("seqs", "v2", "chunks", Hash, id, name, column), codec.TagList)
		}
	}
	if s, ok := step.Number(); ok && (!seen || int64(s) > last) {
		field("last", value)
		field("last_step", step)
		r.lastStep[name] = int64(s)
	}
	cell("val", value)
	cell("epoch", epoch)
	cell("time", codec.FloatValue(time))
	cell("step", step)
}

// Key encodes components: strings, and ints as integers.
func Key(components ...any) string {
	var b []byte
	for _, c := range components {
		switch c := c.(type) {
		case string:
			b = codec.AppendStringKey(b, c)
		case int64:
			b = codec.AppendIntKey(b, c)
		}
	}
	return string(b)
}

// Database is a database that is being written.
type Database struct {
	t      TB
	dir    string
	seq    uint64
	number int
	log    []byte
	synced int // bytes of log that are written
}

func newDatabase(t TB, dir string) *Database {
	t.Helper()
	bytes, err := hex.DecodeString(manifest)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	for name, data := range map[string][]byte{"CURRENT": []byte(current), "MANIFEST-000004": bytes, "LOCK": nil} {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o644)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return &Database{t: t, dir: dir, seq: 1, number: 5}
}

// Tags of ops in a batch.
const (
	tagDelete      = 0
	tagPut         = 1
	tagRangeDelete = 15
)

// Assign puts a value at a path; what was there goes first.
func (d *Database) Assign(path string, v codec.Value) {
	n := uint32(2)
	b := []byte{tagRangeDelete}
	b = appendText(appendText(b, path), path+"\xff")
	b = append(b, tagRangeDelete)
	b = appendText(appendText(b, "BLOBS\xfe"+path), "BLOBS\xfe"+path+"\xff")
	for rest, value := range codec.EncodeLeaves(v).All() {
		leaf := path + string(rest)
		b = appendText(appendText(append(b, tagPut), leaf), string(value))
		b = appendText(append(b, tagDelete), "BLOBS\xfe"+leaf)
		n += 2
	}
	d.batch(n, b)
}

// Mark puts an entry and removes nothing, as the marker of an array.
func (d *Database) Mark(path string, value ...byte) {
	d.batch(1, appendText(appendText([]byte{tagPut}, path), string(value)))
}

// Remove deletes a path and all below it.
func (d *Database) Remove(path string) {
	d.batch(1, appendText(appendText([]byte{tagRangeDelete}, path), path+"\xff"))
}

func (d *Database) batch(n uint32, ops []byte) {
	rec := binary.LittleEndian.AppendUint64(nil, d.seq)
	rec = binary.LittleEndian.AppendUint32(rec, n)
	d.log = appendRecord(d.log, append(rec, ops...))
	d.seq += uint64(n)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Sync appends to the log's file what is not there yet, but for the last cut
// bytes.
func (d *Database) Sync(cut int) {
	d.t.Helper()
	from := d.synced
	d.synced = max(len(d.log)-cut, from)
	f, err := os.OpenFile(filepath.Join(d.dir, fmt.Sprintf("%06d.log", d.number)), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err == nil {
		_, err = f.Write(d.log[from:d.synced])
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// NextLog begins another log. The old one stays.
func (d *Database) NextLog() {
	d.t.Helper()
	d.Sync(0)
	d.number += 3
	d.log, d.synced = nil, 0
	d.Sync(0)
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
