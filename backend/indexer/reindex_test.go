package indexer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"aimdesk/backend/store"
)

// snapshot describes what an index answers.
func (r *rig) snapshot() map[string]string {
	r.t.Helper()
	out := map[string]string{}
	err := r.store.Runs(r.ctx, func(run *store.Run) error {
		out[run.Hash] = fmt.Sprint(run.MetaPrint, run.SeqsPrint, run.SeriesDone, len(run.Traces), run.SeriesBytes, run.HasRow, run.Unreadable != nil, len(run.Damage))
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func TestReindexCountsWhatChanged(t *testing.T) {
	r := newRig(t, "crashed", nil)
	report, err := r.ix.Reindex(r.ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := len(r.hashes())
	if report.New != n || report.Changed != 0 || report.Gone != 0 || report.Runs != n || report.Stalled != 5 || len(report.Unreadable) != 0 {
		t.Errorf("first report: %+v", report)
	}
	if report.Points < 20_000 || report.Bytes == 0 || report.Duration <= 0 || report.FinishedAt.IsZero() {
		t.Errorf("first report: %+v", report)
	}
	if r.sink.replaced != 1 {
		t.Errorf("replaced %d times", r.sink.replaced)
	}
	hashes := r.hashes()
	r.withoutSQLite()
	r.touch("seqs", hashes[1])
	for _, kind := range []string{"meta", "seqs"} {
		if err := os.RemoveAll(r.chunk(kind, hashes[0])); err != nil {
			t.Fatal(err)
		}
	}
	var steps []int
	report, err = r.ix.Reindex(r.ctx, func(done, total int, points, bytes int64) {
		if total != n-1 || points < 0 || bytes < 0 {
			t.Errorf("progress %d of %d, %d points, %d bytes", done, total, points, bytes)
		}
		steps = append(steps, done)
	})
	if err != nil {
		t.Fatal(err)
	}
	// Every run lost its row, so that all that are left changed.
	if report.New != 0 || report.Changed != n-1 || report.Gone != 1 {
		t.Errorf("second report: %+v", report)
	}
	if len(steps) != n-1 || !slices.IsSorted(steps) || steps[0] != 1 {
		t.Errorf("progress %v", steps)
	}
	report, err = r.ix.Reindex(r.ctx, nil)
	if err != nil || report.New+report.Changed+report.Gone != 0 {
		t.Errorf("third report: %+v, %v", report, err)
	}
	r.store.take()
	r.settle()
	if w := r.store.take(); len(w) > 0 {
		t.Errorf("a scan after it wrote %q", w)
	}
}

// Whatever ends a Reindex, the old index answers as before, and another one
// succeeds.
func TestReindexThatFailsLeavesTheOldIndex(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		name string
		fail func(cancel func()) func(verb, hash string) error
		want error
	}{
		{"cancelled", func(cancel func()) func(string, string) error {
			n := 0
			return func(verb, _ string) error {
				if n++; verb == "new run" && n == 3 {
					cancel()
				}
				return nil
			}
		}, context.Canceled},
		{"run refused", func(func()) func(string, string) error {
			n := 0
			return func(verb, _ string) error {
				if n++; verb == "new run" && n == 3 {
					return broken
				}
				return nil
			}
		}, broken},
		{"not published", func(func()) func(string, string) error {
			return func(verb, _ string) error {
				if verb == "publish" {
					return broken
				}
				return nil
			}
		}, broken},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, "basic", nil)
			r.settle()
			r.touch("seqs", r.hashes()[0]) // a new index would differ
			before, generation := r.snapshot(), r.store.Info().Generation
			ctx, cancel := context.WithCancel(r.ctx)
			defer cancel()
			r.store.failing(test.fail(cancel))
			if _, err := r.ix.Reindex(ctx, nil); !errors.Is(err, test.want) {
				t.Fatalf("error %v, want %v", err, test.want)
			}
			if after := r.snapshot(); !reflect.DeepEqual(before, after) {
				t.Error("the old index changed")
			}
			if g := r.store.Info().Generation; g != generation {
				t.Errorf("generation %d, was %d", g, generation)
			}
			if r.sink.replaced != 0 {
				t.Error("a replacement was told of")
			}
			if s := r.ix.Status(); s.Phase != PhaseIdle {
				t.Errorf("phase %s", s.Phase)
			}
			r.store.failing(nil)
			if report, err := r.ix.Reindex(r.ctx, nil); err != nil || report.Changed != 1 {
				t.Errorf("afterwards: %+v, %v", report, err)
			}
		})
	}
}

// Once published there is no way back: a late cancel changes nothing.
func TestCancelAfterPublishingIsTooLate(t *testing.T) {
	r := newRig(t, "basic", nil)
	ctx, cancel := context.WithCancel(r.ctx)
	r.store.failing(func(verb, _ string) error {
		if verb == "published" {
			cancel()
		}
		return nil
	})
	report, err := r.ix.Reindex(ctx, nil)
	if err != nil || report.New != len(r.hashes()) || r.sink.replaced != 1 {
		t.Errorf("report %+v, %v, replaced %d times", report, err, r.sink.replaced)
	}
	if len(r.ix.known) != report.New {
		t.Errorf("%d runs are known", len(r.ix.known))
	}
}

// Readers see the old index or the new one, whole, and never wait.
func TestReadersDuringReindex(t *testing.T) {
	r := newRig(t, "basic", nil)
	r.settle()
	want := r.snapshot()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				n := 0
				err := r.store.Runs(r.ctx, func(run *store.Run) error {
					n++
					if !run.SeriesDone || !run.HasRow {
						return fmt.Errorf("run %s: series done %t, row %t", run.Hash, run.SeriesDone, run.HasRow)
					}
					for i := range run.Traces {
						if c, err := r.store.Series(r.ctx, run.Hash, i, 0, -1); err != nil || c.Len() != run.Traces[i].Summary.Count {
							return fmt.Errorf("run %s, trace %d: %w", run.Hash, i, err)
						}
					}
					return nil
				})
				if err != nil || n != len(want) {
					t.Errorf("%d runs: %v", n, err)
					return
				}
			}
		})
	}
	for range 5 {
		if _, err := r.ix.Reindex(r.ctx, nil); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()
	if got := r.snapshot(); !reflect.DeepEqual(got, want) {
		t.Error("the same repository gives another index")
	}
}

func TestReindexRuns(t *testing.T) {
	r := newRig(t, "crashed", nil)
	r.settle()
	hashes := r.hashes()
	r.touch("meta", hashes[2])
	log, err := filepath.Glob(filepath.Join(r.chunk("meta", hashes[3]), "MANIFEST-*"))
	if err != nil || len(log) == 0 {
		t.Fatal(log, err)
	}
	if err := os.Truncate(log[0], 10); err != nil {
		t.Fatal(err)
	}
	r.store.take()
	done := 0
	report, err := r.ix.ReindexRuns(r.ctx, hashes[1:4], func(n, total int, _, _ int64) {
		if done++; n != done || total != 3 {
			t.Errorf("progress %d of %d", n, total)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if report.Runs != 3 || report.New != 0 || report.Changed != 2 || len(report.Unreadable) != 1 || report.Unreadable[0].Hash != hashes[3] || done != 3 {
		t.Errorf("report %+v after %d runs", report, done)
	}
	for _, w := range r.store.take() {
		if _, hash, _ := strings.Cut(w, " "); !slices.Contains(hashes[1:4], hash) {
			t.Errorf("wrote %s", w)
		}
	}
	if r.run(hashes[3]).Unreadable == nil {
		t.Error("the damaged run counts as readable")
	}
	if r.store.Info().Generation != 0 {
		t.Error("a new generation was made")
	}
}

func TestQueue(t *testing.T) {
	var q queue
	for _, h := range []string{"a", "b", "c", "d", "b"} {
		q.push(h)
	}
	q.raise("c")
	q.raise("x") // is not queued
	q.raise("d")
	q.remove("a")
	if q.len() != 3 {
		t.Errorf("%d runs wait", q.len())
	}
	var got []string
	for h, ok := q.pop(); ok; h, ok = q.pop() {
		if got = append(got, h); len(got) == 1 {
			q.push(h) // changed again meanwhile
		}
	}
	if want := []string{"d", "c", "b", "d"}; !reflect.DeepEqual(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	q.push("a")
	q.clear()
	if _, ok := q.pop(); ok || q.len() != 0 {
		t.Error("a cleared queue is not empty")
	}
}

func TestPrioritisedRunsComeFirst(t *testing.T) {
	r := newRig(t, "basic", nil)
	r.ix.pass(r.ctx)
	hashes := r.hashes()
	first := []string{hashes[4], hashes[1]}
	r.ix.Prioritise(first...)
	r.store.take()
	for range first {
		r.ix.next(r.ctx)
	}
	slices.Sort(first)
	if w, want := r.store.take(), []string{"run " + first[0], "run " + first[1]}; !reflect.DeepEqual(w, want) {
		t.Errorf("wrote %q, want %q", w, want)
	}
}
