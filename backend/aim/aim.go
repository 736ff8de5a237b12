// Package aim reads an Aim repository: its runs, what was logged of them, and
// whether their writers are alive. It never writes, locks or creates anything
// in one, whatever state its writers left it in.
//
//	ROOT/.aim/
//	  VERSION                 version of the layout, as text
//	  run_metadata.sqlite     names, tags, experiments, notes  (package structured)
//	  meta/chunks/HASH/       params, traces, end time         (a database, package rocks)
//	  seqs/chunks/HASH/       series and objects               (a database, package rocks)
//	  locks/HASH.softlock     who writes the run
//	  check_ins/HASH-…        when the writer was last alive, and is due again
//	  meta/index/             Aim's own copy of all metadata; not read
//
// Aim's index is left aside on purpose: it lags behind, may be missing, and
// holds nothing that the chunks do not.
//
// A Repo may be used by many goroutines at once. It keeps no file open between
// calls.
//
// Errors that lie in a run's files are *rocks.CorruptError,
// *rocks.UnsupportedError or *MissingChunkError; what was passed over without
// being an error is listed as damage. The formats are described in
// docs/format/aim-layout.md, aim-keys.md, aim-series.md and aim-liveness.md.
package aim

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks"
)

// Config says how to read a repository.
type Config struct {
	// FS reads the files; nil means the operating system's.
	FS vfs.FS
	// Prober asks the machine about processes and locks; nil means that
	// nothing can be known of them.
	Prober Prober
	// Now tells the time; nil means time.Now.
	Now func() time.Time
	// TempDir is where a private copy of the SQLite file is put when its
	// writer is at work; "" means the system's folder for temporary files. It
	// must not lie in the repository.
	TempDir string
}

// Prober asks the machine on which this program runs. An error means that the
// answer is not known. Its methods may be called concurrently.
type Prober interface {
	// MachineIDs lists the numbers by which Python may name this machine: its
	// network addresses.
	MachineIDs() []uint64
	// ProcessStarted tells when a process was started, and whether it runs.
	ProcessStarted(pid int) (start time.Time, alive bool, err error)
	// LockHolder tells whether a file is locked by fcntl, and by whom; pid is
	// 0 if that cannot be told. It takes no lock.
	LockHolder(path string) (pid int, held bool, err error)
}

// FlockProber is a Prober that also knows of flock locks, which Aim took before
// version 3.15.
type FlockProber interface {
	Prober
	// FlockHeld tells whether a file is locked by flock, if that is known.
	FlockHeld(path string) (held, known bool)
}

// idleTables is how many tables are kept open while a database is being read.
const idleTables = 16

// Repo is one repository.
type Repo struct {
	root    string
	version string
	cfg     Config
	files   *rocks.FileCache
	lists   listCache
	props   propertyCache
	beats   beatCache
	buffers sync.Pool // of *seriesBuffers

	// mergeOnly reads all series through merging views; tests compare.
	mergeOnly bool
}

// maxVersion bounds the size of the file VERSION.
const maxVersion = 256

// Open opens the repository at or above path; see Locate. Nothing is read but
// its version.
func Open(ctx context.Context, path string, cfg Config) (*Repo, error) {
	if cfg.FS == nil {
		cfg.FS = vfs.NewOS(0)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open repository %s: %w", path, err)
	}
	root, err := Locate(cfg.FS, path)
	if err != nil {
		return nil, err
	}
	if err := checkTempDir(root, cfg.TempDir); err != nil {
		return nil, err
	}
	cfg.FS = guard(cfg.FS, filepath.Join(root, aimName))
	r := &Repo{root: root, cfg: cfg, files: rocks.NewFileCache(idleTables)}
	// Nothing depends on the version: one that cannot be read is unknown.
	version, err := vfs.ReadFile(cfg.FS, filepath.Join(r.AimDir(), versionName), maxVersion)
	if err != nil {
		version = nil
	}
	r.version = strings.TrimSpace(string(version))
	return r, nil
}

// checkTempDir refuses a folder for copies that lies in the repository.
func checkTempDir(root, dir string) error {
	if dir == "" {
		dir = os.TempDir()
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("open repository %s: %w", root, err)
	}
	if rel, err := filepath.Rel(filepath.Join(root, aimName), abs); err == nil && filepath.IsLocal(rel) {
		return fmt.Errorf("open repository %s: the folder for temporary files, %s, lies in it; choose another one", root, abs)
	}
	return nil
}

// Root is the folder that holds .aim.
func (r *Repo) Root() string { return r.root }

// AimDir is the folder .aim.
func (r *Repo) AimDir() string { return filepath.Join(r.root, aimName) }

// FormatVersion is the content of VERSION, such as "1.3"; "" if there is no such
// file or it cannot be read. It says when the SQLite schema was last migrated, and nothing about the
// layout of the runs.
func (r *Repo) FormatVersion() string { return r.version }

// Names of files and folders within .aim.
const (
	aimName     = ".aim"
	versionName = "VERSION"
	metaName    = "meta"
	seqsName    = "seqs"
	chunksName  = "chunks"
	currentName = "CURRENT"
)

// guard keeps reading below .aim. The folders that hold the runs may be links
// to another disk, a run or a file of it may not lead elsewhere.
func guard(fsys vfs.FS, aimDir string) vfs.FS {
	meta, seqs := filepath.Join(aimDir, metaName), filepath.Join(aimDir, seqsName)
	return vfs.Guard(fsys, aimDir, meta, seqs, filepath.Join(meta, chunksName), filepath.Join(seqs, chunksName))
}

func (r *Repo) metaDir(hash string) string {
	return filepath.Join(r.AimDir(), metaName, chunksName, hash)
}

func (r *Repo) seqsDir(hash string) string {
	return filepath.Join(r.AimDir(), seqsName, chunksName, hash)
}

// validHash reports whether a name can be that of a run's folder: SQLite and
// file systems may name anything.
func validHash(name string) bool {
	return name != "" && name[0] != '.' && !strings.ContainsAny(name, "/\\\x00") && filepath.IsLocal(name)
}

// checkHash refuses names that cannot be a run's.
func checkHash(hash string) error {
	if !validHash(hash) {
		return fmt.Errorf("run %q: not a name that a run can have", hash)
	}
	return nil
}

// MissingChunkError says that a run has no database for its metadata or its
// series.
type MissingChunkError struct {
	// Path is the folder in which the database should be.
	Path string
	// Reason says what is missing.
	Reason string
}

func (e *MissingChunkError) Error() string {
	return fmt.Sprintf("read chunk %s: %s", e.Path, e.Reason)
}

// maxStale is how often reading starts over when a live writer removes files
// between opening a database and reading it.
const maxStale = 6

// view opens the database in dir and calls fn with it, again if a writer
// removed a file meanwhile; fn must cope with that.
func (r *Repo) view(ctx context.Context, dir string, fn func(*rocks.View) error) error {
	for attempt := 1; ; attempt++ {
		err := r.viewOnce(ctx, dir, fn)
		if !errors.Is(err, rocks.ErrStale) || attempt == maxStale || ctx.Err() != nil {
			return err
		}
	}
}

func (r *Repo) viewOnce(ctx context.Context, dir string, fn func(*rocks.View) error) error {
	v, err := rocks.Open(ctx, dir, rocks.Options{FS: vfs.WithContext(ctx, r.cfg.FS), Files: r.files})
	if errors.Is(err, rocks.ErrNotDatabase) {
		return r.missing(dir)
	}
	if err != nil {
		return err
	}
	err = fn(v)
	if cerr := v.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("close chunk %s: %w", dir, cerr)
	}
	return err
}

func (r *Repo) missing(dir string) error {
	e := &MissingChunkError{Path: dir, Reason: "the folder holds no database (no CURRENT file): the run is just being created, or the file was lost"}
	if _, err := r.cfg.FS.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		e.Reason = "the folder is missing; restore it from a backup, or delete the run in Aim"
	}
	return e
}
