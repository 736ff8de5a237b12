package series

import (
	"math"
	"math/rand/v2"
	"testing"
)

func nearly(a, b float64) bool {
	return a == b || (a != a && b != b) || math.Abs(a-b) <= 1e-12*max(1, math.Abs(a))
}

// TestSmoothByHand has values that were worked out on paper.
func TestSmoothByHand(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	e1, e4 := math.Exp(-0.5), math.Exp(-2) // Gaussian of deviation 1, at 1 and 2
	e9 := math.Exp(-4.5)
	tests := []struct {
		name string
		s    Smoothing
		x, y []float64
		want []float64
	}{
		{
			name: "exponential", s: Smoothing{Weight: 0.5}, y: []float64{1, 2, 4},
			// 0.5/0.5; (0.25+1)/0.75; (0.625+2)/0.875
			want: []float64{1, 5.0 / 3, 3},
		},
		{name: "exponential of weight 0", s: Smoothing{}, y: []float64{1, 5, 2}, want: []float64{1, 5, 2}},
		{name: "exponential of weight 1", s: Smoothing{Weight: 1}, y: []float64{1, 5, 3}, want: []float64{1, 3, 3}},
		{
			name: "exponential with gaps", s: Smoothing{Weight: 0.5}, y: []float64{nan, 1, inf, 2, nan, 4, -inf},
			want: []float64{nan, 1, inf, 5.0 / 3, nan, 3, -inf},
		},
		{name: "exponential, constant", s: Smoothing{Weight: 0.9}, y: []float64{0.1, 0.1, 0.1}, want: []float64{0.1, 0.1, 0.1}},
		{
			name: "time weighted", s: Smoothing{Kind: SmoothTimeWeighted, Weight: 0.5, Unit: 1},
			x: []float64{0, 1, 3}, y: []float64{1, 2, 4},
			// (0.5*1+2)/1.5; (0.25*2.5+4)/(0.25*1.5+1)
			want: []float64{1, 5.0 / 3, 4.625 / 1.375},
		},
		{
			name: "time weighted, evenly spaced, is exponential", s: Smoothing{Kind: SmoothTimeWeighted, Weight: 0.5, Unit: 10},
			x: []float64{100, 110, 120}, y: []float64{1, 2, 4}, want: []float64{1, 5.0 / 3, 3},
		},
		{
			name: "time weighted with gaps", s: Smoothing{Kind: SmoothTimeWeighted, Weight: 0.5, Unit: 1},
			x: []float64{0, 0.5, nan, 1, 3}, y: []float64{1, nan, 7, 2, 4},
			want: []float64{1, nan, 7, 5.0 / 3, 4.625 / 1.375},
		},
		{
			name: "time weighted, one x", s: Smoothing{Kind: SmoothTimeWeighted, Weight: 0.5},
			x: []float64{5, 5}, y: []float64{1, 2}, want: []float64{1, 1.5},
		},
		{
			name: "time weighted by the span", s: Smoothing{Kind: SmoothTimeWeighted, Weight: 0.5},
			x: []float64{0, 1, 1000}, y: []float64{1, 2, 4}, want: []float64{1, 5.0 / 3, 4},
		},
		{
			name: "gaussian", s: Smoothing{Kind: SmoothGaussian, Sigma: 1}, y: []float64{0, 0, 1, 0, 0},
			want: []float64{e4 / (1 + e1 + e4 + e9), e1 / (1 + 2*e1 + e4 + e9), 1 / (1 + 2*e1 + 2*e4), e1 / (1 + 2*e1 + e4 + e9), e4 / (1 + e1 + e4 + e9)},
		},
		{
			name: "gaussian with gaps", s: Smoothing{Kind: SmoothGaussian, Sigma: 1}, y: []float64{1, nan, 3, inf},
			want: []float64{(1 + 3*e4) / (1 + e4), nan, (3 + e4) / (1 + e4), inf},
		},
		{name: "gaussian of deviation 0", s: Smoothing{Kind: SmoothGaussian}, y: []float64{1, 5}, want: []float64{1, 5}},
		{
			name: "moving average", s: Smoothing{Kind: SmoothMovingAverage, Window: 3}, y: []float64{1, 2, 6, 4, 5},
			want: []float64{1.5, 3, 4, 5, 4.5},
		},
		{
			name: "moving average, window made odd", s: Smoothing{Kind: SmoothMovingAverage, Window: 2}, y: []float64{1, 2, 6},
			want: []float64{1.5, 3, 4},
		},
		{
			name: "moving average with gaps", s: Smoothing{Kind: SmoothMovingAverage, Window: 3}, y: []float64{1, nan, 3, inf, 5},
			want: []float64{1, nan, 3, inf, 5},
		},
		{name: "moving average, long window", s: Smoothing{Kind: SmoothMovingAverage, Window: 99}, y: []float64{1, 2, 6}, want: []float64{3, 3, 3}},
		{name: "moving average of 1", s: Smoothing{Kind: SmoothMovingAverage, Window: 1}, y: []float64{1, 2}, want: []float64{1, 2}},
	}
	for _, tt := range tests {
		got, err := Smooth(tt.x, tt.y, tt.s)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for i := range tt.want {
			if !nearly(got[i], tt.want[i]) {
				t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
				break
			}
		}
	}
}

func TestSmoothOfNothing(t *testing.T) {
	for kind := SmoothExponential; kind <= SmoothMovingAverage; kind++ {
		got, err := Smooth(nil, nil, Smoothing{Kind: kind, Weight: 0.5, Sigma: 2, Window: 3})
		if err != nil || len(got) != 0 {
			t.Errorf("kind %d: %v, %v", kind, got, err)
		}
	}
}

func TestSmoothRefuses(t *testing.T) {
	for _, s := range []Smoothing{
		{Weight: -0.1}, {Weight: 1.1}, {Weight: math.NaN()},
		{Kind: SmoothTimeWeighted, Unit: -1}, {Kind: SmoothTimeWeighted, Unit: math.Inf(1)},
		{Kind: SmoothGaussian, Sigma: -1}, {Kind: SmoothGaussian, Sigma: math.Inf(1)},
		{Kind: SmoothMovingAverage, Window: -1}, {Kind: 9},
	} {
		if _, err := Smooth([]float64{1}, []float64{1}, s); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
	if _, err := Smooth(nil, []float64{1}, Smoothing{Kind: SmoothTimeWeighted}); err == nil {
		t.Error("missing x were taken")
	}
}

// TestMovingAverageEqualsPlain compares with summing up every window, and has
// one huge value, which must leave no error in windows that it is not in.
func TestMovingAverageEqualsPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		y := make([]float64, 1+rng.IntN(200))
		for i := range y {
			if y[i] = rng.Float64(); rng.IntN(10) == 0 {
				y[i] = math.NaN()
			}
		}
		y[rng.IntN(len(y))] = 1e300
		window := rng.IntN(60)
		got := movingAverage(y, window)
		for i := range y {
			sum, n := 0.0, 0.0
			for k := max(0, i-window/2); k <= min(len(y)-1, i+window/2); k++ {
				if finite(y[k]) {
					sum, n = sum+y[k], n+1
				}
			}
			want := sum / n
			if !finite(y[i]) {
				want = y[i]
			}
			if !nearly(got[i], want) {
				t.Fatalf("window %d, row %d of %d: %v, want %v", window, i, len(y), got[i], want)
			}
		}
	}
}

func BenchmarkSmooth1M(b *testing.B) {
	c := lossCurve(1_000_000, 1)
	for name, s := range map[string]Smoothing{
		"exponential":  {Weight: 0.99},
		"timeWeighted": {Kind: SmoothTimeWeighted, Weight: 0.99},
		"gaussian10":   {Kind: SmoothGaussian, Sigma: 10},
		"average101":   {Kind: SmoothMovingAverage, Window: 101},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Smooth(c.Steps, c.Values, s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
