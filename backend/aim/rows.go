package aim

import (
	"math"

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

// find moves at, where the search for an earlier row ended, to row; false if
// the column has no such row.
func (c *cells) find(at *int, row uint64) bool {
	for *at < len(c.rows) && c.rows[*at] < row {
		*at++
	}
	return *at < len(c.rows) && c.rows[*at] == row
}

// or returns the number in the row that at stands on, and absent if there is
// none.
func (c *cells) or(found bool, at int, absent float64) float64 {
	if !found {
		return absent
	}
	return number(c.bits[at], c.isFloat[at])
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

// joinHashes joins the rows of layout 2, whose steps are a column.
func (j *rowJoiner) joinHashes(out *series.Columns) {
	out.Reset()
	out.Grow(len(j.step.rows))
	var v, e, t int
	absent := series.Absent()
	for i, row := range j.step.rows {
		if !j.value.find(&v, row) {
			continue
		}
		value := number(j.value.bits[v], j.value.isFloat[v])
		epoch := j.epoch.or(j.epoch.find(&e, row), e, absent)
		time := j.time.or(j.time.find(&t, row), t, absent)
		if j.step.isFloat[i] {
			out.AppendFloat(math.Float64frombits(j.step.bits[i]), value, epoch, time)
		} else {
			out.Append(int64(j.step.bits[i]), value, epoch, time)
		}
	}
}

// joinSteps joins the rows of layout 1, which are named by their steps.
func (j *rowJoiner) joinSteps(out *series.Columns) {
	out.Reset()
	out.Grow(len(j.value.rows))
	var e, t int
	absent := series.Absent()
	for i, row := range j.value.rows {
		value := number(j.value.bits[i], j.value.isFloat[i])
		epoch := j.epoch.or(j.epoch.find(&e, row), e, absent)
		time := j.time.or(j.time.find(&t, row), t, absent)
		out.Append(int64(row), value, epoch, time)
	}
}
