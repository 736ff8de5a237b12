package torture

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/desk"
	"aimdesk/backend/indexer"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/store"
	"aimdesk/backend/store/badgerstore"
	"aimdesk/backend/store/memstore"
)

// faulty is a store whose nth write from the last arm fails, and all after it
// until it is disarmed. after is called after each write that was done.
type faulty struct {
	store.Store
	gate
}

type gate struct {
	mu    *sync.Mutex
	state *gateState
}

type gateState struct {
	writes, from int
	err          error
	after        func(n int)
}

func newFaulty(st store.Store) *faulty {
	return &faulty{st, gate{&sync.Mutex{}, &gateState{}}}
}

func (g gate) arm(from int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.state.writes, g.state.from, g.state.err = 0, from, err
}

// write lets a write through, or not.
func (g gate) write(do func() error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.state.writes++
	if g.state.err != nil && g.state.writes >= g.state.from {
		return g.state.err
	}
	err := do()
	if g.state.after != nil {
		g.state.after(g.state.writes)
	}
	return err
}

func (f *faulty) PutMeta(ctx context.Context, r *store.Run) error {
	return f.write(func() error { return f.Store.PutMeta(ctx, r) })
}
func (f *faulty) PutRun(ctx context.Context, r *store.Run, each func(store.PutSeries) error) error {
	return f.write(func() error { return f.Store.PutRun(ctx, r, each) })
}
func (f *faulty) PutProperties(ctx context.Context, p []store.Properties) error {
	return f.write(func() error { return f.Store.PutProperties(ctx, p) })
}
func (f *faulty) Delete(ctx context.Context, hashes ...string) error {
	return f.write(func() error { return f.Store.Delete(ctx, hashes...) })
}
func (f *faulty) NewGeneration(ctx context.Context) (store.Generation, error) {
	var g store.Generation
	err := f.write(func() (err error) {
		g, err = f.Store.NewGeneration(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &faultyGeneration{g, f.gate}, nil
}

type faultyGeneration struct {
	store.Generation
	gate
}

func (f *faultyGeneration) PutMeta(ctx context.Context, r *store.Run) error {
	return f.write(func() error { return f.Generation.PutMeta(ctx, r) })
}
func (f *faultyGeneration) PutRun(ctx context.Context, r *store.Run, each func(store.PutSeries) error) error {
	return f.write(func() error { return f.Generation.PutRun(ctx, r, each) })
}
func (f *faultyGeneration) PutProperties(ctx context.Context, p []store.Properties) error {
	return f.write(func() error { return f.Generation.PutProperties(ctx, p) })
}
func (f *faultyGeneration) Publish(ctx context.Context) error {
	return f.write(func() error { return f.Generation.Publish(ctx) })
}

func newIndexer(t *testing.T, root string, st store.Store, now func() time.Time) *indexer.Indexer {
	t.Helper()
	repo, err := aim.Open(t.Context(), root, aim.Config{Now: now})
	check(t, err)
	return indexer.New(indexer.Config{Repo: repo, Store: st, Poll: time.Hour, Scan: time.Hour, Workers: 1, Now: now})
}

// The index cannot be written from some write on: what it had is answered, a
// note says why, nothing wrong is stored, and all is well once it can be.
func TestFailingWrites(t *testing.T) {
	root := testutil.Fixture(t, "basic")
	space := &store.NoSpaceError{Dir: "index", Free: 1, Reserve: 2}
	sound := newFaulty(memstore.New(root))
	ix := newIndexer(t, root, sound, nil)
	stop := serve(t, ix)
	idle(t, ix)
	stop()
	want := storeAnswers(t, sound)
	writes := sound.state.writes
	if writes < 10 {
		t.Fatalf("%d writes", writes)
	}
	for _, cause := range []error{space, syscall.EIO} {
		for n := 1; n <= writes; n += scale(3, 1) {
			st := newFaulty(memstore.New(root))
			st.arm(n, cause)
			ix := newIndexer(t, root, st, nil)
			stop := serve(t, ix)
			eventually(t, "a note", func() bool { return strings.Contains(ix.Status().Note, cause.Error()) })
			sameUnlessMarked(t, "while writes fail", storeAnswers(t, st), want, false, true)
			st.arm(0, nil)
			ix.Hint()
			eventually(t, "an exact index", func() bool { return reflect.DeepEqual(storeAnswers(t, st), want) && ix.Status().Note == "" })

			// Reindex All with the same fault: the old index stays.
			st.arm(n, cause)
			if _, err := ix.Reindex(t.Context(), nil); n <= 9 && !errors.Is(err, cause) {
				t.Errorf("reindex with write %d failing: %v", n, err)
			}
			exact(t, "after a failed reindex", storeAnswers(t, st), want)
			st.arm(0, nil)
			if _, err := ix.Reindex(t.Context(), nil); err != nil {
				t.Errorf("reindex after it: %v", err)
			}
			stop()
		}
	}
}

// Power is cut after each write: a copy of the folder, with the end of its
// newest log lost, opens, and every run that it answers is whole; or it is made
// anew and says so.
func TestPowerCutAfterEachWrite(t *testing.T) {
	root, dir := testutil.Fixture(t, "basic"), t.TempDir()
	inner, err := badgerstore.Open(filepath.Join(dir, "index"), badgerstore.Options{Repository: root})
	check(t, err)
	st := newFaulty(inner)
	var copies []string
	st.state.after = func(int) {
		to := filepath.Join(dir, "cut"+string(rune('a'+len(copies)%26))+string(rune('a'+len(copies)/26)))
		check(t, os.CopyFS(to, os.DirFS(filepath.Join(dir, "index"))))
		copies = append(copies, to)
	}
	ix := newIndexer(t, root, st, nil)
	stop := serve(t, ix)
	idle(t, ix)
	if _, err := ix.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	stop()
	want := storeAnswers(t, st)
	check(t, inner.Close())
	rebuilt, step := 0, 1
	if !long() {
		step = 3
	}
	for i := 0; i < len(copies); i += step {
		loseTail(t, copies[i], i*97%3000)
		cut, note, err := desk.OpenIndex(copies[i], root)
		check(t, err)
		if note != "" {
			rebuilt++
		}
		got := storeAnswers(t, cut)
		sameUnlessMarked(t, copies[i], got, want, true, true)
		check(t, cut.Close())
		check(t, os.RemoveAll(copies[i]))
	}
	t.Logf("%d cuts, %d indexes made anew", len(copies)/step, rebuilt)
}

// loseTail clears the last bytes written to the newest logs in memory-mapped
// files, as if they had not reached the disk.
func loseTail(t *testing.T, dir string, n int) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(dir, "gen-*", "*.mem"))
	check(t, err)
	for _, name := range logs {
		data, err := os.ReadFile(name)
		check(t, err)
		end := len(data)
		for end > 0 && data[end-1] == 0 {
			end--
		}
		const header = 20 // of the log itself, synced when it is made
		if from := max(end-n, header); from < end {
			clear(data[from:end])
			check(t, os.WriteFile(name, data, 0o600))
		}
	}
}

// The clock jumps forth and back: nothing is read wrong, and new runs are found.
func TestClockJumps(t *testing.T) {
	root := testutil.Fixture(t, "basic")
	chunks := filepath.Join(root, ".aim", "meta", "chunks")
	late := glob(t, chunks, "*")
	aside := filepath.Join(t.TempDir(), "late")
	check(t, os.Rename(late, aside))
	var mu sync.Mutex
	var jump time.Duration
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); return time.Now().Add(jump) }
	st := memstore.New(root)
	ix := newIndexer(t, root, st, now)
	stop := serve(t, ix)
	defer stop()
	idle(t, ix)
	for _, by := range []time.Duration{20 * 365 * 24 * time.Hour, -30 * 365 * 24 * time.Hour, 0} {
		mu.Lock()
		jump = by
		mu.Unlock()
		ix.Hint()
		idle(t, ix)
	}
	check(t, os.Rename(aside, late))
	ix.Hint()
	eventually(t, "the late run", func() bool {
		a := storeAnswers(t, st)[filepath.Base(late)]
		return a != nil && a.problem == "" && len(a.metrics) > 0
	})
}
