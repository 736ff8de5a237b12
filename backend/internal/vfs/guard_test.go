package vfs_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/internal/vfs/faultfs"
)

func TestGuardRefusesLinksThatLeave(t *testing.T) {
	home, away := t.TempDir(), t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(home, "in"), 0o755))
	must(os.WriteFile(filepath.Join(home, "in", "f"), []byte("in"), 0o600))
	must(os.WriteFile(filepath.Join(away, "f"), []byte("out"), 0o600))
	must(os.Symlink(away, filepath.Join(home, "folder")))
	must(os.Symlink(filepath.Join(away, "f"), filepath.Join(home, "file")))
	must(os.Symlink("in", filepath.Join(home, "sibling")))
	must(os.Symlink("round", filepath.Join(home, "round")))
	moved := filepath.Join(t.TempDir(), "moved")
	must(os.Symlink(home, moved))

	for _, root := range []string{home, moved} {
		fsys := vfs.Guard(vfs.NewOS(0), root)
		for name, want := range map[string]error{
			"in/f": nil, "sibling/f": nil, "folder/f": vfs.ErrOutside, "file": vfs.ErrOutside, "round": syscall.ELOOP,
		} {
			f, err := fsys.Open(filepath.Join(root, name))
			if err == nil {
				must(f.Close())
			}
			if !errors.Is(err, want) && !(name == "round" && err != nil) {
				t.Errorf("open %s: %v, want %v", name, err, want)
			}
		}
		for name, want := range map[string]error{"in": nil, "sibling": nil, "folder": vfs.ErrOutside, ".": nil} {
			if _, err := fsys.ReadDir(filepath.Join(root, name)); !errors.Is(err, want) {
				t.Errorf("list %s: %v, want %v", name, err, want)
			}
		}
	}
}

func TestGuardTellsShortReadsFromTheEnd(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "f")
	if err := os.WriteFile(name, []byte("abcdefgh"), 0o600); err != nil {
		t.Fatal(err)
	}
	faulty := faultfs.New(vfs.NewOS(0))
	f, err := vfs.Guard(faulty, dir).Open(name)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 16)
	if n, err := f.ReadAt(buf, 0); n != 8 || !errors.Is(err, io.EOF) {
		t.Errorf("the end: %d, %v", n, err)
	}
	faulty.Inject(faultfs.Fault{Op: faultfs.OpReadAt, Short: true})
	if n, err := f.ReadAt(buf[:8], 0); n != 4 || err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a short read: %d, %v", n, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
