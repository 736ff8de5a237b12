package series

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSortBySteps(t *testing.T) {
	c := &Columns{}
	c.Append(5, 50, 1, 10)
	c.AppendFloat(2.5, 25, 2, 20)
	c.AppendFloat(math.NaN(), 99, 3, 30)
	c.Append(math.MaxInt64, 1, 4, 40)
	c.Append(math.MaxInt64-1, 0, 5, 50) // the same float64
	c.Append(2, 20, 6, 60)
	c.Append(2, 21, 7, 70)
	if c.Sorted() {
		t.Fatal("it is in order already")
	}
	c.SortBySteps()
	if err := c.Validate(); err != nil || !c.Sorted() {
		t.Fatalf("sorted: %t, %v", c.Sorted(), err)
	}
	if want := []float64{20, 21, 25, 50, 0, 1, 99}; !slices.Equal(c.Values, want) {
		t.Errorf("values %v, want %v", c.Values, want)
	}
	if want := []bool{false, false, true, false, false, false, true}; !slices.Equal(c.FloatStep, want) {
		t.Errorf("float steps %v, want %v", c.FloatStep, want)
	}
	if c.BigSteps[4] != math.MaxInt64-1 || c.BigSteps[5] != math.MaxInt64 || len(c.BigSteps) != 2 {
		t.Errorf("exact steps %v", c.BigSteps)
	}
	before := c.Clone()
	c.SortBySteps()
	if err := sameColumns(before, c); err != nil {
		t.Errorf("sorting twice: %v", err)
	}
}

func TestAppendColumnsEqualsAppend(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for range 100 {
		a, b := awkwardColumns(rng.IntN(20), rng), awkwardColumns(rng.IntN(20), rng)
		whole := a.Clone()
		whole.AppendColumns(b)
		if err := whole.Validate(); err != nil {
			t.Fatal(err)
		}
		if err := sameColumns(whole.Slice(0, a.Len()), a); err != nil {
			t.Fatal(err)
		}
		if err := sameColumns(whole.Slice(a.Len(), math.MaxInt), b); err != nil {
			t.Fatal(err)
		}
	}
}

func TestValidate(t *testing.T) {
	c := lossCurve(3, 1)
	c.Times = c.Times[:2]
	if err := c.Validate(); !errors.Is(err, ErrUnequalColumns) {
		t.Errorf("short times: %v", err)
	}
	for name, c := range map[string]*Columns{
		"float steps":      {Steps: []float64{1}, Values: []float64{1}, Epochs: []float64{1}, Times: []float64{1}, FloatStep: []bool{}},
		"row of no point":  {BigSteps: map[int]int64{0: 1}},
		"other exact step": {Steps: []float64{1}, Values: []float64{1}, Epochs: []float64{1}, Times: []float64{1}, BigSteps: map[int]int64{0: 2}},
	} {
		if c.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSummarize(t *testing.T) {
	c := &Columns{}
	if s := Summarize(c); s.Count != 0 || s.First.Row != -1 || s.Max.Row != -1 || !math.IsNaN(s.Mean) || !math.IsNaN(s.LastTime) {
		t.Errorf("nothing: %+v", s)
	}
	c.Append(1, math.NaN(), Absent(), math.Inf(1))
	if s := Summarize(c); s.NaN != 1 || s.First.Row != 0 || s.Min.Row != -1 || !math.IsNaN(s.Min.Value) || !math.IsNaN(s.Mean) || !math.IsNaN(s.LastTime) {
		t.Errorf("NaN alone: %+v", s)
	}
	c.Append(2, 3, Absent(), 50)
	c.Append(3, -1, Absent(), 40)
	c.Append(4, 3, Absent(), math.NaN())
	s := Summarize(c)
	if s.Mean != 5.0/3 || s.Max != (Point{3, 2, 1}) || s.Min != (Point{-1, 3, 2}) || s.Last != (Point{3, 4, 3}) || s.LastTime != 50 || s.Finite() != 3 {
		t.Errorf("finite values: %+v", s)
	}
	c.Append(5, math.Inf(1), Absent(), 0)
	if s = Summarize(c); !math.IsInf(s.Mean, 1) || s.Max.Row != 4 || s.PosInf != 1 {
		t.Errorf("+Inf: %+v", s)
	}
	c.Append(6, math.Inf(-1), Absent(), 0)
	if s = Summarize(c); !math.IsNaN(s.Mean) || s.Min.Row != 5 || s.NegInf != 1 || s.Finite() != 3 {
		t.Errorf("both infinities: %+v", s)
	}
	onlyNegative := &Columns{}
	onlyNegative.Append(0, math.Inf(-1), 0, 0)
	if s = Summarize(onlyNegative); !math.IsInf(s.Mean, -1) || !math.IsInf(s.Max.Value, -1) {
		t.Errorf("-Inf alone: %+v", s)
	}
}

// TestMeanIsSound compares with the mean in exact arithmetic.
func TestMeanIsSound(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	draws := []func() float64{
		func() float64 { return 1e16 + rng.Float64() },
		func() float64 { return []float64{1e100, 1, -1e100}[rng.IntN(3)] },
		func() float64 { return math.MaxFloat64 * (0.5 + rng.Float64()/2) },
		func() float64 { return -math.MaxFloat64 },
		func() float64 { return math.SmallestNonzeroFloat64 * float64(rng.IntN(9)) },
	}
	for i, draw := range draws {
		c, sum := &Columns{}, new(big.Float).SetPrec(2500)
		for range 1000 {
			v := draw()
			c.Append(0, v, 0, 0)
			sum.Add(sum, new(big.Float).SetPrec(2500).SetFloat64(v))
		}
		want, _ := sum.Quo(sum, big.NewFloat(1000)).Float64()
		if got := Summarize(c).Mean; got != want && math.Abs(got-want) > 1e-15*math.Abs(want) {
			t.Errorf("draw %d: mean %v, want %v", i, got, want)
		}
	}
}
