package rocks_test

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks"
)

var errDisk = errors.New("disk on fire")

// faultyFS fails every read of files with a suffix while armed.
type faultyFS struct {
	vfs.FS
	suffix string
	armed  *bool
}

type faultyFile struct {
	vfs.File
	fail func() bool
}

func (f faultyFS) Open(name string) (vfs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return faultyFile{file, func() bool { return *f.armed && strings.HasSuffix(filepath.Base(name), f.suffix) }}, nil
}

func (f faultyFile) ReadAt(p []byte, off int64) (int, error) {
	if f.fail() {
		return 0, errDisk
	}
	return f.File.ReadAt(p, off)
}

// A read error is passed on as it is, and reading works once it is gone.
func TestReadErrorsAreNoDamage(t *testing.T) {
	dir, want := golden(t, "levels-killed")
	for _, suffix := range []string{".log", ".sst", "CURRENT"} {
		armed := true
		opts := rocks.Options{FS: faultyFS{vfs.NewOS(0), suffix, &armed}}
		v, err := rocks.Open(context.Background(), dir, opts)
		if suffix == ".sst" {
			if err != nil {
				t.Fatal(err)
			}
			_, err = scan(v, rocks.IterOptions{})
			failed := slices.ContainsFunc(want, func(p pair) bool {
				_, _, err := v.Get([]byte(p.key))
				return errors.Is(err, errDisk)
			})
			if !failed {
				t.Error("no Get met the read error")
			}
		}
		var bad *rocks.CorruptError
		if !errors.Is(err, errDisk) || errors.As(err, &bad) {
			t.Errorf("%s: %v, want the read error", suffix, err)
		}
		armed = false
		if v == nil {
			if v, err = rocks.Open(context.Background(), dir, opts); err != nil {
				t.Fatal(err)
			}
		}
		got, err := scan(v, rocks.IterOptions{})
		if err != nil {
			t.Errorf("%s: after the error: %v", suffix, err)
		}
		comparePairs(t, got, want)
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := rocks.Open(context.Background(), filepath.Join(dir, "nowhere"), rocks.Options{}); !errors.Is(err, rocks.ErrNotDatabase) || errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// One view serves many goroutines.
func TestViewIsSafeForConcurrentUse(t *testing.T) {
	dir, want := golden(t, "levels-killed")
	v := open(t, dir)
	var wg sync.WaitGroup
	for n := range 6 {
		wg.Go(func() {
			if n%2 == 0 {
				got, err := scan(v, rocks.IterOptions{})
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("%d pairs, want %d: %v", len(got), len(want), err)
				}
				return
			}
			for _, p := range want {
				if value, ok, err := v.Get([]byte(p.key)); err != nil || !ok || string(value) != p.value {
					t.Errorf("Get(%q) = %q, %v, %v", p.key, value, ok, err)
				}
			}
		})
	}
	wg.Wait()
}

// What cannot be merged is refused only where it would be seen.
func TestMergeOperandsInTables(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 8))
	w, m := newDBWriter(t, t.TempDir()), model{}
	randomBatch(rnd, w, m)
	w.op(2, "m", "operand")
	w.seq++
	w.batch, w.ops = nil, 0
	w.flush()
	v := open(t, w.dir)
	_, err := scan(v, rocks.IterOptions{})
	var refused *rocks.UnsupportedError
	if !errors.As(err, &refused) || refused.Feature != "merge" || filepath.Ext(refused.File) != ".sst" {
		t.Errorf("scan = %v, want the merge refused", err)
	}
	if _, _, err := v.Get([]byte("m")); !errors.As(err, &refused) {
		t.Errorf("Get = %v, want the merge refused", err)
	}
	// Hidden by a deletion, it does not matter.
	w.op(opDelete, "m", "")
	w.commit()
	w.sync()
	got, err := scan(open(t, w.dir), rocks.IterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	comparePairs(t, got, m.pairs())
}
