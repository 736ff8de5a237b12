package series

import (
	"errors"
	"fmt"
	"math"
	"sort"
)

// Axis is what the x of a chart stands for.
type Axis uint8

// The axes. They are not part of any format.
const (
	AxisStep Axis = iota
	AxisEpoch
	// AxisRelativeTime is in seconds since the time of the first row that has
	// one.
	AxisRelativeTime
	// AxisTime is in unix seconds.
	AxisTime
	// AxisMetric is the value of another metric at the same step, see Align.
	AxisMetric
)

// ErrNoX is returned when the x of an axis is not in the columns themselves.
var ErrNoX = errors.New("axis needs the values of another metric")

// XOf returns the x of every row on an axis, NaN where there is none. It may
// share memory with c. For AxisMetric use Align.
func XOf(c *Columns, axis Axis) ([]float64, error) {
	switch axis {
	case AxisStep:
		return c.Steps, nil
	case AxisEpoch:
		return c.Epochs, nil
	case AxisTime:
		return c.Times, nil
	case AxisRelativeTime:
		return relative(c.Times, firstFinite(c.Times)), nil
	case AxisMetric:
		return nil, ErrNoX
	}
	return nil, fmt.Errorf("unknown axis %d", axis)
}

func relative(times []float64, origin float64) []float64 {
	x := make([]float64, len(times))
	for i, t := range times {
		x[i] = t - origin
	}
	return x
}

// Align returns, for every row of c, the value that other has at the same
// step, NaN where it has none. Both must be in step order. Of several rows of
// other with one step the last counts. If interpolate is set, a step between
// two rows of other gets the value on the straight line between them; there is
// no extrapolation.
func Align(c, other *Columns, interpolate bool) []float64 {
	x := make([]float64, c.Len())
	j := 0 // rows of other before j have steps <= the current one
	for i, step := range c.Steps {
		x[i] = math.NaN()
		if math.IsNaN(step) {
			continue
		}
		if j > 0 && other.Steps[j-1] > step { // c is not in order
			j = sort.Search(other.Len(), func(k int) bool { return !(other.Steps[k] <= step) })
		}
		for j < other.Len() && other.Steps[j] <= step {
			j++
		}
		if j == 0 {
			continue
		}
		before, value := other.Steps[j-1], other.Values[j-1]
		switch {
		case before == step:
			x[i] = value
		case interpolate && j < other.Len() && other.Steps[j] > step:
			share := (step - before) / (other.Steps[j] - before)
			x[i] = value*(1-share) + other.Values[j]*share
		}
	}
	return x
}
