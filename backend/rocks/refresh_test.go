package rocks_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"aimdesk/backend/rocks"
)

// A chain of refreshed views agrees with the model at every step, and the view
// before each step keeps its state.
func TestRefreshFollowsTheWriter(t *testing.T) {
	for seed := range uint64(12) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		w, m := newDBWriter(t, t.TempDir()), model{}
		v, err := rocks.Open(context.Background(), w.dir, rocks.Options{Files: rocks.NewFileCache(8)})
		if err != nil {
			t.Fatal(err)
		}
		for step := range 40 {
			before := m.pairs()
			for range rnd.IntN(3) {
				randomBatch(rnd, w, m)
			}
			torn := 0
			switch x := rnd.IntN(20); {
			case x < 3:
				w.flush()
			case x == 3:
				w.compact(m.pairs(), 6)
			case x < 8:
				// The reader comes while the next record is half written.
				torn = 1 + rnd.IntN(9)
			}
			w.sync()
			if torn > 0 {
				f, err := os.OpenFile(filepath.Join(w.dir, newestLog(t, w.dir)), os.O_APPEND|os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				next := frame(w.log, []byte("half of a record"))[len(w.log):]
				if _, err := f.Write(next[:min(torn, len(next)-1)]); err != nil {
					t.Fatal(err)
				}
				if err := f.Close(); err != nil {
					t.Fatal(err)
				}
			}
			next, err := v.Refresh(context.Background())
			if err != nil {
				t.Fatalf("seed %d step %d: %v", seed, step, err)
			}
			checkModel(t, rnd, next, m)
			old, err := scan(v, rocks.IterOptions{})
			// Compaction may have removed tables of the old view; here they stay.
			if err != nil {
				t.Fatal(err)
			}
			comparePairs(t, old, before)
			if len(next.Damage()) > 0 || t.Failed() {
				t.Fatalf("seed %d step %d: damage %v", seed, step, next.Damage())
			}
			if err := v.Close(); err != nil {
				t.Fatal(err)
			}
			v = next
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func newestLog(t *testing.T, dir string) string {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatalf("no log: %v", err)
	}
	return filepath.Base(logs[len(logs)-1])
}

func TestRefreshTellsChanges(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	w, m := newDBWriter(t, t.TempDir()), model{}
	randomBatch(rnd, w, m)
	w.sync()
	v := open(t, w.dir)
	step := func(what string, want bool, change func()) {
		t.Helper()
		change()
		w.sync()
		next, err := v.Refresh(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if v.Changed(next) != want {
			t.Errorf("%s: changed %v, want %v", what, !want, want)
		}
		checkModel(t, rnd, next, m)
		if err := errors.Join(v.Close(), v.Close()); err != nil {
			t.Error(err)
		}
		v = next
	}
	step("nothing", false, func() {})
	step("a batch", true, func() { randomBatch(rnd, w, m) })
	step("nothing again", false, func() {})
	step("a flush", true, w.flush)
	step("nothing after the flush", false, func() {})
	step("two views of one log", true, func() { randomBatch(rnd, w, m) })
	// A log that was cut and rewritten is read anew.
	step("a new log of less", true, func() {
		w.log = nil
		w.mem, w.memDels = nil, nil
		w.sync()
		m = model{}
		for _, p := range readDamaged(w.dir).pairs {
			m[p.key] = p.value
		}
	})
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

// Two views that grow out of one do not write over each other's memtable.
func TestTwoRefreshesOfOneView(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 6))
	w, m := newDBWriter(t, t.TempDir()), model{}
	randomBatch(rnd, w, m)
	w.sync()
	v := open(t, w.dir)
	for range 3 {
		randomBatch(rnd, w, m)
		w.sync()
		a, err := v.Refresh(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		atA := m.pairs()
		randomBatch(rnd, w, m)
		w.sync()
		b, err := v.Refresh(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		got, err := scan(a, rocks.IterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		comparePairs(t, got, atA)
		checkModel(t, rnd, b, m)
		if err := errors.Join(a.Close(), b.Close()); err != nil {
			t.Error(err)
		}
	}
}
