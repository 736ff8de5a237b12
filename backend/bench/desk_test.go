package main

import (
	"context"
	"testing"

	"aimdesk/backend/desk"
	"aimdesk/backend/internal/gen"
)

// openSmall opens a generated repository of runs with five metrics each.
func openSmall(b *testing.B, runs int) *opened {
	b.Helper()
	s := &suite{ctx: context.Background(), dir: b.TempDir()}
	root := b.TempDir()
	if err := gen.Write(s.ctx, root, gen.Config{Seed: 9, Runs: runs, Metrics: 5, Points: 20}); err != nil {
		b.Fatal(err)
	}
	index := b.TempDir()
	if _, err := desk.Reindex(s.ctx, root, desk.ReindexConfig{IndexDir: index}); err != nil {
		b.Fatal(err)
	}
	o, err := s.openDesk(index, root)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := o.close(); err != nil {
			b.Error(err)
		}
	})
	return o
}

func BenchmarkMetrics(b *testing.B) {
	o := openSmall(b, 200)
	b.ReportAllocs()
	for b.Loop() {
		if m, err := o.Metrics(b.Context(), desk.MetricsRequest{Query: aimMetrics}); err != nil || len(m) == 0 {
			b.Fatal(len(m), err)
		}
	}
}

func BenchmarkRunDetail(b *testing.B) {
	o := openSmall(b, 20)
	v, err := o.Runs(b.Context(), desk.RunsRequest{})
	if err != nil {
		b.Fatal(err)
	}
	refs, err := o.ViewHashes(v.View)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		ref := refs[i%len(refs)]
		if _, err := o.Run(b.Context(), ref.Repository, ref.Hash); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
