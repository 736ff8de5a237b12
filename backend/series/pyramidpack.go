package series

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
)

const (
	pyramidVersion = 1
	// maxPyramidRows bounds what a damaged pyramid can claim to stand for.
	maxPyramidRows = 1 << 34
)

// Pack appends the packed pyramid to dst. Only the lowest level is kept, the
// others follow from it.
//
//	pyramid = version u8 | rows uvarint | axes u8 (bit i: axis i is known) | origin f64
//	          | block … (one for every 4096 bins) | CRC-32C of all that, u32
//	block   = first | min | max | last | NaN | +Inf | -Inf | gap flags (1 before, 2 after) | first and last x of each known axis
//
// Every part of a block is a column packed as those of a chunk are.
func (p *Pyramid) Pack(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, pyramidVersion)
	dst = binary.AppendUvarint(dst, uint64(p.count))
	known := byte(0)
	for i := range p.axes {
		if p.axes[i].known() {
			known |= 1 << i
		}
	}
	dst = append(dst, known)
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(p.origin))
	base := p.levels[0]
	var column [ChunkRows]float64
	for at := 0; at < len(base); at += ChunkRows {
		bins := base[at:min(at+ChunkRows, len(base))]
		for part := range binParts {
			for i := range bins {
				column[i] = bins[i].part(part)
			}
			dst = packColumn(dst, column[:len(bins)])
		}
		for i := range p.axes {
			if a := &p.axes[i]; a.known() {
				dst = packColumn(dst, a.first[at:at+len(bins)])
				dst = packColumn(dst, a.last[at:at+len(bins)])
			}
		}
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

const binParts = 8

func (b *Bin) part(i int) float64 {
	switch i {
	case 0:
		return b.First
	case 1:
		return b.Min
	case 2:
		return b.Max
	case 3:
		return b.Last
	case 4:
		return float64(b.NaN)
	case 5:
		return float64(b.PosInf)
	case 6:
		return float64(b.NegInf)
	}
	flags := 0.0
	if b.GapBefore {
		flags++
	}
	if b.GapAfter {
		flags += 2
	}
	return flags
}

// setPart reports whether all numbers can be what part returned.
func setPart(bins []Bin, i int, column []float64) bool {
	switch i {
	case 0:
		for k := range bins {
			bins[k].First = column[k]
		}
	case 1:
		for k := range bins {
			bins[k].Min = column[k]
		}
	case 2:
		for k := range bins {
			bins[k].Max = column[k]
		}
	case 3:
		for k := range bins {
			bins[k].Last = column[k]
		}
	case 4, 5, 6:
		for k, v := range column {
			if !(v >= 0 && v <= pyramidBase) || v != math.Trunc(v) {
				return false
			}
			*[]*uint32{&bins[k].NaN, &bins[k].PosInf, &bins[k].NegInf}[i-4] = uint32(v)
		}
	default:
		for k, v := range column {
			if v != 0 && v != 1 && v != 2 && v != 3 {
				return false
			}
			bins[k].GapBefore, bins[k].GapAfter = int(v)&1 != 0, int(v)&2 != 0
			bins[k].filled = true
		}
	}
	return true
}

// UnpackPyramid reads a packed pyramid after verifying its checksum.
func UnpackPyramid(packed []byte) (*Pyramid, error) {
	p, err := unpackPyramid(packed)
	if err != nil {
		return nil, fmt.Errorf("unpack pyramid: %w", err)
	}
	return p, nil
}

func unpackPyramid(packed []byte) (*Pyramid, error) {
	if len(packed) < 4 {
		return nil, damaged("pyramid of %d bytes", len(packed))
	}
	body := packed[:len(packed)-4]
	if sum := binary.LittleEndian.Uint32(packed[len(body):]); sum != crc32.Checksum(body, castagnoli) {
		return nil, damaged("checksum of a pyramid of %d bytes does not match", len(packed))
	}
	cur := &cursor{b: body}
	if version := cur.byte(); cur.err == nil && version != pyramidVersion {
		return nil, damaged("pyramid version %d", version)
	}
	rows := cur.uvarint()
	known := cur.byte()
	origin := cur.f64()
	if cur.err != nil {
		return nil, cur.err
	}
	if rows <= PyramidMinRows || rows > maxPyramidRows || known >= 1<<pyramidAxes {
		return nil, damaged("pyramid of %d rows and axes %#x", rows, known)
	}
	p := &Pyramid{count: int(rows), origin: origin}
	bins := (p.count + pyramidBase - 1) / pyramidBase
	var base []Bin
	for len(base) < bins {
		// A block takes a byte a part at least, so memory stays within a
		// multiple of the bytes that are there.
		n := min(ChunkRows, bins-len(base))
		var err error
		if base, err = p.unpackBlock(cur, base, n, known); err != nil {
			return nil, err
		}
	}
	if cur.left() > 0 {
		return nil, damaged("%d bytes are left over after a pyramid", cur.left())
	}
	for i := range p.axes {
		if a := &p.axes[i]; a.known() && !a.ordered() {
			return nil, damaged("axis %d of a pyramid is out of order", i)
		}
	}
	p.stack(base)
	return p, nil
}

func (p *Pyramid) unpackBlock(cur *cursor, base []Bin, n int, known byte) ([]Bin, error) {
	var column [ChunkRows]float64
	at := len(base)
	base = append(base, make([]Bin, n)...)
	for part := range binParts {
		unpackColumn(cur, column[:n])
		if cur.err == nil && !setPart(base[at:], part, column[:n]) {
			cur.fail("a count or a flag of a bin is out of range")
		}
	}
	for i := range p.axes {
		if known>>i&1 == 0 {
			continue
		}
		a := &p.axes[i]
		unpackColumn(cur, column[:n])
		a.first = append(a.first, column[:n]...)
		unpackColumn(cur, column[:n])
		a.last = append(a.last, column[:n]...)
	}
	return base, cur.err
}

// ordered reports whether x never falls from bin to bin.
func (a *pyramidAxis) ordered() bool {
	prev := math.Inf(-1)
	for i := range a.first {
		if !(a.first[i] >= prev && a.last[i] >= a.first[i]) || !finite(a.first[i]) || !finite(a.last[i]) {
			return false
		}
		prev = a.last[i]
	}
	return true
}
