package aim

import (
	"math"
	"math/rand/v2"
	"slices"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/series"
)

// The columns of a series, by number.
const (
	colEpoch = iota
	colStep
	colTime
	colValue
	numColumns
)

// columnNumber is the number of a column by its name, -1 for a strange one.
func columnNumber(name []byte) int {
	switch string(name) {
	case columnEpoch:
		return colEpoch
	case columnStep:
		return colStep
	case columnTime:
		return colTime
	case columnValue:
		return colValue
	}
	return -1
}

// row is one row of a metric. The four cells of a row are written one after the
// other, so that the last row of a live or killed writer may lack some.
type row struct {
	key  uint64             // the row's number in keys
	bits [numColumns]uint64 // of an int or float
	tags [numColumns]uint8  // 1 + tag of package codec; 0: there is no such cell
}

// has reports whether a cell is there and a number.
func (r *row) has(col int) bool {
	return r.tags[col] == 1+codec.TagInt || r.tags[col] == 1+codec.TagFloat
}

// number is a cell as a float; absent if there is no number.
func (r *row) number(col int) float64 {
	switch r.tags[col] {
	case 1 + codec.TagInt:
		return float64(int64(r.bits[col]))
	case 1 + codec.TagFloat:
		f := math.Float64frombits(r.bits[col])
		if series.IsAbsent(f) {
			return math.Float64frombits(pythonNaN)
		}
		return f
	}
	return series.Absent()
}

// pythonNaN is the NaN that Python writes. Go's own is the one for absent
// values, which is not let in from outside.
const pythonNaN = 0x7ff8000000000000

// rowSet joins the columns of one metric by row.
type rowSet struct {
	rows []row
	next int // where the row of the next cell is expected

	// table finds rows by their keys: open addressing, 1 + position in rows.
	// It is made when it is needed: not as long as every new row has the
	// greatest key so far, and all columns have their rows in the same order.
	table  []int32
	mult   uint64
	shift  uint
	hashed bool

	order []int32 // positions of the rows that count, by step
	dense []int32 // by step: 1 + position in rows
}

func (s *rowSet) reset() { s.rows, s.next, s.hashed = s.rows[:0], 0, false }

// set sets one cell.
func (s *rowSet) set(col int, key uint64, tag byte, bits uint64) {
	i := s.next
	switch {
	case i < len(s.rows) && s.rows[i].key == key: // the next row of a column
	case i > 0 && s.rows[i-1].key == key: // another column of the same row
		i--
	default:
		i = s.find(key)
	}
	s.next = i + 1
	r := &s.rows[i]
	r.bits[col], r.tags[col] = bits, 1+tag
}

// find returns the position of a row, which it adds if it is new.
func (s *rowSet) find(key uint64) int {
	n := len(s.rows)
	if !s.hashed {
		if n == 0 || key > s.rows[n-1].key {
			s.rows = append(s.rows, row{key: key})
			return n
		}
		s.rehash(2 * n)
	}
	mask := len(s.table) - 1
	for at := int(key * s.mult >> s.shift); ; at = (at + 1) & mask {
		switch i := int(s.table[at]) - 1; {
		case i < 0:
			s.rows = append(s.rows, row{key: key})
			s.table[at] = int32(n + 1)
			if 2*len(s.rows) > len(s.table) {
				s.rehash(4 * len(s.rows))
			}
			return n
		case s.rows[i].key == key:
			return i
		}
	}
}

// rehash makes the table anew with room for at least n entries.
func (s *rowSet) rehash(n int) {
	size := 16
	s.shift = 60
	for size < n || size < 2*len(s.rows) {
		size *= 2
		s.shift--
	}
	if s.mult == 0 {
		s.mult = rand.Uint64() | 1 // keys from a file must not choose their places
	}
	s.table = slices.Grow(s.table[:0], size)[:size]
	clear(s.table)
	s.hashed = true
	for i := range s.rows {
		at := int(s.rows[i].key * s.mult >> s.shift)
		for s.table[at] != 0 {
			at = (at + 1) & (size - 1)
		}
		s.table[at] = int32(i + 1)
	}
}

// newest is the greatest time of all rows.
func (s *rowSet) newest(note func(float64)) {
	for i := range s.rows {
		if r := &s.rows[i]; r.has(colTime) {
			if t := r.number(colTime); !math.IsNaN(t) {
				note(t)
			}
		}
	}
}

// columns puts the rows that have a step and a value into out, by step,
// negative ones first. In layout 1 the key is the step.
func (s *rowSet) columns(version int, out *series.Columns) {
	if version != versionHashes {
		for i := range s.rows {
			r := &s.rows[i]
			r.bits[colStep], r.tags[colStep] = r.key, 1+codec.TagInt
		}
	}
	sorted := s.orderDense()
	if !sorted {
		s.order = s.order[:0]
		for i := range s.rows {
			if s.rows[i].has(colStep) && s.rows[i].has(colValue) {
				s.order = append(s.order, int32(i))
			}
		}
	}
	out.Reset()
	out.Grow(len(s.order))
	for _, i := range s.order {
		r := &s.rows[i]
		value, epoch, time := r.number(colValue), r.number(colEpoch), r.number(colTime)
		if r.tags[colStep] == 1+codec.TagFloat {
			out.AppendFloat(r.number(colStep), value, epoch, time)
		} else {
			out.Append(int64(r.bits[colStep]), value, epoch, time)
		}
	}
	if !sorted {
		out.SortBySteps()
	}
}

// denseFactor is how many times more steps than rows there may be between the
// smallest and the largest for the rows to be ordered by a table.
const denseFactor = 4

// orderDense orders the rows that count by a table of all steps from the
// smallest to the largest. It reports false if that does not suit them: they
// lie far apart, some are floats, or two are the same.
func (s *rowSet) orderDense() bool {
	s.order = s.order[:0]
	lo, hi, n := int64(math.MaxInt64), int64(math.MinInt64), 0
	for i := range s.rows {
		r := &s.rows[i]
		if !r.has(colStep) || !r.has(colValue) {
			continue
		}
		if r.tags[colStep] != 1+codec.TagInt {
			return false
		}
		step := int64(r.bits[colStep])
		lo, hi = min(lo, step), max(hi, step)
		n++
	}
	if n == 0 {
		return true
	}
	span := uint64(hi) - uint64(lo)
	if span >= uint64(n)*denseFactor {
		return false
	}
	s.dense = slices.Grow(s.dense[:0], int(span)+1)[:span+1]
	clear(s.dense)
	for i := range s.rows {
		r := &s.rows[i]
		if !r.has(colStep) || !r.has(colValue) {
			continue
		}
		slot := &s.dense[r.bits[colStep]-uint64(lo)]
		if *slot != 0 {
			return false
		}
		*slot = int32(i) + 1
	}
	for _, slot := range s.dense {
		if slot != 0 {
			s.order = append(s.order, slot-1)
		}
	}
	return true
}
