package rocks_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks"
)

// follower applies what a Tail hands over to a model, and starts over where the
// tail is lost.
type follower struct {
	t    *testing.T
	dir  string
	keep bool
	opts rocks.Options
	tail *rocks.Tail
	m    model
	lost int
	ops  int
}

func (f *follower) start() {
	f.t.Helper()
	v, err := rocks.Open(context.Background(), f.dir, f.opts)
	if err != nil {
		f.t.Fatal(err)
	}
	f.m = model{}
	got, err := scan(v, rocks.IterOptions{})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, p := range got {
		f.m[p.key] = p.value
	}
	if f.tail, err = rocks.NewTail(v, f.opts); err != nil {
		f.t.Fatal(err)
	}
	f.tail.Keep(f.keep)
	if err := v.Close(); err != nil {
		f.t.Fatal(err)
	}
}

func (f *follower) apply(op rocks.Op) error {
	f.ops++
	switch op.Kind {
	case rocks.OpPut:
		f.m[string(op.Key)] = string(op.Value)
	case rocks.OpDelete:
		delete(f.m, string(op.Key))
	case rocks.OpRangeDelete:
		f.m.deleteRange(string(op.Key), string(op.Value))
	}
	return nil
}

func (f *follower) poll() {
	f.t.Helper()
	err := f.tail.Next(context.Background(), f.apply)
	if errors.Is(err, rocks.ErrTailLost) {
		f.lost++
		f.start()
		return
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

// retire removes what a writer removes: logs that are flushed, and tables that
// are compacted.
func (w *dbWriter) retire() {
	w.tb.Helper()
	live := map[string]bool{fmt.Sprintf("%06d.log", w.wal): true}
	for _, level := range w.levels {
		for _, n := range level {
			live[fmt.Sprintf("%06d.sst", n)] = true
		}
	}
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.tb.Fatal(err)
	}
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); (ext == ".log" || ext == ".sst") && !live[e.Name()] {
			if err := os.Remove(filepath.Join(w.dir, e.Name())); err != nil {
				w.tb.Fatal(err)
			}
		}
	}
}

// Whatever a writer does between two calls, the tail tells of it or says that
// it cannot.
func TestTailAgreesWithModel(t *testing.T) {
	lost, polls := 0, 0
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		w, m := newDBWriter(t, t.TempDir()), model{}
		f := &follower{t: t, dir: w.dir, keep: seed%2 == 0}
		f.start()
		for step := range 80 {
			for range rnd.IntN(3) {
				randomBatch(rnd, w, m)
			}
			w.sync()
			switch x := rnd.IntN(12); {
			case x < 4:
				w.flush()
				if x < 3 {
					w.retire()
				}
			case x == 4:
				w.compact(m.pairs(), 1+rnd.IntN(9))
				w.retire()
			case x < 7: // a record under way
				before := len(w.log)
				torn := frame(w.log, make([]byte, 40))
				w.file(fmt.Sprintf("%06d.log", w.wal), torn[:before+rnd.IntN(40)])
			}
			if rnd.IntN(3) == 0 {
				continue // writers do not wait for us
			}
			polls++
			f.poll()
			comparePairs(t, f.m.pairs(), m.pairs())
			if t.Failed() {
				t.Fatalf("seed %d step %d", seed, step)
			}
		}
		f.tail.Close()
		lost += f.lost
	}
	if lost == 0 || lost > polls/4 {
		t.Errorf("the tail was lost at %d of %d calls", lost, polls)
	}
}

// A log that was removed after its end was written is still read where it was
// kept open; without that, out of its table.
func TestTailCrossesRemovedLogs(t *testing.T) {
	for _, keep := range []bool{true, false} {
		for _, missed := range []int{0, 1, 2} {
			rnd := rand.New(rand.NewPCG(9, uint64(missed)))
			w, m := newDBWriter(t, t.TempDir()), model{}
			f := &follower{t: t, dir: w.dir, keep: keep}
			f.start()
			randomBatch(rnd, w, m)
			w.sync()
			f.poll()
			randomBatch(rnd, w, m)
			w.sync()
			w.flush()
			for range missed {
				randomBatch(rnd, w, m)
				w.flush()
			}
			w.retire()
			for n := range 2 { // the newest log is empty, then it is not
				f.poll()
				comparePairs(t, f.m.pairs(), m.pairs())
				if f.lost > 0 {
					t.Errorf("keep %v, %d logs missed: lost at call %d", keep, missed, n)
				}
				randomBatch(rnd, w, m)
				w.sync()
			}
			f.poll()
			comparePairs(t, f.m.pairs(), m.pairs())
			f.tail.Close()
			if f.tail.Switches() == 0 {
				t.Error("no other log was begun")
			}
		}
	}
}

// What was compacted before it was seen cannot be told.
func TestTailIsLostByCompaction(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	w, m := newDBWriter(t, t.TempDir()), model{}
	f := &follower{t: t, dir: w.dir}
	f.start()
	for range 3 {
		randomBatch(rnd, w, m)
		w.flush()
	}
	w.compact(m.pairs(), 5)
	w.retire()
	if err := f.tail.Next(context.Background(), f.apply); !errors.Is(err, rocks.ErrTailLost) {
		t.Fatalf("Next = %v, want ErrTailLost", err)
	}
	if err := f.tail.Next(context.Background(), f.apply); !errors.Is(err, rocks.ErrTailLost) {
		t.Fatalf("Next again = %v, want ErrTailLost", err)
	}
	f.start()
	comparePairs(t, f.m.pairs(), m.pairs())
}

func TestTailIsLostByAnotherDatabase(t *testing.T) {
	for name, change := range map[string]func(w *dbWriter){
		"removed":    func(w *dbWriter) { _ = os.RemoveAll(w.dir) },
		"log shrank": func(w *dbWriter) { w.file("000002.log", w.log[:len(w.log)/2]) },
		"flipped": func(w *dbWriter) {
			w.log = append(w.log, w.log...)
			w.log[len(w.log)-1] ^= 1
			w.log = frame(w.log, nil)
			w.sync()
		},
		"sequence gap":  func(w *dbWriter) { w.seq += 3; w.op(opPut, "a", "b"); w.commit(); w.sync() },
		"sequence back": func(w *dbWriter) { w.seq--; w.op(opPut, "a", "b"); w.commit(); w.sync() },
		"short batch":   func(w *dbWriter) { w.log = frame(w.log, []byte("short")); w.sync() },
		"wrong count":   func(w *dbWriter) { w.op(opPut, "a", "b"); w.ops++; w.commit(); w.sync() },
		"made anew": func(w *dbWriter) {
			_ = os.Remove(filepath.Join(w.dir, "000002.log"))
			w.man = nil
			e := append(uvarints(nil, 1, 26), "leveldb.BytewiseComparator"...)
			w.edit(uvarints(e, 2, 5, 3, 6, 4, 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(5, 5))
			w, m := newDBWriter(t, t.TempDir()), model{}
			for range 4 {
				randomBatch(rnd, w, m)
			}
			w.sync()
			f := &follower{t: t, dir: w.dir}
			f.start()
			change(w)
			if err := f.tail.Next(context.Background(), f.apply); !errors.Is(err, rocks.ErrTailLost) {
				t.Errorf("Next = %v, want ErrTailLost", err)
			}
		})
	}
}

func TestTailPassesErrorsOn(t *testing.T) {
	w := newDBWriter(t, t.TempDir())
	f := &follower{t: t, dir: w.dir}
	w.op(opPut, "a", "b")
	w.commit()
	f.start()
	w.sync()
	mine := errors.New("mine")
	if err := f.tail.Next(context.Background(), func(rocks.Op) error { return mine }); !errors.Is(err, mine) {
		t.Errorf("Next = %v, want the callback's error", err)
	}
	f.start()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := f.tail.Next(ctx, f.apply); !errors.Is(err, context.Canceled) {
		t.Errorf("Next = %v, want Canceled", err)
	}
	// An op that is refused is refused by name, not taken for a gap.
	f.start()
	w.op(2, "a", "") // merge
	w.batch = lengthPrefixed(w.batch, "v")
	w.commit()
	w.sync()
	var refused *rocks.UnsupportedError
	if err := f.tail.Next(context.Background(), f.apply); !errors.As(err, &refused) {
		t.Errorf("Next = %v, want UnsupportedError", err)
	}
}

func TestTailOfDamagedLogIsRefused(t *testing.T) {
	w := newDBWriter(t, t.TempDir())
	w.op(opPut, "a", "b")
	w.commit()
	w.log = append(frame(w.log, []byte("not a batch")), 0)
	w.sync()
	v := open(t, w.dir)
	if _, err := rocks.NewTail(v, rocks.Options{}); !errors.Is(err, rocks.ErrTailLost) {
		t.Errorf("NewTail = %v, want ErrTailLost", err)
	}
}

// countFS counts the bytes that are read, and the files that are open.
type countFS struct {
	vfs.FS
	bytes, open int64
}

type countFile struct {
	vfs.File
	fs *countFS
}

func (c *countFS) Open(name string) (vfs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	c.open++
	return &countFile{f, c}, nil
}

func (f *countFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	f.fs.bytes += int64(n)
	return n, err
}

func (f *countFile) Close() error {
	f.fs.open--
	return f.File.Close()
}

func (f *countFile) Stat() (fs.FileInfo, error) { return f.File.Stat() }

// The cost of a call follows what was appended, however much there is.
func TestTailReadsWhatIsNew(t *testing.T) {
	w := newDBWriter(t, t.TempDir())
	fsys := &countFS{FS: vfs.NewOS(0)}
	f := &follower{t: t, dir: w.dir, keep: true, opts: rocks.Options{FS: fsys}}
	f.start()
	n := 0
	write := func() {
		for range 20 {
			w.op(opPut, fmt.Sprintf("key %d", n), "value")
			w.commit()
			n++
		}
		w.sync()
	}
	var most int64
	for round := range 300 {
		write()
		if round%10 == 9 {
			w.flush()
			w.retire()
		}
		if round%80 == 79 {
			w.compact(f.m.pairs(), 1000)
			w.retire()
		}
		before := fsys.bytes
		f.poll()
		most = max(most, fsys.bytes-before)
	}
	if len(f.m) != n || f.lost > 0 {
		t.Errorf("%d of %d keys, lost %d times", len(f.m), n, f.lost)
	}
	// A block of the log that was begun, and what 20 puts take.
	if most > 40<<10 {
		t.Errorf("a call read %d bytes", most)
	}
	f.tail.Close()
	if fsys.open != 0 {
		t.Errorf("%d files are still open", fsys.open)
	}
}
