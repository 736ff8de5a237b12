package aim

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"aimdesk/backend/aim/cellscan"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/rocks"
	"aimdesk/backend/series"
)

// Report is what reading series took and met.
type Report struct {
	// Bytes is the size of the files that were read.
	Bytes int64
	// LastRecord is the newest time of any row of any of the traces, objects
	// included, in unix seconds; nil if there is none.
	LastRecord *float64
	// Damage lists what was passed over in the logs of the database.
	Damage []rocks.Damage
}

// ReadSeries reads the series of the metrics among traces, in one pass over the
// run's database, and calls fn for each one that has rows, with its position in
// traces, in the order in which they are stored. A row needs a step and a
// value; what a killed writer left of its last row is dropped. Rows are in step
// order, negative steps first. The columns are reused after fn returns.
//
// Of other traces only the times are read, for Report.LastRecord. An error of
// fn ends the reading and is returned.
func (r *Repo) ReadSeries(ctx context.Context, hash string, traces []Trace, fn func(i int, c *series.Columns) error) (Report, error) {
	var report Report
	if err := checkHash(hash); err != nil {
		return report, err
	}
	if len(traces) == 0 {
		return report, nil
	}
	plan := newSeriesPlan(hash, traces)
	buffers := r.borrowBuffers()
	defer r.buffers.Put(buffers)
	err := r.readSeries(ctx, r.seqsDir(hash), plan, buffers, &report, fn)
	if plan.hasTime {
		report.LastRecord = &plan.newest
	}
	if err != nil {
		return report, fmt.Errorf("read series of run %s: %w", hash, err)
	}
	return report, nil
}

// readSeries scans what can be scanned and reads the rest through a view.
func (r *Repo) readSeries(ctx context.Context, dir string, plan *seriesPlan, buffers *seriesBuffers, report *Report, fn func(int, *series.Columns) error) error {
	scanned := false
	if len(plan.metrics) > 0 && !r.mergeOnly {
		var err error
		if report.Bytes, scanned, err = r.scanHashes(ctx, dir, plan, buffers, fn); err != nil {
			return err
		}
	}
	if len(plan.steps) == 0 && (scanned || len(plan.metrics) == 0) {
		return nil
	}
	return r.view(ctx, dir, func(v *rocks.View) error {
		report.Damage, report.Bytes = v.Damage(), bytesOf(v)
		reader := seriesReader{ctx: ctx, plan: plan, view: v, emit: fn, seriesBuffers: buffers}
		if len(plan.steps) > 0 {
			if err := reader.readSteps(); err != nil {
				return err
			}
		}
		if scanned || len(plan.metrics) == 0 {
			return nil
		}
		return reader.readHashes()
	})
}

// seriesBuffers is memory that is worth keeping from one run to the next.
type seriesBuffers struct {
	scanner cellscan.Scanner
	cols    series.Columns
	free    []*rowSet
	kept    int // rows that the sets in free have room for
}

// maxKept bounds for how many rows room is kept: some 6 MB.
const maxKept = 1 << 17

// rowSet returns an empty set of rows.
func (b *seriesBuffers) rowSet() *rowSet {
	n := len(b.free)
	if n == 0 {
		return &rowSet{}
	}
	s := b.free[n-1]
	b.free = b.free[:n-1]
	b.kept -= cap(s.rows)
	s.reset()
	return s
}

// giveBack takes a set of rows back.
func (b *seriesBuffers) giveBack(s *rowSet) {
	if b.kept+cap(s.rows) <= maxKept {
		b.kept += cap(s.rows)
		b.free = append(b.free, s)
	}
}

// borrowBuffers takes buffers for reading series; put them back.
func (r *Repo) borrowBuffers() *seriesBuffers {
	if b, ok := r.buffers.Get().(*seriesBuffers); ok {
		return b
	}
	return &seriesBuffers{}
}

// Components of the keys of series:
//
//	seqs/chunks/HASH/CTX/NAME/COLUMN/STEP       steps
//	seqs/v2/chunks/HASH/CTX/NAME/COLUMN/ROW     hashes of steps
const v2Name = "v2"

// Columns of a series, in the order of their keys.
const (
	columnEpoch = "epoch"
	columnStep  = "step"
	columnTime  = "time"
	columnValue = "val"
)

// seriesPrefix is the path of the series of a run in a layout.
func seriesPrefix(version int, hash string) []byte {
	p := codec.AppendStringKey(nil, seqsName)
	if version == versionHashes {
		p = codec.AppendStringKey(p, v2Name)
	}
	p = codec.AppendStringKey(p, chunksName)
	return codec.AppendStringKey(p, hash)
}

// appendTracePath appends the components that name a trace.
func appendTracePath(dst []byte, t *Trace) []byte {
	return codec.AppendStringKey(codec.AppendIntKey(dst, t.ContextID), t.Name)
}

// seriesPlan says which traces are read, and how far that has come: reading may
// start over.
type seriesPlan struct {
	v1, v2  []byte         // paths of the run in both layouts
	metrics map[string]int // metrics in layout 2, by the path below v2
	steps   []plannedTrace // metrics in layout 1 and all objects, by path
	done    []bool         // by position: handed over
	newest  float64
	hasTime bool
}

type plannedTrace struct {
	path   []byte // whole
	i      int    // position in traces
	metric bool
}

func (p *seriesPlan) time(t float64) {
	if !p.hasTime || t > p.newest {
		p.newest, p.hasTime = t, true
	}
}

func newSeriesPlan(hash string, traces []Trace) *seriesPlan {
	p := &seriesPlan{
		v1: seriesPrefix(versionSteps, hash), v2: seriesPrefix(versionHashes, hash),
		metrics: map[string]int{}, done: make([]bool, len(traces)),
	}
	for i := range traces {
		t := &traces[i]
		if metric := t.Kind == KindMetric; metric && t.Version == versionHashes {
			p.metrics[string(appendTracePath(nil, t))] = i
		} else {
			path := appendTracePath(bytes.Clone(p.v1), t)
			p.steps = append(p.steps, plannedTrace{path, i, metric})
		}
	}
	slices.SortFunc(p.steps, func(a, b plannedTrace) int { return bytes.Compare(a.path, b.path) })
	return p
}
