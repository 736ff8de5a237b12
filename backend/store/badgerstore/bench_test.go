package badgerstore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
	"aimdesk/backend/store/storetest"
)

// benchmarkStore has runs of 5 metrics of 200 points and of 150 parameters.
func benchmarkStore(b *testing.B, runs int) (*Store, []*store.Run) {
	b.Helper()
	s, err := Open(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s, benchmarkRuns(runs)
}

func benchmarkRuns(n int) []*store.Run {
	all := make([]*store.Run, n)
	for i := range all {
		all[i] = storetest.SampleRun(fmt.Sprintf("%024x", rand.Uint64()), 5)
		params := all[i].Params[:0]
		for k := range 150 {
			params = fmt.Appendf(params, "hparams.group%d.name%d=%d;", k/10, k, i*k)
		}
		all[i].Params = params
	}
	return all
}

// BenchmarkWrite1250Metrics writes 250 runs with 5 metrics of 200 points each.
func BenchmarkWrite1250Metrics(b *testing.B) {
	s, runs := benchmarkStore(b, 250)
	columns := make([]*series.Columns, 5)
	for i := range columns {
		columns[i] = storetest.Points(200, i)
	}
	for b.Loop() {
		writeAll(b, s, runs, columns)
	}
}

func writeAll(b *testing.B, s store.Writer, runs []*store.Run, columns []*series.Columns) {
	b.Helper()
	for _, r := range runs {
		err := s.PutRun(context.Background(), r, func(put store.PutSeries) error {
			for i, c := range columns {
				if err := put(i, c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadSeries reads 1,000 of 1,250 metrics of 200 points in one batch.
func BenchmarkReadSeries(b *testing.B) {
	s, runs := benchmarkStore(b, 250)
	for _, r := range runs {
		if err := storetest.PutSample(context.Background(), s, r, 200, 1); err != nil {
			b.Fatal(err)
		}
	}
	var reqs []store.SeriesRef
	for _, k := range rand.Perm(1250)[:1000] {
		reqs = append(reqs, store.SeriesRef{Hash: runs[k/5].Hash, Trace: k % 5, To: -1})
	}
	b.ReportAllocs()
	for b.Loop() {
		points := 0
		err := s.SeriesBatch(context.Background(), reqs, func(_ int, c *series.Columns, err error) error {
			if err == nil {
				points += c.Len()
			}
			return err
		})
		if err != nil || points != 200_000 {
			b.Fatal(points, err)
		}
	}
}

// BenchmarkRuns10k lists 10,000 runs of 150 parameters.
func BenchmarkRuns10k(b *testing.B) {
	s, runs := benchmarkStore(b, 10_000)
	columns := []*series.Columns{storetest.Points(3, 1), storetest.Points(3, 2)}
	writeAll(b, s, runs, columns)
	props := make([]store.Properties, len(runs))
	for i, r := range runs {
		name := "name of " + r.Hash
		props[i] = store.Properties{Hash: r.Hash, Name: &name, Tags: []string{"tag"}}
	}
	if err := s.PutProperties(context.Background(), props); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		err := s.Runs(context.Background(), func(*store.Run) error {
			n++
			return nil
		})
		if err != nil || n != len(runs) {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkOpen opens an index of 250 runs and closes it again.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s, err := Open(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range benchmarkRuns(250) {
		if err := storetest.PutSample(context.Background(), s, r, 200, 1); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := Open(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecimate10M draws a range of a series of 10 million points out of
// the database, with the pyramid at hand.
func BenchmarkDecimate10M(b *testing.B) {
	s, _ := benchmarkStore(b, 0)
	const n = 10_000_000
	if err := storetest.PutSample(context.Background(), s, storetest.SampleRun("a", 1), n, 1); err != nil {
		b.Fatal(err)
	}
	p, err := s.Pyramid(context.Background(), "a", 0)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		l, err := p.Decimate(store.RowsOf(context.Background(), s, "a", 0), series.Query{Lo: 1e6, Hi: 9e6, Width: 1200})
		if err != nil || l.Len() != 1200 {
			b.Fatal(l.Len(), err)
		}
	}
}
