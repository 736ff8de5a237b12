package badgerstore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"aimdesk/backend/store"
)

var errHeld = errors.New("locked by another process")

// lockDir takes the lock of an index folder. The file returned holds it. It is
// nil for a shared lock in a folder that cannot be written and has no lock
// file: nobody can be writing there.
func lockDir(dir string, shared bool) (*os.File, error) {
	name := filepath.Join(dir, lockFile)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil && shared {
		if f, err = os.Open(name); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	if err != nil {
		return nil, err
	}
	if err := tryLock(f, shared); err != nil {
		err = errors.Join(err, f.Close())
		if errors.Is(err, errHeld) {
			return nil, &store.LockedError{Dir: dir, Err: err}
		}
		return nil, err
	}
	return f, nil
}

func unlock(f *os.File) error {
	if f == nil {
		return nil
	}
	return f.Close()
}
