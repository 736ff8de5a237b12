package main

import (
	"context"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aimql"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/internal/gen"
	"aimdesk/backend/store"
)

// records makes the records of generated runs without writing them.
func records(c gen.Config) []*store.Run {
	var out []*store.Run
	for i := range c.Count() {
		g := c.Run(i)
		r := &store.Run{Hash: g.Hash, EndTimeKnown: true, EndTime: &g.End, Params: codec.EncodeLeaves(g.Params), HasRow: true, SeriesDone: true}
		r.Props = store.Properties{Hash: g.Hash, Name: &g.Name, Experiment: &g.Experiment, Tags: g.Tags, Archived: &g.Archived, CreationTime: &g.Created}
		for _, m := range g.Metrics {
			r.Traces = append(r.Traces, store.Trace{
				Kind: "metric", Name: m.Name, ContextID: codec.ContextID(m.Context), Context: codec.EncodeLeaves(m.Context),
			})
		}
		out = append(out, r)
	}
	return out
}

func finished(*store.Run) aim.State { return aim.State{Name: aim.StateFinished} }

// wide is a part of many, so that a benchmark is quick.
var wide = gen.Config{Seed: 2, Runs: 1000, Metrics: 3, Points: 0, Params: 150, Tags: 50}

func BenchmarkCatalogFill(b *testing.B) {
	runs := records(wide)
	b.ReportAllocs()
	for b.Loop() {
		catalog.New("r").Replace(runs, finished)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(runs)), "ns/run")
}

// BenchmarkCatalogPut replaces one run and lists all, as indexing does.
func BenchmarkCatalogPut(b *testing.B) {
	runs := records(wide)
	c := catalog.New("r")
	c.Replace(runs, finished)
	i := 0
	for b.Loop() {
		c.Put(runs[i%len(runs)], finished(nil))
		if len(c.Rows()) != len(runs) || len(c.Columns()) == 0 {
			b.Fatal("runs are lost")
		}
		i++
	}
}

func BenchmarkCatalogColumns(b *testing.B) {
	runs := records(wide)
	for b.Loop() {
		b.StopTimer()
		c := catalog.New("r")
		c.Replace(runs, finished)
		b.StartTimer()
		if len(c.Columns()) < 150 {
			b.Fatal("columns are missing")
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	c := catalog.New("r")
	c.Replace(records(wide), finished)
	for name, text := range map[string]string{
		"simple": "run.hparams.lr > 0.001",
		"metric": `run.metrics["loss", {"subset": "train"}].last == 1`,
		"tags":   `"tag-03" in run.tags`,
		"every":  everyParam(wide),
		"walk":   `any(k == "nope" for k in run.hparams)`,
	} {
		b.Run(name, func(b *testing.B) {
			q, err := aimql.Compile(text, aimql.Runs, aimql.Options{})
			if err != nil {
				b.Fatal(err)
			}
			rows := c.Rows()
			m := catalog.NewMatcher(q)
			b.ReportAllocs()
			for b.Loop() {
				for _, r := range rows {
					m.MatchRun(context.Background(), r)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(rows)), "ns/run")
		})
	}
}
