package series

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
)

// absentBits is the one NaN that means "nothing was stored here". It differs
// from the NaN that Python writes (0x7ff8000000000000), so that a logged NaN
// and an absent epoch stay apart.
const absentBits = 0x7ff8000000000001

// Absent returns the canonical NaN that stands for a value that was not stored.
func Absent() float64 { return math.Float64frombits(absentBits) }

// IsAbsent reports whether v is the canonical NaN, bit for bit.
func IsAbsent(v float64) bool { return math.Float64bits(v) == absentBits }

// MaxExactStep is the largest magnitude up to which every integer step is
// exact as a float64. Steps beyond it are also kept in Columns.BigSteps.
const MaxExactStep = 1 << 53

// Columns are the points of one metric, one row a point, in step order.
//
// All columns have the same length. A value that was not stored is the
// canonical NaN (see Absent). Times are unix seconds, epochs are whatever the
// training code passed.
type Columns struct {
	Steps []float64
	// FloatStep tells by row whether the step was stored as a float (3.0)
	// rather than an integer (3). Nil means that all were integers.
	FloatStep []bool
	// BigSteps holds, by row, the exact value of integer steps whose magnitude
	// is beyond MaxExactStep. Nil when there are none.
	BigSteps map[int]int64
	Values   []float64
	Epochs   []float64
	Times    []float64
}

// ErrUnequalColumns is wrapped by Validate when columns differ in length.
var ErrUnequalColumns = errors.New("columns differ in length")

// Len returns the number of points.
func (c *Columns) Len() int { return len(c.Steps) }

// Reset empties the columns and keeps their memory.
func (c *Columns) Reset() {
	c.Steps, c.Values = c.Steps[:0], c.Values[:0]
	c.Epochs, c.Times = c.Epochs[:0], c.Times[:0]
	c.FloatStep, c.BigSteps = nil, nil
}

// Grow makes room for n more points.
func (c *Columns) Grow(n int) {
	c.Steps = slices.Grow(c.Steps, n)
	c.Values = slices.Grow(c.Values, n)
	c.Epochs = slices.Grow(c.Epochs, n)
	c.Times = slices.Grow(c.Times, n)
}

// Append adds one point with an integer step.
func (c *Columns) Append(step int64, value, epoch, time float64) {
	if step > MaxExactStep || step < -MaxExactStep {
		if c.BigSteps == nil {
			c.BigSteps = make(map[int]int64)
		}
		c.BigSteps[len(c.Steps)] = step
	}
	c.push(float64(step), value, epoch, time)
	if c.FloatStep != nil {
		c.FloatStep = append(c.FloatStep, false)
	}
}

// AppendFloat adds one point whose step was stored as a float.
func (c *Columns) AppendFloat(step, value, epoch, time float64) {
	if c.FloatStep == nil {
		c.FloatStep = make([]bool, len(c.Steps), cap(c.Steps)+1)
	}
	c.push(step, value, epoch, time)
	c.FloatStep = append(c.FloatStep, true)
}

func (c *Columns) push(step, value, epoch, time float64) {
	c.Steps = append(c.Steps, step)
	c.Values = append(c.Values, value)
	c.Epochs = append(c.Epochs, epoch)
	c.Times = append(c.Times, time)
}

// AppendColumns adds the rows of other after the rows of c.
func (c *Columns) AppendColumns(other *Columns) {
	base := len(c.Steps)
	if other.FloatStep != nil && c.FloatStep == nil {
		c.FloatStep = make([]bool, base)
	}
	if c.FloatStep != nil {
		if other.FloatStep != nil {
			c.FloatStep = append(c.FloatStep, other.FloatStep...)
		} else {
			c.FloatStep = append(c.FloatStep, make([]bool, other.Len())...)
		}
	}
	for row, step := range other.BigSteps {
		if c.BigSteps == nil {
			c.BigSteps = make(map[int]int64, len(other.BigSteps))
		}
		c.BigSteps[base+row] = step
	}
	c.Steps = append(c.Steps, other.Steps...)
	c.Values = append(c.Values, other.Values...)
	c.Epochs = append(c.Epochs, other.Epochs...)
	c.Times = append(c.Times, other.Times...)
}

// Slice returns rows [from, to), sharing the memory of c. Bounds outside the
// columns are clamped.
func (c *Columns) Slice(from, to int) *Columns {
	from = min(max(from, 0), c.Len())
	to = min(max(to, from), c.Len())
	s := &Columns{
		Steps:  c.Steps[from:to:to],
		Values: c.Values[from:to:to],
		Epochs: c.Epochs[from:to:to],
		Times:  c.Times[from:to:to],
	}
	if c.FloatStep != nil {
		s.FloatStep = c.FloatStep[from:to:to]
	}
	for row, step := range c.BigSteps {
		if row >= from && row < to {
			if s.BigSteps == nil {
				s.BigSteps = make(map[int]int64)
			}
			s.BigSteps[row-from] = step
		}
	}
	return s
}

// Clone returns a copy that shares no memory with c.
func (c *Columns) Clone() *Columns {
	out := &Columns{}
	out.AppendColumns(c)
	return out
}

// Validate reports the first way in which c breaks the promises of Columns,
// apart from the order of steps (see Sorted).
func (c *Columns) Validate() error {
	n := len(c.Steps)
	if len(c.Values) != n || len(c.Epochs) != n || len(c.Times) != n {
		return fmt.Errorf("check columns: %w: %d steps, %d values, %d epochs, %d times",
			ErrUnequalColumns, n, len(c.Values), len(c.Epochs), len(c.Times))
	}
	if c.FloatStep != nil && len(c.FloatStep) != n {
		return fmt.Errorf("check columns: %w: %d steps, %d step kinds", ErrUnequalColumns, n, len(c.FloatStep))
	}
	for row, step := range c.BigSteps {
		if row < 0 || row >= n {
			return fmt.Errorf("check columns: exact step for row %d of %d", row, n)
		}
		if float64(step) != c.Steps[row] {
			return fmt.Errorf("check columns: row %d: exact step %d against %v", row, step, c.Steps[row])
		}
	}
	return nil
}

// Sorted reports whether the rows are in step order: ascending, rows of equal
// steps in any order, NaN steps last.
func (c *Columns) Sorted() bool {
	for i := 1; i < len(c.Steps); i++ {
		if c.less(i, i-1) {
			return false
		}
	}
	return true
}

func (c *Columns) less(i, j int) bool {
	a, b := c.Steps[i], c.Steps[j]
	if a == b && len(c.BigSteps) > 0 {
		x, okx := c.BigSteps[i]
		y, oky := c.BigSteps[j]
		return okx && oky && x < y
	}
	return a < b || (math.IsNaN(b) && !math.IsNaN(a))
}

// SortBySteps puts the rows in step order if they are not in it already. Rows
// of equal steps keep their order.
func (c *Columns) SortBySteps() {
	if c.Sorted() {
		return
	}
	order := make([]int, c.Len())
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return c.less(order[a], order[b]) })
	c.Steps = permute(c.Steps, order)
	c.Values = permute(c.Values, order)
	c.Epochs = permute(c.Epochs, order)
	c.Times = permute(c.Times, order)
	if c.FloatStep != nil {
		c.FloatStep = permute(c.FloatStep, order)
	}
	if len(c.BigSteps) > 0 {
		moved := make(map[int]int64, len(c.BigSteps))
		for to, from := range order {
			if step, ok := c.BigSteps[from]; ok {
				moved[to] = step
			}
		}
		c.BigSteps = moved
	}
}

func permute[T any](in []T, order []int) []T {
	out := make([]T, len(in))
	for to, from := range order {
		out[to] = in[from]
	}
	return out
}
