package badgerstore

import (
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"sync"

	"github.com/dgraph-io/badger/v4"
)

// database is one open generation. It is closed when it was retired and the
// last user has released it.
type database struct {
	dir string
	db  *badger.DB

	runs     keyed      // locks of the runs, held while one is written
	counting sync.Mutex // held while the number of runs changes

	mu      sync.Mutex
	users   int
	retired bool
	remove  bool          // remove dir after closing
	done    chan struct{} // closed after the database is
	err     error         // of closing; to be read after done
}

func newDatabase(dir string, db *badger.DB) *database {
	return &database{dir: dir, db: db, runs: keyed{seed: maphash.MakeSeed()}, done: make(chan struct{})}
}

// acquire returns false if the database was retired.
func (d *database) acquire() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.retired {
		return false
	}
	d.users++
	return true
}

func (d *database) release() {
	d.mu.Lock()
	d.users--
	last := d.retired && d.users == 0
	d.mu.Unlock()
	if last {
		d.close()
	}
}

// retire lets no new users in. The database is closed as soon as the last one
// is gone, which may be before retire returns.
func (d *database) retire(remove bool) {
	d.mu.Lock()
	if d.retired {
		d.mu.Unlock()
		return
	}
	d.retired, d.remove = true, remove
	idle := d.users == 0
	d.mu.Unlock()
	if idle {
		d.close()
	}
}

func (d *database) close() {
	defer close(d.done)
	d.err = closeBadger(d.db)
	switch {
	case d.remove:
		d.err = errors.Join(d.err, os.RemoveAll(d.dir))
	case d.err == nil && !d.db.Opts().ReadOnly:
		d.err = markClosed(d.dir)
	}
}

// wait returns when the database is closed.
func (d *database) wait() error {
	<-d.done
	return d.err
}

// openBadger opens a database and turns panics, with which Badger answers some
// kinds of damage, into errors.
func openBadger(opt badger.Options) (db *badger.DB, err error) {
	defer recovered(&err)
	return badger.Open(opt)
}

func closeBadger(db *badger.DB) (err error) {
	defer recovered(&err)
	return db.Close()
}

func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic in the index database: %v", p)
	}
}
