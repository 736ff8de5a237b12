package desk

import (
	"encoding/json"
	"math"
	"strconv"
)

// The types below are what the page and the command line get. Their JSON is
// the contract in frontend/src/backend/contract.ts: times are seconds since the
// Unix epoch, UTC; numbers that may not be finite are Num.

// Num is a float64 whose JSON is a number or "nan", "inf" or "-inf": JSON has
// no such numbers, and a bound method that returned one would end the process.
type Num float64

// MarshalJSON writes a finite number as the shortest text that reads back.
func (n Num) MarshalJSON() ([]byte, error) {
	switch f := float64(n); {
	case math.IsNaN(f):
		return []byte(`"nan"`), nil
	case math.IsInf(f, 1):
		return []byte(`"inf"`), nil
	case math.IsInf(f, -1):
		return []byte(`"-inf"`), nil
	default:
		return strconv.AppendFloat(nil, f, 'g', -1, 64), nil
	}
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Num) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return err
		}
		*n = Num(f)
		return nil
	}
	var f float64
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	*n = Num(f)
	return nil
}

// Error is the one shape in which failures reach the page.
type Error struct {
	Kind       string   `json:"kind"`
	Message    string   `json:"message"`
	Hint       string   `json:"hint"`
	File       string   `json:"file,omitempty"`
	Offset     int64    `json:"offset,omitempty"`
	Start      *int     `json:"start,omitempty"`
	End        *int     `json:"end,omitempty"`
	Candidates []string `json:"candidates,omitempty"`

	cause error
}

// Error says what happened and what to do.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + ". " + e.Hint
}

// Unwrap returns the error it was made from.
func (e *Error) Unwrap() error { return e.cause }

// Kinds of Error.
const (
	KindNotARepository = "not-a-repository"
	KindNotFound       = "not-found"
	KindQuerySyntax    = "query-syntax"
	KindUnreadable     = "unreadable"
	KindIndex          = "index"
	KindCancelled      = "cancelled"
	KindInvalid        = "invalid"
	KindInternal       = "internal"
)

// RunCounts counts the runs of a repository by what is known of them.
type RunCounts struct {
	Total      int `json:"total"`
	Indexed    int `json:"indexed"`
	Stale      int `json:"stale"`
	Finished   int `json:"finished"`
	Live       int `json:"live"`
	Stalled    int `json:"stalled"`
	Unreadable int `json:"unreadable"`
	Archived   int `json:"archived"`
}

// RunProblem is damage in one run: a file, a byte offset in it, and words.
type RunProblem struct {
	Hash    string `json:"hash"`
	File    string `json:"file"`
	Offset  int64  `json:"offset"`
	Message string `json:"message"`
}

// IndexStatus is what the indexer of one repository is doing.
type IndexStatus struct {
	Repository     string         `json:"repository"`
	Phase          string         `json:"phase"`
	Counts         RunCounts      `json:"counts"`
	Done           int            `json:"done"`
	Total          int            `json:"total"`
	Current        string         `json:"current"`
	RunsPerSecond  Num            `json:"runsPerSecond"`
	BytesPerSecond Num            `json:"bytesPerSecond"`
	ETA            Num            `json:"eta"`
	Throttle       string         `json:"throttle"`
	PausedUntil    Num            `json:"pausedUntil"`
	IndexPath      string         `json:"indexPath"`
	IndexBytes     int64          `json:"indexBytes"`
	Note           string         `json:"note"`
	LastReport     *ReindexReport `json:"lastReport"`
	Problems       []RunProblem   `json:"problems"`
}

// ReindexReport is the outcome of Reindex All.
type ReindexReport struct {
	New        int          `json:"new"`
	Changed    int          `json:"changed"`
	Gone       int          `json:"gone"`
	Unreadable []RunProblem `json:"unreadable"`
	Stalled    int          `json:"stalled"`
	Runs       int          `json:"runs"`
	Points     int64        `json:"points"`
	Bytes      int64        `json:"bytes"`
	Seconds    Num          `json:"seconds"`
	FinishedAt Num          `json:"finishedAt"`
}

// Repository is one open repository.
type Repository struct {
	ID    string      `json:"id"`
	Path  string      `json:"path"`
	Name  string      `json:"name"`
	Index IndexStatus `json:"index"`
}

// RunRef names a run of an open repository.
type RunRef struct {
	Repository string `json:"repository"`
	Hash       string `json:"hash"`
}

// ColumnInfo describes a column that a table of runs can have.
type ColumnInfo struct {
	Key      string   `json:"key"`
	Group    string   `json:"group"`
	Path     []string `json:"path"`
	Context  string   `json:"context"`
	Summary  string   `json:"summary"`
	Type     string   `json:"type"`
	Present  int      `json:"present"`
	Distinct int      `json:"distinct"`
}

// SortKey is one key of an ordering of runs.
type SortKey struct {
	Column     string `json:"column"`
	Descending bool   `json:"descending"`
}

// RunsRequest asks for runs.
type RunsRequest struct {
	Repositories []string  `json:"repositories"`
	Query        string    `json:"query"`
	Text         string    `json:"text"`
	Sort         []SortKey `json:"sort"`
	All          bool      `json:"all"`
}

// RunsView is an ordered answer kept by the program.
type RunsView struct {
	View         string `json:"view"`
	Total        int    `json:"total"`
	Matched      int    `json:"matched"`
	Milliseconds Num    `json:"milliseconds"`
	Revision     uint64 `json:"revision"`
}

// RowsRequest asks for some rows of a view.
type RowsRequest struct {
	View    string   `json:"view"`
	From    int      `json:"from"`
	Count   int      `json:"count"`
	Columns []string `json:"columns"`
}

// RunRow is a row of a table of runs. Cells hold Num, string, bool, []string,
// CellText or nil.
type RunRow struct {
	Repository string `json:"repository"`
	Hash       string `json:"hash"`
	Name       string `json:"name"`
	State      string `json:"state"`
	Evidence   string `json:"evidence"`
	Archived   bool   `json:"archived"`
	Cells      []any  `json:"cells"`
}

// CellText is a value that is shown shortened.
type CellText struct {
	Text string `json:"text"`
	Full string `json:"full"`
}

// Note is a note on a run.
type Note struct {
	ID      int64  `json:"id"`
	Content string `json:"content"`
	Created *Num   `json:"created"`
	Updated *Num   `json:"updated"`
}

// RunDetail is everything about one run.
type RunDetail struct {
	Repository  string         `json:"repository"`
	Hash        string         `json:"hash"`
	Name        string         `json:"name"`
	Description *string        `json:"description"`
	Experiment  *string        `json:"experiment"`
	Archived    bool           `json:"archived"`
	Tags        []string       `json:"tags"`
	Notes       []Note         `json:"notes"`
	Created     *Num           `json:"created"`
	Ended       *Num           `json:"ended"`
	LastRecord  *Num           `json:"lastRecord"`
	Duration    *Num           `json:"duration"`
	State       string         `json:"state"`
	Evidence    []string       `json:"evidence"`
	Params      string         `json:"params"`
	Metrics     []MetricInfo   `json:"metrics"`
	Sequences   []SequenceInfo `json:"sequences"`
	Problems    []RunProblem   `json:"problems"`
	Indexed     bool           `json:"indexed"`
}

// MetricInfo describes one metric of one run in one context.
type MetricInfo struct {
	Repository string `json:"repository"`
	Run        string `json:"run"`
	Name       string `json:"name"`
	ContextID  string `json:"contextId"`
	Context    string `json:"context"`
	Count      int    `json:"count"`
	Last       *Num   `json:"last"`
	LastStep   *Num   `json:"lastStep"`
	Min        *Num   `json:"min"`
	MinStep    *Num   `json:"minStep"`
	Max        *Num   `json:"max"`
	MaxStep    *Num   `json:"maxStep"`
	Mean       *Num   `json:"mean"`
	First      *Num   `json:"first"`
	System     bool   `json:"system"`
	Pending    bool   `json:"pending"`
}

// SequenceInfo describes a sequence of objects.
type SequenceInfo struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	ContextID string `json:"contextId"`
	Context   string `json:"context"`
	Steps     int    `json:"steps"`
}

// MetricsRequest asks which metrics some runs have.
type MetricsRequest struct {
	Repositories []string `json:"repositories"`
	Runs         []RunRef `json:"runs"`
	Query        string   `json:"query"`
}

// SeriesRef names one line of a chart.
type SeriesRef struct {
	Repository string `json:"repository"`
	Run        string `json:"run"`
	Name       string `json:"name"`
	ContextID  string `json:"contextId"`
}

// Smoothing says how a line is smoothed, over all its points.
type Smoothing struct {
	Kind   string  `json:"kind"`
	Amount float64 `json:"amount"`
}

// SeriesRequest asks for the points of lines on some pixels.
type SeriesRequest struct {
	Lines     []SeriesRef `json:"lines"`
	X         string      `json:"x"`
	XMetric   string      `json:"xMetric"`
	Range     *[2]float64 `json:"range"`
	Width     int         `json:"width"`
	Smoothing Smoothing   `json:"smoothing"`
}

// LogLine is one line of a run's terminal log, or one log record.
type LogLine struct {
	Step  Num    `json:"step"`
	Text  string `json:"text"`
	Time  *Num   `json:"time"`
	Level *int64 `json:"level"`
}

// LogPage is a part of a run's log.
type LogPage struct {
	Total int       `json:"total"`
	Lines []LogLine `json:"lines"`
}

// Event is a numbered hint: the page asks again for what it shows.
type Event struct {
	Seq        uint64       `json:"seq"`
	Type       string       `json:"type"`
	Repository string       `json:"repository"`
	Runs       []string     `json:"runs"`
	Revision   uint64       `json:"revision"`
	Status     *IndexStatus `json:"status,omitempty"`
	Notice     *Error       `json:"notice,omitempty"`
	Command    string       `json:"command,omitempty"`
}

// Settings is what a person can choose.
type Settings struct {
	Theme                 string `json:"theme"`
	Density               string `json:"density"`
	IndexerShare          Num    `json:"indexerShare"`
	IndexerBytesPerSecond int64  `json:"indexerBytesPerSecond"`
	CloseToTray           bool   `json:"closeToTray"`
	NotifyCrashed         bool   `json:"notifyCrashed"`
	NotifyReindexed       bool   `json:"notifyReindexed"`
	NotifyUnreadable      bool   `json:"notifyUnreadable"`
	ReopenLast            bool   `json:"reopenLast"`
}

// Recent is a repository that was opened before.
type Recent struct {
	Path     string `json:"path"`
	Name     string `json:"name"`
	OpenedAt Num    `json:"openedAt"`
	Exists   bool   `json:"exists"`
	Runs     int    `json:"runs"`
}

// Bootstrap is what the page needs to draw itself for the first time.
type Bootstrap struct {
	Version   string       `json:"version"`
	Platform  string       `json:"platform"`
	Settings  Settings     `json:"settings"`
	Recents   []Recent     `json:"recents"`
	Open      []Repository `json:"open"`
	Notices   []Error      `json:"notices"`
	ViewState *string      `json:"viewState"`
}
