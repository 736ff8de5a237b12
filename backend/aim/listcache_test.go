package aim_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/vfs"
)

// dirFS counts how often folders are listed.
type dirFS struct {
	vfs.FS
	listed *atomic.Int64
}

func (d dirFS) ReadDir(name string) ([]fs.DirEntry, error) {
	d.listed.Add(1)
	return d.FS.ReadDir(name)
}

// A list of runs is kept as long as the folders that hold them are the same,
// and were not changed just now.
func TestListIsKept(t *testing.T) {
	ctx := context.Background()
	root := testutil.Fixture(t, "basic")
	var listed atomic.Int64
	now := time.Now()
	r, err := aim.Open(ctx, root, aim.Config{FS: dirFS{vfs.NewOS(0), &listed}, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	list := func() (runs int, read bool) {
		t.Helper()
		listed.Store(0)
		entries, err := r.List(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries), listed.Load() > 0
	}
	chunks := func(kind string) string { return filepath.Join(root, ".aim", kind, "chunks") }
	setTime := func(at time.Time) {
		t.Helper()
		for _, kind := range []string{"meta", "seqs"} {
			if err := os.Chtimes(chunks(kind), time.Time{}, at); err != nil {
				t.Fatal(err)
			}
		}
	}

	setTime(now.Add(-time.Second))
	n, _ := list()
	if _, read := list(); !read {
		t.Error("folders that changed a second ago were not read again")
	}
	setTime(now.Add(-time.Minute))
	list()
	if again, read := list(); read || again != n {
		t.Errorf("%d runs, read again: %t; want %d from before", again, read, n)
	}

	entries, err := r.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(chunks("meta"), "ffffffffffffffffffffffff")
	if err := os.CopyFS(copied, os.DirFS(filepath.Join(chunks("meta"), entries[0].Hash))); err != nil {
		t.Fatal(err)
	}
	setTime(now.Add(-30 * time.Second))
	if got, read := list(); !read || got != n+1 {
		t.Errorf("%d runs after one was added, want %d", got, n+1)
	}

	now = now.Add(time.Hour)
	if _, read := list(); !read {
		t.Error("an hour later the folders were not read again")
	}
}
