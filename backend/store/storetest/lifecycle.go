package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

func testNames(t *testing.T, ctx context.Context, s store.Store) {
	if _, err := s.GetMeta(ctx, "scan"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a name never set: %v", err)
	}
	must(t, s.SetMeta(ctx, "scan", []byte("1")))
	must(t, s.SetMeta(ctx, "scan", []byte("2")))
	must(t, s.SetMeta(ctx, "", nil))
	if v, err := s.GetMeta(ctx, "scan"); err != nil || string(v) != "2" {
		t.Errorf("value %q, %v", v, err)
	}
	if v, err := s.GetMeta(ctx, ""); err != nil || len(v) != 0 {
		t.Errorf("value %q, %v", v, err)
	}
	if got := hashes(t, ctx, s); len(got) != 0 {
		t.Errorf("runs %q", got)
	}
}

func testGenerationPublish(t *testing.T, ctx context.Context, s store.Store) {
	must(t, PutSample(ctx, s, SampleRun("old", 1), 10, 1))
	must(t, PutSample(ctx, s, SampleRun("both", 1), 10, 2))
	must(t, s.PutProperties(ctx, []store.Properties{{Hash: "both", Name: of("old")}}))
	must(t, s.SetMeta(ctx, "report", []byte("kept")))
	info := s.Info()
	g, err := s.NewGeneration(ctx)
	must(t, err)
	if _, err := s.NewGeneration(ctx); !errors.Is(err, store.ErrBusy) {
		t.Errorf("a second generation: %v", err)
	}
	must(t, PutSample(ctx, g, SampleRun("both", 1), 10, 3))
	must(t, PutSample(ctx, g, SampleRun("new", 1), 10, 4))
	must(t, PutSample(ctx, g, SampleRun("gone", 1), 10, 5))
	must(t, g.Delete(ctx, "gone"))
	must(t, g.PutMeta(ctx, SampleRun("meta", 1)))
	must(t, g.PutProperties(ctx, []store.Properties{{Hash: "new", Name: of("new")}}))
	if got := hashes(t, ctx, s); !slices.Equal(got, []string{"both", "old"}) {
		t.Errorf("runs before it is published %q", got)
	}
	c, err := s.Series(ctx, "both", 0, 0, -1)
	must(t, err)
	SameColumns(t, c, Points(10, 2))

	// A reader that began before sees the old one to its end.
	var seen []string
	must(t, s.Runs(ctx, func(r *store.Run) error {
		if len(seen) == 0 {
			if err := g.Publish(ctx); err != nil {
				return err
			}
		}
		seen = append(seen, r.Hash)
		return nil
	}))
	if !slices.Equal(seen, []string{"both", "old"}) {
		t.Errorf("runs while it is published %q", seen)
	}

	if got := hashes(t, ctx, s); !slices.Equal(got, []string{"both", "meta", "new"}) {
		t.Errorf("runs after it is published %q", got)
	}
	if c, err = s.Series(ctx, "both", 0, 0, -1); err != nil {
		t.Fatal(err)
	}
	SameColumns(t, c, Points(10, 3))
	if r, err := s.Run(ctx, "both"); err != nil || r.HasRow {
		t.Errorf("old properties: %+v, %v", r, err)
	}
	if v, err := s.GetMeta(ctx, "report"); err != nil || string(v) != "kept" {
		t.Errorf("value %q, %v", v, err)
	}
	if now := s.Info(); now.Generation != info.Generation+1 || now.ID != info.ID {
		t.Errorf("info %+v after %+v", now, info)
	}
	if err := g.PutMeta(ctx, SampleRun("late", 0)); !errors.Is(err, store.ErrGenerationOver) {
		t.Errorf("write to a published generation: %v", err)
	}
	if err := g.Publish(ctx); !errors.Is(err, store.ErrGenerationOver) {
		t.Errorf("published twice: %v", err)
	}
	must(t, g.Discard())
	must(t, PutSample(ctx, s, SampleRun("later", 1), 10, 1))
	noDamage(t, ctx, s)
}

func testGenerationDiscard(t *testing.T, ctx context.Context, s store.Store) {
	must(t, PutSample(ctx, s, SampleRun("old", 1), 10, 1))
	for range 2 {
		g, err := s.NewGeneration(ctx)
		must(t, err)
		must(t, PutSample(ctx, g, SampleRun("new", 1), 10, 4))
		must(t, g.Discard())
		must(t, g.Discard())
		if err := g.PutRun(ctx, SampleRun("late", 0), nil); !errors.Is(err, store.ErrGenerationOver) {
			t.Errorf("write to a discarded generation: %v", err)
		}
	}
	if got := hashes(t, ctx, s); !slices.Equal(got, []string{"old"}) || s.Info().Generation != 0 {
		t.Errorf("runs %q, info %+v", got, s.Info())
	}
	_, err := s.NewGeneration(ctx) // left open for Close
	must(t, err)
}

func testSnapshot(t *testing.T, ctx context.Context, s store.Store) {
	for _, hash := range []string{"a", "c", "e"} {
		must(t, PutSample(ctx, s, SampleRun(hash, 1), 10, 1))
	}
	var seen []string
	must(t, s.Runs(ctx, func(r *store.Run) error {
		if seen = append(seen, fmt.Sprint(r.Hash, len(r.Traces))); len(seen) > 1 {
			return nil
		}
		return errors.Join(
			PutSample(ctx, s, SampleRun("b", 1), 10, 1),
			PutSample(ctx, s, SampleRun("c", 2), 10, 1),
			s.Delete(ctx, "e"))
	}))
	if want := []string{"a1", "c1", "e1"}; !slices.Equal(seen, want) {
		t.Errorf("runs %q, want %q", seen, want)
	}
	if got := hashes(t, ctx, s); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("runs %q", got)
	}
}

func testCallbackErrors(t *testing.T, ctx context.Context, s store.Store) {
	must(t, PutSample(ctx, s, SampleRun("a", 1), 10, 1))
	boom := errors.New("boom")
	if err := s.Runs(ctx, func(*store.Run) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("runs: %v", err)
	}
	ref := []store.SeriesRef{{Hash: "a", To: -1}}
	if err := s.SeriesBatch(ctx, ref, func(int, *series.Columns, error) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("series: %v", err)
	}
	func() {
		defer func() {
			if p := recover(); p != "mine" {
				t.Errorf("panic of a callback became %v", p)
			}
		}()
		_ = s.Runs(ctx, func(*store.Run) error { panic("mine") })
	}()
	must(t, PutSample(ctx, s, SampleRun("a", 1), 10, 1))
}

func testCancelled(t *testing.T, ctx context.Context, s store.Store) {
	must(t, PutSample(ctx, s, SampleRun("a", 1), 10, 1))
	over, cancel := context.WithCancel(ctx)
	cancel()
	_, runErr := s.Run(over, "a")
	_, seriesErr := s.Series(over, "a", 0, 0, -1)
	_, pyramidErr := s.Pyramid(over, "a", 0)
	_, metaErr := s.GetMeta(over, "a")
	_, generationErr := s.NewGeneration(over)
	for i, err := range []error{
		runErr, seriesErr, pyramidErr, metaErr, generationErr,
		s.Runs(over, func(*store.Run) error { return nil }),
		s.SeriesBatch(over, nil, nil),
		s.PutMeta(over, SampleRun("b", 0)), s.PutRun(over, SampleRun("b", 0), nil),
		s.PutProperties(over, nil), s.DeleteProperties(over), s.Delete(over, "a"),
		s.SetMeta(over, "a", nil), s.Sync(over), s.Check(over, nil),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if got := hashes(t, ctx, s); !slices.Equal(got, []string{"a"}) {
		t.Errorf("runs %q", got)
	}
}

// testNeverAMixture replaces runs while they are read: every reader must find
// record and series of one write.
func testNeverAMixture(t *testing.T, ctx context.Context, s store.Store) {
	const traces, rounds = 8, 30
	put := func(w store.Writer, round int) error {
		r := SampleRun("a", traces)
		r.IndexedAt = float64(round)
		return PutSample(ctx, w, r, 5+round, 1000*round)
	}
	must(t, put(s, 0))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for finished := false; !finished; {
				select {
				case <-done:
					finished = true // one more look
				default:
				}
				if err := readWhole(ctx, s, traces); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for round := 1; round <= rounds; round++ {
		if round%10 == 0 {
			g, err := s.NewGeneration(ctx)
			must(t, err)
			must(t, put(g, round))
			must(t, g.Publish(ctx))
			continue
		}
		must(t, put(s, round))
	}
	close(done)
	wg.Wait()
	noDamage(t, ctx, s)
}

func readWhole(ctx context.Context, s store.Store, traces int) error {
	var reqs []store.SeriesRef
	for i := range traces {
		reqs = append(reqs, store.SeriesRef{Hash: "a", Trace: i, To: -1})
	}
	round := -1
	return s.SeriesBatch(ctx, reqs, func(i int, c *series.Columns, err error) error {
		if err != nil {
			return err
		}
		if round < 0 {
			round = c.Len() - 5
		}
		want := Points(5+round, 1000*round+i)
		if !slices.Equal(c.Values, want.Values) {
			return fmt.Errorf("trace %d of round %d has %d points that are not its own", i, round, c.Len())
		}
		return nil
	})
}

func testClosed(t *testing.T, ctx context.Context, s store.Store) {
	must(t, PutSample(ctx, s, SampleRun("a", 1), 10, 1))
	g, err := s.NewGeneration(ctx)
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())
	_, runErr := s.Run(ctx, "a")
	_, sizeErr := s.Size()
	_, generationErr := s.NewGeneration(ctx)
	for i, err := range []error{
		runErr, sizeErr, generationErr,
		s.Runs(ctx, func(*store.Run) error { return nil }), s.PutRun(ctx, SampleRun("b", 0), nil),
		s.SetMeta(ctx, "a", nil), s.Sync(ctx), g.PutMeta(ctx, SampleRun("b", 0)), g.Publish(ctx),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("call %d: %v", i, err)
		}
	}
}
