package indexer

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/internal/gen/livewriter"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
	"aimdesk/backend/store/memstore"
)

// holder is a Prober that says whether the writer is alive.
type holder struct{ alive bool }

func (*holder) MachineIDs() []uint64                              { return nil }
func (*holder) ProcessStarted(int) (time.Time, bool, error)       { return time.Time{}, false, nil }
func (h *holder) LockHolder(string) (pid int, held bool, _ error) { return 1, h.alive, nil }

// liveRig is an indexer beside a writer.
type liveRig struct {
	*rig
	w      *livewriter.Run
	writer *holder
	step   int64
}

func newLiveRig(t *testing.T) *liveRig {
	t.Helper()
	root := t.TempDir()
	r := &liveRig{w: livewriter.New(t, root), writer: &holder{alive: true}}
	r.rig = &rig{t: t, ctx: context.Background(), root: root, sink: &recorder{}, now: time.Now()}
	r.rig.store = &spyStore{Store: memstore.New(root)}
	now := func() time.Time { return r.rig.now }
	repo, err := aim.Open(r.ctx, root, aim.Config{FS: vfs.NewOS(0), Now: now, Prober: r.writer})
	if err != nil {
		t.Fatal(err)
	}
	r.ix = New(Config{Repo: repo, Store: r.rig.store, Sink: r.sink, Workers: 1, Now: now})
	t.Cleanup(func() {
		for _, l := range r.ix.followed() {
			r.ix.unfollow(l)
		}
	})
	return r
}

// track writes n rows of a metric.
func (r *liveRig) track(name string, n int) {
	r.t.Helper()
	for range n {
		r.w.Track(name, livewriter.NoContext, codec.FloatValue(float64(r.step)), codec.IntValue(r.step), codec.Value{}, 1e9+float64(r.step))
		r.step++
	}
	r.w.Sync(0)
}

// poll lets a second pass.
func (r *liveRig) poll() {
	r.t.Helper()
	r.now = r.now.Add(time.Second)
	r.ix.pollUnsettled(r.ctx)
	if note := r.ix.Status().Note; note != "" {
		r.t.Fatal(note)
	}
}

// begin indexes the run and begins to follow it.
func (r *liveRig) begin() {
	r.t.Helper()
	r.settle()
	r.track("loss", 10)
	r.poll()
	if r.ix.liveRun(livewriter.Hash) == nil {
		r.t.Fatal("the run is not followed")
	}
	r.store.take()
}

// last is the run as it was told last.
func (r *liveRig) last() *store.Run {
	r.t.Helper()
	r.sink.mu.Lock()
	defer r.sink.mu.Unlock()
	if len(r.sink.stored) == 0 {
		r.t.Fatal("nothing was told")
	}
	return r.sink.stored[len(r.sink.stored)-1]
}

// check compares what was told and what is answered with a reading of the run.
func (r *liveRig) check(run *store.Run) {
	r.t.Helper()
	m, err := r.ix.cfg.Repo.ReadMeta(r.ctx, livewriter.Hash)
	if err != nil {
		r.t.Fatal(err)
	}
	if len(run.Traces) != len(m.Traces) || !slices.Equal(run.Params, m.Leaves) {
		r.t.Fatalf("%d traces, want %d", len(run.Traces), len(m.Traces))
	}
	_, err = r.ix.cfg.Repo.ReadSeries(r.ctx, m.Hash, m.Traces, func(i int, c *series.Columns) error {
		want, have := TraceRecord(&m.Traces[i]), run.Traces[i]
		if have.Name != want.Name || !slices.Equal(have.Stored, want.Stored) || !have.HasSeries {
			r.t.Errorf("%s: %+v", want.Name, have)
		}
		if g, w := fmt.Sprint(have.Summary), fmt.Sprint(series.Summarize(c)); g != w {
			r.t.Errorf("%s: %s, want %s", want.Name, g, w)
		}
		rows, followed := r.ix.LiveSeries(run.Hash, want.Name, want.ContextID)
		if !followed {
			var err error
			if rows, err = r.store.Series(r.ctx, run.Hash, i, 0, -1); err != nil {
				return err
			}
		}
		if rows == nil || !sameColumns(rows, c) {
			r.t.Errorf("%s: other rows", want.Name)
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// New rows of a live run are told at the next poll, without the index being
// written each time; it never lags far behind.
func TestLiveRunIsFollowed(t *testing.T) {
	r := newLiveRig(t)
	r.begin()
	writes, rows := 0, 10
	for round := range 60 {
		name := "loss"
		if round > 30 {
			name = "acc" // comes before the other one
		}
		r.track(name, 25)
		rows += 25
		if round%7 == 0 {
			r.w.Param("p", codec.IntValue(int64(round)))
			r.w.Seqs.NextLog()
			r.w.Sync(0)
		}
		r.poll()
		r.check(r.last())
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
		writes += len(r.store.take())
		stored := 0
		for _, tr := range r.run(livewriter.Hash).Traces {
			stored += tr.Summary.Count
		}
		if stored < rows*7/10 && rows-stored > 30*25 {
			t.Errorf("round %d: %d of %d rows are in the index", round, stored, rows)
		}
	}
	if writes > 25 {
		t.Errorf("the index was written %d times", writes)
	}
	r.sink.take()
	r.poll()
	if stored, _ := r.sink.take(); len(stored) > 0 {
		t.Errorf("told of %v without a change", stored)
	}
}

// A run that ends is written whole, and its rows come from the index.
func TestLiveRunThatEnds(t *testing.T) {
	for name, end := range map[string]func(r *liveRig){
		"finished": func(r *liveRig) { r.w.End(codec.FloatValue(2e9)); r.w.Sync(0) },
		"killed":   func(r *liveRig) { r.writer.alive = false },
	} {
		t.Run(name, func(t *testing.T) {
			r := newLiveRig(t)
			r.begin()
			r.track("loss", 3)
			r.w.Track("loss", livewriter.NoContext, codec.FloatValue(1), codec.IntValue(r.step), codec.Value{}, 1e9)
			r.w.Sync(30) // the last record is torn
			r.poll()
			end(r)
			for range 4 {
				r.poll()
			}
			if r.ix.liveRun(livewriter.Hash) != nil || !r.ix.known[livewriter.Hash].settled {
				t.Fatal("the run is still followed")
			}
			r.check(r.run(livewriter.Hash))
			r.check(r.last())
			// It is resumed.
			r.writer.alive = true
			r.w.End(codec.Value{})
			r.track("loss", 2)
			r.ix.pass(r.ctx)
			for r.ix.next(r.ctx) {
			}
			r.track("loss", 2)
			r.poll()
			r.track("loss", 2)
			r.poll()
			if r.ix.liveRun(livewriter.Hash) == nil {
				t.Fatal("the resumed run is not followed")
			}
			r.check(r.last())
		})
	}
}

// An index that is older than what was told is noticed by the next program.
func TestLiveRunAfterACrashOfOurs(t *testing.T) {
	r := newLiveRig(t)
	r.begin()
	r.track("loss", 1)
	r.poll()
	var runs []*store.Run
	if err := r.store.Runs(r.ctx, func(run *store.Run) error { runs = append(runs, run); return nil }); err != nil {
		t.Fatal(err)
	}
	if runs[0].Traces[0].Summary.Count == 11 {
		t.Fatal("the index was written for one row")
	}
	next := New(r.ix.cfg)
	next.Load(runs)
	next.pass(r.ctx)
	for next.next(r.ctx) {
	}
	if got := r.run(livewriter.Hash).Traces[0].Summary.Count; got != 11 {
		t.Errorf("%d rows", got)
	}
}

// Properties that change do not take rows back.
func TestLiveRunKeepsItsRowsWhenTold(t *testing.T) {
	r := newLiveRig(t)
	r.begin()
	r.track("loss", 1)
	r.poll()
	old := r.run(livewriter.Hash)
	name := "renamed"
	old.Props.Name, old.HasRow = &name, true
	r.ix.tell(old)
	if got := r.last(); got.Traces[0].Summary.Count != 11 || *got.Props.Name != name {
		t.Errorf("%d rows of %q", got.Traces[0].Summary.Count, *got.Props.Name)
	}
	r.ix.retell()
	r.sink.take()
	r.poll()
	if got := r.last(); got.Traces[0].Summary.Count != 11 || *got.Props.Name != name {
		t.Errorf("%d rows of %q", got.Traces[0].Summary.Count, *got.Props.Name)
	}
}

func TestLiveRunThatVanishes(t *testing.T) {
	r := newLiveRig(t)
	r.begin()
	for _, kind := range []string{"meta", "seqs"} {
		if err := os.RemoveAll(r.chunk(kind, livewriter.Hash)); err != nil {
			t.Fatal(err)
		}
	}
	r.poll()
	r.ix.pass(r.ctx)
	if r.ix.liveRun(livewriter.Hash) != nil {
		t.Error("the run is still followed")
	}
	if _, gone := r.sink.take(); !slices.Contains(gone, livewriter.Hash) {
		t.Error("nobody was told")
	}
}

// A run whose log is damaged is read whole, at longer intervals.
func TestLiveRunThatCannotBeFollowed(t *testing.T) {
	r := newLiveRig(t)
	r.begin()
	r.track("loss", 5)
	name := filepath.Join(r.chunk("seqs", livewriter.Hash), "000005.log")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-100] ^= 1
	if err := os.WriteFile(name, append(data, make([]byte, 64<<10)...), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.chunk("seqs", livewriter.Hash), "000008.log"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	r.poll()
	r.poll()
	if r.ix.liveRun(livewriter.Hash) != nil {
		t.Error("the run is still followed")
	}
	run := r.last()
	if n := run.Traces[0].Summary.Count; n < 10 || n > 14 || len(run.Damage) == 0 {
		t.Errorf("%d rows, damage %v", n, run.Damage)
	}
}

// The loop and the fast polls together, beside a writer that does not stop.
func TestServeFollowsLiveRuns(t *testing.T) {
	r := newLiveRig(t)
	r.ix.cfg.Poll = 20 * time.Millisecond
	r.ix.cfg.Now = time.Now
	r.serve()
	for round := range 40 {
		r.track("loss", 20)
		if round%10 == 9 {
			r.w.Seqs.NextLog()
		}
		time.Sleep(10 * time.Millisecond)
	}
	eventually(t, "the last row", func() bool {
		r.sink.mu.Lock()
		defer r.sink.mu.Unlock()
		n := len(r.sink.stored)
		return n > 0 && len(r.sink.stored[n-1].Traces) == 1 && r.sink.stored[n-1].Traces[0].Summary.Count == 800
	})
	if c, followed := r.ix.LiveSeries(livewriter.Hash, "loss", codec.ContextID(livewriter.NoContext)); !followed || c.Len() != 800 || math.IsNaN(c.Values[799]) {
		t.Errorf("followed %v, %d rows", followed, c.Len())
	}
	if c, followed := r.ix.LiveSeries(livewriter.Hash, "acc", 1); !followed || c != nil {
		t.Error("rows of a metric that is not there")
	}
	if _, followed := r.ix.LiveSeries("none", "acc", 1); followed {
		t.Error("a run that is not there is followed")
	}
}
