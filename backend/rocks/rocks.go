// Package rocks reads a RocksDB database without ever writing to it: no lock
// is taken, no file is made or changed, and the database may be open in a
// writing process, closed, or left behind by a killed one.
//
//	CURRENT ──> MANIFEST ──> live tables (*.sst) ──┐
//	                    └──> live logs (*.log) ────┴──> View: one ordered map
//
// A View is a consistent prefix of the writer's history: everything in the
// live tables, and the logs up to the first incomplete record. Point and range
// deletions are applied. Only the default column family is read.
//
// What cannot be read falls into families that never mix: *CorruptError for
// stored bytes that contradict the format, *UnsupportedError for features that
// are refused by name, ErrNotDatabase, and ErrStale when a live writer removed
// a file under an open view. An incomplete record at the end of the newest log
// is normal and no error. Damage in the middle of a log is passed over as
// RocksDB does when it recovers to a point in time without paranoid checks: the
// rest of the 32 KiB block is dropped, reading goes on, and View.Damage tells.
//
// A View and its FileCache are safe for concurrent use; an Iterator is not.
//
// Source of the format facts: RocksDB's public format; see docs/format.
package rocks

import (
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks/internal/base"
)

// The error families; see the package comment.
type (
	// CorruptError names file, offset and reason of damage.
	CorruptError = base.CorruptError
	// UnsupportedError names a file and the feature that is refused.
	UnsupportedError = base.UnsupportedError
	// Damage describes bytes that were passed over.
	Damage = base.Damage
)

// ErrNotDatabase reports a directory without a CURRENT file.
var ErrNotDatabase = base.ErrNotDatabase

// ErrStale reports that a file of the view has vanished; open it again.
var ErrStale = base.ErrStale

// DefaultMaxRestarts is the number of restarts that Options.MaxRestarts 0 means.
const DefaultMaxRestarts = 8

// Options says how to open a database.
type Options struct {
	// FS reads the files; nil means the operating system's.
	FS vfs.FS
	// Files keeps tables open between reads and may be shared by all views of
	// one FS; nil means that each read opens and closes its table.
	Files *FileCache
	// MaxRestarts is how often Open starts over when a live writer changes
	// the set of files meanwhile; 0 means DefaultMaxRestarts.
	MaxRestarts int
}

func (o Options) withDefaults() Options {
	if o.FS == nil {
		o.FS = vfs.NewOS(0)
	}
	if o.Files == nil {
		o.Files = NewFileCache(0)
	}
	if o.MaxRestarts == 0 {
		o.MaxRestarts = DefaultMaxRestarts
	}
	return o
}

// FileKind says what a live file is.
type FileKind uint8

// The kinds of live files.
const (
	KindManifest FileKind = iota
	KindTable
	KindWAL
)

// String is "manifest", "table" or "wal".
func (k FileKind) String() string {
	return [...]string{"manifest", "table", "wal"}[k]
}

// LiveFile is a file that a view was made from.
type LiveFile struct {
	// Name is the file's name within the directory.
	Name string
	Kind FileKind
	// Size is in bytes: of a table its length, of a log what was read of it.
	Size int64
	// Number is the file number.
	Number uint64
	// Level is the level of a table, 0 for other files.
	Level int
}
