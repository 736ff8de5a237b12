package series

import (
	"fmt"
	"math"
	"sort"
)

// RowReader gives the rows [from, to) of a series, all of which exist. The
// columns are valid until the next call. Columns implement it, see RowsOf.
type RowReader interface {
	Rows(from, to int) (*Columns, error)
}

// RowsFunc is a function as a RowReader.
type RowsFunc func(from, to int) (*Columns, error)

// Rows implements RowReader.
func (f RowsFunc) Rows(from, to int) (*Columns, error) { return f(from, to) }

// RowsOf returns a reader of columns in memory.
func RowsOf(c *Columns) RowReader {
	return RowsFunc(func(from, to int) (*Columns, error) { return c.Slice(from, to), nil })
}

// wholeBelow is the number of points for each column of pixels up to which all
// rows in range are read: two bins of the lowest level, since one of them
// would be cut by the edge of a column anyway.
const wholeBelow = 2 * pyramidBase

// Decimate returns the same line as Decimate does for all rows of the series,
// but reads only rows that the pyramid cannot stand for: those of bins that
// the edge of a column of pixels goes through. All rows are read if x falls
// somewhere, or is not finite. For AxisMetric use DecimateXY.
func (p *Pyramid) Decimate(rows RowReader, q Query) (Line, error) {
	axis, offset := p.axis(q.Axis)
	if axis == nil || !axis.known() {
		c, err := readRows(rows, 0, p.count)
		if err != nil {
			return Line{}, err
		}
		return Decimate(c, q)
	}
	s := scan{p: p, rows: rows, axis: axis, kind: q.Axis, offset: offset}
	l := NewLine(StatusOK)
	l.Total = float64(p.count)
	l.XMin, l.XMax = axis.first[0]-offset, axis.last[len(axis.last)-1]-offset
	s.grid = q.grid(l.XMin, l.XMax)
	if err := s.run(&l, q.Neighbours); err != nil {
		return Line{}, err
	}
	l.finish()
	return l, nil
}

// axis returns the edges of the bins on an axis and what to subtract from them,
// or nil if the pyramid has no such axis.
func (p *Pyramid) axis(kind Axis) (*pyramidAxis, float64) {
	switch kind {
	case AxisStep:
		return &p.axes[pyramidStep], 0
	case AxisEpoch:
		return &p.axes[pyramidEpoch], 0
	case AxisTime:
		return &p.axes[pyramidTime], 0
	case AxisRelativeTime:
		return &p.axes[pyramidTime], p.origin
	}
	return nil, 0
}

func readRows(rows RowReader, from, to int) (*Columns, error) {
	c, err := rows.Rows(from, to)
	if err != nil {
		return nil, fmt.Errorf("read rows %d to %d: %w", from, to, err)
	}
	if c.Len() != to-from {
		return nil, fmt.Errorf("read rows %d to %d: %w: got %d rows", from, to, ErrDamaged, c.Len())
	}
	return c, nil
}

// errDisagree is what rows of another series than that of the pyramid lead to.
var errDisagree = fmt.Errorf("%w: its rows are not those of its pyramid", ErrDamaged)

// scan makes one line.
type scan struct {
	p      *Pyramid
	rows   RowReader
	axis   *pyramidAxis
	kind   Axis
	offset float64
	grid   grid

	// The bin of the lowest level whose rows were read last, -1 for none.
	bin  int
	x, y []float64
}

func (s *scan) first(bin int) float64 { return s.axis.first[bin] - s.offset }
func (s *scan) last(bin int) float64  { return s.axis.last[bin] - s.offset }

// load reads rows [from, to) into x and y, which are then shared with the
// reader.
func (s *scan) load(from, to int) (x, y []float64, err error) {
	c, err := readRows(s.rows, from, to)
	if err != nil {
		return nil, nil, err
	}
	switch s.kind {
	case AxisStep:
		x = c.Steps
	case AxisEpoch:
		x = c.Epochs
	default:
		if x = c.Times; s.offset != 0 {
			x = relative(x, s.offset)
		}
	}
	return x, c.Values, nil
}

// open makes the rows of a bin available in x and y.
func (s *scan) open(bin int) error {
	if s.bin == bin && s.x != nil {
		return nil
	}
	from := bin * pyramidBase
	x, y, err := s.load(from, min(from+pyramidBase, s.p.count))
	if err != nil {
		return err
	}
	// The reader may use its memory again, and a column can need a bin that
	// was read before the last one.
	s.bin, s.x, s.y = bin, append(s.x[:0], x...), append(s.y[:0], y...)
	return nil
}

// edge returns the first row, from on, at which past is true of x. past must
// stay true once it is.
func (s *scan) edge(from int, past func(x float64) bool) (int, error) {
	start := from / pyramidBase
	bins := len(s.axis.last)
	bin := start + sort.Search(bins-start, func(i int) bool { return past(s.last(start + i)) })
	if bin == bins {
		return s.p.count, nil
	}
	if bin > start && past(s.first(bin)) {
		return bin * pyramidBase, nil
	}
	if err := s.open(bin); err != nil {
		return 0, err
	}
	row := bin*pyramidBase + sort.Search(len(s.x), func(i int) bool { return past(s.x[i]) })
	return max(row, from), nil
}

func (s *scan) run(l *Line, neighbours bool) error {
	g := &s.grid
	from, err := s.edge(0, func(x float64) bool { return x >= g.lo })
	if err != nil {
		return err
	}
	to := from
	if from < s.p.count {
		if to, err = s.edge(from, func(x float64) bool { return x > g.hi }); err != nil {
			return err
		}
	}
	before, after := max(from-1, 0), min(to+1, s.p.count)
	if to-from <= wholeBelow*g.width {
		x, y, err := s.load(before, after)
		if err == nil {
			l.scanRising(g, x, y, neighbours)
		}
		return err
	}
	l.InRange = float64(to - from)
	l.startBins(g.width)
	if neighbours && before < from {
		if err := s.neighbour(l, before); err != nil {
			return err
		}
	}
	for at := from; at < to; {
		if at, err = s.column(l, at, to); err != nil {
			return err
		}
	}
	if neighbours && after > to {
		return s.neighbour(l, to)
	}
	return nil
}

func (s *scan) neighbour(l *Line, row int) error {
	if err := s.open(row / pyramidBase); err != nil {
		return err
	}
	l.addNeighbour(s.x[row%pyramidBase], s.y[row%pyramidBase])
	return nil
}

// column adds the bin of the column of pixels that begins at a row, and
// returns the row at which the next one does.
func (s *scan) column(l *Line, at, to int) (int, error) {
	xFirst := s.first(at / pyramidBase)
	if at%pyramidBase != 0 {
		if err := s.open(at / pyramidBase); err != nil {
			return 0, err
		}
		xFirst = s.x[at%pyramidBase]
	}
	bin := emptyBin()
	column := s.grid.column(xFirst)
	// The rows before the first whole bin, while the bin they are in is open.
	head := min((at+pyramidBase-1)/pyramidBase*pyramidBase, s.p.count)
	opened := at%pyramidBase != 0
	var end int
	xLast := math.NaN()
	if opened {
		rows := s.x[at%pyramidBase:]
		n := sort.Search(len(rows), func(i int) bool { return s.grid.column(rows[i]) > column || rows[i] > s.grid.hi })
		if end = min(at+n, to); end == at {
			return 0, errDisagree
		}
		bin.addAll(s.y[at%pyramidBase : at%pyramidBase+end-at])
		xLast = rows[end-at-1]
		if end < head || end == to {
			l.addBin(xFirst, xLast, &bin)
			return end, nil
		}
	}
	end, err := s.edge(head, func(x float64) bool { return s.grid.column(x) > column || x > s.grid.hi })
	if err != nil {
		return 0, err
	}
	if end = min(end, to); end == at {
		return 0, errDisagree
	}
	s.p.span(&bin, head/pyramidBase, end/pyramidBase)
	if end > head {
		xLast = s.last((end - 1) / pyramidBase)
	}
	if rest := end % pyramidBase; rest != 0 && end > head {
		if err := s.open(end / pyramidBase); err != nil {
			return 0, err
		}
		bin.addAll(s.y[:rest])
		xLast = s.x[rest-1]
	}
	l.addBin(xFirst, xLast, &bin)
	return end, nil
}
