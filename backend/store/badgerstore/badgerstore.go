package badgerstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"aimdesk/backend/store"
)

// Store is a store.Store on disk. Make one with Open.
type Store struct {
	writable
	dir       string
	opt       Options
	lock      *os.File
	temporary bool // the database is a private copy

	mu      sync.RWMutex // guards what follows
	pointer pointer
	current *database
	next    *generation
	retired []*database // published away, perhaps still read from
	// lastFolder is the number of the newest folder made.
	lastFolder uint64
	closed     bool

	// writes is held shared by every write to the database in use, and
	// exclusively while another one takes its place.
	writes sync.RWMutex
}

var _ store.Store = (*Store)(nil)

// acquire returns the database in use. The caller releases it.
func (s *Store) acquire() (*database, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed || !s.current.acquire() {
		return nil, store.ErrClosed
	}
	return s.current, nil
}

// read runs fn with the database in use.
func (s *Store) read(ctx context.Context, what string, fn func(*database) error) error {
	err := ctx.Err()
	if err == nil {
		var d *database
		if d, err = s.acquire(); err == nil {
			defer d.release()
			err = s.guard(func() error { return fn(d) })
		}
	}
	if err != nil {
		var callback *callbackError
		if errors.As(err, &callback) {
			return callback.err
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// guard turns a panic of Badger, which is how it answers some kinds of damage,
// into an error. A panic of a callback goes on.
func (s *Store) guard(fn func() error) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if theirs, ok := p.(callbackPanic); ok {
			panic(theirs.value)
		}
		err = &store.DamagedError{Dir: s.dir, Err: fmt.Errorf("panic in the index database: %v", p)}
	}()
	return fn()
}

// callbackError carries an error of the caller's own callback past the
// wrapping of ours.
type callbackError struct{ err error }

func (e *callbackError) Error() string { return e.err.Error() }
func (e *callbackError) Unwrap() error { return e.err }

type callbackPanic struct{ value any }

// callback runs code of the caller.
func callback(fn func() error) error {
	finished := false
	defer func() {
		if !finished {
			if p := recover(); p != nil {
				panic(callbackPanic{p})
			}
		}
	}()
	err := fn()
	finished = true
	var already *callbackError
	if err == nil || errors.As(err, &already) {
		return err
	}
	return &callbackError{err}
}

// checkSpace returns a NoSpaceError if the disk is nearly full.
func (s *Store) checkSpace() error {
	if s.opt.FreeBytes == nil {
		return nil
	}
	free, err := s.opt.FreeBytes(s.dir)
	if err != nil {
		return fmt.Errorf("ask for free space: %w", err)
	}
	if free < s.opt.ReserveBytes {
		return &store.NoSpaceError{Dir: s.dir, Free: free, Reserve: s.opt.ReserveBytes}
	}
	return nil
}

// Info implements store.Store.
func (s *Store) Info() store.Info {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.pointer.info()
}

// Size implements store.Store with the space that the folder takes on disk.
func (s *Store) Size() (int64, error) {
	d, err := s.acquire()
	if err != nil {
		return 0, fmt.Errorf("size of index: %w", err)
	}
	defer d.release()
	var total int64
	err = filepath.WalkDir(s.dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			var info fs.FileInfo
			if info, err = e.Info(); err == nil {
				total += occupied(info)
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // compacted away meanwhile
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("size of index: %w", err)
	}
	return total, nil
}

// Close implements store.Store. It waits for reads and writes under way.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	next, all := s.next, append(slices.Clone(s.retired), s.current)
	s.next, s.retired = nil, nil
	s.mu.Unlock()

	for _, d := range all {
		// Badger tries for ever to write to a folder that is gone.
		if _, err := os.Stat(d.dir); errors.Is(err, fs.ErrNotExist) {
			if err := os.MkdirAll(d.dir, 0o700); err != nil {
				return fmt.Errorf("close index: %w", err)
			}
		}
	}
	var err error
	if next != nil {
		next.database.retire(true)
		err = next.database.wait()
	}
	for _, d := range all {
		d.retire(s.temporary)
		err = errors.Join(err, d.wait())
	}
	if err = errors.Join(err, unlock(s.lock)); err != nil {
		return fmt.Errorf("close index: %w", err)
	}
	return nil
}
