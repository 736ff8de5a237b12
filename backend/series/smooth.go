package series

import (
	"fmt"
	"math"
)

// SmoothKind says how values are smoothed.
type SmoothKind uint8

// The kinds of smoothing. They are not part of any format.
const (
	// SmoothExponential is an exponential moving average that is corrected for
	// starting at zero, as TensorBoard computes it. It looks back only.
	SmoothExponential SmoothKind = iota
	// SmoothTimeWeighted is an exponential moving average whose weight fades
	// with the distance in x instead of the number of points, so that lines of
	// unequal density are smoothed alike. It looks back only.
	SmoothTimeWeighted
	// SmoothGaussian weighs the points around by a Gaussian curve over the
	// number of points between.
	SmoothGaussian
	// SmoothMovingAverage is the mean of a window around each point.
	SmoothMovingAverage
)

// Smoothing is a kind of smoothing and how strong it is.
type Smoothing struct {
	Kind SmoothKind
	// Weight is used by the exponential kinds: 0 changes nothing, 1 is the
	// mean of all points so far.
	Weight float64
	// Unit is used by SmoothTimeWeighted: the distance in x over which an
	// older point loses one factor of Weight. Charts of several lines pass the
	// same for all. 0: a thousandth of the span of x.
	Unit float64
	// Sigma is used by SmoothGaussian: the standard deviation in points, 0 to
	// change nothing. Points farther than three of it are left out. The time
	// taken grows with it.
	Sigma float64
	// Window is used by SmoothMovingAverage: the number of points, made odd by
	// adding one. At the ends the part of the window that exists counts.
	Window int
}

// Smooth returns the smoothed values of all rows. Smoothing comes before
// decimation, so it is over all points whatever is drawn.
//
// A value that is not finite is passed through as it is: a gap stays a gap,
// and has no influence on the points around it. The same goes for a point
// without a finite x, for SmoothTimeWeighted. x is used by no other kind and
// may then be nil.
func Smooth(x, y []float64, s Smoothing) ([]float64, error) {
	switch s.Kind {
	case SmoothExponential, SmoothTimeWeighted:
		if !(s.Weight >= 0 && s.Weight <= 1) {
			return nil, fmt.Errorf("smooth: weight %v is not from 0 to 1", s.Weight)
		}
		if s.Kind == SmoothExponential {
			return exponential(y, s.Weight), nil
		}
		if len(x) != len(y) {
			return nil, fmt.Errorf("smooth: %w: %d x, %d values", ErrUnequalColumns, len(x), len(y))
		}
		if !(s.Unit >= 0) || math.IsInf(s.Unit, 0) {
			return nil, fmt.Errorf("smooth: unit %v", s.Unit)
		}
		return timeWeighted(x, y, s.Weight, s.Unit), nil
	case SmoothGaussian:
		if !(s.Sigma >= 0) || math.IsInf(s.Sigma, 0) {
			return nil, fmt.Errorf("smooth: standard deviation %v", s.Sigma)
		}
		return gaussian(y, s.Sigma), nil
	case SmoothMovingAverage:
		if s.Window < 0 {
			return nil, fmt.Errorf("smooth: window of %d points", s.Window)
		}
		return movingAverage(y, s.Window), nil
	}
	return nil, fmt.Errorf("smooth: unknown kind %d", s.Kind)
}

func exponential(y []float64, weight float64) []float64 {
	out := make([]float64, len(y))
	if steady(y) {
		copy(out, y)
		return out
	}
	if weight == 1 {
		return runningAverage(out, y)
	}
	last, n, left := 0.0, 0, 1.0
	for i, v := range y {
		if !finite(v) {
			out[i] = v
			continue
		}
		last = last*weight + (1-weight)*v
		n++
		// Below this the correction is 1 in a float64.
		if left > 0x1p-54 {
			left = math.Pow(weight, float64(n))
		}
		out[i] = last / (1 - left)
	}
	return out
}

// steady reports whether all values are equal. Such a line is left as it is,
// without the rounding of an average.
func steady(y []float64) bool {
	for _, v := range y {
		if v != y[0] {
			return false
		}
	}
	return true
}

// runningAverage is what the average becomes as its weight goes to 1.
func runningAverage(out, y []float64) []float64 {
	var mean runningMean
	for i, v := range y {
		if out[i] = v; finite(v) {
			mean.add(v)
			out[i] = mean.value()
		}
	}
	return out
}

func timeWeighted(x, y []float64, weight, unit float64) []float64 {
	out := make([]float64, len(y))
	copy(out, y)
	if steady(y) {
		return out
	}
	if unit == 0 {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range x {
			if finite(v) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
		unit = (hi/1000 - lo/1000)
	}
	sum, total, before := 0.0, 0.0, math.NaN()
	distance, faded := math.NaN(), 0.0 // of the point before
	for i, v := range y {
		if !finite(v) || !finite(x[i]) {
			continue
		}
		fade := 0.0 // nothing came before
		if before == before {
			if d := math.Abs(x[i] - before); d != distance {
				distance, faded = d, fading(weight, d/unit)
			}
			fade = faded
		}
		sum, total = sum*fade+v, total*fade+1
		out[i], before = sum/total, x[i]
	}
	return out
}

// fading returns weight to the power of a distance, which is not a number when
// all x are equal.
func fading(weight, distance float64) float64 {
	if distance != distance {
		distance = 0
	}
	return math.Pow(weight, distance)
}

func gaussian(y []float64, sigma float64) []float64 {
	out := make([]float64, len(y))
	copy(out, y)
	radius := int(min(math.Ceil(3*sigma), float64(len(y))))
	kernel := make([]float64, radius+1)
	for k := range kernel {
		if kernel[k] = 1; k > 0 {
			d := float64(k) / sigma
			kernel[k] = math.Exp(-d * d / 2)
		}
	}
	for i, v := range y {
		if !finite(v) {
			continue
		}
		sum, total := v, 1.0
		for k := 1; k <= min(radius, i); k++ {
			if u := y[i-k]; finite(u) {
				sum, total = sum+kernel[k]*u, total+kernel[k]
			}
		}
		for k := 1; k <= min(radius, len(y)-1-i); k++ {
			if u := y[i+k]; finite(u) {
				sum, total = sum+kernel[k]*u, total+kernel[k]
			}
		}
		out[i] = sum / total
	}
	return out
}

// movingAverage needs a constant number of additions for each point, and
// subtracts nothing, so that a large value leaves no error behind it. The line
// is cut into blocks as long as the window. A window then consists of the end
// of one block, summed from each of its points on, and the beginning of the
// next one, summed up to each of its points.
func movingAverage(y []float64, window int) []float64 {
	out := make([]float64, len(y))
	copy(out, y)
	half := min(window/2, len(y))
	if half == 0 {
		return out
	}
	at := func(i int) (float64, float64) {
		if i < 0 || i >= len(y) || !finite(y[i]) {
			return 0, 0
		}
		return y[i], 1
	}
	length := 2*half + 1
	sums, counts := make([]float64, length+1), make([]float64, length+1)
	for start := -half; start+half < len(y); start += length {
		for k := length - 1; k >= 0; k-- {
			v, n := at(start + k)
			sums[k], counts[k] = sums[k+1]+v, counts[k+1]+n
		}
		sum, count := 0.0, 0.0
		for k := range length {
			centre := start + half + k
			if centre >= len(y) {
				break
			}
			if k > 0 {
				v, n := at(start + length + k - 1)
				sum, count = sum+v, count+n
			}
			if finite(y[centre]) {
				out[centre] = (sums[k] + sum) / (counts[k] + count)
			}
		}
	}
	return out
}
