package catalog_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/store"
)

// randomRun makes a run whose params and metrics are some of a few.
func randomRun(rng *rand.Rand, hash string) *store.Run {
	r := &store.Run{Hash: hash, Traces: []store.Trace{}}
	if rng.IntN(8) > 0 {
		created := float64(rng.IntN(20)) // many are equal
		r.Props.CreationTime = &created
	}
	var entries []codec.Entry
	for i := range 12 {
		if rng.IntN(4) > 0 {
			entries = append(entries, codec.Entry{Key: codec.StringKey(fmt.Sprintf("p%d", i)), Value: codec.IntValue(rng.Int64N(5))})
		}
	}
	r.Params = codec.EncodeLeaves(codec.DictValue(entries))
	for i := range 4 {
		if rng.IntN(2) > 0 {
			r.Traces = append(r.Traces, store.Trace{Kind: "metric", Name: fmt.Sprintf("m%d", i), Context: codec.EncodeLeaves(codec.DictValue(nil))})
		}
	}
	return r
}

// A catalog that was changed step by step answers what one does that was
// filled at once with the same runs.
func TestChangesAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	c := catalog.New("r")
	runs := map[string]*store.Run{}
	finished := func(*store.Run) aim.State { return aim.State{Name: aim.StateFinished} }
	for step := range 600 {
		hash := fmt.Sprintf("%02d", rng.IntN(40))
		before := c.Revision()
		switch old, have := runs[hash]; {
		case have && rng.IntN(4) == 0:
			delete(runs, hash)
			c.Remove(hash)
		case have && rng.IntN(3) == 0:
			again := *old // another record of a run that did not change
			again.Params = slices.Clone(old.Params)
			again.SeriesDone = true
			runs[hash] = &again
			c.Put(&again, finished(nil))
		default:
			runs[hash] = randomRun(rng, hash)
			c.Put(runs[hash], finished(nil))
		}
		if c.Revision() == before {
			t.Fatalf("step %d: the revision stays %d", step, before)
		}
		if step%3 > 0 {
			continue // several changes at once
		}
		whole := catalog.New("r")
		var all []*store.Run
		for _, r := range runs {
			all = append(all, r)
		}
		whole.Replace(all, finished)
		if got, want := order(c), order(whole); !slices.Equal(got, want) {
			t.Fatalf("step %d: rows are %v, want %v", step, got, want)
		}
		if got, want := sortedColumns(c), sortedColumns(whole); !reflect.DeepEqual(got, want) {
			t.Fatalf("step %d: columns are %+v, want %+v", step, got, want)
		}
	}
}

func order(c *catalog.Catalog) []string {
	var out []string
	for _, r := range c.Rows() {
		out = append(out, r.Run.Hash)
	}
	return out
}

// sortedColumns lists the columns by key: those of equal paths may come in any
// order.
func sortedColumns(c *catalog.Catalog) []catalog.Column {
	out := slices.Clone(c.Columns())
	slices.SortFunc(out, func(a, b catalog.Column) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	return out
}

// Params are found whatever else other runs have.
func TestParamsOfManyShapes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	c := catalog.New("r")
	for i := range 200 {
		c.Put(randomRun(rng, fmt.Sprint(i)), aim.State{})
	}
	found := 0
	for i := range 12 {
		key := fmt.Sprintf("params.p%d", i)
		get, ok := catalog.NewGetter(key, 0, func(string) string { return "" })
		if !ok {
			t.Fatalf("there is no column %s", key)
		}
		for _, r := range c.Rows() {
			want, there := codec.Value{}, false
			for _, e := range codec.DecodeTree(r.Run.Params).Entries() {
				if "params."+e.Key.Str == key {
					want, there = e.Value, true
				}
			}
			got, ok := get.Get(r)
			if ok != there || (ok && got.Int() != want.Int()) {
				t.Fatalf("%s of run %s is %v %v, want %v %v", key, r.Run.Hash, got, ok, want, there)
			}
			if ok {
				found++
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d params were compared", found)
	}
}
