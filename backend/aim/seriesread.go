package aim

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"slices"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aim/tree"
	"aimdesk/backend/rocks"
	"aimdesk/backend/series"
)

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

// seriesReader carries out a plan on one view.
type seriesReader struct {
	ctx  context.Context
	plan *seriesPlan
	view *rocks.View
	emit func(i int, c *series.Columns) error

	*seriesBuffers
	seen int // keys since the context was checked
}

// seriesBuffers is memory that is worth keeping from one run to the next.
type seriesBuffers struct {
	rows rowJoiner
	cols series.Columns
}

// checkEvery is how many keys are read between two looks at the context.
const checkEvery = 4096

func (r *seriesReader) alive() error {
	if r.seen++; r.seen%checkEvery != 0 {
		return nil
	}
	return r.ctx.Err()
}

func (r *seriesReader) read() error {
	if len(r.plan.steps) > 0 {
		if err := r.readSteps(); err != nil {
			return err
		}
	}
	if len(r.plan.metrics) > 0 {
		return r.readHashes()
	}
	return nil
}

// readSteps reads the traces in layout 1, each by its own path.
func (r *seriesReader) readSteps() error {
	it := r.view.NewIter(rocks.IterOptions{Lower: r.plan.v1, Upper: tree.End(r.plan.v1)})
	for _, t := range r.plan.steps {
		if r.plan.done[t.i] {
			continue
		}
		if err := r.readStepTrace(it, t); err != nil {
			_ = it.Close() // repeats an error of the iterator
			return err
		}
	}
	return it.Close()
}

func (r *seriesReader) readStepTrace(it *rocks.Iterator, t plannedTrace) error {
	columns := []string{columnTime}
	if t.metric {
		columns = []string{columnEpoch, columnTime, columnValue}
	}
	r.rows.reset()
	for _, name := range columns {
		path := codec.AppendStringKey(bytes.Clone(t.path), name)
		col := r.rows.column(name)
		if err := r.column(it, path, col); err != nil {
			return err
		}
	}
	if !t.metric {
		return nil
	}
	r.rows.joinSteps(&r.cols)
	return r.hand(t.i)
}

// column reads the column at path into col.
func (r *seriesReader) column(it *rocks.Iterator, path []byte, col *cells) error {
	for ok := it.SeekGE(path); ok && bytes.HasPrefix(it.Key(), path); ok = it.Next() {
		if err := r.alive(); err != nil {
			return err
		}
		r.cell(col, it.Key()[len(path):], it.Value())
	}
	return it.Err()
}

// readHashes reads all metrics in layout 2 in one pass.
func (r *seriesReader) readHashes() error {
	base := r.plan.v2
	it := r.view.NewIter(rocks.IterOptions{Lower: base, Upper: tree.End(base)})
	err := r.walkHashes(it, base)
	if cerr := it.Close(); err == nil {
		err = cerr
	}
	return err
}

func (r *seriesReader) walkHashes(it *rocks.Iterator, base []byte) error {
	trace := -1          // position of the trace that is being read
	var tracePath []byte // its path
	var colPath []byte   // path of the column that is being read
	var col *cells       // nil: of no interest
	for ok := it.First(); ok; ok = it.Next() {
		if err := r.alive(); err != nil {
			return err
		}
		key := it.Key()
		if len(colPath) > 0 && bytes.HasPrefix(key, colPath) {
			r.cell(col, key[len(colPath):], it.Value())
			continue
		}
		if len(tracePath) == 0 || !bytes.HasPrefix(key, tracePath) {
			if err := r.finishHashes(trace); err != nil {
				return err
			}
			trace, tracePath, colPath = -1, tracePath[:0], colPath[:0]
			n, ok := pathLength(key[len(base):], 2)
			if !ok {
				continue // the marker of something above
			}
			tracePath = append(tracePath, key[:len(base)+n]...)
			if i, known := r.plan.metrics[string(key[len(base):len(base)+n])]; known && !r.plan.done[i] {
				trace = i
			}
			r.rows.reset()
		}
		c, rest, ok := codec.Next(key[len(tracePath):])
		if !ok {
			continue
		}
		colPath = append(colPath[:0], key[:len(key)-len(rest)]...)
		col = nil
		if trace >= 0 && !c.IsInt {
			col = r.rows.column(string(c.Str))
		}
		r.cell(col, rest, it.Value())
	}
	if err := it.Err(); err != nil {
		return err
	}
	return r.finishHashes(trace)
}

func (r *seriesReader) finishHashes(trace int) error {
	if trace < 0 {
		return nil
	}
	r.rows.joinHashes(&r.cols)
	return r.hand(trace)
}

// hand passes the joined rows of a trace on.
func (r *seriesReader) hand(i int) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if r.cols.Len() > 0 {
		if err := r.emit(i, &r.cols); err != nil {
			return err
		}
	}
	r.plan.done[i] = true
	return nil
}

// pathLength is the length of the first n components of a path.
func pathLength(path []byte, n int) (int, bool) {
	rest := path
	for range n {
		_, next, ok := codec.Next(rest)
		if !ok {
			return 0, false
		}
		rest = next
	}
	return len(path) - len(rest), true
}

// cell takes one cell of a column: the path below the column and the value.
// What is no number in a row of its own is passed over.
func (r *seriesReader) cell(col *cells, path, value []byte) {
	const rowLength = 10 // sentinel, integer, sentinel
	if col == nil || len(path) != rowLength || path[0] != codec.Sentinel || path[rowLength-1] != codec.Sentinel || len(value) == 0 {
		return
	}
	row := binary.BigEndian.Uint64(path[1:])
	var bits uint64
	switch tag := value[0]; {
	case (tag == codec.TagInt || tag == codec.TagFloat) && len(value) >= 9:
		bits = binary.LittleEndian.Uint64(value[1:])
	case tag == codec.TagBool && len(value) >= 2:
		if value[1] != 0 {
			bits = 1
		}
	default:
		return
	}
	isFloat := value[0] == codec.TagFloat
	if col == &r.rows.time {
		if t := number(bits, isFloat); !math.IsNaN(t) {
			r.plan.time(t)
		}
	}
	col.rows = append(col.rows, row)
	col.bits = append(col.bits, bits)
	col.isFloat = append(col.isFloat, isFloat)
}
