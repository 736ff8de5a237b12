package series_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"aimdesk/backend/series"
)

// Taking rows piece by piece ends in the same summary, bit for bit.
func TestRunningAgreesWithSummarize(t *testing.T) {
	for seed := range uint64(50) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var c series.Columns
		var r series.Running
		for step := int64(0); step < 200; {
			for range rnd.IntN(9) {
				v := rnd.NormFloat64() * math.Pow(10, float64(rnd.IntN(40)-20))
				switch rnd.IntN(30) {
				case 0:
					v = math.NaN()
				case 1:
					v = math.Inf(1 - 2*int(seed%2))
				case 2:
					v = series.Absent()
				}
				at := series.Absent()
				if rnd.IntN(5) > 0 {
					at = 1e9 + rnd.Float64()*1000
				}
				c.Append(step, v, series.Absent(), at)
				step++
			}
			r.Extend(&c)
			if got, want := fmt.Sprintf("%+v", r.Summary()), fmt.Sprintf("%+v", series.Summarize(&c)); got != want {
				t.Fatalf("seed %d, %d rows:\n%s\nwant\n%s", seed, c.Len(), got, want)
			}
		}
		r.Reset()
		if got, want := fmt.Sprintf("%+v", r.Summary()), fmt.Sprintf("%+v", series.Summarize(&series.Columns{})); got != want {
			t.Errorf("after Reset: %s, want %s", got, want)
		}
	}
}
