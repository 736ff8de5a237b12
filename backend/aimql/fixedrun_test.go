package aimql

import (
	"bufio"
	"os"
	"testing"
)

// memRun is a run for tests inside the package.
type memRun struct {
	props  map[Property]Value
	params Value
	traces map[string]memTrace
}

type memTrace map[string]Value

func (t memTrace) Field(name string) (Value, bool) { v, ok := t[name]; return v, ok }

func (r *memRun) Property(p Property) (Value, bool) { v, ok := r.props[p]; return v, ok }

func (r *memRun) Param(p *Path) (Value, bool) {
	v := r.params
	for _, k := range p.Keys {
		var ok bool
		if v, ok = child(v, k); !ok {
			return Value{}, false
		}
	}
	return v, true
}

func (r *memRun) Trace(t *TraceRef) (Trace, bool) {
	x, ok := r.traces[t.Name]
	if !ok || t.ByID || len(t.Context.dict().entries) > 0 {
		return nil, false
	}
	return x, true
}

type memSeq struct {
	memTrace
	name string
	ctx  Value
}

func (s *memSeq) Name() string   { return s.name }
func (s *memSeq) Context() Value { return s.ctx }

func pairs(kv ...any) Value {
	var out []Pair
	for i := 0; i < len(kv); i += 2 {
		out = append(out, Pair{Str(kv[i].(string)), kv[i+1].(Value)})
	}
	return Dict(out...)
}

func fixedRun() (*memRun, *memSeq) {
	trace := memTrace{"last": Float(0.25), "last_step": Int(99), "first": Float(2), "dtype": Str("float"), "version": Int(2)}
	run := &memRun{
		props: map[Property]Value{
			PropHash: Str("a1b2"), PropName: Str("run-1"), PropArchived: Bool(false), PropExperiment: Str("tuned"),
			PropTags: List(Str("even"), Str("best")), PropCreationTime: Float(1.7e9), PropUpdatedAt: Float(1.7e9), PropEndTime: Float(1.7e9 + 60),
		},
		params: pairs("hparams", pairs("lr", Float(0.01), "batch_size", Int(32), "opt", Str("adam"), "layers", List(Int(1), Int(2), Int(3)),
			"none", None(), "optimizer", pairs("name", Str("sgd"), "betas", List(Float(0.9), Float(0.999)))),
			"seed", Int(1), "model", Str("net-1"), "big", Int(1<<62)),
		traces: map[string]memTrace{"lr": trace, "loss": trace},
	}
	return run, &memSeq{trace, "loss", pairs("subset", Str("train"), "rank", Int(3))}
}

func readLinesF(f *testing.F, path string) []string {
	f.Helper()
	file, err := os.Open(path)
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = file.Close() }() // opened for reading
	var out []string
	for s := bufio.NewScanner(file); s.Scan(); {
		out = append(out, s.Text())
	}
	return out
}
