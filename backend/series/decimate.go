package series

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Query says which part of a line is drawn and how wide.
type Query struct {
	Axis Axis
	// Lo and Hi are the range of x, both included. NaN stands for the end of
	// the line on that side.
	Lo, Hi float64
	// Width is the number of columns of pixels of the range. Less than 1
	// counts as 1.
	Width int
	// Neighbours adds the nearest point on each side of the range, so that the
	// line can be drawn to the edges.
	Neighbours bool
}

// grid divides the range of a query into columns of pixels.
type grid struct {
	lo, hi, scale float64
	halved        bool // the range is so large that its length is infinite
	width         int
}

// grid returns the columns of the query on a line that spans [xMin, xMax].
func (q *Query) grid(xMin, xMax float64) grid {
	g := grid{lo: q.Lo, hi: q.Hi, width: max(q.Width, 1)}
	if math.IsNaN(g.lo) || math.IsInf(g.lo, -1) {
		g.lo = xMin
	}
	if math.IsNaN(g.hi) || math.IsInf(g.hi, 1) {
		g.hi = xMax
	}
	length := g.hi - g.lo
	if math.IsInf(length, 0) {
		g.halved = true
		length = g.hi/2 - g.lo/2
	}
	g.scale = float64(g.width) / length
	return g
}

func (g *grid) contains(x float64) bool { return x >= g.lo && x <= g.hi }

// column returns the column of an x in range. It never falls as x rises, which
// is what makes searching for the edge of a column exact.
func (g *grid) column(x float64) int {
	var at float64
	if g.halved {
		at = (x/2 - g.lo/2) * g.scale
	} else {
		at = (x - g.lo) * g.scale
	}
	if !(at > 0) { // also NaN: a range of no length is all in one column
		return 0
	}
	if at >= float64(g.width) {
		return g.width - 1
	}
	return int(at)
}

// raw reports whether so few points are in range that all are given.
func (g *grid) raw(points int) bool { return points <= 2*g.width }

// Decimate returns the line of all rows of c. For AxisMetric use DecimateXY.
func Decimate(c *Columns, q Query) (Line, error) {
	x, err := XOf(c, q.Axis)
	if err != nil {
		return Line{}, err
	}
	return DecimateXY(x, c.Values, q), nil
}

// DecimateXY returns the line through the points (x[i], y[i]); q.Axis is not
// looked at. It panics if x is longer than y.
func DecimateXY(x, y []float64, q Query) Line {
	y = y[:len(x)]
	l := NewLine(StatusNoAxis)
	l.Total = float64(len(x))
	rises := true
	prev := math.Inf(-1)
	for _, v := range x {
		if !finite(v) {
			rises = false
			continue
		}
		if v < prev {
			rises = false
		}
		prev = v
		l.spanX(v)
	}
	if math.IsNaN(l.XMin) {
		return l
	}
	l.Status = StatusOK
	g := q.grid(l.XMin, l.XMax)
	if rises {
		l.scanRising(&g, x, y, q.Neighbours)
	} else {
		l.scanAny(&g, x, y, q.Neighbours)
	}
	l.finish()
	return l
}

func (l *Line) spanX(x float64) {
	if !(l.XMin <= x) {
		l.XMin = x
	}
	if !(l.XMax >= x) {
		l.XMax = x
	}
}

// rangeOf returns the rows of rising x that are in range.
func (g *grid) rangeOf(x []float64) (from, to int) {
	from = sort.Search(len(x), func(i int) bool { return x[i] >= g.lo })
	to = from + sort.Search(len(x)-from, func(i int) bool { return x[from+i] > g.hi })
	return from, to
}

// scanRising makes the line out of points whose x never falls.
func (l *Line) scanRising(g *grid, x, y []float64, neighbours bool) {
	from, to := g.rangeOf(x)
	l.InRange = float64(to - from)
	before, after := from, to
	if neighbours {
		before, after = max(from-1, 0), min(to+1, len(x))
	}
	if g.raw(to - from) {
		l.X, l.Y = slices.Clone(x[before:after]), slices.Clone(y[before:after])
		l.countRaw(y[from:to])
		return
	}
	l.startBins(g.width)
	if before < from {
		l.addNeighbour(x[before], y[before])
	}
	for at := from; at < to; {
		column, start := g.column(x[at]), at
		bin := emptyBin()
		for at < to && g.column(x[at]) == column {
			bin.add(y[at])
			at++
		}
		l.addBin(x[start], x[at-1], &bin)
	}
	if after > to {
		l.addNeighbour(x[to], y[to])
	}
}

// placed is a point and the row that decides between points of equal x.
type placed struct {
	x, y float64
	row  int
}

func (p *placed) before(o *placed) bool { return p.x < o.x || (p.x == o.x && p.row < o.row) }

// columnBin gathers the points of one column of pixels in any order.
type columnBin struct {
	bin                     Bin
	first, last             placed // of all points
	firstFinite, lastFinite placed
	any, anyFinite          bool
}

func (b *columnBin) add(p placed) {
	if !b.any || p.before(&b.first) {
		b.first = p
	}
	if !b.any || b.last.before(&p) {
		b.last = p
	}
	b.any = true
	b.bin.add(p.y)
	if !finite(p.y) {
		return
	}
	if !b.anyFinite || p.before(&b.firstFinite) {
		b.firstFinite = p
	}
	if !b.anyFinite || b.lastFinite.before(&p) {
		b.lastFinite = p
	}
	b.anyFinite = true
}

// ordered returns the bin as if the points had come in order.
func (b *columnBin) ordered() *Bin {
	if b.anyFinite {
		b.bin.First, b.bin.Last = b.firstFinite.y, b.lastFinite.y
	}
	b.bin.GapBefore, b.bin.GapAfter = !finite(b.first.y), !finite(b.last.y)
	return &b.bin
}

// scanAny makes the line out of points in any order, leaving out those whose x
// is not finite. Time and memory grow with the points and the width, but
// nothing is sorted unless all points in range are given.
func (l *Line) scanAny(g *grid, x, y []float64, neighbours bool) {
	in := 0
	var before, after *placed
	for i, v := range x {
		switch {
		case g.contains(v):
			in++
		case !neighbours || !finite(v):
		case v < g.lo:
			if p := (placed{v, y[i], i}); before == nil || before.before(&p) {
				before = &p
			}
		default:
			if p := (placed{v, y[i], i}); after == nil || p.before(after) {
				after = &p
			}
		}
	}
	l.InRange = float64(in)
	if g.raw(in) {
		l.sortPoints(g, x, y, in, before, after)
		return
	}
	columns := make([]columnBin, g.width)
	for i := range columns {
		columns[i].bin = emptyBin()
	}
	for i, v := range x {
		if g.contains(v) && finite(v) {
			columns[g.column(v)].add(placed{v, y[i], i})
		}
	}
	l.startBins(g.width)
	if before != nil {
		l.addNeighbour(before.x, before.y)
	}
	for i := range columns {
		if b := &columns[i]; b.any {
			l.addBin(b.first.x, b.last.x, b.ordered())
		}
	}
	if after != nil {
		l.addNeighbour(after.x, after.y)
	}
}

func (l *Line) sortPoints(g *grid, x, y []float64, in int, before, after *placed) {
	points := make([]placed, 0, in)
	for i, v := range x {
		if g.contains(v) {
			points = append(points, placed{v, y[i], i})
		}
	}
	slices.SortFunc(points, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.row, b.row))
	})
	add := func(p *placed) {
		if p != nil {
			l.X, l.Y = append(l.X, p.x), append(l.Y, p.y)
		}
	}
	add(before)
	at := len(l.Y)
	for i := range points {
		add(&points[i])
	}
	l.countRaw(l.Y[at:])
	add(after)
}

// countRaw counts what is special among the values in range.
func (l *Line) countRaw(y []float64) {
	bin := emptyBin()
	bin.addAll(y)
	l.count(&bin)
}

func (l *Line) count(b *Bin) {
	l.NaN += float64(b.NaN)
	l.PosInf += float64(b.PosInf)
	l.NegInf += float64(b.NegInf)
	if !(l.YMin <= b.Min) {
		l.YMin = minNaN(l.YMin, b.Min)
	}
	if !(l.YMax >= b.Max) {
		l.YMax = -minNaN(-l.YMax, -b.Max)
	}
}

// minNaN returns the smaller of two numbers, or the one that is not NaN.
func minNaN(a, b float64) float64 {
	if a != a || b < a {
		return b
	}
	return a
}

func (l *Line) startBins(width int) {
	l.Mode = ModeBins
	n := width + 2
	for _, column := range []*[]float64{&l.X, &l.XLast, &l.First, &l.Min, &l.Max, &l.Last} {
		*column = make([]float64, 0, n)
	}
	l.Flags = make([]uint8, 0, n)
}

// addBin adds the next bin in range. Until finish, FlagGap means that the bin
// itself begins with a gap and flagGapAfter that it ends with one.
func (l *Line) addBin(xFirst, xLast float64, b *Bin) {
	l.count(b)
	l.push(xFirst, xLast, b)
}

func (l *Line) addNeighbour(x, y float64) {
	bin := emptyBin()
	bin.add(y)
	l.push(x, x, &bin)
}

const flagGapAfter = 0x80

func (l *Line) push(xFirst, xLast float64, b *Bin) {
	flags := uint8(0)
	if b.NaN > 0 {
		flags |= FlagNaN
	}
	if b.PosInf > 0 {
		flags |= FlagPosInf
	}
	if b.NegInf > 0 {
		flags |= FlagNegInf
	}
	if b.GapBefore {
		flags |= FlagGap
	}
	if b.GapAfter {
		flags |= flagGapAfter
	}
	l.X, l.XLast = append(l.X, xFirst), append(l.XLast, xLast)
	l.First, l.Min = append(l.First, b.First), append(l.Min, b.Min)
	l.Max, l.Last = append(l.Max, b.Max), append(l.Last, b.Last)
	l.Flags = append(l.Flags, flags)
}

// finish turns the gaps at the ends of bins into gaps between them.
func (l *Line) finish() {
	gap := false
	for i, f := range l.Flags {
		if gap {
			l.Flags[i] |= FlagGap
		}
		gap = f&flagGapAfter != 0
		l.Flags[i] &^= flagGapAfter
	}
}
