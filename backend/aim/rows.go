package aim

import (
	"math"
	"slices"

	"aimdesk/backend/series"
)

// cells are the cells of one column in the order of their keys: ascending by
// row as an unsigned integer.
type cells struct {
	rows    []uint64
	bits    []uint64
	isFloat []bool // bits are those of a float, not of an integer
}

func (c *cells) reset() {
	c.rows, c.bits, c.isFloat = c.rows[:0], c.bits[:0], c.isFloat[:0]
}

// pythonNaN is the NaN that Python writes; Go's own is the one for absent values.
const pythonNaN = 0x7ff8000000000000

// number is a cell's content as a float. The NaN that stands for an absent
// value is not let in from outside.
func number(bits uint64, isFloat bool) float64 {
	if !isFloat {
		return float64(int64(bits))
	}
	f := math.Float64frombits(bits)
	if series.IsAbsent(f) {
		return math.Float64frombits(pythonNaN)
	}
	return f
}

// rowJoiner joins the columns of one trace by row. The four cells of a row are
// written one after the other, so that the last row of a live or killed writer
// may lack some.
type rowJoiner struct {
	value, step, epoch, time cells

	joined, ordered []joined
	table           []int32 // by step: 1 + position in joined
}

func (j *rowJoiner) reset() {
	j.value.reset()
	j.step.reset()
	j.epoch.reset()
	j.time.reset()
}

// column returns the column with a name, nil if there is no such one.
func (j *rowJoiner) column(name string) *cells {
	switch name {
	case columnValue:
		return &j.value
	case columnStep:
		return &j.step
	case columnEpoch:
		return &j.epoch
	case columnTime:
		return &j.time
	}
	return nil
}

// joined is one row: where its cells are in their columns, -1 for a cell that
// is missing.
type joined struct{ step, value, epoch, time int32 }

// at returns the position of row in the column, searching on from *from; -1 if
// the column has no such row.
func (c *cells) at(from *int, row uint64) int32 {
	i := *from
	for i < len(c.rows) && c.rows[i] < row {
		i++
	}
	*from = i
	if i < len(c.rows) && c.rows[i] == row {
		return int32(i)
	}
	return -1
}

// number returns a cell as a float, absent for one that is missing.
func (c *cells) number(i int32) float64 {
	if i < 0 {
		return series.Absent()
	}
	return number(c.bits[i], c.isFloat[i])
}

// joinHashes joins the rows of layout 2, whose steps are a column, in the order
// of their steps.
func (j *rowJoiner) joinHashes(out *series.Columns) {
	j.joinOn(&j.step)
	if !j.orderDense() {
		j.put(out, j.joined, &j.step)
		out.SortBySteps()
		return
	}
	j.put(out, j.ordered, &j.step)
}

// joinSteps joins the rows of layout 1, which are named by their steps: those
// from 0 on come first in their keys, then the negative ones.
func (j *rowJoiner) joinSteps(out *series.Columns) {
	j.joinOn(&j.value)
	negative := len(j.joined)
	for negative > 0 && int64(j.value.rows[j.joined[negative-1].value]) < 0 {
		negative--
	}
	j.ordered = append(append(j.ordered[:0], j.joined[negative:]...), j.joined[:negative]...)
	j.put(out, j.ordered, nil)
}

// joinOn finds the cells of every row that a column has and that has a value.
func (j *rowJoiner) joinOn(column *cells) {
	j.joined = j.joined[:0]
	var v, e, t int
	for i, row := range column.rows {
		value := j.value.at(&v, row)
		if value < 0 {
			continue
		}
		j.joined = append(j.joined, joined{int32(i), value, j.epoch.at(&e, row), j.time.at(&t, row)})
	}
}

// denseFactor is how many times more steps than rows there may be between the
// smallest and the largest for the rows to be ordered by a table.
const denseFactor = 4

// orderDense orders the joined rows by their steps with a table of all steps
// from the smallest to the largest; false if that does not suit them: they lie
// far apart, some are floats, or two are the same.
func (j *rowJoiner) orderDense() bool {
	if len(j.joined) == 0 {
		j.ordered = j.ordered[:0]
		return true
	}
	lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
	for i := range j.joined {
		at := j.joined[i].step
		if j.step.isFloat[at] {
			return false
		}
		step := int64(j.step.bits[at])
		lo, hi = min(lo, step), max(hi, step)
	}
	span := uint64(hi) - uint64(lo)
	if span >= uint64(len(j.joined))*denseFactor {
		return false
	}
	n := int(span) + 1
	j.table = slices.Grow(j.table[:0], n)[:n]
	clear(j.table)
	for i := range j.joined {
		slot := &j.table[uint64(j.step.bits[j.joined[i].step])-uint64(lo)]
		if *slot != 0 {
			return false
		}
		*slot = int32(i) + 1
	}
	j.ordered = j.ordered[:0]
	for _, slot := range j.table {
		if slot != 0 {
			j.ordered = append(j.ordered, j.joined[slot-1])
		}
	}
	return true
}

// put makes columns of rows. Their steps are in a column, or their rows if it
// is nil.
func (j *rowJoiner) put(out *series.Columns, rows []joined, steps *cells) {
	out.Reset()
	out.Grow(len(rows))
	for _, r := range rows {
		value, epoch, time := j.value.number(r.value), j.epoch.number(r.epoch), j.time.number(r.time)
		switch {
		case steps == nil:
			out.Append(int64(j.value.rows[r.value]), value, epoch, time)
		case steps.isFloat[r.step]:
			out.AppendFloat(math.Float64frombits(steps.bits[r.step]), value, epoch, time)
		default:
			out.Append(int64(steps.bits[r.step]), value, epoch, time)
		}
	}
}
