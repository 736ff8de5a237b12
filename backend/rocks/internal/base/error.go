package base

import (
	"errors"
	"fmt"
)

// ErrNotDatabase reports a directory without a CURRENT file.
var ErrNotDatabase = errors.New("not a RocksDB database: no CURRENT file")

// ErrStale reports that a file the view refers to has vanished since the view
// was opened, as a live writer makes them. The view must be opened again.
var ErrStale = errors.New("view is stale: a file vanished after it was opened")

// CorruptError says that stored bytes contradict the format: they were
// damaged, cut or never were what their name claims.
type CorruptError struct {
	// File is the path of the damaged file.
	File string
	// Offset is where in File the damaged structure starts, in bytes.
	Offset int64
	// Reason says what was expected or found.
	Reason string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("corrupt %s at offset %d: %s", e.File, e.Offset, e.Reason)
}

// Corrupt returns a *CorruptError.
func Corrupt(file string, offset int64, format string, args ...any) error {
	return &CorruptError{File: file, Offset: offset, Reason: fmt.Sprintf(format, args...)}
}

// UnsupportedError says that a file uses a feature of the format which this
// reader refuses, because ignoring it would change what is read.
type UnsupportedError struct {
	// File is the path of the file that uses the feature.
	File string
	// Offset is where in File it was met, in bytes.
	Offset int64
	// Feature names it.
	Feature string
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("unsupported %s at offset %d: %s", e.File, e.Offset, e.Feature)
}

// Unsupported returns an *UnsupportedError.
func Unsupported(file string, offset int64, format string, args ...any) error {
	return &UnsupportedError{File: file, Offset: offset, Feature: fmt.Sprintf(format, args...)}
}

// Damage describes bytes of a log that were passed over, as RocksDB passes
// over them when it recovers to a point in time without paranoid checks, or,
// from Verify, a structure that does not check out.
type Damage struct {
	// File is the path of the damaged file.
	File string
	// Offset is where the dropped bytes start.
	Offset int64
	// Bytes is how many bytes were dropped; 0 if it cannot be told.
	Bytes int64
	// Reason says what was wrong.
	Reason string
}

func (d Damage) String() string {
	return fmt.Sprintf("%s at offset %d: %d bytes dropped: %s", d.File, d.Offset, d.Bytes, d.Reason)
}
