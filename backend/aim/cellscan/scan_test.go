package cellscan_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/fstest"

	"aimdesk/backend/aim/cellscan"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks"
)

const base = "seqs\xfev2\xfechunks\xfeHASH\xfe"

func columnPath(ctx int64, name, col string) string {
	p := codec.AppendIntKey([]byte(base), ctx)
	return string(codec.AppendStringKey(codec.AppendStringKey(p, name), col))
}

func cellPath(column string, row uint64) string {
	return string(codec.AppendIntKey([]byte(column), int64(row)))
}

// writer writes as Aim does.
type writer struct {
	seq     uint64
	batches []batch
}

func (w *writer) write(ops ...op) {
	for i := range ops {
		w.seq++
		ops[i].seq = w.seq
	}
	w.batches = append(w.batches, ops)
}

// set assigns a value to a path.
func (w *writer) set(path, value string) {
	w.write(
		op{kind: opRange, key: path, value: path + "\xff"},
		op{kind: opRange, key: "BLOBS\xfe" + path, value: "BLOBS\xfe" + path + "\xff"},
		op{kind: opPut, key: path, value: value},
		op{kind: opDelete, key: "BLOBS\xfe" + path},
	)
}

// array makes the marker of a column.
func (w *writer) array(path string) {
	w.write(op{kind: opPut, key: path, value: "\x06"}, op{kind: opDelete, key: "BLOBS\xfe" + path})
}

func number(r *rand.Rand) string {
	switch r.IntN(5) {
	case 0:
		return "\x00"
	case 1:
		return string(binary.LittleEndian.AppendUint64([]byte{codec.TagInt}, r.Uint64()))
	}
	return string(binary.LittleEndian.AppendUint64([]byte{codec.TagFloat}, r.Uint64()))
}

// collector keeps the newest cells.
type collector struct {
	columns []string
	cells   map[string]string
}

func (c *collector) Column(path []byte) int {
	c.columns = append(c.columns, base+string(path))
	return len(c.columns) - 1
}

func (c *collector) Cell(column int, row uint64, tag byte, bits uint64) error {
	value := []byte{tag}
	if tag != codec.TagNone {
		value = binary.LittleEndian.AppendUint64(value, bits)
	}
	c.cells[cellPath(c.columns[column], row)] = string(value)
	return nil
}

func scan(dir string) (map[string]string, error) { return scanIn(vfs.NewOS(0), dir) }

func scanIn(fsys vfs.FS, dir string) (map[string]string, error) {
	c := &collector{cells: map[string]string{}}
	var s cellscan.Scanner
	_, err := s.Scan(context.Background(), fsys, dir, []byte(base), c)
	return c.cells, err
}

// merged reads the same cells through package rocks.
func merged(t testing.TB, dir string) map[string]string {
	t.Helper()
	v, err := rocks.Open(context.Background(), dir, rocks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	it := v.NewIter(rocks.IterOptions{Lower: []byte(base), Upper: []byte(base + "\xff")})
	got := map[string]string{}
	for ok := it.First(); ok; ok = it.Next() {
		if string(it.Value()) != "\x06" {
			got[string(it.Key())] = string(it.Value())
		}
	}
	if err := errors.Join(it.Close(), v.Close()); err != nil {
		t.Fatal(err)
	}
	return got
}

// history is a random life of a database. upset is an operation that Aim does
// not do; it comes in somewhere.
func history(r *rand.Rand, upset func(w *writer, column string, row uint64)) *database {
	w := &writer{}
	var columns []string
	for i := range 1 + r.IntN(3) {
		for _, col := range []string{"epoch", "step", "time", "val"} {
			p := columnPath(int64(r.Uint64()), fmt.Sprintf("metric %d", i), col)
			columns = append(columns, p)
			w.array(p)
		}
	}
	w.set("seqs\xfechunks\xfeHASH\xfe\xfe\x00\x00\x00\x00\x00\x00\x00\x00\xfetexts\xfeval\xfe", "\x0faim.text")
	d := &database{}
	files := r.IntN(5)
	total := 1 + r.IntN(400)
	at := r.IntN(total)
	for i := range total {
		column, row := columns[r.IntN(len(columns))], uint64(r.IntN(30))<<59|uint64(r.IntN(10))
		w.set(cellPath(column, row), number(r))
		if i == at && upset != nil {
			upset(w, column, row)
		}
		if r.IntN(total) < files && len(w.batches) > 0 {
			d.tables = append(d.tables, flush(w.batches, 1+r.IntN(500), false))
			w.batches = nil
		}
	}
	if len(w.batches) > 0 {
		cut := r.IntN(len(w.batches) + 1)
		for _, part := range [][]batch{w.batches[:cut], w.batches[cut:]} {
			if len(part) > 0 {
				d.logs = append(d.logs, part)
			}
		}
	}
	return d
}

func TestScanEqualsMerge(t *testing.T) {
	for seed := range uint64(150) {
		d := history(rand.New(rand.NewPCG(seed, 1)), nil)
		dir := d.write(t)
		got, err := scan(dir)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if want := merged(t, dir); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: %d cells, want %d: %q\nwant %q", seed, len(got), len(want), got, want)
		}
	}
}

// What Aim does not do must be noticed, or come out as it would by merging.
func TestScanNoticesWhatAimDoesNotDo(t *testing.T) {
	for name, upset := range map[string]func(w *writer, column string, row uint64){
		"delete a cell": func(w *writer, c string, row uint64) { w.write(op{kind: opDelete, key: cellPath(c, row)}) },
		"delete a cell's range": func(w *writer, c string, row uint64) {
			p := cellPath(c, row)
			w.write(op{kind: opRange, key: p, value: p + "\xff"})
		},
		"delete a column":    func(w *writer, c string, _ uint64) { w.write(op{kind: opRange, key: c, value: c + "\xff"}) },
		"make a column anew": func(w *writer, c string, _ uint64) { w.set(c, "\x06") },
		"delete everything":  func(w *writer, _ string, _ uint64) { w.write(op{kind: opRange, key: "", value: "z"}) },
		"delete from before the series": func(w *writer, c string, row uint64) {
			w.write(op{kind: opRange, key: "BLOBS", value: cellPath(c, row)})
		},
		"delete to beyond the series": func(w *writer, c string, row uint64) { w.write(op{kind: opRange, key: cellPath(c, row), value: "z"}) },
		"put without a delete":        func(w *writer, c string, row uint64) { w.write(op{kind: opPut, key: cellPath(c, row), value: "\x00"}) },
		"put before the delete": func(w *writer, c string, row uint64) {
			p := cellPath(c, row)
			w.write(op{kind: opPut, key: p, value: "\x00"}, op{kind: opRange, key: p, value: p + "\xff"})
		},
		"a text":          func(w *writer, c string, row uint64) { w.set(cellPath(c, row), "\x04text") },
		"a blob":          func(w *writer, c string, row uint64) { w.set(cellPath(c, row), "") },
		"a short number":  func(w *writer, c string, row uint64) { w.set(cellPath(c, row), "\x02\x01") },
		"below a cell":    func(w *writer, c string, row uint64) { w.set(cellPath(c, row)+"x\xfe", "\x00") },
		"above a cell":    func(w *writer, _ string, _ uint64) { w.set(base+"x\xfe", "\x00") },
		"a named row":     func(w *writer, c string, _ uint64) { w.set(c+"12345678\xfe", "\x00") },
		"a single delete": func(w *writer, c string, row uint64) { w.write(op{kind: 7, key: cellPath(c, row), value: ""}) },
	} {
		t.Run(name, func(t *testing.T) {
			noticed := 0
			for seed := range uint64(25) {
				d := history(rand.New(rand.NewPCG(seed, 2)), upset)
				if name == "a single delete" && len(d.tables) > 0 {
					continue // made for logs only
				}
				dir := d.write(t)
				got, err := scan(dir)
				if errors.Is(err, cellscan.ErrIrregular) {
					noticed++
					continue
				}
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if want := merged(t, dir); !reflect.DeepEqual(got, want) {
					t.Fatalf("seed %d: %d cells, want %d", seed, len(got), len(want))
				}
			}
			if noticed == 0 && name != "put without a delete" && name != "put before the delete" {
				t.Error("was never noticed")
			}
		})
	}
}

func TestScanRefusesOverlappingTables(t *testing.T) {
	w := &writer{}
	c := columnPath(1, "m", "val")
	w.array(c)
	w.set(cellPath(c, 1), "\x00")
	one := flush(w.batches, 100, false)
	d := &database{tables: []tableFile{one, one}}
	if _, err := scan(d.write(t)); !errors.Is(err, cellscan.ErrIrregular) {
		t.Errorf("tables of the same sequence numbers: got %v", err)
	}
	w.set(cellPath(c, 1), "\x00")
	if _, err := scan((&database{tables: []tableFile{flush(w.batches, 100, true)}}).write(t)); !errors.Is(err, cellscan.ErrIrregular) {
		t.Errorf("two versions of a cell in one table: got %v", err)
	}
}

func TestLowerLevelsAreOlder(t *testing.T) {
	c := columnPath(1, "m", "val")
	value := func(n byte) string { return string([]byte{codec.TagInt, n, 0, 0, 0, 0, 0, 0, 0}) }
	w := &writer{}
	w.array(c)
	w.set(cellPath(c, 1), value(1))
	w.set(cellPath(c, 2), value(1))
	deep := flush(w.batches, 100, false)
	deep.level = 1
	w.batches = nil
	w.set(cellPath(c, 2), value(2))
	dir := (&database{tables: []tableFile{flush(w.batches, 100, false), deep}}).write(t)
	got, err := scan(dir)
	want := map[string]string{cellPath(c, 1): value(1), cellPath(c, 2): value(2)}
	if err != nil || !reflect.DeepEqual(got, want) || !reflect.DeepEqual(merged(t, dir), want) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestErrorOfTheSinkIsReturned(t *testing.T) {
	d := history(rand.New(rand.NewPCG(3, 3)), nil)
	stop := errors.New("stop")
	var s cellscan.Scanner
	if _, err := s.Scan(context.Background(), vfs.NewOS(0), d.write(t), []byte(base), stopper{stop}); !errors.Is(err, stop) || errors.Is(err, cellscan.ErrIrregular) {
		t.Errorf("got %v", err)
	}
}

type stopper struct{ err error }

func (stopper) Column([]byte) int                      { return 0 }
func (s stopper) Cell(int, uint64, byte, uint64) error { return s.err }

// Damage anywhere is noticed, or in a place that does not matter.
func TestScanNoticesDamage(t *testing.T) {
	d := history(rand.New(rand.NewPCG(12, 4)), nil)
	dir := d.write(t)
	want, err := scan(dir)
	if err != nil || len(d.tables) == 0 || len(d.logs) == 0 {
		t.Fatalf("%d tables, %d logs, %v", len(d.tables), len(d.logs), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(data); at += 1 + len(data)/150 {
			bad := bytes.Clone(data)
			bad[at] ^= 0x41
			if err := os.WriteFile(path, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			if got, err := scan(dir); err == nil && !reflect.DeepEqual(got, want) {
				t.Errorf("%s: byte %d flipped: read something else", e.Name(), at)
			} else if err != nil && !errors.Is(err, cellscan.ErrIrregular) {
				t.Errorf("%s: byte %d flipped: %v", e.Name(), at, err)
			}
			if filepath.Ext(path) == ".log" {
				continue // a log cut short is what a writer leaves
			}
			if err := os.WriteFile(path, data[:at], 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := scan(dir); !errors.Is(err, cellscan.ErrIrregular) {
				t.Errorf("%s: cut at %d: %v", e.Name(), at, err)
			}
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzScan(f *testing.F) {
	w := &writer{}
	c, d := columnPath(1, "m", "step"), columnPath(-1, "z", "val")
	w.array(c)
	w.set(cellPath(c, 1), "\x00")
	w.set(cellPath(c, 7), "\x02\x01\x00\x00\x00\x00\x00\x00\x00")
	w.array(d)
	w.set(cellPath(d, 1<<63), "\x03\x00\x00\x00\x00\x00\x00\xf0\x3f")
	file := flush(w.batches, 100, false)
	file.minSeq, file.maxSeq = 0, 1<<40
	f.Add(file.data, encodeLog(w.batches))
	f.Add([]byte{}, encodeLog(w.batches[:1]))
	f.Fuzz(func(t *testing.T, table, log []byte) {
		file := file
		file.data = table
		files := (&database{tables: []tableFile{file}}).files("db")
		files["db/000011.log"] = &fstest.MapFile{Data: log}
		if _, err := scanIn(memory{files}, "db"); err != nil && !errors.Is(err, cellscan.ErrIrregular) {
			t.Errorf("got %v", err)
		}
	})
}

// FuzzBlock puts any content into blocks whose checksums are right.
func FuzzBlock(f *testing.F) {
	w := blockWriter{interval: 16}
	c := columnPath(1, "m", "step")
	for row := range uint64(3) {
		w.add(entry{key: cellPath(c, row), trailer: 100<<8 | opPut}.internal(), []byte("\x00"))
	}
	del := blockWriter{interval: 1}
	del.add(entry{key: cellPath(c, 1), trailer: 50<<8 | opRange}.internal(), []byte(cellPath(c, 1)+"\xff"))
	f.Add(w.finish(), del.finish())
	f.Add([]byte{0, 0, 0, 0}, []byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, data, dels []byte) {
		file := tableFile{data: encodeBlocks(data, dels), maxSeq: 1 << 40,
			smallest: entry{key: base}.internal(), largest: entry{key: base + "\xff"}.internal()}
		files := (&database{tables: []tableFile{file}}).files("db")
		if _, err := scanIn(memory{files}, "db"); err != nil && !errors.Is(err, cellscan.ErrIrregular) {
			t.Errorf("got %v", err)
		}
	})
}
