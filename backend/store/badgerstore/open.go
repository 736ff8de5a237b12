package badgerstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/dgraph-io/badger/v4"

	"aimdesk/backend/store"
)

// Open opens the index in dir, and makes an empty one if there is none unless
// it is to be read only. It returns a *store.LockedError if another process
// has the index open, a *store.SchemaError if it has another layout, and a
// *store.DamagedError if it cannot be used: in the last two cases the caller
// calls Remove and builds the index anew.
func Open(dir string, opt Options) (*Store, error) {
	s, err := open(dir, opt)
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	return s, nil
}

func open(dir string, opt Options) (_ *Store, err error) {
	if !opt.ReadOnly {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	} else if _, err := os.Stat(filepath.Join(dir, pointerFile)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("index %s: %w", dir, store.ErrNotFound)
	}
	lock, err := lockDir(dir, opt.ReadOnly)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, opt: opt, lock: lock}
	defer func() {
		if err != nil {
			err = errors.Join(err, unlock(s.lock))
		}
	}()
	p, err := readPointer(dir)
	if err != nil {
		return nil, err
	}
	if p != nil && opt.Repository != "" && p.Repository != opt.Repository {
		return nil, &store.DamagedError{Dir: dir, Err: fmt.Errorf("it belongs to repository %s", p.Repository)}
	}
	if opt.ReadOnly {
		err = s.openForReading(p)
	} else {
		err = s.openForWriting(p)
	}
	if err != nil {
		return nil, err
	}
	s.writable = writable{store: s}
	return s, nil
}

func (s *Store) openForWriting(p *pointer) error {
	fresh := p == nil
	if fresh {
		p = &pointer{
			Schema: store.SchemaVersion, ID: newID(), Repository: s.opt.Repository,
			Created: time.Now().UTC().Truncate(time.Second), Folder: 1,
		}
		if err := s.checkSpace(); err != nil {
			return err
		}
	}
	keep := p.Folder
	if fresh {
		keep = 0
	}
	if err := removeLeftovers(s.dir, keep); err != nil {
		return fmt.Errorf("remove leftovers: %w", err)
	}
	folder := generationDir(s.dir, p.Folder)
	if !fresh {
		if _, err := examine(folder); err != nil {
			return &store.DamagedError{Dir: s.dir, Err: err}
		}
		if err := markOpen(folder); err != nil {
			return err
		}
	}
	db, err := openBadger(s.opt.badger(folder, false))
	if err != nil {
		return s.classify(err)
	}
	s.pointer, s.current = *p, newDatabase(folder, db)
	if fresh {
		err = s.introduce()
	} else {
		err = s.guard(func() error { return s.current.tidyInterrupted() })
	}
	if err != nil {
		s.current.retire(false)
		return errors.Join(err, s.current.wait())
	}
	return nil
}

// introduce makes a fresh database the index.
func (s *Store) introduce() error {
	if err := store.Describe(s.dir, s.pointer.Repository); err != nil {
		return err
	}
	return writePointer(s.dir, &s.pointer)
}

func (s *Store) openForReading(p *pointer) error {
	if p == nil {
		return fmt.Errorf("index %s: %w", s.dir, store.ErrNotFound)
	}
	folder := generationDir(s.dir, p.Folder)
	closed, err := examine(folder)
	if err != nil {
		return &store.DamagedError{Dir: s.dir, Err: err}
	}
	var db *badger.DB
	if closed && runtime.GOOS != "windows" {
		db, err = openBadger(s.opt.badger(folder, true))
	} else {
		// The process that wrote last was killed, so that Badger has to tidy
		// up before it can read; or it cannot read without writing on this
		// system. A private copy may be tidied.
		folder, db, err = s.openCopy(folder)
	}
	if err != nil {
		return s.classify(err)
	}
	s.pointer, s.current = *p, newDatabase(folder, db)
	return nil
}

func (s *Store) openCopy(folder string) (string, *badger.DB, error) {
	temp, err := os.MkdirTemp("", "aimdesk-index-*")
	if err != nil {
		return "", nil, err
	}
	s.temporary = true
	err = os.CopyFS(temp, os.DirFS(folder))
	var db *badger.DB
	if err == nil {
		db, err = openBadger(s.opt.badger(temp, false))
	}
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(temp))
	}
	return temp, db, nil
}

// classify makes an error of Badger's Open one of the kinds that Open promises.
func (s *Store) classify(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return err
	}
	return &store.DamagedError{Dir: s.dir, Err: err}
}

func newID() string {
	id := make([]byte, 16)
	rand.Read(id) // never fails, see its documentation
	return hex.EncodeToString(id)
}

// Remove deletes the index in dir, in whatever state it is, and the folder. It
// returns a *store.LockedError if another process has it open.
func Remove(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := lockDir(dir, false)
	if err != nil {
		return fmt.Errorf("remove index: %w", err)
	}
	err = os.Remove(filepath.Join(dir, pointerFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		err = removeLeftovers(dir, 0)
	}
	if err = errors.Join(err, unlock(lock)); err != nil {
		return fmt.Errorf("remove index: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove index: %w", err)
	}
	return nil
}

// Sync implements store.Store.
func (s *Store) Sync(ctx context.Context) error {
	return s.read(ctx, "sync index", func(d *database) error {
		if s.opt.ReadOnly {
			return nil
		}
		return d.db.Sync()
	})
}
