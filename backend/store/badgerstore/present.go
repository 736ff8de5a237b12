package badgerstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"aimdesk/backend/store"
)

// Present returns a *store.DamagedError if the index is not on disk any more, or
// another one is in its place: somebody emptied the cache folder, say, while it
// was open. What is read from an open index may go on for a while, but what is
// written is lost.
func (s *Store) Present() error {
	s.mu.RLock()
	want, closed := s.pointer, s.closed
	s.mu.RUnlock()
	if closed {
		return store.ErrClosed
	}
	have, err := readPointer(s.dir)
	switch {
	case err != nil:
		return err
	case have == nil:
		return &store.DamagedError{Dir: s.dir, Err: errors.New("it was deleted while it was in use")}
	case have.ID != want.ID:
		return &store.DamagedError{Dir: s.dir, Err: errors.New("another index took its place")}
	}
	folder := generationDir(s.dir, have.Folder)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return &store.DamagedError{Dir: s.dir, Err: fmt.Errorf("%s was deleted while it was in use", folder)}
	}
	return nil
}
