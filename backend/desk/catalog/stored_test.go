package catalog

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aimql"
	"aimdesk/backend/store"
)

// plainRun hides what a run offers to evaluation besides aimql.Run.
type plainRun struct{ aimql.Run }

func randomValue(rng *rand.Rand, depth int) codec.Value {
	switch n := rng.IntN(11); {
	case n == 0:
		return codec.Value{}
	case n == 1:
		return codec.BoolValue(rng.IntN(2) == 0)
	case n <= 3:
		return codec.IntValue(rng.Int64N(4) - 1)
	case n == 4:
		return codec.FloatValue([]float64{0, 1, 0.5, math.NaN(), math.Inf(1)}[rng.IntN(5)])
	case n <= 6:
		return codec.StringValue([]string{"", "a", "b", strings.Repeat("long", 50)}[rng.IntN(4)])
	case n == 7 || depth > 2:
		return codec.BytesValue([]byte("a"))
	case n == 8:
		return codec.ListValue([]codec.Value{randomValue(rng, depth+1), randomValue(rng, depth+1)})
	}
	var entries []codec.Entry
	for _, key := range []string{"a", "b", "get", "keys", "", strings.Repeat("k", 200)} {
		if rng.IntN(3) > 0 {
			entries = append(entries, codec.Entry{Key: codec.StringKey(key), Value: randomValue(rng, depth+1)})
		}
	}
	if rng.IntN(6) == 0 {
		entries = append(entries, codec.Entry{Key: codec.IntKey(3), Value: codec.IntValue(3)})
	}
	return codec.DictValue(entries)
}

// Params decoded the short way are what the whole tree has.
func TestParamsAreThoseOfTheTree(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	lists := 0
	for range 3000 {
		value := codec.DictValue([]codec.Entry{{Key: codec.StringKey("p"), Value: randomValue(rng, 0)}})
		c := New("r")
		c.Put(&store.Run{Hash: "h", Params: codec.EncodeLeaves(value)}, aim.State{})
		row, _ := c.Row("h")
		want, _ := row.ParamAt(codec.Path{codec.StringKey("p")}.Append(nil))
		get, _ := NewGetter("params.p", 0, func(string) string { return "" })
		got, ok := get.Get(row)
		if !ok || string(got.AppendJSON(nil)) != string(want.AppendJSON(nil)) || got.Kind() != want.Kind() {
			t.Fatalf("got %s, want %s", got.AppendJSON(nil), want.AppendJSON(nil))
		}
		if want.Kind() == codec.KindList {
			lists++
		}
	}
	if lists < 100 {
		t.Errorf("only %d lists were compared", lists)
	}
}

// What evaluation uses to be fast changes no answer and no error.
func TestStoredParamsChangeNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	c := New("r")
	for i := range 60 {
		var entries []codec.Entry
		for _, key := range []string{"p", "q", "d"} {
			if rng.IntN(5) > 0 {
				entries = append(entries, codec.Entry{Key: codec.StringKey(key), Value: randomValue(rng, 0)})
			}
		}
		params := codec.EncodeLeaves(codec.DictValue(entries))
		if rng.IntN(10) == 0 && len(params) > 2 {
			params = params[:rng.IntN(len(params))] // damaged
		}
		c.Put(&store.Run{Hash: fmt.Sprint(i), Params: params}, aim.State{})
	}
	var texts []string
	for _, path := range []string{"p", "q.a", "d.b", "d.get", "d['a', 'b']", "p[0]", "d[3]", "d.a.b.a"} {
		for _, op := range []string{"==", "!=", "<", "<=", ">", ">=", "is", "is not", "in"} {
			for _, k := range []string{"None", "True", "1", "-1", "0.5", "''", "'a'", "'" + strings.Repeat("long", 50) + "'"} {
				texts = append(texts, "run."+path+" "+op+" "+k)
			}
		}
		texts = append(texts,
			"'a' in run."+path, "'nope' not in run."+path, "1 in run."+path, "any(k == 'b' for k in run."+path+")",
			"[k for k in run."+path+"] == ['a', 'b']", "all(run.d[k] != 1 for k in run."+path+")",
			"len([1 for k in run."+path+" for j in run."+path+" if j == k]) > 1",
			"run."+path+" == 1 or 'b' in run."+path+" and run.p is not None")
	}
	ctx := context.Background()
	matched := 0
	for _, text := range texts {
		q, err := aimql.Compile(text, aimql.Runs, aimql.Options{All: true})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		plan := q.Plan()
		m := NewMatcher(q)
		for _, r := range c.Rows() {
			run := m.bind(r)
			got, gotErr := q.EvalRun(ctx, run)
			want, wantErr := q.EvalRun(ctx, plainRun{run})
			if got != want || fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
				t.Fatalf("%s of run %s is %t, %v; want %t, %v", text, r.Run.Hash, got, gotErr, want, wantErr)
			}
			if !got {
				continue
			}
			matched++
			for _, p := range plan.Run {
				if !p.HoldsRun(run) {
					t.Fatalf("%s of run %s is true although %s is not", text, r.Run.Hash, p)
				}
			}
		}
	}
	if matched < 1000 {
		t.Errorf("only %d times a query was true", matched)
	}
}
