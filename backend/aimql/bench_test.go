package aimql

import (
	"context"
	"strconv"
	"testing"
)

// catalogue is a stand-in for a columnar one: a value for each path of the
// query, resolved once a search, and rows of nothing else.
type catalogue struct {
	columns [][]Value // by Path.Index
	row     int
	tags    Value
}

func (c *catalogue) Property(p Property) (Value, bool) {
	switch p {
	case PropArchived:
		return Bool(false), true
	case PropName:
		return Str("run-1"), true
	case PropTags:
		return c.tags, true
	case PropCreationTime:
		return Float(1.7e9), true
	}
	return Value{}, false
}

func (c *catalogue) Param(p *Path) (Value, bool) {
	if p.Index < 0 || p.Index >= len(c.columns) {
		return Value{}, false
	}
	return c.columns[p.Index][c.row], true
}

type benchTrace struct{}

func (benchTrace) Field(string) (Value, bool)      { return Float(0.5), true }
func (c *catalogue) Trace(*TraceRef) (Trace, bool) { return benchTrace{}, true }
func benchColumns(paths, rows int) (out [][]Value) {
	for range paths {
		col := make([]Value, rows)
		for i := range col {
			col[i] = Float(float64(i) / float64(rows))
		}
		out = append(out, col)
	}
	return out
}

var benchQueries = []struct{ name, text string }{
	{"simple", `run.hparams.lr < 0.05`},
	{"and", `run.hparams.lr < 0.05 and run.hparams.optimizer.beta >= 0.1 and run.name == "run-1"`},
	{"tags", `"even" in run.tags`},
	{"any", `any(t.startswith("e") for t in run.tags)`},
	{"metric", `run.metrics["loss", {"subset": "train"}].last < 0.3`},
	{"date", `run.created_at > datetime(2020, 1, 1)`},
	{"arithmetic", `run.hparams.lr * 10 + 1 > 1.5`},
	{"error", `run.name > 3`},
}

// One operation is a search over 1,000 runs.
func BenchmarkMatchRuns(b *testing.B) {
	const rows = 1000
	for _, bq := range benchQueries {
		b.Run(bq.name, func(b *testing.B) {
			q, err := Compile(bq.text, Runs, Options{})
			if err != nil {
				b.Fatal(err)
			}
			c := &catalogue{columns: benchColumns(len(q.ParamPaths()), rows), tags: List(Str("a"), Str("even"))}
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				for c.row = range rows {
					q.MatchRun(ctx, c)
				}
			}
		})
	}
}

// One operation is a search over 10,000 runs of 150 params each, held as trees.
func BenchmarkMatchTrees(b *testing.B) {
	q, err := Compile(`run.hparams.p77 < 0.05 and run.hparams.p3 >= 0`, Runs, Options{})
	if err != nil {
		b.Fatal(err)
	}
	var pairs []Pair
	for i := range 150 {
		pairs = append(pairs, Pair{Str("p" + strconv.Itoa(i)), Float(float64(i))})
	}
	run := &memRun{props: map[Property]Value{PropArchived: Bool(false)}, params: Dict(Pair{Str("hparams"), Dict(pairs...)})}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		for range 10_000 {
			q.MatchRun(ctx, run)
		}
	}
}

func BenchmarkMatchSequences(b *testing.B) {
	q, err := Compile(`metric.name == "loss" and metric.context.subset == "train" and metric.last < 0.5`, Metrics, Options{})
	if err != nil {
		b.Fatal(err)
	}
	run, seq := fixedRun()
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		for range 1000 {
			q.MatchSequence(ctx, run, seq)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(benchQueries[1].text, Runs, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
