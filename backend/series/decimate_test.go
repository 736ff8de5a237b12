package series

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// slowLine is Decimate done the plain way: sort, cut, group. Only the column of
// an x is taken from the code under test.
func slowLine(x, y []float64, q Query) Line {
	l := NewLine(StatusNoAxis)
	l.Total = float64(len(x))
	var points []placed
	for i := range x {
		if finite(x[i]) {
			points = append(points, placed{x[i], y[i], i})
		}
	}
	if len(points) == 0 {
		return l
	}
	slices.SortFunc(points, func(a, b placed) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.row, b.row)) })
	l.Status, l.XMin, l.XMax = StatusOK, points[0].x, points[len(points)-1].x
	g := q.grid(l.XMin, l.XMax)
	var in []placed
	var groups [][]placed
	var before, after []placed
	for _, p := range points {
		switch {
		case p.x < g.lo:
			before = []placed{p}
		case p.x > g.hi:
			if after == nil {
				after = []placed{p}
			}
		default:
			in = append(in, p)
			if n := len(groups); n > 0 && g.column(groups[n-1][0].x) == g.column(p.x) {
				groups[n-1] = append(groups[n-1], p)
			} else {
				groups = append(groups, []placed{p})
			}
		}
	}
	if !q.Neighbours {
		before, after = nil, nil
	}
	l.InRange = float64(len(in))
	for _, p := range in {
		switch {
		case p.y != p.y:
			l.NaN++
		case math.IsInf(p.y, 1):
			l.PosInf++
		case math.IsInf(p.y, -1):
			l.NegInf++
		default:
			if !(l.YMin <= p.y) {
				l.YMin = p.y
			}
			if !(l.YMax >= p.y) {
				l.YMax = p.y
			}
		}
	}
	if len(in) <= 2*g.width {
		for _, p := range slices.Concat(before, in, after) {
			l.X, l.Y = append(l.X, p.x), append(l.Y, p.y)
		}
		return l
	}
	l.Mode = ModeBins
	if before != nil {
		groups = append([][]placed{before}, groups...)
	}
	if after != nil {
		groups = append(groups, after)
	}
	lastFinite := true // no gap before the first bin
	for _, group := range groups {
		nan := math.NaN()
		first, least, most, last := nan, nan, nan, nan
		flags := uint8(0)
		if !lastFinite {
			flags = FlagGap
		}
		for _, p := range group {
			switch {
			case p.y != p.y:
				flags |= FlagNaN
			case math.IsInf(p.y, 1):
				flags |= FlagPosInf
			case math.IsInf(p.y, -1):
				flags |= FlagNegInf
			default:
				if first != first {
					first, least, most = p.y, p.y, p.y
				}
				least, most, last = min(least, p.y), max(most, p.y), p.y
			}
		}
		if !finite(group[0].y) {
			flags |= FlagGap
		}
		lastFinite = finite(group[len(group)-1].y)
		l.X, l.XLast = append(l.X, group[0].x), append(l.XLast, group[len(group)-1].x)
		l.First, l.Min = append(l.First, first), append(l.Min, least)
		l.Max, l.Last = append(l.Max, most), append(l.Last, last)
		l.Flags = append(l.Flags, flags)
	}
	return l
}

// differ reports the first difference between lines. NaN equals NaN.
func differ(a, b Line) error {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range va.NumField() {
		name := va.Type().Field(i).Name
		switch x := va.Field(i).Interface().(type) {
		case []float64:
			y := vb.Field(i).Interface().([]float64)
			if len(x) != len(y) {
				return fmt.Errorf("%s: %d against %d", name, len(x), len(y))
			}
			for k := range x {
				if x[k] != y[k] && (x[k] == x[k] || y[k] == y[k]) {
					return fmt.Errorf("%s[%d]: %v against %v", name, k, x[k], y[k])
				}
			}
		case float64:
			if y := vb.Field(i).Float(); x != y && (x == x || y == y) {
				return fmt.Errorf("%s: %v against %v", name, x, y)
			}
		case []uint8:
			if y := vb.Field(i).Bytes(); !slices.Equal(x, y) {
				return fmt.Errorf("%s: %v against %v", name, x, y)
			}
		default:
			if y := vb.Field(i).Interface(); x != y {
				return fmt.Errorf("%s: %v against %v", name, x, y)
			}
		}
	}
	return nil
}

// drawnColumns returns n rows as they may come: some values not finite, steps
// with holes and repeats, times that may jump back, epochs that may be absent.
func drawnColumns(n int, rng *rand.Rand) *Columns {
	c := &Columns{}
	odd := rng.Float64() * rng.Float64()
	step, now := int64(rng.IntN(100)-50), 1.7e9
	shape := rng.IntN(4)
	for i := range n {
		v := math.Sin(float64(i)/50) + rng.NormFloat64()
		if rng.Float64() < odd {
			v = []float64{math.NaN(), math.Inf(1), math.Inf(-1)}[rng.IntN(3)]
		}
		step += int64(rng.IntN(3))
		if rng.IntN(500) == 0 {
			step += int64(rng.IntN(100_000))
		}
		if now += rng.ExpFloat64(); shape == 1 && rng.IntN(2000) == 0 {
			now -= 100
		}
		epoch, time := float64(i/1000), now
		switch {
		case shape == 2 && rng.IntN(3) == 0:
			epoch = Absent()
		case shape == 3:
			epoch, time = Absent(), awkward(rng)
		}
		c.Append(step, v, epoch, time)
	}
	return c
}

func drawnQuery(l Line, rng *rand.Rand) Query {
	q := Query{Lo: math.NaN(), Hi: math.NaN(), Width: 1 + rng.IntN(60), Neighbours: rng.IntN(2) == 0}
	at := func() float64 {
		switch rng.IntN(8) {
		case 0:
			return l.XMin
		case 1:
			return l.XMax
		case 2:
			return math.Inf(1 - 2*rng.IntN(2))
		}
		return l.XMin + (l.XMax-l.XMin)*(rng.Float64()*1.2-0.1)
	}
	if rng.IntN(3) > 0 {
		q.Lo, q.Hi = at(), at()
		if q.Lo > q.Hi && rng.IntN(8) > 0 {
			q.Lo, q.Hi = q.Hi, q.Lo
		}
	}
	return q
}

// TestDecimateEqualsSlowLine compares the scan and the pyramid with the plain
// way, over all axes, ranges and widths.
func TestDecimateEqualsSlowLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	binned := 0
	for round := range 60 {
		c := drawnColumns(1+rng.IntN(1+100*round*(1+9*(round%2))), rng)
		p := BuildPyramid(c)
		if p != nil {
			unpacked, err := UnpackPyramid(p.Pack(nil))
			if err != nil {
				t.Fatal(err)
			}
			p = unpacked
		}
		for axis := AxisStep; axis < AxisMetric; axis++ {
			x, err := XOf(c, axis)
			if err != nil {
				t.Fatal(err)
			}
			whole := DecimateXY(x, c.Values, Query{Width: 10, Lo: math.NaN(), Hi: math.NaN()})
			for range 6 {
				q := drawnQuery(whole, rng)
				q.Axis = axis
				want := slowLine(x, c.Values, q)
				got, err := Decimate(c, q)
				if err != nil {
					t.Fatal(err)
				}
				if err := differ(got, want); err != nil {
					t.Fatalf("round %d, %d rows, %+v: scan: %v", round, c.Len(), q, err)
				}
				if p == nil {
					continue
				}
				if got, err = p.Decimate(RowsOf(c), q); err != nil {
					t.Fatal(err)
				}
				if err := differ(got, want); err != nil {
					t.Fatalf("round %d, %d rows, %+v: pyramid: %v", round, c.Len(), q, err)
				}
				if got.Mode == ModeBins && got.InRange > wholeBelow*float64(q.Width) && p.axes[pyramidStep].known() {
					binned++
				}
			}
		}
	}
	if binned < 100 {
		t.Errorf("only %d lines were made from a pyramid", binned)
	}
}

func TestDecimateFindsASpike(t *testing.T) {
	c := lossCurve(300_000, 1)
	c.Values[123_457] = 1e6
	p := BuildPyramid(c)
	l, err := p.Decimate(RowsOf(c), Query{Lo: math.NaN(), Hi: math.NaN(), Width: 100})
	if err != nil {
		t.Fatal(err)
	}
	if l.Mode != ModeBins || l.Len() != 100 || slices.Max(l.Max) != 1e6 || l.YMax != 1e6 {
		t.Errorf("%d bins, largest value %v", l.Len(), l.YMax)
	}
	l, err = p.Decimate(RowsOf(c), Query{Lo: 123_400, Hi: 123_500, Width: 100})
	if err != nil {
		t.Fatal(err)
	}
	if l.Mode != ModePoints || l.Len() != 101 || l.Y[57] != 1e6 {
		t.Errorf("mode %d, %d points", l.Mode, l.Len())
	}
}

// TestPyramidReadsFewRows counts the rows that a chart of all points needs.
func TestPyramidReadsFewRows(t *testing.T) {
	c := lossCurve(500_000, 1)
	p := BuildPyramid(c)
	read := 0
	rows := RowsFunc(func(from, to int) (*Columns, error) {
		read += to - from
		return c.Slice(from, to), nil
	})
	for _, axis := range []Axis{AxisStep, AxisEpoch, AxisRelativeTime, AxisTime} {
		read = 0
		if _, err := p.Decimate(rows, Query{Axis: axis, Lo: math.NaN(), Hi: math.NaN(), Width: 100}); err != nil {
			t.Fatal(err)
		}
		if axis != AxisEpoch && read > 103*pyramidBase {
			t.Errorf("axis %d: %d rows were read", axis, read)
		}
	}
}

func TestDecimateRangesWithoutPoints(t *testing.T) {
	c := lossCurve(50_000, 1)
	p := BuildPyramid(c)
	for _, q := range []Query{
		{Lo: -10, Hi: -5, Width: 10}, {Lo: 1e9, Hi: 2e9, Width: 10}, {Lo: 10, Hi: 5, Width: 10},
		{Lo: 7.25, Hi: 7.75, Width: 10, Neighbours: true}, {Lo: 1e9, Hi: 2e9, Width: 0, Neighbours: true},
		{Lo: 5, Hi: 5, Width: -1}, {Lo: math.Inf(-1), Hi: math.Inf(-1), Width: 5},
	} {
		want := slowLine(c.Steps, c.Values, q)
		got, err := p.Decimate(RowsOf(c), q)
		if err != nil {
			t.Fatal(err)
		}
		if err := differ(got, want); err != nil {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestDecimateHugeRange(t *testing.T) {
	x := []float64{-math.MaxFloat64, -1, 0, 1, math.MaxFloat64}
	l := DecimateXY(x, x, Query{Lo: math.NaN(), Hi: math.NaN(), Width: 2})
	if l.Len() != 2 || l.Min[0] != -math.MaxFloat64 || l.Max[1] != math.MaxFloat64 || l.InRange != 5 {
		t.Errorf("line %+v", l)
	}
}

func TestDecimateAxes(t *testing.T) {
	c := &Columns{}
	if _, err := Decimate(c, Query{Axis: AxisMetric}); !errors.Is(err, ErrNoX) {
		t.Errorf("metric axis: %v", err)
	}
	if _, err := Decimate(c, Query{Axis: 99}); err == nil {
		t.Error("an unknown axis was taken")
	}
	c.Append(1, 2, Absent(), math.NaN())
	c.Append(2, 3, Absent(), 100)
	c.Append(3, 4, Absent(), 102.5)
	if l, err := Decimate(c, Query{Axis: AxisEpoch, Width: 5}); err != nil || l.Status != StatusNoAxis || l.Total != 3 || l.Len() != 0 {
		t.Errorf("absent epochs: %+v, %v", l, err)
	}
	l, err := Decimate(c, Query{Axis: AxisRelativeTime, Lo: math.NaN(), Hi: math.NaN(), Width: 5})
	if err != nil || !slices.Equal(l.X, []float64{0, 2.5}) || !slices.Equal(l.Y, []float64{3, 4}) {
		t.Errorf("relative time: %+v, %v", l, err)
	}
}

func TestPyramidReportsWhatTheReaderDoes(t *testing.T) {
	c := lossCurve(100_000, 1)
	p := BuildPyramid(c)
	boom := errors.New("boom")
	broken := RowsFunc(func(int, int) (*Columns, error) { return nil, boom })
	short := RowsFunc(func(from, to int) (*Columns, error) { return c.Slice(from, to-1), nil })
	for _, q := range []Query{{Lo: 100.5, Hi: 99_000.5, Width: 10}, {Lo: 10, Hi: 20, Width: 10}, {Axis: AxisMetric}} {
		if _, err := p.Decimate(broken, q); !errors.Is(err, boom) {
			t.Errorf("%+v: %v", q, err)
		}
		if _, err := p.Decimate(short, q); !errors.Is(err, ErrDamaged) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestAlign(t *testing.T) {
	other, c := &Columns{}, &Columns{}
	other.Append(0, 10, 0, 0)
	other.Append(10, 20, 0, 0)
	other.Append(10, 21, 0, 0)
	other.Append(30, 60, 0, 0)
	for _, step := range []int64{-1, 0, 5, 10, 15, 30, 31, 3} {
		c.Append(step, 0, 0, 0)
	}
	nan := math.NaN()
	for interpolate, want := range map[bool][]float64{
		false: {nan, 10, nan, 21, nan, 60, nan, nan},
		true:  {nan, 10, 15, 21, 30.75, 60, nan, 13},
	} {
		if got := Align(c, other, interpolate); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("interpolate %t: %v, want %v", interpolate, got, want)
		}
	}
	if got := Align(c, &Columns{}, true); len(got) != c.Len() || !math.IsNaN(got[0]) {
		t.Errorf("nothing to align with: %v", got)
	}
}

func FuzzUnpackPyramid(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{257, 1000, 5000} {
		packed := BuildPyramid(drawnColumns(n, rng)).Pack(nil)
		f.Add(packed[:len(packed)-4])
	}
	f.Add([]byte{pyramidVersion, 0xff, 0xff, 0xff, 0xff, 0x3f, 7, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := UnpackPyramid(sealed(body))
		if err != nil {
			return
		}
		again, err := UnpackPyramid(p.Pack(nil))
		if err != nil {
			t.Fatal(err)
		}
		if again.Count() != p.Count() {
			t.Fatalf("%d rows became %d", p.Count(), again.Count())
		}
		// Whatever it says, it must be answered without panic.
		rows := RowsFunc(func(from, to int) (*Columns, error) {
			if to-from > 1<<16 {
				return nil, errors.New("too many rows")
			}
			return lossCurve(to-from, 1), nil
		})
		for axis := AxisStep; axis < AxisMetric; axis++ {
			_, _ = p.Decimate(rows, Query{Axis: axis, Lo: math.NaN(), Hi: math.NaN(), Width: 7, Neighbours: true})
		}
	})
}

func bigSeries(b *testing.B) (*Columns, *Pyramid) {
	b.Helper()
	c := lossCurve(10_000_000, 1)
	return c, BuildPyramid(c)
}

func BenchmarkBuildPyramid10M(b *testing.B) {
	c := lossCurve(10_000_000, 1)
	for b.Loop() {
		BuildPyramid(c)
	}
}

func BenchmarkDecimate10MByPyramid(b *testing.B) {
	c, p := bigSeries(b)
	for b.Loop() {
		if _, err := p.Decimate(RowsOf(c), Query{Lo: 1e6, Hi: 9e6, Width: 1200}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecimate10MByScan(b *testing.B) {
	c, _ := bigSeries(b)
	for b.Loop() {
		if _, err := Decimate(c, Query{Lo: 1e6, Hi: 9e6, Width: 1200}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnpackPyramid10M(b *testing.B) {
	_, p := bigSeries(b)
	packed := p.Pack(nil)
	for b.Loop() {
		if _, err := UnpackPyramid(packed); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(packed))/1e7, "B/point")
}
