package series

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// How one column of a block is packed: wire format, do not renumber.
const (
	// packAbsent: every value is the canonical NaN. No payload.
	packAbsent = 0
	// packConstant: every value has the same bits. f64.
	packConstant = 1
	// packDelta and packDeltaDelta: every value is an integer of at most 53
	// bits after multiplication by 2^shift. shift byte, then differences (of
	// differences) as zigzag varints, the first against zero; a zero is
	// followed by the number of further zeros as a uvarint.
	packDelta      = 2
	packDeltaDelta = 3
	// packXOR: bits of each value XOR those of the value before, the first
	// against zero. A byte with the number of low zero bytes cut off all of
	// them, then a nibble for each value with the number of bytes kept (low
	// nibble first), then those bytes, lowest first. High zero bytes are cut.
	packXOR = 4
)

const maxShift = 62

// packColumn appends the smallest packing of v to dst.
func packColumn(dst []byte, v []float64) []byte {
	if len(v) == 0 {
		return append(dst, packAbsent)
	}
	first := math.Float64bits(v[0])
	var prev, all uint64
	var kept, changed int
	for _, f := range v {
		b := math.Float64bits(f)
		x := b ^ prev
		prev = b
		all |= x
		if x != 0 {
			changed++
			kept += (bits.Len64(x) + 7) >> 3
		}
	}
	if constant(v, first) {
		if first == absentBits {
			return append(dst, packAbsent)
		}
		return binary.LittleEndian.AppendUint64(append(dst, packConstant), first)
	}
	cut := bits.TrailingZeros64(all) >> 3
	size := 1 + (len(v)+1)/2 + kept - cut*changed
	if shift, ok := integralShift(v); ok {
		delta, deltaDelta := deltaSizes(v, shift)
		if deltaDelta <= delta && deltaDelta <= size {
			return packDeltas(append(dst, packDeltaDelta, byte(shift)), v, shift, true)
		}
		if delta < size {
			return packDeltas(append(dst, packDelta, byte(shift)), v, shift, false)
		}
	}
	return packXORs(append(dst, packXOR), v, cut)
}

func constant(v []float64, first uint64) bool {
	for _, f := range v {
		if math.Float64bits(f) != first {
			return false
		}
	}
	return true
}

// integralShift returns the smallest shift that makes all values integers of
// at most 53 bits. Negative zero, NaN and infinities have no such shift.
func integralShift(v []float64) (int, bool) {
	low, high := 0, 0 // exponents of the lowest and above the highest bit in use
	for _, f := range v {
		b := math.Float64bits(f)
		if b == 0 {
			continue
		}
		exp := int(b >> 52 & 0x7ff)
		if exp == 0 || exp == 0x7ff {
			return 0, false
		}
		exp -= 1023
		lowest := exp - 52 + bits.TrailingZeros64(b|1<<52)
		low, high = min(low, lowest), max(high, exp+1)
		if high-low > 53 || low < -maxShift {
			return 0, false
		}
	}
	return -low, true
}

func power(shift int) float64 { return math.Float64frombits(uint64(1023+shift) << 52) }

func varintSize(u uint64) int { return (bits.Len64(u|1) + 6) / 7 }

// deltaSizes returns the bytes that both orders of differences take, without
// the lengths of runs of zeros beyond one byte each.
func deltaSizes(v []float64, shift int) (delta, deltaDelta int) {
	scale := power(shift)
	var prev, prevDelta int64
	var zero, zeroDelta bool
	for _, f := range v {
		i := int64(f * scale)
		d := i - prev
		dd := d - prevDelta
		prev, prevDelta = i, d
		if d != 0 {
			delta += varintSize(zigzag(d))
		} else if !zero {
			delta += 2
		}
		if dd != 0 {
			deltaDelta += varintSize(zigzag(dd))
		} else if !zeroDelta {
			deltaDelta += 2
		}
		zero, zeroDelta = d == 0, dd == 0
	}
	return delta, deltaDelta
}

func packDeltas(dst []byte, v []float64, shift int, second bool) []byte {
	scale := power(shift)
	var prev, prevDelta int64
	run := 0
	for _, f := range v {
		i := int64(f * scale)
		d := i - prev
		prev = i
		if second {
			d, prevDelta = d-prevDelta, d
		}
		if d == 0 {
			run++
			continue
		}
		if run > 0 {
			dst = binary.AppendUvarint(append(dst, 0), uint64(run-1))
			run = 0
		}
		dst = binary.AppendUvarint(dst, zigzag(d))
	}
	if run > 0 {
		dst = binary.AppendUvarint(append(dst, 0), uint64(run-1))
	}
	return dst
}

func packXORs(dst []byte, v []float64, cut int) []byte {
	dst = append(dst, byte(cut))
	nibbles := len(dst)
	for range (len(v) + 1) / 2 {
		dst = append(dst, 0)
	}
	var prev uint64
	for i, f := range v {
		b := math.Float64bits(f)
		x := (b ^ prev) >> (8 * uint(cut))
		prev = b
		n := (bits.Len64(x) + 7) >> 3
		dst[nibbles+i/2] |= byte(n) << (4 * uint(i&1))
		at := len(dst)
		dst = binary.LittleEndian.AppendUint64(dst, x)[:at+n]
	}
	return dst
}

// unpackColumn reads len(out) values into out.
func unpackColumn(c *cursor, out []float64) {
	switch kind := c.byte(); kind {
	case packAbsent:
		fill(out, math.Float64frombits(absentBits))
	case packConstant:
		fill(out, c.f64())
	case packDelta, packDeltaDelta:
		shift := int(c.byte())
		if shift > maxShift {
			c.fail("scale of a column is out of range")
			return
		}
		if kind == packDelta {
			unpackDeltas(c, out, power(-shift))
		} else {
			unpackDeltaDeltas(c, out, power(-shift))
		}
	case packXOR:
		unpackXORs(c, out)
	default:
		c.fail("a column is packed in an unknown way")
	}
}

func fill(out []float64, v float64) {
	for i := range out {
		out[i] = v
	}
}

// zeroRun returns how many zeros follow a zero, which must fit into left.
func (c *cursor) zeroRun(left int) int {
	run := c.uvarint()
	if run > uint64(left) {
		c.fail("a run of equal differences is longer than the column")
		return 0
	}
	return int(run)
}

func unpackDeltas(c *cursor, out []float64, scale float64) {
	var prev int64
	for i := 0; i < len(out) && c.err == nil; i++ {
		u := c.uvarint()
		prev += unzigzag(u)
		f := float64(prev) * scale
		out[i] = f
		if u == 0 {
			run := c.zeroRun(len(out) - i - 1)
			fill(out[i+1:i+1+run], f)
			i += run
		}
	}
}

func unpackDeltaDeltas(c *cursor, out []float64, scale float64) {
	var prev, delta int64
	for i := 0; i < len(out) && c.err == nil; i++ {
		u := c.uvarint()
		delta += unzigzag(u)
		prev += delta
		out[i] = float64(prev) * scale
		if u == 0 {
			for run := c.zeroRun(len(out) - i - 1); run > 0; run-- {
				i++
				prev += delta
				out[i] = float64(prev) * scale
			}
		}
	}
}

func unpackXORs(c *cursor, out []float64) {
	cut := uint(c.byte())
	if cut > 7 {
		c.fail("too many bytes are cut off a column")
		return
	}
	nibbles := c.bytes((len(out) + 1) / 2)
	if c.err != nil {
		return
	}
	var prev uint64
	b, pos := c.b, c.pos
	for i := range out {
		n := int(nibbles[i/2] >> (4 * uint(i&1)) & 15)
		var x uint64
		if n <= 8 && pos+8 <= len(b) {
			x = binary.LittleEndian.Uint64(b[pos:]) & (1<<(8*uint(n)) - 1)
		} else {
			if n > 8 || pos+n > len(b) {
				c.pos = pos
				c.fail("values of a column are cut short")
				return
			}
			for k := n - 1; k >= 0; k-- {
				x = x<<8 | uint64(b[pos+k])
			}
		}
		pos += n
		prev ^= x << (8 * cut)
		out[i] = math.Float64frombits(prev)
	}
	c.pos = pos
}
