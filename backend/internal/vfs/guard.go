package vfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// ErrOutside reports a symbolic link that leads out of the folder that is being
// read.
var ErrOutside = errors.New("a symbolic link leads out of the repository")

// errShort reports a read that ended before the file does: a disk or a network
// file system that answers less than it should. It must not pass for the end of
// the file, at which a log may be torn without being damaged.
var errShort = errors.New("the file could not be read to its end")

// Guard returns fsys for reading what lies below the given homes, with two
// answers distrusted: a file or folder that is a symbolic link, or lies in a
// folder that is one, is refused with ErrOutside if its target lies below none
// of the homes; and a read that ends before the file's own size is an error.
//
// The homes themselves, and what leads to them, may be links: people move
// folders to larger disks.
func Guard(fsys FS, homes ...string) FS { return &guardFS{FS: fsys, homes: homes} }

type guardFS struct {
	FS
	homes []string
}

func (g *guardFS) Open(name string) (File, error) {
	if err := g.inside("open", name); err != nil {
		return nil, err
	}
	f, err := g.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return &guardFile{File: f, name: name}, nil
}

func (g *guardFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := g.inside("list", name); err != nil {
		return nil, err
	}
	return g.FS.ReadDir(name)
}

// inside refuses a name that leads out. What cannot be looked at is left to the
// call itself to fail on.
func (g *guardFS) inside(op, name string) error {
	for _, n := range [...]string{name, filepath.Dir(name)} {
		info, err := g.FS.Stat(n)
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return g.target(op, n)
		}
	}
	return nil
}

// target follows a symbolic link.
func (g *guardFS) target(op, name string) error {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return &fs.PathError{Op: "follow symbolic link", Path: name, Err: err}
	}
	for _, home := range g.homes {
		if home == name {
			return nil
		}
		// A home that is not there has nothing below it.
		if h, err := filepath.EvalSymlinks(home); err == nil {
			if rel, err := filepath.Rel(h, real); err == nil && filepath.IsLocal(rel) {
				return nil
			}
		}
	}
	return &fs.PathError{Op: op, Path: name, Err: fmt.Errorf("%w, to %s", ErrOutside, real)}
}

type guardFile struct {
	File
	name string
}

func (f *guardFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	if n < len(p) && errors.Is(err, io.EOF) {
		if info, serr := f.File.Stat(); serr == nil && off+int64(n) < info.Size() {
			return n, &fs.PathError{Op: "read", Path: f.name, Err: errShort}
		}
	}
	return n, err
}
