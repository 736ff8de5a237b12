package rocks_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks"
)

// Reading changes neither bytes nor times, takes no lock and makes no file.
func TestReadingLeavesNoTrace(t *testing.T) {
	root := testutil.Fixture(t, "crashed")
	dirs := databases(t, root)
	before := testutil.TreeDigest(t, root)
	for _, dir := range dirs {
		if _, err := rocks.Verify(context.Background(), dir, rocks.Options{}); err != nil {
			t.Error(err)
		}
		if got := readDamaged(dir); got.err != nil {
			t.Error(got.err)
		}
	}
	after := testutil.TreeDigest(t, root)
	for name, digest := range after {
		if before[name] != digest {
			t.Errorf("%s changed from %q to %q", name, before[name], digest)
		}
	}
	if len(before) != len(after) {
		t.Errorf("%d files before, %d after", len(before), len(after))
	}
}

// hookFS calls before each Open.
type hookFS struct {
	vfs.FS
	before func(name string)
}

func (h hookFS) Open(name string) (vfs.File, error) {
	h.before(filepath.Base(name))
	return h.FS.Open(name)
}

func TestWriterReplacesFilesDuringOpen(t *testing.T) {
	for _, moment := range []string{"MANIFEST-000001", "000005.sst", "000004.log"} {
		t.Run(moment, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(4, 4))
			w, m := newDBWriter(t, t.TempDir()), model{}
			randomBatch(rnd, w, m)
			w.flush() // 000003.sst, 000004.log
			randomBatch(rnd, w, m)
			w.sync()
			flushed := false
			fsys := hookFS{vfs.NewOS(2), func(name string) {
				if flushed || name != moment {
					return
				}
				flushed = true
				// The writer flushes, compacts, and removes what is obsolete.
				w.flush()
				w.compact(m.pairs(), 10)
				for _, old := range []string{"000003.sst", "000005.sst", "000002.log", "000004.log"} {
					if err := os.Remove(filepath.Join(w.dir, old)); err != nil && !errors.Is(err, fs.ErrNotExist) {
						t.Error(err)
					}
				}
			}}
			if moment == "000005.sst" {
				w.flush()
			}
			v, err := rocks.Open(context.Background(), w.dir, rocks.Options{FS: fsys})
			if err != nil {
				t.Fatal(err)
			}
			got, err := scan(v, rocks.IterOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if !flushed {
				t.Fatal("the moment never came")
			}
			comparePairs(t, got, m.pairs())
			if err := v.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEndlessChangesAreGivenUp(t *testing.T) {
	w := newDBWriter(t, t.TempDir())
	opens := 0
	fsys := hookFS{vfs.NewOS(0), func(name string) {
		if name == "CURRENT" {
			opens++
			w.edit(uvarints(nil, 4, uint64(opens)))
		}
	}}
	_, err := rocks.Open(context.Background(), w.dir, rocks.Options{FS: fsys, MaxRestarts: 3})
	if !errors.Is(err, rocks.ErrStale) || opens != 8 {
		t.Errorf("Open = %v after %d reads of CURRENT, want ErrStale after 8", err, opens)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := rocks.Open(ctx, w.dir, rocks.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with a cancelled context = %v", err)
	}
}

func TestMissingTableIsNamed(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	w, m := newDBWriter(t, t.TempDir()), model{}
	randomBatch(rnd, w, m)
	w.flush()
	if err := os.Remove(filepath.Join(w.dir, "000003.sst")); err != nil {
		t.Fatal(err)
	}
	_, err := rocks.Open(context.Background(), w.dir, rocks.Options{})
	var bad *rocks.CorruptError
	if !errors.As(err, &bad) || bad.File != filepath.Join(w.dir, "000003.sst") || !strings.Contains(bad.Reason, "missing") {
		t.Errorf("Open = %v, want the missing table named", err)
	}
	// A name of LevelDB's is accepted in its place.
	w.flush()
	randomBatch(rnd, w, m)
	w.flush()
	w.edit(uvarints(nil, 6, 0, 3))
	if err := os.Rename(filepath.Join(w.dir, "000005.sst"), filepath.Join(w.dir, "000005.ldb")); err != nil {
		t.Fatal(err)
	}
	if _, err := rocks.Open(context.Background(), w.dir, rocks.Options{}); err != nil {
		t.Error(err)
	}
}

// A table that vanishes under an open view makes the view stale unless the
// cache keeps it open.
func TestVanishedTableMakesViewStale(t *testing.T) {
	for _, idle := range []int{0, 8} {
		rnd := rand.New(rand.NewPCG(4, 4))
		w, m := newDBWriter(t, t.TempDir()), model{}
		randomBatch(rnd, w, m)
		w.flush()
		cache := rocks.NewFileCache(idle)
		v, err := rocks.Open(context.Background(), w.dir, rocks.Options{Files: cache})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(w.dir, "000003.sst")); err != nil {
			t.Fatal(err)
		}
		got, err := scan(v, rocks.IterOptions{})
		if idle == 0 && !errors.Is(err, rocks.ErrStale) {
			t.Errorf("scan = %v, want ErrStale", err)
		}
		if idle > 0 && (err != nil || !slices.Equal(got, m.pairs())) {
			t.Errorf("scan with a handle kept = %d pairs, %v", len(got), err)
		}
		if err := errors.Join(v.Close(), cache.Close()); err != nil {
			t.Error(err)
		}
	}
}

// A database that was deleted and made anew reuses names; handles of the old
// files must not be taken for the new ones.
func TestRecreatedDatabaseIsNotMixedUp(t *testing.T) {
	dir, cache := t.TempDir(), rocks.NewFileCache(8)
	for round := range 3 {
		rnd := rand.New(rand.NewPCG(uint64(round), 4))
		w, m := newDBWriter(t, dir), model{}
		for range 1 + round {
			randomBatch(rnd, w, m)
		}
		w.flush()
		past := time.Now().Add(time.Duration(round-5) * time.Hour)
		if err := os.Chtimes(filepath.Join(dir, "000003.sst"), past, past); err != nil {
			t.Fatal(err)
		}
		v, err := rocks.Open(context.Background(), dir, rocks.Options{Files: cache})
		if err != nil {
			t.Fatal(err)
		}
		got, err := scan(v, rocks.IterOptions{})
		if err != nil || !slices.Equal(got, m.pairs()) {
			t.Errorf("round %d: %d pairs, want %d: %v", round, len(got), len(m), err)
		}
		// The view stays open: its handle stays in the cache.
		if err := os.Rename(filepath.Join(dir, "000003.sst"), filepath.Join(t.TempDir(), "gone")); err != nil {
			t.Fatal(err)
		}
	}
	if err := cache.Close(); err != nil {
		t.Error(err)
	}
}

// Many views and goroutines share few handles of a tight file system.
func TestSharedHandlesDoNotDeadlock(t *testing.T) {
	dir, want := golden(t, "levels-killed")
	opts := rocks.Options{FS: vfs.NewOS(4), Files: rocks.NewFileCache(3)}
	var wg sync.WaitGroup
	errs := make(chan error, 16)
	for range 16 {
		wg.Go(func() {
			v, err := rocks.Open(context.Background(), dir, opts)
			if err != nil {
				errs <- err
				return
			}
			for range 3 {
				got, err := scan(v, rocks.IterOptions{})
				if err == nil && !slices.Equal(got, want) {
					err = fmt.Errorf("%d pairs, want %d", len(got), len(want))
				}
				if err != nil {
					errs <- err
				}
				for _, p := range want[:20] {
					if value, ok, err := v.Get([]byte(p.key)); err != nil || !ok || string(value) != p.value {
						errs <- fmt.Errorf("Get(%q) = %q, %v, %w", p.key, value, ok, err)
					}
				}
			}
			if err := v.Close(); err != nil {
				errs <- err
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("views wait for each other")
	}
	close(errs)
	for err := range errs {
		t.Error(err)
	}
}

func TestLiveFiles(t *testing.T) {
	dir, _ := golden(t, "levels-killed")
	kinds := map[rocks.FileKind]int{}
	for _, f := range open(t, dir).Files() {
		info, err := os.Stat(filepath.Join(dir, f.Name))
		if err != nil || info.Size() != f.Size || f.Number == 0 {
			t.Errorf("%+v: %v", f, err)
		}
		kinds[f.Kind]++
	}
	if kinds[rocks.KindManifest] != 1 || kinds[rocks.KindTable] < 3 || kinds[rocks.KindWAL] != 1 {
		t.Errorf("live files: %v", kinds)
	}
	for kind, name := range map[rocks.FileKind]string{rocks.KindManifest: "manifest", rocks.KindTable: "table", rocks.KindWAL: "wal"} {
		if kind.String() != name {
			t.Errorf("%d is %s, want %s", kind, kind, name)
		}
	}
}

// A range deletion over many tables is jumped over without reading them.
func TestRangeDeletionOverManyTablesIsJumped(t *testing.T) {
	w, m := newDBWriter(t, t.TempDir()), model{}
	for i := range 2000 {
		m[fmt.Sprintf("k%04d", i)] = "v"
	}
	w.seq = 10
	w.compact(m.pairs(), 50)
	w.op(opRangeDelete, "k0010", "k1990")
	w.commit()
	w.flush()
	m.deleteRange("k0010", "k1990")
	reads := 0
	fsys := hookFS{vfs.NewOS(0), func(string) { reads++ }}
	v, err := rocks.Open(context.Background(), w.dir, rocks.Options{FS: fsys})
	if err != nil {
		t.Fatal(err)
	}
	reads = 0
	got, err := scan(v, rocks.IterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	comparePairs(t, got, m.pairs())
	if reads > 20 {
		t.Errorf("%d reads for 3 of 41 tables", reads)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

// Memory of closed views is used again, but never under an iterator that was
// left open.
func TestClosedViewsDoNotDisturbOpenIterators(t *testing.T) {
	dir, want := golden(t, "version5")
	v := open(t, dir)
	it := v.NewIter(rocks.IterOptions{})
	if !it.First() {
		t.Fatal(it.Err())
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	var got []pair
	other, _ := golden(t, "snapshots")
	for ok := true; ok; ok = it.Next() {
		got = append(got, pair{string(it.Key()), string(it.Value())})
		// Other databases take whatever memory there is.
		if len(got)%20 == 0 && readDamaged(other).err != nil {
			t.Fatal("cannot read the other database")
		}
	}
	if err := it.Close(); err != nil {
		t.Fatal(err)
	}
	comparePairs(t, got, want)
}
