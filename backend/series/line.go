package series

import "math"

// Mode says how the points of a Line are given.
type Mode uint8

// The modes of a Line: wire format.
const (
	ModePoints Mode = 0 // every point
	ModeBins   Mode = 1 // one bin for every column of pixels that has points
)

// Layer says what the points of a Line are.
type Layer uint8

// The layers of a Line: wire format.
const (
	LayerRaw    Layer = 0
	LayerSmooth Layer = 1
)

// Status says whether a Line could be made.
type Status uint16

// The statuses of a Line: wire format.
const (
	StatusOK           Status = 0
	StatusUnknownTrace Status = 1 // no such run or trace
	StatusUnreadable   Status = 2 // the series is damaged
	StatusNoAxis       Status = 3 // no point has a finite x on the axis asked for
)

// Bits of Line.Flags: wire format.
const (
	FlagNaN    = 1 // a value of the bin is NaN
	FlagPosInf = 2 // a value of the bin is +Inf
	FlagNegInf = 4 // a value of the bin is -Inf
	// FlagGap: between the last finite value before the bin and its first one
	// lies a value that is not finite, so no line joins them.
	FlagGap = 8
)

// Line is one drawn line: what a chart of some range of x shows of a series.
//
// Points and bins are in ascending order of x; points of equal x are in row
// order. Points whose x is not finite are on no chart: they count in Total
// and nowhere else.
type Line struct {
	Index  uint32 // position in the request
	Mode   Mode
	Layer  Layer
	Status Status
	// Total is the number of points of the whole series, InRange of those in
	// the range of x asked for, of which NaN, PosInf and NegInf have such
	// values.
	Total, InRange      float64
	NaN, PosInf, NegInf float64
	// XMin and XMax span the finite x of the whole series, YMin and YMax the
	// finite values in range. NaN if there are none.
	XMin, XMax, YMin, YMax float64

	// X and Y are the points if Mode is ModePoints. If Mode is ModeBins, X and
	// XLast are the first and last x of the bins; Y is nil.
	X, Y []float64
	// The rest is there if Mode is ModeBins. The first, least, greatest and
	// last of the finite values of the bin, NaN if it has none.
	XLast                 []float64
	First, Min, Max, Last []float64
	Flags                 []uint8
}

// NewLine returns a line without points.
func NewLine(status Status) Line {
	nan := math.NaN()
	return Line{Status: status, XMin: nan, XMax: nan, YMin: nan, YMax: nan}
}

// Len returns the number of points or bins.
func (l *Line) Len() int { return len(l.X) }
