package aim

import (
	"bytes"
	"context"
	"encoding/binary"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aim/tree"
	"aimdesk/backend/rocks"
	"aimdesk/backend/series"
)

// seriesReader carries out a plan on a view: the way that takes any database.
type seriesReader struct {
	ctx  context.Context
	plan *seriesPlan
	view *rocks.View
	emit func(i int, c *series.Columns) error
	*seriesBuffers
	seen int // keys since the context was checked
}

// checkEvery is how many keys are read between two looks at the context.
const checkEvery = 4096

func (r *seriesReader) alive() error {
	if r.seen++; r.seen%checkEvery != 0 {
		return nil
	}
	return r.ctx.Err()
}

// readSteps reads the traces in layout 1, each by its own path: of metrics the
// rows, of others the times.
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
	rows := r.rowSet()
	defer r.giveBack(rows)
	for _, name := range columns {
		path := codec.AppendStringKey(bytes.Clone(t.path), name)
		if err := r.column(it, path, columnNumber([]byte(name)), rows); err != nil {
			return err
		}
	}
	if !t.metric {
		rows.newest(r.plan.time)
		return nil
	}
	return r.hand(t.i, versionSteps, rows)
}

// column reads the column at path.
func (r *seriesReader) column(it *rocks.Iterator, path []byte, col int, rows *rowSet) error {
	for ok := it.SeekGE(path); ok && bytes.HasPrefix(it.Key(), path); ok = it.Next() {
		if err := r.alive(); err != nil {
			return err
		}
		setCell(rows, col, it.Key()[len(path):], it.Value())
	}
	return it.Err()
}

// readHashes reads all metrics in layout 2 in one pass.
func (r *seriesReader) readHashes() error {
	base := r.plan.v2
	it := r.view.NewIter(rocks.IterOptions{Lower: base, Upper: tree.End(base)})
	rows := r.rowSet()
	defer r.giveBack(rows)
	err := r.walkHashes(it, base, rows)
	if cerr := it.Close(); err == nil {
		err = cerr
	}
	return err
}

func (r *seriesReader) walkHashes(it *rocks.Iterator, base []byte, rows *rowSet) error {
	trace := -1          // position of the trace that is being read
	var tracePath []byte // its path
	var colPath []byte   // path of the column that is being read
	col := -1            // its number
	for ok := it.First(); ok; ok = it.Next() {
		if err := r.alive(); err != nil {
			return err
		}
		key := it.Key()
		if len(colPath) > 0 && bytes.HasPrefix(key, colPath) {
			setCell(rows, col, key[len(colPath):], it.Value())
			continue
		}
		if len(tracePath) == 0 || !bytes.HasPrefix(key, tracePath) {
			if err := r.hand(trace, versionHashes, rows); err != nil {
				return err
			}
			rows.reset()
			trace, tracePath, colPath = -1, tracePath[:0], colPath[:0]
			n, ok := pathLength(key[len(base):], 2)
			if !ok {
				continue // the marker of something above
			}
			tracePath = append(tracePath, key[:len(base)+n]...)
			if i, known := r.plan.metrics[string(key[len(base):len(base)+n])]; known && !r.plan.done[i] {
				trace = i
			}
		}
		c, rest, ok := codec.Next(key[len(tracePath):])
		if !ok {
			continue
		}
		colPath = append(colPath[:0], key[:len(key)-len(rest)]...)
		col = -1
		if trace >= 0 && !c.IsInt {
			col = columnNumber(c.Str)
		}
		setCell(rows, col, rest, it.Value())
	}
	if err := it.Err(); err != nil {
		return err
	}
	return r.hand(trace, versionHashes, rows)
}

// hand passes the rows of a trace on; -1 stands for one of no interest.
func (r *seriesReader) hand(trace, version int, rows *rowSet) error {
	if trace < 0 {
		return nil
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	rows.newest(r.plan.time)
	rows.columns(version, &r.cols)
	r.plan.done[trace] = true
	if r.cols.Len() == 0 {
		return nil
	}
	return r.emit(trace, &r.cols)
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

// setCell takes one cell of a column: the path below the column and the value.
// What is no number in a row of its own is passed over; col is -1 for a column
// of no interest.
func setCell(rows *rowSet, col int, path, value []byte) {
	const rowLength = 10 // sentinel, integer, sentinel
	if col < 0 || len(path) != rowLength || path[0] != codec.Sentinel || path[rowLength-1] != codec.Sentinel || len(value) == 0 {
		return
	}
	key := binary.BigEndian.Uint64(path[1:])
	switch tag := value[0]; {
	case (tag == codec.TagInt || tag == codec.TagFloat) && len(value) >= 9:
		rows.set(col, key, tag, binary.LittleEndian.Uint64(value[1:]))
	case tag == codec.TagBool && len(value) >= 2:
		var bits uint64
		if value[1] != 0 {
			bits = 1
		}
		rows.set(col, key, codec.TagInt, bits)
	}
}
