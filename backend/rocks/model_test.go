package rocks_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"aimdesk/backend/rocks"
)

// model is what a database should hold.
type model map[string]string

func (m model) pairs() []pair {
	out := make([]pair, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, pair{k, m[k]})
	}
	return out
}

func (m model) deleteRange(start, end string) {
	for k := range m {
		if k >= start && k < end {
			delete(m, k)
		}
	}
}

// randomKey draws from few keys that share prefixes, so that ops collide.
func randomKey(rnd *rand.Rand) string {
	n := rnd.IntN(60)
	return fmt.Sprintf("%c/%02d\xfe", 'a'+n%3, n)
}

// randomBatch applies the same ops to the database and to the model.
func randomBatch(rnd *rand.Rand, w *dbWriter, m model) {
	for range 1 + rnd.IntN(6) {
		k := randomKey(rnd)
		switch x := rnd.IntN(20); {
		case x < 9:
			v := fmt.Sprintf("v%d", rnd.Uint32())
			w.op(opPut, k, v)
			m[k] = v
		case x < 12: // as Aim assigns a value
			w.op(opRangeDelete, k, k+"\xff")
			w.op(opPut, k, "cell")
			m.deleteRange(k, k+"\xff")
			m[k] = "cell"
		case x < 15:
			w.op(opDelete, k, "")
			delete(m, k)
		case x < 16:
			w.op(opSingleDelete, k, "")
			delete(m, k)
		case x < 19:
			end := randomKey(rnd)
			w.op(opRangeDelete, k, end) // may be empty or backwards
			m.deleteRange(k, end)
		default:
			w.op(opRangeDelete, k[:1], k[:1]+"\xff")
			m.deleteRange(k[:1], k[:1]+"\xff")
		}
	}
	w.commit()
}

func TestRandomDatabasesAgreeWithModel(t *testing.T) {
	for seed := range uint64(15) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		w, m := newDBWriter(t, t.TempDir()), model{}
		for step := range 60 {
			randomBatch(rnd, w, m)
			switch x := rnd.IntN(30); {
			case x < 4:
				w.flush()
			case x == 4:
				w.compact(m.pairs(), 1+rnd.IntN(9))
			}
			if step%6 != 5 {
				continue
			}
			w.sync()
			v, err := rocks.Open(context.Background(), w.dir, rocks.Options{Files: rocks.NewFileCache(3)})
			if err != nil {
				t.Fatalf("seed %d step %d: %v", seed, step, err)
			}
			checkModel(t, rnd, v, m)
			if t.Failed() {
				t.Fatalf("seed %d step %d", seed, step)
			}
			if err := v.Close(); err != nil {
				t.Fatal(err)
			}
			if d, err := rocks.Verify(context.Background(), w.dir, rocks.Options{}); err != nil || len(d) > 0 {
				t.Fatalf("seed %d step %d: Verify = %v, %v", seed, step, d, err)
			}
		}
	}
}

// checkModel compares scans, bounded scans, random seeks and point reads.
func checkModel(t *testing.T, rnd *rand.Rand, v *rocks.View, m model) {
	t.Helper()
	want := m.pairs()
	got, err := scan(v, rocks.IterOptions{})
	if err != nil {
		t.Error(err)
		return
	}
	comparePairs(t, got, want)
	lower, upper := []byte(randomKey(rnd)), []byte(randomKey(rnd))
	if got, err := scan(v, rocks.IterOptions{Lower: lower, Upper: upper}); err != nil || !slices.Equal(got, within(want, lower, upper)) {
		t.Errorf("bounds [%q, %q): %v, want %v: %v", lower, upper, got, within(want, lower, upper), err)
	}
	it := v.NewIter(rocks.IterOptions{})
	for range 20 {
		k := randomKey(rnd)
		value, ok, err := v.Get([]byte(k))
		if w, held := m[k]; err != nil || ok != held || string(value) != w {
			t.Errorf("Get(%q) = %q, %v, %v, want %q, %v", k, value, ok, err, w, held)
		}
		i, _ := slices.BinarySearchFunc(want, k, func(p pair, k string) int {
			return slices.Compare([]byte(p.key), []byte(k))
		})
		// A seek and a few steps on from wherever the last one ended.
		for ok, n := it.SeekGE([]byte(k)), rnd.IntN(4); n >= 0; ok, i, n = it.Next(), i+1, n-1 {
			if ok != (i < len(want)) || ok && (string(it.Key()) != want[i].key || string(it.Value()) != want[i].value) {
				t.Errorf("after seek to %q: %q, %v, want pair %d of %d", k, it.Key(), ok, i, len(want))
				break
			}
			if !ok {
				break
			}
		}
	}
	if err := it.Close(); err != nil {
		t.Error(err)
	}
}

// One history in every physical layout iterates alike.
func TestLayoutsOfOneHistoryAgree(t *testing.T) {
	layouts := map[string]func(w *dbWriter, m model, i int){
		"log only":     func(*dbWriter, model, int) {},
		"each batch":   func(w *dbWriter, _ model, _ int) { w.flush() },
		"every tenth":  func(w *dbWriter, _ model, i int) { flushEvery(w, i, 10) },
		"compacted":    func(w *dbWriter, m model, _ int) { w.compact(m.pairs(), 5) },
		"mixed levels": func(w *dbWriter, m model, i int) { compactEvery(w, m, i) },
	}
	for seed := range uint64(3) {
		var want []pair
		for name, layout := range layouts {
			rnd := rand.New(rand.NewPCG(seed, 2))
			w, m := newDBWriter(t, t.TempDir()), model{}
			for i := range 40 {
				randomBatch(rnd, w, m)
				layout(w, m, i)
			}
			w.sync()
			got, err := scan(open(t, w.dir), rocks.IterOptions{})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) || !slices.Equal(got, m.pairs()) {
				t.Errorf("seed %d: %s holds %d pairs, others %d, the model %d", seed, name, len(got), len(want), len(m))
			}
		}
	}
}

func flushEvery(w *dbWriter, i, n int) {
	if i%n == n-1 {
		w.flush()
	}
}

func compactEvery(w *dbWriter, m model, i int) {
	flushEvery(w, i, 3)
	if i == 20 {
		w.compact(m.pairs(), 4)
	}
}
