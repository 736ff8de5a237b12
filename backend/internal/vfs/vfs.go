// Package vfs is the only way Aimdesk reads a repository: a file interface
// that has no method to create, change, lock or remove anything.
//
// Names are operating-system paths. Every implementation refuses anything that
// is not a regular file (FIFOs and devices would block or answer without end)
// and is safe for concurrent use.
package vfs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

// MaxOpenFiles is how many repository files the program keeps open at once,
// whatever the number of runs.
const MaxOpenFiles = 64

// ErrNotRegular reports a name that is not a regular file.
var ErrNotRegular = errors.New("not a regular file")

// FS reads a directory tree.
type FS interface {
	// Open opens a regular file for reading.
	Open(name string) (File, error)
	// Stat describes a name without following a final symbolic link.
	Stat(name string) (fs.FileInfo, error)
	// ReadDir lists a directory, sorted by name.
	ReadDir(name string) ([]fs.DirEntry, error)
}

// File is an open regular file. ReadAt may be called concurrently.
type File interface {
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
}

// ReadFile reads a whole file of at most limit bytes; a longer one is an error,
// so that a hostile file cannot exhaust memory. A file that shrinks while it
// is read yields the bytes that were there.
func ReadFile(fsys FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("read %s: %d bytes exceed the limit of %d", name, info.Size(), limit)
	}
	buf := make([]byte, info.Size())
	n, err := io.ReadFull(io.NewSectionReader(f, 0, info.Size()), buf)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return buf[:n], nil
}

// NewOS returns the operating system's files, with at most maxOpen of them
// open at once (0 means MaxOpenFiles). Open blocks while the limit is reached:
// a caller that holds many files must not wait for more while others do so too.
func NewOS(maxOpen int) FS {
	if maxOpen <= 0 {
		maxOpen = MaxOpenFiles
	}
	return &osFS{slots: make(chan struct{}, maxOpen)}
}

type osFS struct{ slots chan struct{} }

func (o *osFS) Open(name string) (File, error) {
	o.slots <- struct{}{}
	f, err := openRegular(name)
	if err != nil {
		<-o.slots
		return nil, err
	}
	return &osFile{File: f, slots: o.slots}, nil
}

func (*osFS) Stat(name string) (fs.FileInfo, error)      { return os.Lstat(name) }
func (*osFS) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

type osFile struct {
	*os.File
	slots chan struct{}
	once  sync.Once
}

func (f *osFile) Close() error {
	err := f.File.Close()
	f.once.Do(func() { <-f.slots })
	return err
}

// openRegular opens name for reading and refuses anything but a regular file.
// The check before keeps a FIFO's or a device's driver untouched, the check
// after closes the gap between the two calls.
func openRegular(name string) (*os.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: ErrNotRegular}
	}
	f, err := os.OpenFile(name, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: ErrNotRegular}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// WithContext returns fsys with every call failing once ctx is done.
func WithContext(ctx context.Context, fsys FS) FS { return ctxFS{ctx, fsys} }

type ctxFS struct {
	ctx context.Context
	fs  FS
}

func (c ctxFS) Open(name string) (File, error) {
	if err := c.ctx.Err(); err != nil {
		return nil, err
	}
	return c.fs.Open(name)
}

func (c ctxFS) Stat(name string) (fs.FileInfo, error) {
	if err := c.ctx.Err(); err != nil {
		return nil, err
	}
	return c.fs.Stat(name)
}

func (c ctxFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := c.ctx.Err(); err != nil {
		return nil, err
	}
	return c.fs.ReadDir(name)
}
