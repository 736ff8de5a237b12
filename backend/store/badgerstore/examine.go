package badgerstore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// examine looks for damage that Badger would answer by ending the process or
// by making an empty database.
func examine(folder string) error {
	info, err := os.Stat(filepath.Join(folder, "MANIFEST"))
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("its database is missing")
	}
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return errors.New("the manifest of its database is empty")
	}
	return nil
}
