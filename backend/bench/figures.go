package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// say prints a figure that has no limit.
func (s *suite) say(what, format string, args ...any) {
	fmt.Fprintf(s.out, "  %-58s %s\n", what, fmt.Sprintf(format, args...))
}

// atMost prints a figure with what it may be at most; unit is put behind both.
func (s *suite) atMost(what string, got, limit float64, unit string) {
	s.judge(what, got, limit, unit, "at most", got <= limit)
}

// atLeast prints a figure with what it must be at least.
func (s *suite) atLeast(what string, got, limit float64, unit string) {
	s.judge(what, got, limit, unit, "at least", got >= limit)
}

func (s *suite) judge(what string, got, limit float64, unit, relation string, ok bool) {
	mark := ""
	if !ok {
		mark = "   OVER"
		s.over = append(s.over, what)
	}
	fmt.Fprintf(s.out, "  %-58s %s%s (%s %g%s)%s\n", what, short(got), unit, relation, limit, unit, mark)
}

// short shows a number with three digits.
func short(f float64) string {
	if math.Abs(f) >= 100 {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprintf("%.3g", f)
}

// timings are durations of one thing done again and again.
type timings []time.Duration

// quantile answers the q-th part of the timings, in milliseconds.
func (t timings) quantile(q float64) float64 {
	if len(t) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(t))
	i := min(int(q*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[i].Microseconds()) / 1000
}

func (t timings) median() float64 { return t.quantile(0.5) }

// repeat times f n times.
func repeat(n int, f func() error) (timings, error) {
	var out timings
	for range n {
		start := time.Now()
		if err := f(); err != nil {
			return nil, err
		}
		out = append(out, time.Since(start))
	}
	return out, nil
}

func median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[len(sorted)/2]
}

const mib = 1 << 20
