package series

import "math"

// Point is one row picked out of a series.
type Point struct {
	Value, Step float64
	// Row is the position of the point, -1 when there is no such point.
	Row int
}

// Summary is what the run table shows of a series without reading it.
type Summary struct {
	Count int
	// First and Last are the points of the first and last row, whatever their
	// values. Min and Max are taken over all values but NaN: infinities take
	// part. Of equal values the earlier row is named. A point that does not
	// exist has row -1 and NaN for value and step.
	First, Last, Min, Max Point
	// Mean is the mean of the values that are not NaN. It is infinite if only
	// infinities of one sign occur and NaN if both signs do or nothing counts.
	Mean                float64
	NaN, PosInf, NegInf int
	// LastTime is the newest finite time in unix seconds, NaN if there is none.
	LastTime float64
}

// Finite returns the number of finite values.
func (s Summary) Finite() int { return s.Count - s.NaN - s.PosInf - s.NegInf }

// Summarize computes the summary of c.
func Summarize(c *Columns) Summary {
	var r Running
	r.Extend(c)
	return r.Summary()
}

func meanWithInfinities(mean runningMean, posInf, negInf int) float64 {
	switch {
	case posInf > 0 && negInf > 0:
		return math.NaN()
	case posInf > 0:
		return math.Inf(1)
	case negInf > 0:
		return math.Inf(-1)
	}
	return mean.value()
}

func (c *Columns) point(row int) Point {
	return Point{Value: c.Values[row], Step: c.Steps[row], Row: row}
}

// runningMean is a compensated (Neumaier) sum. Values so large that their sum
// leaves the range of float64 are summed scaled down, so the mean of finite
// values is always finite.
type runningMean struct {
	sum, lost     float64
	scaled, slost float64
	n             int
}

// meanScale is a power of two, so scaling normal numbers loses nothing; it
// leaves room for 2^64 values of the largest magnitude.
const meanScale = 0x1p-64

func (m *runningMean) add(v float64) {
	m.n++
	m.sum, m.lost = neumaier(m.sum, m.lost, v)
	m.scaled, m.slost = neumaier(m.scaled, m.slost, v*meanScale)
}

func neumaier(sum, lost, v float64) (float64, float64) {
	t := sum + v
	if math.Abs(sum) >= math.Abs(v) {
		lost += (sum - t) + v
	} else {
		lost += (v - t) + sum
	}
	return t, lost
}

func (m *runningMean) value() float64 {
	if m.n == 0 {
		return math.NaN()
	}
	if total := m.sum + m.lost; !math.IsInf(total, 0) && !math.IsNaN(total) {
		return total / float64(m.n)
	}
	return (m.scaled + m.slost) / float64(m.n) / meanScale
}
