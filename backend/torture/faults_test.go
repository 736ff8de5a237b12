package torture

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/desk"
	"aimdesk/backend/indexer"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/internal/vfs/faultfs"
	"aimdesk/backend/store/memstore"
)

// sweep is a way in which single calls fail.
type sweep struct {
	name  string
	fault faultfs.Fault
	// only restricts the calls that it makes sense for.
	only faultfs.Op
}

var sweeps = []sweep{
	{name: "EIO", fault: faultfs.Fault{Err: syscall.EIO}},
	{name: "EACCES", fault: faultfs.Fault{Err: syscall.EACCES}},
	{name: "EMFILE", fault: faultfs.Fault{Err: syscall.EMFILE}, only: faultfs.OpOpen},
	{name: "ENOENT", fault: faultfs.Fault{Err: syscall.ENOENT}},
	{name: "short read", fault: faultfs.Fault{Short: true}, only: faultfs.OpReadAt},
}

// point is a call that can fail: the nth of its kind on its name.
type point struct {
	faultfs.Call
	nth int
}

// points lists every call that was recorded, each as the nth of its kind and
// name, sorted: goroutines may have made them in any order.
func points(calls []faultfs.Call) []point {
	seen := map[faultfs.Call]int{}
	var out []point
	for _, c := range calls {
		seen[c]++
		out = append(out, point{c, seen[c]})
	}
	slices.SortFunc(out, func(a, b point) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		if c := strings.Compare(string(a.Op), string(b.Op)); c != 0 {
			return c
		}
		return a.nth - b.nth
	})
	return out
}

// every calls f with each point and sweep in the long form, with about n of
// them, spread evenly, in the short one.
func every(all []point, n int, f func(p point, s sweep)) {
	type pair struct {
		p point
		s sweep
	}
	var pairs []pair
	for _, s := range sweeps {
		for _, p := range all {
			if s.only == "" || s.only == p.Op {
				pairs = append(pairs, pair{p, s})
			}
		}
	}
	step := 1
	if !long() {
		step = max(len(pairs)/n, 1)
	}
	for i := 0; i < len(pairs); i += step {
		f(pairs[i].p, pairs[i].s)
	}
}

func (s sweep) at(p point) faultfs.Fault {
	f := s.fault
	f.Op, f.Name, f.Nth = p.Op, p.Name, p.nth
	return f
}

func label(root string, p point, s sweep) string {
	rel, err := filepath.Rel(root, p.Name)
	if err != nil {
		rel = p.Name
	}
	return fmt.Sprintf("%s at call %d of %s %s", s.name, p.nth, p.Op, rel)
}

// Every call of reading a repository once fails in turn: what is answered is
// exact or marked, and an error names a file or a run.
func TestReadingOnceWithFailingCalls(t *testing.T) {
	for _, fixture := range []string{"basic", "crashed"} {
		t.Run(fixture, func(t *testing.T) {
			root := testutil.Fixture(t, fixture)
			fsys := faultfs.New(vfs.NewOS(0))
			load := func() (answers, []string, error) {
				var told []string
				l, err := desk.Load(t.Context(), root, desk.LoadConfig{NoIndex: true, FS: fsys, Warn: func(s string) { told = append(told, s) }})
				if err != nil {
					return nil, told, err
				}
				got := loadedAnswers(t, l)
				return got, told, l.Close()
			}
			fsys.Record(true)
			want, told, err := load()
			if err != nil || len(told) > 0 {
				t.Fatalf("sound repository: %v, %q", err, told)
			}
			all := points(fsys.Calls())
			fsys.Record(false)
			n := 0
			every(all, 120, func(p point, s sweep) {
				n++
				fsys.Inject(s.at(p))
				got, told, err := load()
				fsys.Clear()
				what := label(root, p, s)
				if err != nil {
					if !namesPlace(err, root, p) {
						t.Errorf("%s: the error names neither file nor run: %v", what, err)
					}
					return
				}
				sameUnlessMarked(t, what, got, want, len(told) > 0 || s.name == "ENOENT", s.name == "ENOENT")
			})
			t.Logf("%d of %d calls × %d ways", n, len(all), len(sweeps))
			if open := fsys.OpenFiles(); open > 32 {
				t.Errorf("%d files are left open", open)
			}
		})
	}
}

// namesPlace tells whether an error says where it happened.
func namesPlace(err error, root string, p point) bool {
	var notRepo *aim.NotRepositoryError
	return errors.As(err, &notRepo) || strings.Contains(err.Error(), filepath.Base(p.Name)) || strings.Contains(err.Error(), root)
}

// Every call of indexing fails in turn: the index holds nothing wrong, and the
// next scan, with the disk sound again, makes it exact.
func TestIndexingWithFailingCalls(t *testing.T) {
	root := testutil.Fixture(t, "basic")
	fsys := faultfs.New(vfs.NewOS(0))
	want := indexOnce(t, root, fsys, faultfs.Fault{}, nil, nil)
	fsys.Record(true)
	indexOnce(t, root, fsys, faultfs.Fault{}, nil, nil)
	all := points(fsys.Calls())
	fsys.Record(false)
	n := 0
	every(all, 120, func(p point, s sweep) {
		n++
		what := label(root, p, s)
		got := indexOnce(t, root, fsys, s.at(p), want, func(during answers, note string) {
			sameUnlessMarked(t, what, during, want, true, s.name == "ENOENT" || note != "")
		})
		exact(t, what+", after it", got, want)
	})
	t.Logf("%d of %d calls × %d ways", n, len(all), len(sweeps))
}

// indexOnce indexes a repository, shows what the index holds while the fault is
// there, lifts the fault, scans again, and answers what the index holds then.
func indexOnce(t *testing.T, root string, fsys *faultfs.FS, fault faultfs.Fault, want answers, during func(answers, string)) answers {
	t.Helper()
	if during != nil {
		fsys.Inject(fault)
		defer fsys.Clear()
	}
	var repo *aim.Repo
	var err error
	for range 2 { // opening may be what fails
		if repo, err = aim.Open(t.Context(), root, aim.Config{FS: fsys}); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	st := memstore.New(root)
	ix := indexer.New(indexer.Config{Repo: repo, Store: st, Poll: time.Hour, Scan: time.Hour, Workers: 1})
	stop := serve(t, ix)
	defer stop()
	idle(t, ix)
	if during != nil {
		during(storeAnswers(t, st), ix.Status().Note)
		fsys.Clear()
		ix.Hint()
		settled(t, ix, func() bool { return reflect.DeepEqual(storeAnswers(t, st), want) && ix.Status().Note == "" })
	}
	return storeAnswers(t, st)
}

// serve runs an indexer until the result is called.
func serve(t *testing.T, ix *indexer.Indexer) (stop func()) {
	t.Helper()
	ctx, cancel := contextOf(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := ix.Serve(ctx); err != nil && ctx.Err() == nil {
			t.Errorf("indexer: %v", err)
		}
	})
	return func() { cancel(); wg.Wait() }
}

func idle(t *testing.T, ix *indexer.Indexer) {
	t.Helper()
	settled(t, ix, func() bool { return ix.Status().Stale == 0 })
}

// settled waits until an indexer is idle and a condition holds, for ten seconds
// at most: what does not hold by then is for the caller to find.
func settled(t *testing.T, ix *indexer.Indexer, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Microsecond) {
		if p := ix.Status().Phase; (p == indexer.PhaseIdle || p == indexer.PhaseOffline || p == indexer.PhaseFailed) && ok() {
			return
		}
	}
}

// A file that seems to be half as long for a while, and a folder that answers
// an old snapshot, leave no trace in the index once they are over.
func TestIndexingOfStaleFiles(t *testing.T) {
	root := testutil.Fixture(t, "crashed")
	old := testutil.Fixture(t, "crashed")
	fsys := faultfs.New(vfs.NewOS(0))
	want := indexOnce(t, root, fsys, faultfs.Fault{}, nil, nil)
	fsys.Record(true)
	indexOnce(t, root, fsys, faultfs.Fault{}, nil, nil)
	names := map[string]bool{}
	for _, c := range fsys.Calls() {
		if c.Op == faultfs.OpReadAt && !strings.Contains(c.Name, "sqlite") {
			names[c.Name] = true
		}
	}
	fsys.Record(false)
	for name := range names {
		got := indexOnce(t, root, fsys, faultfs.Fault{Name: name, Half: true}, want, func(answers, string) {})
		exact(t, "halved "+name, got, want)
	}
	// The snapshot is one of before the newest logs were written.
	cut := 0
	err := filepath.WalkDir(filepath.Join(old, ".aim", "seqs", "chunks"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".log") {
			var info fs.FileInfo
			if info, err = d.Info(); err == nil && info.Size() > 0 {
				cut++
				err = syscall.Truncate(path, info.Size()/3)
			}
		}
		return err
	})
	if err != nil || cut == 0 {
		t.Fatalf("%d logs were cut: %v", cut, err)
	}
	got := indexOnce(t, root, fsys, faultfs.Fault{Under: filepath.Join(root, ".aim", "seqs"), Instead: filepath.Join(old, ".aim", "seqs")}, want, func(answers, string) {})
	exact(t, "an old snapshot", got, want)
}
