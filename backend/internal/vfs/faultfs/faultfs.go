// Package faultfs is the twin of a vfs.FS that fails on purpose: it answers
// errors, short reads, delays, halved files and old snapshots where a test asks
// for them, and records every call. It serves tests alone.
//
// Faults are chosen by the kind of call, by name and by position, never at
// random. Calls of one goroutine are numbered the same in every run; where
// several goroutines call, choose by name too.
package faultfs

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"aimdesk/backend/internal/vfs"
)

// Op is a kind of call.
type Op string

// The kinds of calls.
const (
	OpOpen     Op = "open"
	OpReadAt   Op = "readat"
	OpStat     Op = "stat"     // FS.Stat
	OpFileStat Op = "filestat" // File.Stat
	OpReadDir  Op = "readdir"
)

// Call is one call that was made.
type Call struct {
	Op   Op
	Name string
}

// Fault says which calls fail, and how. Of several faults that a call meets,
// the first injected one counts. At least one effect must be set.
type Fault struct {
	// Op chooses the kind of call; "" means any.
	Op Op
	// Name chooses by name; "" means any.
	Name string
	// Nth is the first of the calls chosen by Op and Name that fails, counted
	// from 1. 0 means the first.
	Nth int
	// Times is how many of them fail from there on. 0 means one, a negative
	// number all.
	Times int

	// Delay is waited before the call. Effect.
	Delay time.Duration
	// Err is answered instead of calling. A syscall.Errno is wrapped as the
	// os package does. Effect.
	Err error
	// Short makes ReadAt answer the first half of the bytes and io.EOF, as at
	// the end of a file that was cut; other calls are not changed. Effect.
	Short bool
	// Half makes the named file half as long, in listings, in Stat and to
	// reads, until the fault is cleared: Op, Nth and Times do not matter.
	// Effect.
	Half bool
	// Instead answers calls out of another folder, an older snapshot, until
	// the fault is cleared: names below Under are looked up below Instead. Op,
	// Nth and Times do not matter. Effect.
	Instead, Under string
}

// FS is a vfs.FS with faults. Its methods may be called concurrently.
type FS struct {
	base vfs.FS

	mu     sync.Mutex
	calls  []Call
	record bool
	counts map[Op]int
	hits   int
	open   int
	faults []*armed
}

type armed struct {
	Fault
	seen int
}

// New returns base without any fault yet.
func New(base vfs.FS) *FS { return &FS{base: base, counts: map[Op]int{}} }

// Inject adds a fault.
func (f *FS) Inject(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, &armed{Fault: fault})
}

// Clear takes all faults away.
func (f *FS) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = nil
}

// Record forgets the calls so far, and keeps those to come if on is true.
func (f *FS) Record(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.record = nil, on
}

// Calls returns the recorded calls in their order.
func (f *FS) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Call(nil), f.calls...)
}

// Count is how many calls of a kind were made.
func (f *FS) Count(op Op) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counts[op]
}

// Hits is how many calls met a fault.
func (f *FS) Hits() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hits
}

// OpenFiles is how many files are open now.
func (f *FS) OpenFiles() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open
}

// effect is what becomes of one call.
type effect struct {
	name  string // to look up
	err   error
	short bool
	half  bool
}

// meet counts a call and answers what becomes of it.
func (f *FS) meet(op Op, name string) effect {
	f.mu.Lock()
	f.counts[op]++
	if f.record {
		f.calls = append(f.calls, Call{op, name})
	}
	e := effect{name: name}
	var delay time.Duration
	for _, a := range f.faults {
		if a.Name != "" && a.Name != name {
			continue
		}
		if a.Half || a.Instead != "" {
			if a.Instead != "" {
				e.name = moved(name, a.Under, a.Instead)
			}
			e.half = e.half || a.Half
			if e.half || e.name != name {
				f.hits++
			}
			continue
		}
		if a.Op != "" && a.Op != op {
			continue
		}
		a.seen++
		from := max(a.Nth, 1)
		times := a.Times
		if times == 0 {
			times = 1
		}
		if a.seen < from || times > 0 && a.seen >= from+times {
			continue
		}
		f.hits++
		delay, e.err, e.short = a.Delay, a.Err, a.Short
		break
	}
	f.mu.Unlock()
	if delay > 0 {
		time.Sleep(delay)
	}
	var errno syscall.Errno
	if errors.As(e.err, &errno) {
		e.err = &fs.PathError{Op: string(op), Path: name, Err: errno}
	}
	return e
}

// halved reports whether a name is half as long as it is, without counting.
func (f *FS) halved(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.faults {
		if a.Half && (a.Name == "" || a.Name == name) {
			return true
		}
	}
	return false
}

func moved(name, under, instead string) string {
	if rel, err := filepath.Rel(under, name); err == nil && filepath.IsLocal(rel) {
		return filepath.Join(instead, rel)
	}
	return name
}

// Open implements vfs.FS.
func (f *FS) Open(name string) (vfs.File, error) {
	e := f.meet(OpOpen, name)
	if e.err != nil {
		return nil, e.err
	}
	file, err := f.base.Open(e.name)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.open++
	f.mu.Unlock()
	return &openFile{File: file, fs: f, name: name, half: e.half}, nil
}

// Stat implements vfs.FS.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	e := f.meet(OpStat, name)
	if e.err != nil {
		return nil, e.err
	}
	info, err := f.base.Stat(e.name)
	return shorten(info, e.half), err
}

// ReadDir implements vfs.FS.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	e := f.meet(OpReadDir, name)
	if e.err != nil {
		return nil, e.err
	}
	entries, err := f.base.ReadDir(e.name)
	for i, d := range entries {
		if f.halved(filepath.Join(name, d.Name())) {
			entries[i] = halfEntry{d}
		}
	}
	return entries, err
}

type openFile struct {
	vfs.File
	fs   *FS
	name string
	half bool
	once sync.Once
}

func (o *openFile) ReadAt(p []byte, off int64) (int, error) {
	e := o.fs.meet(OpReadAt, o.name)
	if e.err != nil {
		return 0, e.err
	}
	if e.short {
		n, err := o.File.ReadAt(p[:len(p)/2], off)
		if err == nil {
			err = io.EOF
		}
		return n, err
	}
	if o.half {
		info, err := o.File.Stat()
		if err != nil {
			return 0, err
		}
		return io.NewSectionReader(o.File, 0, info.Size()/2).ReadAt(p, off)
	}
	return o.File.ReadAt(p, off)
}

func (o *openFile) Stat() (fs.FileInfo, error) {
	if e := o.fs.meet(OpFileStat, o.name); e.err != nil {
		return nil, e.err
	}
	info, err := o.File.Stat()
	return shorten(info, o.half), err
}

func (o *openFile) Close() error {
	o.once.Do(func() {
		o.fs.mu.Lock()
		o.fs.open--
		o.fs.mu.Unlock()
	})
	return o.File.Close()
}

// shorten answers a description with half the size.
func shorten(info fs.FileInfo, half bool) fs.FileInfo {
	if half && info != nil && info.Mode().IsRegular() {
		return halfInfo{info}
	}
	return info
}

type halfInfo struct{ fs.FileInfo }

func (h halfInfo) Size() int64 { return h.FileInfo.Size() / 2 }

type halfEntry struct{ fs.DirEntry }

func (h halfEntry) Info() (fs.FileInfo, error) {
	info, err := h.DirEntry.Info()
	return shorten(info, true), err
}
