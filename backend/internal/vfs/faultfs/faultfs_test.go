package faultfs_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/internal/vfs/faultfs"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNthCallFails(t *testing.T) {
	name := write(t, t.TempDir(), "f", "abcd")
	f := faultfs.New(vfs.NewOS(0))
	f.Inject(faultfs.Fault{Op: faultfs.OpOpen, Nth: 2, Times: 2, Err: syscall.EIO})
	var got []bool
	for range 5 {
		file, err := f.Open(name)
		got = append(got, err == nil)
		if err == nil {
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var path *fs.PathError
		if !errors.Is(err, syscall.EIO) || !errors.As(err, &path) || path.Path != name {
			t.Errorf("got %v, want an EIO that names %s", err, name)
		}
	}
	if want := [5]bool{true, false, false, true, true}; [5]bool(got) != want {
		t.Errorf("opened: %v, want %v", got, want)
	}
	if f.Count(faultfs.OpOpen) != 5 || f.Hits() != 2 || f.OpenFiles() != 0 {
		t.Errorf("%d calls, %d hits, %d open files", f.Count(faultfs.OpOpen), f.Hits(), f.OpenFiles())
	}
}

func TestShortRead(t *testing.T) {
	name := write(t, t.TempDir(), "f", "abcdefgh")
	f := faultfs.New(vfs.NewOS(0))
	f.Inject(faultfs.Fault{Op: faultfs.OpReadAt, Short: true})
	file, err := f.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 8)
	if n, err := file.ReadAt(buf, 0); n != 4 || !errors.Is(err, io.EOF) {
		t.Errorf("first read: %d, %v", n, err)
	}
	if n, err := file.ReadAt(buf, 0); n != 8 || err != nil {
		t.Errorf("second read: %d, %v", n, err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}

func TestHalfIsOneConsistentFile(t *testing.T) {
	dir := t.TempDir()
	name := write(t, dir, "f", "abcdefgh")
	write(t, dir, "g", "whole")
	f := faultfs.New(vfs.NewOS(0))
	f.Inject(faultfs.Fault{Name: name, Half: true})
	check := func(want int64) {
		t.Helper()
		info, err := f.Stat(name)
		if err != nil || info.Size() != want {
			t.Errorf("stat: %v, %v", info, err)
		}
		entries, err := f.ReadDir(dir)
		if err != nil || len(entries) != 2 {
			t.Fatalf("list: %v, %v", entries, err)
		}
		if info, err := entries[0].Info(); err != nil || info.Size() != want {
			t.Errorf("listed: %v, %v", info, err)
		}
		if info, err := entries[1].Info(); err != nil || info.Size() != 5 {
			t.Errorf("the other file: %v, %v", info, err)
		}
		data, err := vfs.ReadFile(f, name, 100)
		if err != nil || string(data) != "abcdefgh"[:want] {
			t.Errorf("read %q, %v", data, err)
		}
	}
	check(4)
	f.Clear()
	check(8)
}

func TestOldSnapshot(t *testing.T) {
	now, before := t.TempDir(), t.TempDir()
	name := write(t, now, "f", "new")
	write(t, before, "f", "old")
	write(t, now, "late", "x")
	f := faultfs.New(vfs.NewOS(0))
	f.Inject(faultfs.Fault{Under: now, Instead: before})
	if data, err := vfs.ReadFile(f, name, 100); err != nil || string(data) != "old" {
		t.Errorf("read %q, %v", data, err)
	}
	if _, err := f.Stat(filepath.Join(now, "late")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not in the snapshot: %v", err)
	}
	f.Clear()
	if data, err := vfs.ReadFile(f, name, 100); err != nil || string(data) != "new" {
		t.Errorf("read %q, %v", data, err)
	}
}

func TestDelayAndRecord(t *testing.T) {
	name := write(t, t.TempDir(), "f", "x")
	f := faultfs.New(vfs.NewOS(0))
	f.Record(true)
	f.Inject(faultfs.Fault{Op: faultfs.OpStat, Name: name, Delay: 20 * time.Millisecond})
	start := time.Now()
	if _, err := f.Stat(name); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d < 20*time.Millisecond {
		t.Errorf("answered after %v", d)
	}
	if calls := f.Calls(); len(calls) != 1 || calls[0] != (faultfs.Call{Op: faultfs.OpStat, Name: name}) {
		t.Errorf("recorded %v", calls)
	}
}
