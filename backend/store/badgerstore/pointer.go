package badgerstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aimdesk/backend/store"
)

const (
	pointerFile = "index.json"
	lockFile    = "lock"
	generations = "gen-"
)

// pointer is the content of index.json. It is the root of the index: what it
// does not name does not exist.
type pointer struct {
	Schema     int       `json:"schema"`
	ID         string    `json:"id"`
	Repository string    `json:"repository"`
	Created    time.Time `json:"created"`
	// Generation counts publications, Folder numbers the folders made.
	Generation uint64 `json:"generation"`
	Folder     uint64 `json:"folder"`
}

func (p *pointer) info() store.Info {
	return store.Info{
		Schema: p.Schema, Repository: p.Repository, ID: p.ID,
		Created: p.Created, Generation: p.Generation,
	}
}

func generationDir(dir string, folder uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%s%06d", generations, folder))
}

// readPointer returns nil if there is no index in dir.
func readPointer(dir string) (*pointer, error) {
	name := filepath.Join(dir, pointerFile)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	p := &pointer{}
	if err := json.NewDecoder(f).Decode(p); err != nil {
		return nil, &store.DamagedError{Dir: dir, Err: fmt.Errorf("read %s: %w", pointerFile, err)}
	}
	if p.Schema != store.SchemaVersion {
		return nil, &store.SchemaError{Dir: dir, Have: p.Schema, Want: store.SchemaVersion}
	}
	if p.ID == "" || p.Folder == 0 {
		return nil, &store.DamagedError{Dir: dir, Err: fmt.Errorf("read %s: no id or folder", pointerFile)}
	}
	return p, nil
}

func writePointer(dir string, p *pointer) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return writeAtomically(filepath.Join(dir, pointerFile), append(text, '\n'))
}

// writeAtomically replaces a file, on disk when it returns: after a crash the
// file is the old or the new one.
func writeAtomically(name string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*.new")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return err
	}
	return syncDir(filepath.Dir(name))
}

// removeLeftovers removes what a crash can leave in dir: generations that are
// not in use and half-written files. keep is the folder in use, 0 for none.
func removeLeftovers(dir string, keep uint64) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	kept := filepath.Base(generationDir(dir, keep))
	for _, e := range entries {
		generation := strings.HasPrefix(e.Name(), generations) && e.Name() != kept
		if generation || strings.HasSuffix(e.Name(), ".new") {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
