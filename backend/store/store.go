package store

import (
	"context"
	"time"

	"aimdesk/backend/series"
)

// Info describes an index.
type Info struct {
	// Schema is the version of the layout that the index is written in.
	Schema int
	// Repository is the root of the repository that the index belongs to.
	Repository string
	// ID is unique to the index: a rebuilt index has another one.
	ID string
	// Created is when the index was made.
	Created time.Time
	// Generation counts the full rebuilds that were published.
	Generation uint64
}

// SeriesRef names rows [From, To) of one series. To < 0 means to the end.
type SeriesRef struct {
	Hash     string
	Trace    int // position in Run.Traces
	From, To int
}

// PutSeries hands over the series of one trace, by its position in Run.Traces.
// The columns may be reused by the caller as soon as it returns.
type PutSeries func(trace int, c *series.Columns) error

// Reader answers from one index. All methods may be called concurrently with
// each other and with writes; what they return belongs to the caller.
//
// An error that wraps ErrDamagedRecord concerns the run that was asked for:
// indexing that run again repairs it. A DamagedError concerns the whole index.
type Reader interface {
	// Runs calls fn for every run in hash order, out of one snapshot. The run
	// belongs to fn, except that its byte slices must not be modified. A run
	// whose record is damaged is passed with Hash and Unreadable alone, so its
	// empty fingerprints make it look changed.
	Runs(ctx context.Context, fn func(*Run) error) error
	// Run returns one run, or an error that wraps ErrNotFound.
	Run(ctx context.Context, hash string) (*Run, error)
	// Series returns rows [from, to) of one trace, to < 0 meaning to the end;
	// bounds beyond the end are clamped. The error wraps ErrNotFound if there
	// is no such run, trace or series.
	Series(ctx context.Context, hash string, trace int, from, to int) (*series.Columns, error)
	// SeriesBatch reads many series out of one snapshot and calls fn once for
	// each request, in the order that is quickest, with the position of the
	// request. A request that cannot be answered gets an error instead of
	// columns. Columns are valid until fn returns. An error from fn ends the
	// batch and is returned.
	SeriesBatch(ctx context.Context, reqs []SeriesRef, fn func(i int, c *series.Columns, err error) error) error
	// Pyramid returns the pyramid of one trace, or nil without error if the
	// series is too short to have one.
	Pyramid(ctx context.Context, hash string, trace int) (*series.Pyramid, error)
}

// Writer changes one index. All methods may be called concurrently; writes of
// the same run are applied one after the other. Every write is refused with a
// NoSpaceError if the disk is nearly full.
type Writer interface {
	// PutMeta stores the metadata of a run and keeps its series. Series of
	// traces that are still there (same kind, name and context) stay readable.
	// SeriesDone becomes true only if it was, SeqsPrint is unchanged and no trace
	// is new. If
	// r.Traces is nil the stored traces are kept. The fields that the store
	// fills are updated in r.
	PutMeta(ctx context.Context, r *Run) error
	// PutRun stores everything of a run: readers see the old or the new one,
	// whole. The callback streams the series, one trace at a time; traces that
	// it does not put have none. An error of the callback is returned and
	// leaves the old run. The fields that the store fills are updated in r.
	// A nil callback means that no trace has a series.
	PutRun(ctx context.Context, r *Run, each func(put PutSeries) error) error
	// PutProperties stores properties, also of runs that are not indexed yet.
	PutProperties(ctx context.Context, props []Properties) error
	// DeleteProperties forgets properties. Unknown hashes are ignored.
	DeleteProperties(ctx context.Context, hashes ...string) error
	// Delete forgets runs, their series and their properties. Unknown hashes
	// are ignored.
	Delete(ctx context.Context, hashes ...string) error
}

// Generation is a fresh, empty index that is filled beside the one in use.
type Generation interface {
	Writer
	// Publish makes the generation the one that is read and written, at once
	// and for good, and drops the old one. Reads that began before it finish
	// on the old one.
	Publish(ctx context.Context) error
	// Discard drops the generation. It does nothing after Publish.
	Discard() error
}

// Store is the index of one repository.
type Store interface {
	Reader
	Writer
	Info() Info
	// NewGeneration starts a generation. One exists at a time: an unpublished
	// one is an error that wraps ErrBusy.
	NewGeneration(ctx context.Context) (Generation, error)
	// SetMeta and GetMeta keep small named values, such as the time of the
	// last scan. They belong to the index as a whole and outlive generations.
	// GetMeta returns an error that wraps ErrNotFound for a name never set.
	SetMeta(ctx context.Context, name string, value []byte) error
	GetMeta(ctx context.Context, name string) ([]byte, error)
	// Sync makes all writes so far survive a loss of power.
	Sync(ctx context.Context) error
	// Size returns the bytes that the index occupies.
	Size() (bytes int64, err error)
	// Check reads everything, verifies all checksums and calls fn for each
	// damaged record.
	Check(ctx context.Context, fn func(Damage) error) error
	// Close ends the store. Any other method returns ErrClosed afterwards.
	Close() error
}
