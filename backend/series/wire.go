package series

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// The message that carries lines to the page, described in
// docs/format/series-wire.md. All numbers are little-endian; every float is
// 8-byte aligned from the start of the message.
const (
	wireMagic       = "AIMS"
	wireVersion     = 1
	wireHeaderBytes = 16
	wireLineBytes   = 88
	wirePointBytes  = 2 * 8
)

// ErrWire is wrapped by every error about a message that is not one.
var ErrWire = errors.New("not a message of lines")

// WireSize returns the bytes that AppendWire will append for lines.
func WireSize(lines []Line) int {
	size := wireHeaderBytes
	for i := range lines {
		size += wireLineBytes + wireBody(lines[i].Mode, lines[i].Len())
	}
	return size
}

func wireBody(mode Mode, n int) int {
	if mode == ModeBins {
		return n*6*8 + (n+7)/8*8
	}
	return n * wirePointBytes
}

// AppendWire appends the message of lines to dst, which must be empty or end
// at a multiple of 8 bytes. The columns of each line must be of equal length.
func AppendWire(dst []byte, lines []Line) ([]byte, error) {
	if uint64(len(lines)) > math.MaxUint32 {
		return dst, fmt.Errorf("encode lines: %d lines", len(lines))
	}
	for i := range lines {
		if err := lines[i].check(); err != nil {
			return dst, fmt.Errorf("encode lines: line %d: %w", i, err)
		}
	}
	dst = append(dst, wireMagic...)
	dst = binary.LittleEndian.AppendUint16(dst, wireVersion)
	dst = binary.LittleEndian.AppendUint16(dst, 0)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(lines)))
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	for i := range lines {
		dst = lines[i].appendWire(dst)
	}
	return dst, nil
}

func (l *Line) check() error {
	n := len(l.X)
	if uint64(n) > math.MaxUint32 {
		return fmt.Errorf("%d points", n)
	}
	switch l.Mode {
	case ModePoints:
		if len(l.Y) != n {
			return fmt.Errorf("%d x, %d y", n, len(l.Y))
		}
	case ModeBins:
		for _, column := range l.binColumns() {
			if len(column) != n {
				return fmt.Errorf("columns of bins differ in length: %d and %d", n, len(column))
			}
		}
		if len(l.Flags) != n {
			return fmt.Errorf("%d bins, %d flags", n, len(l.Flags))
		}
	default:
		return fmt.Errorf("unknown mode %d", l.Mode)
	}
	return nil
}

func (l *Line) binColumns() [][]float64 {
	return [][]float64{l.X, l.XLast, l.First, l.Min, l.Max, l.Last}
}

func (l *Line) numbers() []*float64 {
	return []*float64{&l.Total, &l.InRange, &l.NaN, &l.PosInf, &l.NegInf, &l.XMin, &l.XMax, &l.YMin, &l.YMax}
}

func (l *Line) appendWire(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, l.Index)
	dst = append(dst, byte(l.Mode), byte(l.Layer))
	dst = binary.LittleEndian.AppendUint16(dst, uint16(l.Status))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(l.X)))
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	for _, v := range l.numbers() {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(*v))
	}
	if l.Mode == ModePoints {
		return appendFloats(appendFloats(dst, l.X), l.Y)
	}
	for _, column := range l.binColumns() {
		dst = appendFloats(dst, column)
	}
	dst = append(dst, l.Flags...)
	return append(dst, make([]byte, -len(l.Flags)&7)...)
}

func appendFloats(dst []byte, v []float64) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, 8*len(v))...)
	for i, f := range v {
		binary.LittleEndian.PutUint64(dst[at+8*i:], math.Float64bits(f))
	}
	return dst
}

// DecodeWire reads a message. It is strict: what AppendWire does not write is
// an error.
func DecodeWire(message []byte) ([]Line, error) {
	cur := &cursor{b: message}
	lines, err := decodeWire(cur)
	if err == nil {
		err = cur.err
	}
	if err != nil {
		return nil, fmt.Errorf("decode lines: %w: %w", ErrWire, err)
	}
	return lines, nil
}

func decodeWire(cur *cursor) ([]Line, error) {
	if magic := cur.bytes(4); cur.err == nil && string(magic) != wireMagic {
		return nil, fmt.Errorf("it starts with %q", magic)
	}
	if kind := cur.u32(); cur.err == nil && kind != wireVersion {
		return nil, fmt.Errorf("version and flags are %#x", kind)
	}
	count, reserved := cur.u32(), cur.u32()
	if cur.err != nil {
		return nil, cur.err
	}
	if reserved != 0 || uint64(count)*wireLineBytes > uint64(cur.left()) {
		return nil, fmt.Errorf("%d lines in %d bytes, reserved is %d", count, cur.left(), reserved)
	}
	lines := make([]Line, count)
	for i := range lines {
		if err := lines[i].decodeWire(cur); err != nil {
			return nil, fmt.Errorf("line %d: %w", i, err)
		}
	}
	if cur.left() > 0 {
		return nil, fmt.Errorf("%d bytes are left over", cur.left())
	}
	return lines, nil
}

func (l *Line) decodeWire(cur *cursor) error {
	l.Index = cur.u32()
	kind := cur.u32()
	l.Mode, l.Layer, l.Status = Mode(kind), Layer(kind>>8), Status(kind>>16)
	n, reserved := cur.u32(), cur.u32()
	for _, v := range l.numbers() {
		*v = cur.f64()
	}
	if cur.err != nil {
		return cur.err
	}
	if l.Mode > ModeBins || reserved != 0 {
		return fmt.Errorf("mode is %d, reserved %d", l.Mode, reserved)
	}
	if uint64(n)*wirePointBytes > uint64(cur.left()) || wireBody(l.Mode, int(n)) > cur.left() {
		return fmt.Errorf("%d points in %d bytes", n, cur.left())
	}
	if l.Mode == ModePoints {
		l.X, l.Y = cur.floats(int(n)), cur.floats(int(n))
		return cur.err
	}
	for _, column := range []*[]float64{&l.X, &l.XLast, &l.First, &l.Min, &l.Max, &l.Last} {
		*column = cur.floats(int(n))
	}
	l.Flags = append([]uint8(nil), cur.bytes(int(n))...)
	for _, b := range cur.bytes(-int(n) & 7) {
		if b != 0 {
			return errors.New("padding is not zero")
		}
	}
	return cur.err
}

func (c *cursor) floats(n int) []float64 {
	b := c.bytes(8 * n)
	if len(b) == 0 {
		return nil
	}
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return v
}
