package indexer

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

func TestMetadataOfAllRunsComesBeforeSeries(t *testing.T) {
	r := newRig(t, "basic", nil)
	r.settle()
	hashes := r.hashes()
	if len(r.sink.stored) != 2*len(hashes) {
		t.Fatalf("%d runs were told of, want each of %d twice", len(r.sink.stored), len(hashes))
	}
	var created []float64
	for i, run := range r.sink.stored {
		if second := i >= len(hashes); run.SeriesDone != second {
			t.Errorf("run %d: series done is %t", i, run.SeriesDone)
		}
		if i >= len(hashes) {
			created = append(created, *run.Props.CreationTime)
		}
	}
	slices.Reverse(created)
	if !slices.IsSorted(created) {
		t.Errorf("series were not read newest first: %v", created)
	}
}

// Every point in the index is the one in the repository.
func TestIndexHoldsWhatTheRepositoryHolds(t *testing.T) {
	r := newRig(t, "oddities", nil)
	r.settle()
	points := 0
	for _, hash := range r.hashes() {
		run := r.run(hash)
		m, err := r.ix.cfg.Repo.ReadMeta(r.ctx, hash)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.ix.cfg.Repo.ReadSeries(r.ctx, hash, m.Traces, func(i int, c *series.Columns) error {
			got, err := r.store.Series(r.ctx, hash, i, 0, -1)
			if err != nil {
				return err
			}
			if !sameColumns(got, c) {
				t.Errorf("run %s, %s: the index has other points", hash, run.Traces[i].Name)
			}
			points += c.Len()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if points < 30_000 {
		t.Errorf("only %d points were compared", points)
	}
}

// sameColumns compares bit by bit.
func sameColumns(a, b *series.Columns) bool {
	same := func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }
	return slices.EqualFunc(a.Steps, b.Steps, same) && slices.EqualFunc(a.Values, b.Values, same) &&
		slices.EqualFunc(a.Epochs, b.Epochs, same) && slices.EqualFunc(a.Times, b.Times, same)
}

func TestUnchangedRepositoryIsLeftAlone(t *testing.T) {
	r := newRig(t, "crashed", nil)
	before := testutil.TreeDigest(t, r.root)
	r.settle()
	r.store.take()
	r.sink.take()
	for range 3 {
		r.settle()
		r.ix.pollUnsettled(r.ctx)
	}
	if w := r.store.take(); len(w) > 0 {
		t.Errorf("wrote %q", w)
	}
	if stored, gone := r.sink.take(); len(stored)+len(gone) > 0 {
		t.Errorf("told of %v and %v", stored, gone)
	}
	if after := testutil.TreeDigest(t, r.root); !reflect.DeepEqual(before, after) {
		t.Error("the repository was changed")
	}
}

// An indexer that is loaded with an up-to-date index has nothing to do.
func TestLoadedIndexIsNotReadAgain(t *testing.T) {
	r := newRig(t, "basic", nil)
	r.settle()
	var runs []*store.Run
	if err := r.store.Runs(r.ctx, func(run *store.Run) error { runs = append(runs, run); return nil }); err != nil {
		t.Fatal(err)
	}
	next := New(r.ix.cfg)
	next.Load(runs)
	r.store.take()
	next.pass(r.ctx)
	if next.next(r.ctx) {
		t.Error("a run was read again")
	}
	if w := r.store.take(); len(w) > 0 {
		t.Errorf("wrote %q", w)
	}
}

func TestChangedNewAndGoneRuns(t *testing.T) {
	r := newRig(t, "basic", nil)
	r.withoutSQLite()
	hashes := r.hashes()
	away, changedMeta, changedSeqs := hashes[0], hashes[1], hashes[2]
	aside := t.TempDir()
	move := func(out bool) {
		for _, kind := range []string{"meta", "seqs"} {
			from, to := r.chunk(kind, away), filepath.Join(aside, kind)
			if !out {
				from, to = to, from
			}
			if err := os.Rename(from, to); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.settle()
	r.store.take()
	r.sink.take()

	move(true)
	r.touch("meta", changedMeta)
	r.touch("seqs", changedSeqs)
	r.settle()
	if w, want := r.store.take(), []string{"meta " + changedMeta, "run " + changedMeta, "run " + changedSeqs}; !reflect.DeepEqual(w, want) {
		// Metadata that changed may keep its series; those that are read again
		// are read whole.
		if !reflect.DeepEqual(w, []string{"meta " + changedMeta, "run " + changedSeqs}) {
			t.Errorf("wrote %q, want %q", w, want)
		}
	}
	if _, gone := r.sink.take(); !reflect.DeepEqual(gone, []string{away}) {
		t.Errorf("gone: %v, want %s", gone, away)
	}
	if _, err := r.store.Run(r.ctx, away); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a run that is gone is answered: %v", err)
	}

	move(false)
	r.settle()
	if w, want := r.store.take(), []string{"meta " + away, "run " + away}; !reflect.DeepEqual(w, want) {
		t.Errorf("wrote %q, want %q", w, want)
	}
	if run := r.run(away); !run.SeriesDone || len(run.Traces) == 0 {
		t.Error("the run that came back is not complete")
	}
}

// update changes the SQLite file as Aim would.
func (r *rig) update(query string, args ...any) {
	r.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(r.root, ".aim", "run_metadata.sqlite"))
	if err != nil {
		r.t.Fatal(err)
	}
	_, err = db.Exec(query, args...)
	if err := errors.Join(err, db.Close()); err != nil {
		r.t.Fatal(err)
	}
}

func TestPropertiesChangeAlone(t *testing.T) {
	r := newRig(t, "basic", nil)
	r.settle()
	hash := r.hashes()[3]
	r.store.take()
	r.sink.take()

	r.update("UPDATE run SET name = 'renamed', is_archived = 1 WHERE hash = ?", hash)
	r.settle()
	if w := r.store.take(); !reflect.DeepEqual(w, []string{"props " + hash}) {
		t.Errorf("wrote %q", w)
	}
	if stored, _ := r.sink.take(); !reflect.DeepEqual(stored, []string{hash}) {
		t.Errorf("told of %v", stored)
	}
	if p := r.run(hash).Props; *p.Name != "renamed" || !*p.Archived {
		t.Errorf("name %q, archived %t", *p.Name, *p.Archived)
	}

	r.update("DELETE FROM run WHERE hash = ?", hash)
	r.settle()
	if run := r.run(hash); run.HasRow || !run.SeriesDone {
		t.Errorf("a run that SQLite forgot: has row %t, series done %t", run.HasRow, run.SeriesDone)
	}
	r.sink.take()
	r.settle()
	if stored, _ := r.sink.take(); len(stored) > 0 {
		t.Errorf("told again of %v", stored)
	}
}

// A write that fails is tried again.
func TestPropertiesAreStoredAfterAFailure(t *testing.T) {
	r := newRig(t, "basic", nil)
	r.settle()
	hash := r.hashes()[0]
	r.update("UPDATE run SET name = 'renamed' WHERE hash = ?", hash)
	broken := errors.New("no")
	r.store.failing(func(verb, _ string) error {
		if verb == "props" {
			return broken
		}
		return nil
	})
	r.ix.pass(r.ctx)
	if s := r.ix.Status(); !strings.Contains(s.Note, "store properties: no") {
		t.Errorf("note %q", s.Note)
	}
	r.store.failing(nil)
	r.ix.pass(r.ctx)
	if name := *r.run(hash).Props.Name; name != "renamed" {
		t.Errorf("name %q", name)
	}
}

func TestUnreadableRun(t *testing.T) {
	r := newRig(t, "basic", nil)
	hash := r.hashes()[2]
	manifests, err := filepath.Glob(filepath.Join(r.chunk("meta", hash), "MANIFEST-*"))
	if err != nil || len(manifests) == 0 {
		t.Fatal(manifests, err)
	}
	sound, err := os.ReadFile(manifests[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(manifests[0], []byte("garbage garbage garbage"), 0o644); err != nil {
		t.Fatal(err)
	}
	r.settle()
	for _, h := range r.hashes() {
		run := r.run(h)
		if h != hash {
			if run.Unreadable != nil || len(run.Damage) > 0 || !run.SeriesDone {
				t.Errorf("a sound run is not: %v, %v", run.Unreadable, run.Damage)
			}
			continue
		}
		if run.Unreadable == nil || !strings.HasPrefix(run.Unreadable.File, ".aim/meta/chunks/"+hash+"/MANIFEST-") || run.Unreadable.Offset < 0 {
			t.Errorf("damage: %+v", run.Unreadable)
		}
		if !run.HasRow {
			t.Error("its row is lost")
		}
	}
	if err := os.WriteFile(manifests[0], sound, 0o644); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if run := r.run(hash); run.Unreadable != nil || !run.SeriesDone {
		t.Errorf("the repaired run: %v, series done %t", run.Unreadable, run.SeriesDone)
	}
}

// A chunk that is no folder, which only SQLite's row leads to, keeps no other
// run from being read, and is tried again.
func TestChunkThatIsAFile(t *testing.T) {
	r := newRig(t, "basic", nil)
	hash := r.hashes()[0]
	aside := filepath.Join(t.TempDir(), "chunk")
	if err := os.Rename(r.chunk("meta", hash), aside); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.chunk("meta", hash), []byte("no folder"), 0o644); err != nil {
		t.Fatal(err)
	}
	r.settle()
	for _, h := range r.hashes() {
		if run := r.run(h); (run.Unreadable != nil) != (h == hash) {
			t.Errorf("run %s: %v", h, run.Unreadable)
		}
	}
	if err := errors.Join(os.Remove(r.chunk("meta", hash)), os.Rename(aside, r.chunk("meta", hash))); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if run := r.run(hash); run.Unreadable != nil || !run.SeriesDone {
		t.Errorf("the run that is back: %v, series done %t", run.Unreadable, run.SeriesDone)
	}
}

// hookFS calls a function before a file is opened.
type hookFS struct {
	vfs.FS
	before func(name string)
}

func (h hookFS) Open(name string) (vfs.File, error) {
	h.before(name)
	return h.FS.Open(name)
}

// A run that changes between its metadata and its series is stored as it was
// before, and read again soon.
func TestRunThatChangesWhileItIsRead(t *testing.T) {
	var armed atomic.Bool
	var change func()
	r := newRig(t, "basic", func(_ *rig, _ *Config, repo *aim.Config) {
		repo.FS = hookFS{repo.FS, func(name string) {
			if strings.Contains(filepath.ToSlash(name), "/seqs/chunks/") && armed.CompareAndSwap(true, false) {
				change()
			}
		}}
	})
	r.settle()
	hash := r.hashes()[1]
	change = func() { r.touch("meta", hash) }
	before := r.run(hash).MetaPrint
	armed.Store(true)
	if _, err := r.ix.indexSeries(r.ctx, hash); err != nil {
		t.Fatal(err)
	}
	if armed.Load() {
		t.Fatal("the series were not read")
	}
	if got := r.run(hash).MetaPrint; got != before {
		t.Error("metadata that was read before the change counts as up to date")
	}
	r.store.take()
	r.ix.pollUnsettled(r.ctx)
	if w := r.store.take(); !reflect.DeepEqual(w, []string{"run " + hash}) {
		t.Errorf("the poll wrote %q", w)
	}
	if got := r.run(hash).MetaPrint; got == before {
		t.Error("the run was not read again")
	}
	r.ix.pollUnsettled(r.ctx)
	r.ix.pollUnsettled(r.ctx)
	if w := r.store.take(); len(w) > 0 {
		t.Errorf("a quiet run was written: %q", w)
	}
}

// A run with a heartbeat is followed until the heartbeat is overdue.
func TestRunIsFollowedWhileItLives(t *testing.T) {
	r := newRig(t, "crashed", nil)
	names, err := filepath.Glob(filepath.Join(r.root, ".aim", "check_ins", "*-progress-*"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var beat aim.CheckIn
	for _, name := range names {
		c, ok := aim.ParseCheckIn(filepath.Base(name))
		if ok && c.Expect > 5 && c.Time > beat.Time {
			beat = c // the newest: all others are overdue by then
		}
	}
	if beat.Hash == "" {
		t.Fatal("no run has a heartbeat")
	}
	due, _ := beat.Due()
	r.now = time.UnixMilli(int64(due * 1000))
	r.settle()
	if k := r.ix.known[beat.Hash]; k.settled {
		t.Fatal("a live run is not followed")
	}
	r.touch("seqs", beat.Hash)
	r.store.take()
	r.ix.pollUnsettled(r.ctx)
	if w := r.store.take(); !slices.Contains(w, "run "+beat.Hash) {
		t.Errorf("the poll wrote %q", w)
	}
	r.now = r.now.Add(11 * time.Second)
	time.Sleep(250 * time.Millisecond) // heartbeats are listed at most five times a second
	r.sink.take()
	r.ix.pollUnsettled(r.ctx)
	if k := r.ix.known[beat.Hash]; !k.settled {
		t.Error("a stalled run is still followed")
	}
	if stored, _ := r.sink.take(); !slices.Contains(stored, beat.Hash) {
		t.Errorf("told of %v, not of the run that stalled", stored)
	}
}

func TestRepositoryThatGoesAwayIsNotForgotten(t *testing.T) {
	r := newRig(t, "basic", nil)
	r.settle()
	aim, aside := filepath.Join(r.root, ".aim"), filepath.Join(r.root, "aside")
	if err := os.Rename(aim, aside); err != nil {
		t.Fatal(err)
	}
	r.ix.pass(r.ctx)
	if s := r.ix.Status(); s.Phase != PhaseOffline {
		t.Errorf("phase %s", s.Phase)
	}
	if _, gone := r.sink.take(); len(gone) > 0 {
		t.Errorf("%d runs were forgotten", len(gone))
	}
	if err := os.Rename(aside, aim); err != nil {
		t.Fatal(err)
	}
	r.store.take()
	r.settle()
	if w := r.store.take(); len(w) > 0 {
		t.Errorf("wrote %q", w)
	}
}

func TestFullDiskStopsAndResumes(t *testing.T) {
	r := newRig(t, "basic", nil)
	r.store.failing(func(verb, _ string) error {
		if verb == "run" {
			return &store.NoSpaceError{}
		}
		return nil
	})
	r.ix.pass(r.ctx)
	for r.ix.next(r.ctx) {
	}
	if s := r.ix.Status(); s.Phase != PhaseFailed || s.Note == "" {
		t.Fatalf("phase %s, note %q", s.Phase, s.Note)
	}
	r.store.failing(nil)
	r.settle()
	for _, hash := range r.hashes() {
		if !r.run(hash).SeriesDone {
			t.Errorf("run %s is not indexed", hash)
		}
	}
}

func TestCancelledScanWritesNoMore(t *testing.T) {
	r := newRig(t, "basic", nil)
	ctx, cancel := context.WithCancel(r.ctx)
	r.store.failing(func(verb, _ string) error {
		if verb == "meta" {
			cancel()
		}
		return nil
	})
	r.ix.pass(ctx)
	if s := r.ix.Status(); s.Note != "" {
		t.Errorf("a cancelled scan is a problem: %q", s.Note)
	}
	if r.ix.next(ctx) {
		t.Error("work goes on")
	}
	r.store.failing(nil)
	r.settle()
	for _, hash := range r.hashes() {
		if !r.run(hash).SeriesDone {
			t.Errorf("run %s is not indexed after all", hash)
		}
	}
}
