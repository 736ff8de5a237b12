package store

import "aimdesk/backend/series"

// Fingerprint tells whether files changed since they were read. The store only
// compares it.
type Fingerprint string

// Note is a note attached to a run. Times are unix seconds.
type Note struct {
	ID               int64
	Content          string
	Created, Updated *float64
}

// Properties are what a repository keeps about a run outside of its chunks.
// They change on their own and are therefore stored on their own. A nil field
// is one that the repository does not know.
type Properties struct {
	Hash                          string
	Name, Description, Experiment *string
	Tags                          []string
	Notes                         []Note
	Archived                      *bool
	// CreationTime and UpdatedAt are unix seconds.
	CreationTime, UpdatedAt *float64
}

// Trace is one sequence of a run: a metric, or a sequence of other objects.
type Trace struct {
	Kind      string // "metric", "images", …
	Name      string
	ContextID int64
	// Context holds the encoded leaves of the context. The store does not look
	// into it.
	Context []byte
	DType   string
	Version int
	// Stored holds the encoded leaves of the fields of the trace's entry
	// (last value and such), without blobs.
	Stored []byte
	// HasSeries, Summary and Slot are filled by the store.
	HasSeries bool
	Summary   series.Summary
	// Slot names the place of the series inside of its run. It means nothing
	// outside of the store.
	Slot int
}

// Damage is a place that could not be read.
type Damage struct {
	// File is relative to the repository, or the name of a record of the index.
	File string
	// Offset is in bytes, -1 when it is not known.
	Offset  int64
	Message string
}

// Run is everything the index knows about one run.
type Run struct {
	Hash string
	// MetaPrint and SeqsPrint are the states of the files that metadata and
	// series were read from.
	MetaPrint, SeqsPrint Fingerprint
	// SeriesDone is false while the series are missing or older than the
	// metadata.
	SeriesDone bool
	// HasRow reports whether Props was stored for the run. Filled on reading.
	HasRow bool
	// EndTimeKnown reports whether the metadata has an end time; EndTime is nil
	// for a run that has not ended. Unix seconds.
	EndTimeKnown bool
	EndTime      *float64
	// Params holds the encoded leaves of the run's attributes.
	Params []byte
	Traces []Trace
	// LastRecord is the newest time of all series, in unix seconds. PutRun
	// fills it if it is nil and some series has a time.
	LastRecord *float64
	// Unreadable is set when nothing of the run could be read; Damage lists
	// the places that could not.
	Unreadable *Damage
	Damage     []Damage
	// IndexedAt is when the record was made, in unix seconds.
	IndexedAt float64
	// SeriesBytes is the packed size of all series. Filled by the store.
	SeriesBytes int64
	// SeriesVersion names the stored series of the run. Filled by the store
	// and without meaning outside of it; 0 means that there are none.
	SeriesVersion uint64
	// Props is filled on reading.
	Props Properties
}
