package series

import "math"

const (
	// PyramidMinRows is the number of points up to which a series has no
	// pyramid: reading all of it is as quick.
	PyramidMinRows = 256
	// pyramidBase is the number of rows in every bin of the lowest level but
	// the last bin, pyramidFan the number of bins merged into one of the next.
	pyramidBase = 64
	pyramidFan  = 4
)

// Pyramid is the summary of a long series: bins of 64 rows, above them bins of
// 256, 1024, … rows. With it a chart of any range is answered by reading few
// rows (see Decimate). It is immutable and safe for concurrent use.
type Pyramid struct {
	count  int
	levels [][]Bin
	axes   [pyramidAxes]pyramidAxis
	// origin is the time that relative times are counted from.
	origin float64
}

// The axes that a pyramid knows: wire format.
const (
	pyramidStep = iota
	pyramidEpoch
	pyramidTime
	pyramidAxes
)

// pyramidAxis holds the first and last x of every bin of the lowest level. It
// is only kept (first is not nil) if x never falls and is finite in all rows,
// so that these are also the smallest and the largest.
type pyramidAxis struct{ first, last []float64 }

func (a *pyramidAxis) known() bool { return a.first != nil }

// BuildPyramid returns the pyramid of c, nil if c has too few points for one.
func BuildPyramid(c *Columns) *Pyramid {
	n := c.Len()
	if n <= PyramidMinRows {
		return nil
	}
	bins := (n + pyramidBase - 1) / pyramidBase
	base := make([]Bin, bins)
	for i := range base {
		base[i] = emptyBin()
		base[i].addAll(c.Values[i*pyramidBase : min((i+1)*pyramidBase, n)])
	}
	p := &Pyramid{count: n, origin: firstFinite(c.Times)}
	p.axes[pyramidStep] = axisOf(c.Steps)
	p.axes[pyramidEpoch] = axisOf(c.Epochs)
	p.axes[pyramidTime] = axisOf(c.Times)
	p.stack(base)
	return p
}

// stack puts the levels above the base.
func (p *Pyramid) stack(base []Bin) {
	p.levels = [][]Bin{base}
	for below := base; len(below) > pyramidFan; {
		next := make([]Bin, (len(below)+pyramidFan-1)/pyramidFan)
		for i := range next {
			next[i] = below[i*pyramidFan]
			for k := i*pyramidFan + 1; k < min((i+1)*pyramidFan, len(below)); k++ {
				next[i].merge(&below[k])
			}
		}
		p.levels = append(p.levels, next)
		below = next
	}
}

func axisOf(x []float64) pyramidAxis {
	if !rising(x) {
		return pyramidAxis{}
	}
	bins := (len(x) + pyramidBase - 1) / pyramidBase
	a := pyramidAxis{first: make([]float64, bins), last: make([]float64, bins)}
	for i := range bins {
		a.first[i] = x[i*pyramidBase]
		a.last[i] = x[min((i+1)*pyramidBase, len(x))-1]
	}
	return a
}

// rising reports whether x is finite and never falls.
func rising(x []float64) bool {
	prev := math.Inf(-1)
	for _, v := range x {
		if !(v >= prev) || v > math.MaxFloat64 {
			return false
		}
		prev = v
	}
	return len(x) == 0 || x[0] >= -math.MaxFloat64
}

func firstFinite(x []float64) float64 {
	for _, v := range x {
		if finite(v) {
			return v
		}
	}
	return math.NaN()
}

// Count returns the number of points that the pyramid stands for.
func (p *Pyramid) Count() int { return p.count }

// span merges the base bins [from, to) into b, using the highest levels that
// fit.
func (p *Pyramid) span(b *Bin, from, to int) {
	for from < to {
		level, width := 0, 1
		for level+1 < len(p.levels) && from%(width*pyramidFan) == 0 && from+width*pyramidFan <= to {
			level, width = level+1, width*pyramidFan
		}
		b.merge(&p.levels[level][from/width])
		from += width
	}
}
