// Package structured reads run_metadata.sqlite, the database in which Aim keeps
// what people say about runs: names, descriptions, experiments, tags, notes,
// and whether a run is archived.
//
// The file is never locked and nothing is created beside it, whatever its
// writer does meanwhile:
//
//	no -wal, no -journal   opened in place as immutable; the result counts only
//	                       if the file is the same afterwards
//	-wal or -journal       copied with them into a private folder, and opened
//	                       there if none of them changed during the copy
//
// The content is not trusted: only plain tables are read, their values are cast
// to the types that are expected, and every column but a run's hash may be
// absent, as it is in older schemas.
//
// Times are text in naive UTC in the file, unix seconds here. See
// docs/format/aim-layout.md for the tables.
package structured

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"aimdesk/backend/internal/vfs"
)

// FileName is the name of the database within the .aim folder.
const FileName = "run_metadata.sqlite"

// Note is a note attached to a run.
type Note struct {
	ID      int64
	Content string
	// Created and Updated are unix seconds, nil if the file has none.
	Created, Updated *float64
}

// Properties are what the database says of one run. A nil field is NULL or a
// column that the schema does not have. Nothing in it may be modified: several
// readers may share it.
type Properties struct {
	Hash        string
	Name        *string
	Description *string
	// Experiment is the experiment's name.
	Experiment *string
	// Tags are names in the order in which the tags were made. Tags that are
	// archived are left out, as Aim does.
	Tags     []string
	Notes    []Note
	Archived *bool
	// CreationTime, UpdatedAt and FinalizedAt are unix seconds. FinalizedAt is
	// NULL in everything that a current Aim writes.
	CreationTime, UpdatedAt, FinalizedAt *float64
}

// Error says why the database could not be read.
type Error struct {
	// Path is the database file.
	Path string
	// Err is the cause.
	Err error
}

func (e *Error) Error() string {
	return fmt.Sprintf("read names, tags and experiments from %s: %v", e.Path, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// ErrChanging says that a writer changed the file during every attempt; try
// again later.
var ErrChanging = errors.New("the file kept changing while it was read")

// Bounds of one Read.
const (
	// attempts is how often a read starts over when the file changes.
	attempts = 6
	// firstPause is the pause after the first attempt; it doubles.
	firstPause = 10 * time.Millisecond
	// timeLimit ends queries that a hostile file makes endless.
	timeLimit = 30 * time.Second
	// maxValue is the size of the largest value that is read, in bytes.
	maxValue = 64 << 20
	// maxCopy is the size of the largest file that is copied, in bytes.
	maxCopy = 4 << 30
)

// Config says where to read and where to put copies.
type Config struct {
	// FS reads the repository; nil means the operating system's files. SQLite
	// itself opens the database in place through the operating system.
	FS vfs.FS
	// TempDir is the folder for private copies; "" means the system's. It must
	// not lie in the repository.
	TempDir string
}

// Read returns the properties of all runs by hash, out of one consistent state
// of the file. A missing or empty file has none. The error is a *Error.
func Read(ctx context.Context, path string, cfg Config) (map[string]Properties, error) {
	if cfg.FS == nil {
		cfg.FS = vfs.NewOS(0)
	}
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	r := &reader{fs: cfg.FS, tempDir: cfg.TempDir, path: path}
	pause := firstPause
	for attempt := 1; ; attempt++ {
		runs, err := r.attempt(ctx)
		if err == nil || !errors.Is(err, errChanged) {
			return runs, r.wrap(err)
		}
		if attempt == attempts {
			return nil, r.wrap(ErrChanging)
		}
		select {
		case <-ctx.Done():
			return nil, r.wrap(ctx.Err())
		case <-time.After(pause):
		}
		pause *= 2
	}
}

// errChanged asks for another attempt.
var errChanged = errors.New("the file changed while it was read")

type reader struct {
	fs      vfs.FS
	tempDir string
	path    string
}

func (r *reader) wrap(err error) error {
	if err == nil {
		return nil
	}
	return &Error{Path: r.path, Err: err}
}

// attempt reads the file once, or returns errChanged.
func (r *reader) attempt(ctx context.Context) (map[string]Properties, error) {
	before, err := Look(r.fs, r.path)
	if err != nil || before.files[0] == absent || before.files[0].size == 0 {
		return map[string]Properties{}, err
	}
	var runs map[string]Properties
	if before.alone() {
		runs, err = query(ctx, immutableURI(r.path))
	} else {
		runs, err = r.queryCopy(ctx, before)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	after, lookErr := Look(r.fs, r.path)
	if lookErr != nil {
		return nil, lookErr
	}
	if before != after {
		return nil, errChanged // and an error may have come of that
	}
	return runs, err
}

// The database's own file and those that SQLite may keep beside it.
var suffixes = [...]string{"", "-wal", "-journal"}

// fileState identifies a state of one file.
type fileState struct {
	there   bool
	size    int64
	modTime int64 // unix nanoseconds
}

var absent = fileState{}

// State identifies a state of the database. Two states that are equal have the
// same content; see Certain.
type State struct {
	files  [len(suffixes)]fileState
	header [headerSize]byte
}

// headerSize is the size of the header of a database file; it holds a counter
// that every commit increments.
const headerSize = 100

// alone reports whether the file has nothing beside it.
func (s *State) alone() bool { return s.files[1] == absent && s.files[2] == absent }

// clockTick is more than the resolution of any file system's times.
const clockTick = 3 * time.Second

// Certain reports whether a state that is equal to s, taken later, is sure to
// mean the same content. The header counts commits; but what is in a log beside
// the database is told by size and time alone, and the time of a file that was
// just written may not change with the next write.
func (s *State) Certain(now time.Time) bool {
	for _, f := range s.files[1:] {
		if f != absent && now.Sub(time.Unix(0, f.modTime)) < clockTick {
			return false
		}
	}
	return true
}

// Look takes the state of a database. Nothing but its header is read.
func Look(fsys vfs.FS, path string) (State, error) {
	var s State
	for i, suffix := range suffixes {
		f, err := fsys.Open(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return State{}, err
		}
		err = s.take(i, f)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return State{}, err
		}
	}
	return s, nil
}

func (s *State) take(i int, f vfs.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	s.files[i] = fileState{there: true, size: info.Size(), modTime: info.ModTime().UnixNano()}
	if i == 0 && info.Size() >= headerSize {
		if _, err := f.ReadAt(s.header[:], 0); err != nil {
			return err
		}
	}
	return nil
}
