package storetest

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

func testSeriesRanges(t *testing.T, ctx context.Context, s store.Store) {
	r := SampleRun("a", 3)
	n := 2*series.ChunkRows + 100
	long := Points(n, 1)
	long.FloatStep = make([]bool, n)
	long.FloatStep[n-1] = true
	big := &series.Columns{}
	big.Append(math.MaxInt64, math.NaN(), series.Absent(), math.Inf(1))
	must(t, s.PutRun(ctx, r, func(put store.PutSeries) error {
		return errors.Join(put(0, long), put(1, &series.Columns{}), put(2, big))
	}))
	for _, rows := range [][2]int{
		{0, -1}, {0, n}, {0, 0}, {5, 5}, {7, 3}, {0, 1}, {n - 1, n}, {n, n + 5}, {-5, 2}, {100, n + 100},
		{series.ChunkRows - 1, series.ChunkRows + 1}, {series.ChunkRows, 2 * series.ChunkRows}, {600, n - 50},
	} {
		got, err := s.Series(ctx, "a", 0, rows[0], rows[1])
		must(t, err)
		to := rows[1]
		if to < 0 {
			to = n
		}
		want := long.Slice(rows[0], to)
		if got.FloatStep == nil && !slices.Contains(want.FloatStep, true) {
			want.FloatStep = nil
		}
		SameColumns(t, got, want)
	}
	empty, err := s.Series(ctx, "a", 1, 0, -1)
	must(t, err)
	SameColumns(t, empty, &series.Columns{})
	got, err := s.Series(ctx, "a", 2, 0, -1)
	must(t, err)
	SameColumns(t, got, big)
	for _, trace := range []int{-1, 3} {
		if _, err := s.Series(ctx, "a", trace, 0, -1); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("trace %d: %v", trace, err)
		}
	}
}

func testSeriesBatch(t *testing.T, ctx context.Context, s store.Store) {
	for seed, hash := range []string{"c", "a", "b"} {
		must(t, PutSample(ctx, s, SampleRun(hash, 4), 5000, 10*seed))
	}
	reqs := []store.SeriesRef{
		{Hash: "b", Trace: 3, From: 4000, To: 4200},
		{Hash: "a", Trace: 0, To: -1},
		{Hash: "nobody", Trace: 0, To: -1},
		{Hash: "c", Trace: 2, From: 10, To: 20},
		{Hash: "b", Trace: 3, From: 0, To: 5},
		{Hash: "a", Trace: 9, To: -1},
		{Hash: "b", Trace: 0, From: 4990, To: 9999},
	}
	want := []*series.Columns{
		Points(5000, 23).Slice(4000, 4200), Points(5000, 10), nil, Points(5000, 2).Slice(10, 20),
		Points(5, 23), nil, Points(5000, 20).Slice(4990, 5000),
	}
	answered := map[int]bool{}
	must(t, s.SeriesBatch(ctx, reqs, func(i int, c *series.Columns, err error) error {
		if answered[i] {
			t.Errorf("request %d was answered twice", i)
		}
		answered[i] = true
		if want[i] == nil {
			if c != nil || !errors.Is(err, store.ErrNotFound) {
				t.Errorf("request %d: %v, %v", i, c, err)
			}
			return nil
		}
		if err == nil {
			SameColumns(t, c, want[i])
		}
		return err
	}))
	if len(answered) != len(reqs) {
		t.Errorf("%d requests of %d were answered", len(answered), len(reqs))
	}
	must(t, s.SeriesBatch(ctx, nil, func(int, *series.Columns, error) error { return errors.New("called") }))
}

func testPyramid(t *testing.T, ctx context.Context, s store.Store) {
	r := SampleRun("a", 4)
	lengths := []int{series.PyramidMinRows, series.PyramidMinRows + 1, 50_000}
	must(t, s.PutRun(ctx, r, func(put store.PutSeries) error {
		for i, n := range lengths {
			if err := put(i, Points(n, i)); err != nil {
				return err
			}
		}
		return nil
	}))
	for i, n := range lengths {
		p, err := s.Pyramid(ctx, "a", i)
		must(t, err)
		if n <= series.PyramidMinRows {
			if p != nil {
				t.Errorf("%d points have a pyramid", n)
			}
			continue
		}
		if p == nil || p.Count() != n {
			t.Errorf("pyramid of %d points is %v", n, p)
		}
	}
	if _, err := s.Pyramid(ctx, "a", 3); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("pyramid of a trace without a series: %v", err)
	}
}

func testPutRunReplaces(t *testing.T, ctx context.Context, s store.Store) {
	must(t, PutSample(ctx, s, SampleRun("a", 5), 9000, 1))
	must(t, s.PutProperties(ctx, []store.Properties{{Hash: "a", Name: of("kept")}}))
	r := SampleRun("a", 2)
	r.SeriesDone, r.MetaPrint = false, "meta-2"
	must(t, PutSample(ctx, s, r, 10, 50))
	got, err := s.Run(ctx, "a")
	must(t, err)
	if got.SeriesDone || got.MetaPrint != "meta-2" || len(got.Traces) != 2 || got.Props.Name == nil {
		t.Errorf("run %+v", got)
	}
	for i := range 2 {
		c, err := s.Series(ctx, "a", i, 0, -1)
		must(t, err)
		SameColumns(t, c, Points(10, 50+i))
	}
	must(t, s.PutRun(ctx, SampleRun("a", 2), nil))
	if _, err := s.Series(ctx, "a", 0, 0, -1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("series that were not put again: %v", err)
	}
	if got := hashes(t, ctx, s); !slices.Equal(got, []string{"a"}) {
		t.Errorf("runs %q", got)
	}
	noDamage(t, ctx, s)
}

// testPutRunRefused checks that a write that ends with an error changes
// nothing.
func testPutRunRefused(t *testing.T, ctx context.Context, s store.Store) {
	must(t, PutSample(ctx, s, SampleRun("a", 2), 300, 1))
	boom := errors.New("boom")
	cancelled, cancel := context.WithCancel(ctx)
	for name, each := range map[string]func(store.PutSeries) error{
		"callback":     func(put store.PutSeries) error { return errors.Join(put(0, Points(9000, 7)), boom) },
		"no trace":     func(put store.PutSeries) error { return put(2, Points(1, 1)) },
		"put twice":    func(put store.PutSeries) error { return errors.Join(put(0, Points(1, 1)), put(0, Points(1, 1))) },
		"bad columns":  func(put store.PutSeries) error { return put(0, &series.Columns{Steps: []float64{1}}) },
		"is cancelled": func(put store.PutSeries) error { cancel(); return nil },
	} {
		r := SampleRun("a", 2)
		r.MetaPrint = "meta-2"
		err := s.PutRun(cancelled, r, each)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if name == "callback" && !errors.Is(err, boom) && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		got, err := s.Run(ctx, "a")
		must(t, err)
		if got.MetaPrint != "meta-1" {
			t.Errorf("%s: the run was replaced", name)
		}
		for i := range 2 {
			c, err := s.Series(ctx, "a", i, 0, -1)
			must(t, err)
			SameColumns(t, c, Points(300, 1+i))
		}
	}
	if err := s.PutRun(ctx, nil, nil); err == nil {
		t.Error("nil was put")
	}
	must(t, PutSample(ctx, s, SampleRun("a", 2), 20, 4))
	noDamage(t, ctx, s)
}

func testPutMetaKeepsSeries(t *testing.T, ctx context.Context, s store.Store) {
	fresh := SampleRun("new", 1)
	must(t, s.PutMeta(ctx, fresh))
	if got, err := s.Run(ctx, "new"); err != nil || got.SeriesDone || got.Traces[0].HasSeries {
		t.Errorf("metadata alone: %+v, %v", got, err)
	}
	must(t, PutSample(ctx, s, SampleRun("a", 2), 300, 1))
	put := func(meta, seqs store.Fingerprint, traces []store.Trace, done bool) {
		t.Helper()
		r := SampleRun("a", 0)
		r.MetaPrint, r.SeqsPrint, r.Traces = meta, seqs, traces
		must(t, s.PutMeta(ctx, r))
		got, err := s.Run(ctx, "a")
		must(t, err)
		if got.MetaPrint != meta || got.SeqsPrint != seqs || got.SeriesDone != done || r.SeriesDone != done {
			t.Errorf("run %+v, series done should be %t", got, done)
		}
		if len(got.Traces) != 2 || !got.Traces[1].HasSeries || got.Traces[1].Summary != series.Summarize(Points(300, 2)) {
			t.Errorf("traces %+v", got.Traces)
		}
		if got.LastRecord == nil || got.SeriesBytes == 0 {
			t.Errorf("last record %v, %d bytes", got.LastRecord, got.SeriesBytes)
		}
		c, err := s.Series(ctx, "a", 1, 0, -1)
		must(t, err)
		SameColumns(t, c, Points(300, 2))
	}
	put("meta-2", "seqs-1", nil, true)
	put("meta-3", "seqs-1", SampleRun("a", 2).Traces, true)
	put("meta-3", "seqs-2", SampleRun("a", 2).Traces, false)
	put("meta-4", "seqs-2", nil, false)
	r := SampleRun("a", 2)
	r.SeqsPrint = "seqs-2"
	must(t, PutSample(ctx, s, r, 300, 1))
	put("meta-5", "seqs-2", nil, true)
}

func testPutMetaMovesTraces(t *testing.T, ctx context.Context, s store.Store) {
	must(t, PutSample(ctx, s, SampleRun("a", 3), 300, 1))
	r := SampleRun("a", 4)
	r.Traces = []store.Trace{r.Traces[2], r.Traces[3], r.Traces[0]}
	r.Traces[0].Stored = []byte("newer")
	must(t, s.PutMeta(ctx, r))
	for trace, seed := range map[int]int{0: 3, 2: 1} {
		c, err := s.Series(ctx, "a", trace, 0, -1)
		must(t, err)
		SameColumns(t, c, Points(300, seed))
		p, err := s.Pyramid(ctx, "a", trace)
		must(t, err)
		if p.Count() != 300 {
			t.Errorf("pyramid of %d", p.Count())
		}
	}
	if _, err := s.Series(ctx, "a", 1, 0, -1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a new trace has a series: %v", err)
	}
	got, err := s.Run(ctx, "a")
	must(t, err)
	if string(got.Traces[0].Stored) != "newer" || got.Traces[0].Summary != series.Summarize(Points(300, 3)) {
		t.Errorf("trace %+v", got.Traces[0])
	}
	noDamage(t, ctx, s)
}
