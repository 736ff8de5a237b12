package series

import "math"

// Running keeps the summary of columns that grow at their end. The zero value
// stands for no rows. It is not safe for concurrent use.
type Running struct {
	s    Summary
	mean runningMean
}

// Extend takes the rows of c that are not in the summary yet. The others must
// be those that it has taken before.
func (r *Running) Extend(c *Columns) {
	s := &r.s
	from := s.Count
	if from == 0 {
		*s = emptySummary()
	}
	s.Count = c.Len()
	if s.Count == 0 {
		return
	}
	s.First, s.Last = c.point(0), c.point(s.Count-1)
	for i, v := range c.Values[from:] {
		switch {
		case v != v:
			s.NaN++
			continue
		case v > math.MaxFloat64:
			s.PosInf++
		case v < -math.MaxFloat64:
			s.NegInf++
		default:
			r.mean.add(v)
		}
		if s.Min.Row < 0 || v < s.Min.Value {
			s.Min = c.point(from + i)
		}
		if s.Max.Row < 0 || v > s.Max.Value {
			s.Max = c.point(from + i)
		}
	}
	s.Mean = meanWithInfinities(r.mean, s.PosInf, s.NegInf)
	for _, t := range c.Times[from:] {
		if !math.IsInf(t, 0) && (t > s.LastTime || (math.IsNaN(s.LastTime) && !math.IsNaN(t))) {
			s.LastTime = t
		}
	}
}

// emptySummary is the summary of no rows.
func emptySummary() Summary {
	none := Point{Value: math.NaN(), Step: math.NaN(), Row: -1}
	return Summary{First: none, Last: none, Min: none, Max: none, Mean: math.NaN(), LastTime: math.NaN()}
}

// Reset forgets all rows.
func (r *Running) Reset() { *r = Running{} }

// Summary is what Summarize answers for the same rows.
func (r *Running) Summary() Summary {
	if r.s.Count == 0 {
		return emptySummary()
	}
	return r.s
}
