package series

import "math"

// Bin is the summary of consecutive points of a line. It tells enough to draw
// the stretch it stands for in one column of pixels without loss.
type Bin struct {
	// First, Min, Max and Last are taken over the finite values; NaN if there
	// are none.
	First, Min, Max, Last float64
	NaN, PosInf, NegInf   uint32
	// GapBefore and GapAfter report whether the first and the last point is
	// not finite, so that the line does not reach the bin's edge.
	GapBefore, GapAfter bool
	filled              bool
}

// emptyBin is the bin of no points.
func emptyBin() Bin {
	nan := math.NaN()
	return Bin{First: nan, Min: nan, Max: nan, Last: nan}
}

func finite(v float64) bool { return v-v == 0 }

// add takes in the next point.
func (b *Bin) add(v float64) {
	if !finite(v) {
		switch {
		case v > 0:
			b.PosInf++
		case v < 0:
			b.NegInf++
		default:
			b.NaN++
		}
		if !b.filled {
			b.filled, b.GapBefore = true, true
		}
		b.GapAfter = true
		return
	}
	b.filled, b.GapAfter = true, false
	switch {
	case b.First != b.First:
		b.First, b.Min, b.Max = v, v, v
	case v < b.Min:
		b.Min = v
	case v > b.Max:
		b.Max = v
	}
	b.Last = v
}

// addAll takes in the next points.
func (b *Bin) addAll(values []float64) {
	for _, v := range values {
		b.add(v)
	}
}

// merge takes in the points of the bin that follows.
func (b *Bin) merge(o *Bin) {
	if !o.filled {
		return
	}
	if !b.filled {
		*b = *o
		return
	}
	b.NaN += o.NaN
	b.PosInf += o.PosInf
	b.NegInf += o.NegInf
	b.GapAfter = o.GapAfter
	if o.First != o.First {
		return
	}
	if b.First != b.First {
		b.First, b.Min, b.Max = o.First, o.Min, o.Max
	} else {
		if o.Min < b.Min {
			b.Min = o.Min
		}
		if o.Max > b.Max {
			b.Max = o.Max
		}
	}
	b.Last = o.Last
}
