package vfs_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aimdesk/backend/internal/vfs"
)

func TestOpenLimitsFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	fsys := vfs.NewOS(1)
	first, err := fsys.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() {
		second, err := fsys.Open(name)
		if err == nil {
			err = second.Close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		t.Fatalf("a second file opened beyond the limit (%v)", err)
	case <-time.After(20 * time.Millisecond):
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusesDirectories(t *testing.T) {
	_, err := vfs.NewOS(0).Open(t.TempDir())
	if !errors.Is(err, vfs.ErrNotRegular) {
		t.Fatalf("got %v, want ErrNotRegular", err)
	}
}

func TestReadFileHonoursTheLimit(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte("abcd"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := vfs.ReadFile(vfs.NewOS(0), name, 4)
	if err != nil || string(got) != "abcd" {
		t.Fatalf("got %q, %v", got, err)
	}
	if _, err := vfs.ReadFile(vfs.NewOS(0), name, 3); err == nil {
		t.Fatal("a file over the limit was read")
	}
}
