package aim

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aim/tree"
	"aimdesk/backend/rocks"
	"aimdesk/backend/series"
)

// followedSeries are the rows of all metrics of a run, in layout 2.
type followedSeries struct {
	v1, v2 []byte // paths of the run in both layouts
	byPath map[string]*liveSeries
	all    []*liveSeries

	// The column that was used last: keys come in runs.
	colPath []byte
	col     int
	live    *liveSeries

	newest  float64 // time of objects
	hasTime bool

	changed []*liveSeries
	added   bool // there are series that were not matched with traces
	moved   bool // a time changed
}

func newFollowedSeries(hash string) *followedSeries {
	return &followedSeries{v1: seriesPrefix(versionSteps, hash), v2: seriesPrefix(versionHashes, hash), byPath: map[string]*liveSeries{}}
}

// op takes one op of the writer; errUnclear if its effect is not known.
func (s *followedSeries) op(op rocks.Op) error {
	switch op.Kind {
	case rocks.OpPut:
		if bytes.HasPrefix(op.Key, s.v2) {
			s.put(op.Key, op.Value)
		} else if path, ok := bytes.CutPrefix(op.Key, s.v1); ok {
			s.object(path, op.Value)
		}
	case rocks.OpDelete:
		if bytes.HasPrefix(op.Key, s.v2) {
			s.remove(op.Key)
		}
	case rocks.OpRangeDelete:
		switch {
		case bytes.HasPrefix(op.Key, s.v2) && oneSubtree(op) && s.remove(op.Key):
		case bytes.HasPrefix(op.Key, s.v1) && oneSubtree(op) && isObject(op.Key[len(s.v1):]):
		case overlaps(op, s.v1), overlaps(op, s.v2):
			return errUnclear
		}
	}
	return nil
}

// overlaps reports whether a range deletion reaches keys at or below a path.
func overlaps(op rocks.Op, path []byte) bool {
	return bytes.Compare(op.Key, tree.End(path)) < 0 && bytes.Compare(op.Value, path) > 0
}

// isObject reports whether a path behind the run's names a row of an object
// or something in it.
func isObject(path []byte) bool {
	_, ok := pathLength(path, 4)
	return ok
}

// object takes a cell of a sequence of objects: its time.
func (s *followedSeries) object(path, value []byte) {
	n, ok := pathLength(path, 2)
	if !ok {
		return
	}
	name, row, ok := codec.Next(path[n:])
	if !ok || name.IsInt || columnNumber(name.Str) != colTime || len(row) == 0 {
		return
	}
	if v, err := codec.DecodeValue(value); err == nil {
		if t, ok := v.Number(); ok && !math.IsNaN(t) && (!s.hasTime || t > s.newest) {
			s.newest, s.hasTime, s.moved = t, true, true
		}
	}
}

// column finds the column of a key, whose path behind the column it returns.
// live is nil for a key of no interest.
func (s *followedSeries) column(key []byte) (live *liveSeries, col int, row []byte) {
	if len(s.colPath) > 0 && bytes.HasPrefix(key, s.colPath) {
		return s.live, s.col, key[len(s.colPath):]
	}
	path := key[len(s.v2):]
	n, ok := pathLength(path, 2)
	if !ok {
		return nil, -1, nil
	}
	name, row, ok := codec.Next(path[n:])
	if !ok {
		return nil, -1, nil
	}
	s.colPath = append(s.colPath[:0], key[:len(key)-len(row)]...)
	s.live, s.col = nil, -1
	if !name.IsInt {
		s.col = columnNumber(name.Str)
	}
	if s.col >= 0 {
		s.live = s.byPath[string(path[:n])]
		if s.live == nil {
			s.live = &liveSeries{trace: -1}
			s.byPath[string(path[:n])] = s.live
			s.all = append(s.all, s.live)
			s.added = true
		}
	}
	return s.live, s.col, row
}

// put takes a cell.
func (s *followedSeries) put(key, value []byte) {
	l, col, row := s.column(key)
	if l == nil {
		return
	}
	before := len(l.rows.rows)
	l.rows.next = before // so that next tells whether a cell was taken
	setCell(&l.rows, col, row, value)
	i := l.rows.next - 1
	if len(l.rows.rows) == before && l.rows.next == before {
		// Either nothing was taken, or a cell of the last row.
		if len(row) != rowPathLength || before == 0 || l.rows.rows[before-1].key != binary.BigEndian.Uint64(row[1:]) {
			return
		}
		i = before - 1
	}
	l.note(i)
	if col == colTime && l.rows.rows[i].has(colTime) {
		if t := l.rows.rows[i].number(colTime); !math.IsNaN(t) && (!l.hasTime || t > l.newest) {
			l.newest, l.hasTime, s.moved = t, true, true
		}
	}
	s.queue(l)
}

// rowPathLength is the length of the path of a row below its column: sentinel,
// integer, sentinel.
const rowPathLength = 10

// remove takes a cell away. It reports false for a path that is not a cell's.
func (s *followedSeries) remove(key []byte) bool {
	l, col, row := s.column(key)
	if len(row) != rowPathLength || row[0] != codec.Sentinel {
		return false
	}
	if l == nil {
		return true
	}
	i := l.lookup(binary.BigEndian.Uint64(row[1:]))
	if i < 0 || l.rows.rows[i].tags[col] == 0 {
		return true
	}
	l.rows.rows[i].tags[col] = 0
	l.note(i)
	s.queue(l)
	return true
}

func (s *followedSeries) queue(l *liveSeries) {
	if !l.queued {
		l.queued = true
		s.changed = append(s.changed, l)
	}
}

// liveSeries is one metric that grows. Rows are joined by their keys, as the
// cells come; those that are complete have a place in the columns.
type liveSeries struct {
	trace   int // position of the trace
	rows    rowSet
	pos     []int32 // by row: 1 + its place in cols, 0 if it has none
	fresh   []int32 // rows without a place, which may have got one
	touched []int32 // rows with a place that have changed
	queued  bool

	cols    series.Columns
	shared  int // rows of cols that were given out
	running series.Running
	newest  float64 // time
	hasTime bool
}

// lookup finds a row; -1 if there is none.
func (l *liveSeries) lookup(key uint64) int {
	s := &l.rows
	if !s.hashed {
		// The rows are in the order of their keys then.
		if i, ok := slices.BinarySearchFunc(s.rows, key, func(r row, key uint64) int { return cmp.Compare(r.key, key) }); ok {
			return i
		}
		return -1
	}
	mask := len(s.table) - 1
	for at := int(key * s.mult >> s.shift); ; at = (at + 1) & mask {
		switch i := int(s.table[at]) - 1; {
		case i < 0:
			return -1
		case s.rows[i].key == key:
			return i
		}
	}
}

// note remembers that a row changed.
func (l *liveSeries) note(i int) {
	for len(l.pos) < len(l.rows.rows) {
		l.pos = append(l.pos, 0)
	}
	list := &l.fresh
	if l.pos[i] > 0 {
		list = &l.touched
	}
	if n := len(*list); n == 0 || (*list)[n-1] != int32(i) {
		*list = append(*list, int32(i))
	}
}

// complete reports whether a row counts: it has a step and a value.
func (r *row) complete() bool { return r.has(colStep) && r.has(colValue) }

// settle gives places to the rows that changed, and reports whether the columns
// did. New rows are mostly the last ones, so that they are appended; where they
// are not, or a step is gone, all are put in order again.
func (l *liveSeries) settle() bool {
	changed, again := false, false
	for _, i := range l.touched {
		r := &l.rows.rows[i]
		at := int(l.pos[i]) - 1
		if at < 0 {
			continue // put in order already
		}
		if !r.complete() || !l.sameStep(at, r) {
			again = true
			break
		}
		l.overwrite(at, r)
		changed = true
	}
	if changed {
		l.running.Reset()
	}
	wait := l.fresh[:0]
	for _, i := range l.fresh {
		switch r := &l.rows.rows[i]; {
		case l.pos[i] > 0:
		case !r.complete():
			wait = append(wait, i)
		case again:
		case l.follows(r):
			l.append(r)
			l.pos[i] = int32(l.cols.Len())
			changed = true
		default:
			again = true
		}
	}
	l.fresh, l.touched = wait, l.touched[:0]
	if again {
		l.order()
		changed = true
	}
	l.running.Extend(&l.cols)
	return changed
}

// follows reports whether a row comes after all others.
func (l *liveSeries) follows(r *row) bool {
	n := l.cols.Len()
	step := r.number(colStep)
	return (n == 0 && !math.IsNaN(step)) || (n > 0 && step > l.cols.Steps[n-1])
}

func (l *liveSeries) append(r *row) {
	value, epoch, time := r.number(colValue), r.number(colEpoch), r.number(colTime)
	if r.tags[colStep] == 1+codec.TagFloat {
		l.cols.AppendFloat(r.number(colStep), value, epoch, time)
	} else {
		l.cols.Append(int64(r.bits[colStep]), value, epoch, time)
	}
}

// sameStep reports whether a row still has the step of its place.
func (l *liveSeries) sameStep(at int, r *row) bool {
	c := &l.cols
	isFloat := r.tags[colStep] == 1+codec.TagFloat
	if isFloat != (c.FloatStep != nil && c.FloatStep[at]) || r.number(colStep) != c.Steps[at] {
		return false
	}
	big, ok := c.BigSteps[at]
	return !ok || big == int64(r.bits[colStep])
}

// overwrite puts a row tracked again in its place.
func (l *liveSeries) overwrite(at int, r *row) {
	if at < l.shared {
		l.cols, l.shared = *l.cols.Clone(), 0
	}
	l.cols.Values[at], l.cols.Epochs[at], l.cols.Times[at] = r.number(colValue), r.number(colEpoch), r.number(colTime)
}

// order makes the columns anew from all rows.
func (l *liveSeries) order() {
	order := make([]int32, 0, len(l.rows.rows))
	for i := range l.rows.rows {
		if l.rows.rows[i].complete() {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(i, j int32) int { return compareRows(&l.rows.rows[i], &l.rows.rows[j]) })
	l.cols, l.shared = series.Columns{}, 0
	l.cols.Grow(len(order))
	clear(l.pos)
	for n, i := range order {
		l.append(&l.rows.rows[i])
		l.pos[i] = int32(n + 1)
	}
	l.running.Reset()
}

// compareRows orders rows by step, NaN last, and equal ones by key.
func compareRows(a, b *row) int {
	if a.tags[colStep] == 1+codec.TagInt && b.tags[colStep] == 1+codec.TagInt {
		return cmp.Or(cmp.Compare(int64(a.bits[colStep]), int64(b.bits[colStep])), cmp.Compare(a.key, b.key))
	}
	x, y := a.number(colStep), b.number(colStep)
	if nx, ny := math.IsNaN(x), math.IsNaN(y); nx || ny {
		return cmp.Or(btoi(nx)-btoi(ny), cmp.Compare(a.key, b.key))
	}
	return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.key, b.key))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// snapshot gives the rows out: they are not changed from now on.
func (l *liveSeries) snapshot() *series.Columns {
	if l.cols.Len() == 0 {
		return nil
	}
	l.shared = l.cols.Len()
	return l.cols.Slice(0, l.shared)
}

// memory estimates what the series takes, in bytes.
func (l *liveSeries) memory() int64 {
	const rowBytes, columnBytes = 48, 32
	return int64(cap(l.rows.rows))*rowBytes + int64(len(l.rows.table)+cap(l.pos))*4 + int64(cap(l.cols.Steps))*columnBytes
}
