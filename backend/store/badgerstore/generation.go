package badgerstore

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"aimdesk/backend/store"
)

// generation is a database that is filled beside the one in use.
type generation struct {
	writable
	database *database
	folder   uint64
	// writes is held shared by every write, exclusively by Publish.
	writes sync.RWMutex
}

// NewGeneration implements store.Store.
func (s *Store) NewGeneration(ctx context.Context) (store.Generation, error) {
	g, err := s.newGeneration(ctx)
	if err != nil {
		return nil, fmt.Errorf("new generation: %w", err)
	}
	return g, nil
}

func (s *Store) newGeneration(ctx context.Context) (*generation, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.opt.ReadOnly {
		return nil, store.ErrReadOnly
	}
	if err := s.checkSpace(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, store.ErrClosed
	}
	if s.next != nil {
		return nil, store.ErrBusy
	}
	// A number is used once while the store is open, since the folder of an
	// older generation may still be read from.
	s.lastFolder = max(s.lastFolder, s.pointer.Folder) + 1
	dir := generationDir(s.dir, s.lastFolder)
	db, err := openBadger(s.opt.badger(dir, false))
	if err != nil {
		return nil, err
	}
	g := &generation{database: newDatabase(dir, db), folder: s.lastFolder}
	g.writable = writable{store: s, generation: g}
	s.next = g
	return g, nil
}

// acquire returns the database while the generation is being built.
func (g *generation) acquire() (*database, error) {
	s := g.store
	s.mu.RLock()
	defer s.mu.RUnlock()
	switch {
	case s.closed:
		return nil, store.ErrClosed
	case s.next != g || !g.database.acquire():
		return nil, store.ErrGenerationOver
	}
	return g.database, nil
}

// Publish implements store.Generation. It waits for writes under way.
func (g *generation) Publish(ctx context.Context) error {
	if err := g.publish(ctx); err != nil {
		return fmt.Errorf("publish generation: %w", err)
	}
	return nil
}

func (g *generation) publish(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s := g.store
	g.writes.Lock()
	defer g.writes.Unlock()
	s.writes.Lock()
	defer s.writes.Unlock()
	d, err := g.acquire()
	if err != nil {
		return err
	}
	defer d.release()
	if err := s.checkSpace(); err != nil {
		return err
	}
	old, err := s.acquire()
	if err != nil {
		return err
	}
	defer old.release()
	if err := s.guard(func() error { return copyNames(old.db, d.db) }); err != nil {
		return fmt.Errorf("take over named values: %w", err)
	}
	if err := d.db.Sync(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return store.ErrClosed
	}
	p := s.pointer
	p.Generation++
	p.Folder = g.folder
	if err := writePointer(s.dir, &p); err != nil {
		return err
	}
	s.pointer, s.current, s.next = p, d, nil
	s.forgetRetired()
	s.retired = append(s.retired, old)
	old.retire(true) // closed by the release above or by the last reader
	return nil
}

// copyNames copies all named values.
func copyNames(from, to *badger.DB) error {
	wb := to.NewWriteBatch()
	defer wb.Cancel()
	err := from.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: store.NamePrefix()})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			value, err := it.Item().ValueCopy(nil)
			if err != nil {
				return err
			}
			if err := wb.Set(it.Item().KeyCopy(nil), value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wb.Flush()
}

// Discard implements store.Generation.
func (g *generation) Discard() error {
	s := g.store
	s.mu.Lock()
	mine := s.next == g
	if mine {
		s.next = nil
	}
	s.mu.Unlock()
	if !mine {
		return nil
	}
	g.database.retire(true)
	if err := g.database.wait(); err != nil {
		return fmt.Errorf("discard generation: %w", err)
	}
	return nil
}

// forgetRetired drops databases that are closed from the list of those that
// Close has to wait for. What is left of their folders goes at the next Open.
// s.mu is held.
func (s *Store) forgetRetired() {
	s.retired = slices.DeleteFunc(s.retired, func(d *database) bool {
		select {
		case <-d.done:
			return true
		default:
			return false
		}
	})
}
