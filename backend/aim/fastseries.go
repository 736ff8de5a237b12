package aim

import (
	"context"
	"errors"
	"maps"
	"slices"

	"aimdesk/backend/aim/cellscan"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/series"
)

// maxScanRows is how many rows a run may have to be scanned, as they are all
// held at once: some 25 MB. A larger run is read one metric at a time.
const maxScanRows = 1 << 19

// errTooLarge says that a run is too large to be scanned.
var errTooLarge = errors.New("too many rows")

// scanSink gathers the rows of all metrics in layout 2.
type scanSink struct {
	plan    *seriesPlan
	buffers *seriesBuffers
	traces  map[int]*rowSet // by position
	columns []scanColumn    // by number: four of each trace follow each other
	first   map[int]int     // number of a trace's first column, by position
	total   int             // rows of all traces
	times   bool            // only the times are wanted
}

// scanColumn is a column of a trace.
type scanColumn struct {
	col  int
	rows *rowSet
}

// Column implements cellscan.Sink.
func (s *scanSink) Column(path []byte) int {
	n, ok := pathLength(path, 2)
	if !ok {
		return cellscan.NoColumn
	}
	i, known := s.plan.metrics[string(path[:n])]
	name, _, ok := codec.Next(path[n:])
	if !known || !ok || name.IsInt || s.plan.done[i] {
		return cellscan.NoColumn
	}
	col := columnNumber(name.Str)
	if col < 0 || (s.times && col != colTime) {
		return cellscan.NoColumn
	}
	rows := s.traces[i]
	if rows == nil {
		rows = s.buffers.rowSet()
		s.traces[i], s.first[i] = rows, len(s.columns)
		for c := range numColumns {
			s.columns = append(s.columns, scanColumn{c, rows})
		}
	}
	rows.next = 0 // where the rows of another file or column may begin
	return s.first[i] + col
}

// Cell implements cellscan.Sink.
func (s *scanSink) Cell(column int, key uint64, tag byte, bits uint64) error {
	c := &s.columns[column]
	before := len(c.rows.rows)
	c.rows.set(c.col, key, tag, bits)
	if len(c.rows.rows) != before {
		if s.total++; s.total > maxScanRows {
			return errTooLarge
		}
	}
	return nil
}

// scanHashes reads all metrics in layout 2 by scanning the run's files. done is
// false if they have to be read in the other way; nothing was handed over then.
func (r *Repo) scanHashes(ctx context.Context, dir string, plan *seriesPlan, buffers *seriesBuffers, emit func(int, *series.Columns) error) (bytes int64, done bool, err error) {
	sink := newScanSink(plan, buffers)
	defer sink.release()
	stats, done, err := r.scan(ctx, dir, sink)
	if err != nil || !done {
		return 0, done, err
	}
	hand := seriesReader{ctx: ctx, plan: plan, emit: emit, seriesBuffers: buffers}
	for _, path := range slices.Sorted(maps.Keys(plan.metrics)) {
		i := plan.metrics[path]
		if rows := sink.traces[i]; rows != nil {
			if err := hand.hand(i, versionHashes, rows); err != nil {
				return stats.Bytes, true, err
			}
		}
	}
	return stats.Bytes, true, nil
}

// scanTimes notes the times of all metrics in layout 2; done is as for
// scanHashes.
func (r *Repo) scanTimes(ctx context.Context, dir string, plan *seriesPlan, buffers *seriesBuffers) (done bool, err error) {
	sink := newScanSink(plan, buffers)
	sink.times = true
	defer sink.release()
	if _, done, err = r.scan(ctx, dir, sink); err != nil || !done {
		return done, err
	}
	for _, rows := range sink.traces {
		rows.newest(plan.time)
	}
	return true, nil
}

func newScanSink(plan *seriesPlan, buffers *seriesBuffers) *scanSink {
	return &scanSink{plan: plan, buffers: buffers, traces: map[int]*rowSet{}, first: map[int]int{}}
}

// release gives the rows back.
func (s *scanSink) release() {
	for _, rows := range s.traces {
		s.buffers.giveBack(rows)
	}
}

// scan tells sink the cells of a run; done is false if it has to be read in
// another way.
func (r *Repo) scan(ctx context.Context, dir string, sink *scanSink) (stats cellscan.Stats, done bool, err error) {
	stats, err = sink.buffers.scanner.Scan(ctx, r.cfg.FS, dir, sink.plan.v2, sink)
	if errors.Is(err, cellscan.ErrIrregular) || errors.Is(err, errTooLarge) {
		return stats, false, nil
	}
	return stats, err == nil, err
}
