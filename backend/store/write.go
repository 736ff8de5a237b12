package store

import (
	"errors"
	"fmt"
	"math"

	"aimdesk/backend/series"
)

// This file holds what every Store does with a run before it is written, so
// that implementations differ in where they put bytes and in nothing else.

// CheckRun returns an error for a run that cannot be stored.
func CheckRun(r *Run) error {
	if r == nil {
		return errors.New("run is nil")
	}
	return CheckHash(r.Hash)
}

// CarrySeries prepares r for PutMeta: it takes over from old, the run that is
// stored or nil, where the series are and what is known about them.
func CarrySeries(r, old *Run) {
	if old == nil {
		old = &Run{}
	}
	if r.Traces == nil {
		r.Traces = old.Traces
	}
	type identity struct {
		kind, name string
		context    int64
	}
	stored := make(map[identity]*Trace, len(old.Traces))
	for i := range old.Traces {
		t := &old.Traces[i]
		stored[identity{t.Kind, t.Name, t.ContextID}] = t
	}
	done := old.SeriesDone && old.SeqsPrint == r.SeqsPrint
	for i := range r.Traces {
		t := &r.Traces[i]
		was := stored[identity{t.Kind, t.Name, t.ContextID}]
		if was == nil || !was.HasSeries {
			clearSeries(t)
			// What the series' files hold of a new trace was not read then.
			done = done && was != nil
			continue
		}
		t.HasSeries, t.Slot, t.Summary = true, was.Slot, was.Summary
	}
	r.SeriesDone = done
	r.SeriesVersion, r.SeriesBytes = old.SeriesVersion, old.SeriesBytes
	if r.LastRecord == nil {
		r.LastRecord = old.LastRecord
	}
}

func clearSeries(t *Trace) { t.HasSeries, t.Slot, t.Summary = false, 0, series.Summary{} }

// PackedSeries takes the packed parts of the series of a run, one series after
// the other. Slices are valid during the call only.
type PackedSeries interface {
	Chunk(slot, chunk int, packed []byte) error
	Pyramid(slot int, packed []byte) error
}

// PackSeries runs the callback of PutRun, hands the packed series to out and
// fills in what the store fills, but for SeriesVersion.
func PackSeries(r *Run, each func(put PutSeries) error, out PackedSeries) error {
	for i := range r.Traces {
		clearSeries(&r.Traces[i])
	}
	r.SeriesBytes = 0
	if each == nil {
		return nil
	}
	newest := math.NaN()
	var buf []byte
	err := each(func(trace int, c *series.Columns) error {
		if trace < 0 || trace >= len(r.Traces) {
			return fmt.Errorf("put series: trace %d of %d", trace, len(r.Traces))
		}
		t := &r.Traces[trace]
		if t.HasSeries {
			return fmt.Errorf("put series: trace %d was put already", trace)
		}
		if err := c.Validate(); err != nil {
			return fmt.Errorf("put series: trace %d: %w", trace, err)
		}
		var err error
		if buf, err = packOne(r, trace, c, out, buf); err != nil {
			return fmt.Errorf("put series: trace %d: %w", trace, err)
		}
		t.HasSeries, t.Slot, t.Summary = true, trace, series.Summarize(c)
		if last := t.Summary.LastTime; !(last <= newest) && !math.IsNaN(last) {
			newest = last
		}
		return nil
	})
	if err != nil {
		return err
	}
	if r.LastRecord == nil && !math.IsNaN(newest) {
		r.LastRecord = &newest
	}
	return nil
}

func packOne(r *Run, slot int, c *series.Columns, out PackedSeries, buf []byte) ([]byte, error) {
	n := c.Len()
	for chunk, at := 0, 0; at < n; chunk, at = chunk+1, at+series.ChunkRows {
		rows := c
		if n > series.ChunkRows {
			rows = c.Slice(at, at+series.ChunkRows)
		}
		var err error
		if buf, err = series.Pack(buf[:0], rows); err != nil {
			return buf, err
		}
		r.SeriesBytes += int64(len(buf))
		if err := out.Chunk(slot, chunk, buf); err != nil {
			return buf, err
		}
	}
	if p := series.BuildPyramid(c); p != nil {
		buf = p.Pack(buf[:0])
		r.SeriesBytes += int64(len(buf))
		if err := out.Pyramid(slot, buf); err != nil {
			return buf, err
		}
	}
	return buf, nil
}

// Rows clamps the rows [from, to) of a series of count points, to < 0 meaning
// to the end.
func Rows(from, to, count int) (int, int) {
	if to < 0 || to > count {
		to = count
	}
	from = min(max(from, 0), count)
	return from, max(from, to)
}

// Locate returns slot and number of points of a trace.
func (l Layout) Locate(trace int) (slot, count int, ok bool) {
	if trace < 0 || trace >= len(l.Slots) || l.Slots[trace] < 0 {
		return 0, 0, false
	}
	return l.Slots[trace], l.Counts[trace], true
}
