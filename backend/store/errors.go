package store

import (
	"errors"
	"fmt"
)

var (
	// ErrNotFound is wrapped when a run, a series or a named value is not in
	// the index.
	ErrNotFound = errors.New("not in the index")
	// ErrClosed is returned by every method of a closed store.
	ErrClosed = errors.New("index is closed")
	// ErrReadOnly is wrapped by writes to an index opened read-only.
	ErrReadOnly = errors.New("index is open read-only")
	// ErrBusy is wrapped when a second generation is asked for.
	ErrBusy = errors.New("another generation is being built")
	// ErrGenerationOver is wrapped by every use of a generation after it was
	// published or discarded, but for another Discard.
	ErrGenerationOver = errors.New("generation is not being built any more")
)

// LockedError reports that another process has the index open.
type LockedError struct {
	Dir string
	Err error
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("index %s is in use by another process", e.Dir)
}
func (e *LockedError) Unwrap() error { return e.Err }

// SchemaError reports an index of another layout. The caller rebuilds it.
type SchemaError struct {
	Dir        string
	Have, Want int
}

func (e *SchemaError) Error() string {
	return fmt.Sprintf("index %s has schema version %d, want %d", e.Dir, e.Have, e.Want)
}

// DamagedError reports an index that cannot be used as it is. The caller
// rebuilds it.
type DamagedError struct {
	Dir string
	Err error
}

func (e *DamagedError) Error() string { return fmt.Sprintf("index %s is damaged: %v", e.Dir, e.Err) }
func (e *DamagedError) Unwrap() error { return e.Err }

// NoSpaceError reports that a write was refused because the disk would be left
// with less than the reserve. Nothing was written.
type NoSpaceError struct {
	Dir           string
	Free, Reserve uint64 // bytes
}

func (e *NoSpaceError) Error() string {
	return fmt.Sprintf("disk of index %s has %d bytes free, below the reserve of %d", e.Dir, e.Free, e.Reserve)
}
