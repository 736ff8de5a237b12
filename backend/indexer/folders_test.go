package indexer

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/vfs"
)

// listFS counts how often the folders of databases are listed.
type listFS struct {
	vfs.FS
	listed *atomic.Int64
}

func (l listFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if strings.HasSuffix(filepath.Dir(name), "chunks") {
		l.listed.Add(1)
	}
	return l.FS.ReadDir(name)
}

// Scans look into the folders of runs that ended only when they changed, and
// now and then.
func TestRunsThatEndedAreScannedByTheirFolders(t *testing.T) {
	var listed atomic.Int64
	var now atomic.Int64
	now.Store(time.Now().Add(time.Hour).UnixNano()) // the folders are old
	clock := func() time.Time { return time.Unix(0, now.Load()) }
	r := newRig(t, "basic", func(_ *rig, c *Config, repo *aim.Config) {
		repo.FS = listFS{vfs.NewOS(0), &listed}
		repo.Now, c.Now = clock, clock
	})
	r.settle()
	r.settle() // remembers the folders
	runs := int64(len(r.hashes()))
	listed.Store(0)
	r.settle()
	if n := listed.Load(); n > 0 {
		t.Errorf("%d folders were listed although none had changed", n)
	}

	hash := r.hashes()[0]
	if err := os.WriteFile(filepath.Join(r.chunk("seqs", hash), "000099.log"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(r.chunk("seqs", hash), time.Time{}, clock().Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	r.store.take()
	r.settle()
	if w := r.store.take(); len(w) == 0 {
		t.Error("a new file in the folder of a run that ended was not noticed")
	}

	r.settle()
	listed.Store(0)
	now.Add(int64(fullScanEvery * time.Minute))
	r.settle()
	if n := listed.Load(); n < 2*runs {
		t.Errorf("%d folders of %d runs were listed after a long time", n, runs)
	}
}
