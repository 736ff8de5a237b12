package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// ErrDamagedRecord is wrapped when the bytes of a record cannot be what this
// package wrote.
var ErrDamagedRecord = errors.New("record of the index is damaged")

// castagnoli is never written after it is made.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal appends the checksum of dst[start:].
func seal(dst []byte, start int) []byte {
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// unseal verifies the checksum at the end of a record and returns what is
// before it.
func unseal(record []byte) ([]byte, error) {
	if len(record) < 4 {
		return nil, fmt.Errorf("%w: %d bytes", ErrDamagedRecord, len(record))
	}
	body := record[: len(record)-4 : len(record)-4]
	if binary.LittleEndian.Uint32(record[len(body):]) != crc32.Checksum(body, castagnoli) {
		return nil, fmt.Errorf("%w: checksum of %d bytes does not match", ErrDamagedRecord, len(record))
	}
	return body, nil
}

func appendString[T string | []byte | Fingerprint](dst []byte, s T) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendFloat(dst []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
}

func appendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func appendOptionalFloat(dst []byte, v *float64) []byte {
	if v == nil {
		return append(dst, 0)
	}
	return appendFloat(append(dst, 1), *v)
}

func appendOptionalString(dst []byte, v *string) []byte {
	if v == nil {
		return append(dst, 0)
	}
	return appendString(append(dst, 1), *v)
}

// decoder reads a record. After the first failure every read returns zero and
// the failure stays in err.
type decoder struct {
	b   []byte
	pos int
	err error
	// names keeps one copy of strings that occur in many records. May be nil.
	names map[string]string
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: byte %d of %d: %s", ErrDamagedRecord, d.pos, len(d.b), what)
	}
}

func (d *decoder) take(n int) []byte {
	if d.err != nil || n < 0 || len(d.b)-d.pos < n {
		d.fail("bytes are missing")
		return nil
	}
	v := d.b[d.pos : d.pos+n : d.pos+n]
	d.pos += n
	return v
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) bool() bool {
	v := d.byte()
	if v > 1 {
		d.fail("a truth value is neither 0 nor 1")
	}
	return v == 1
}

func (d *decoder) uvarint() uint64 {
	if d.err != nil {
		return 0
	}
	v, n := binary.Uvarint(d.b[d.pos:])
	if n <= 0 {
		d.fail("a number is cut short or too long")
		return 0
	}
	d.pos += n
	return v
}

func (d *decoder) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func appendVarint(dst []byte, v int64) []byte { return binary.AppendVarint(dst, v) }

// number reads a count that is kept as an int.
func (d *decoder) number() int {
	v := d.uvarint()
	if v > math.MaxInt64/2 {
		d.fail("a count is out of range")
		return 0
	}
	return int(v)
}

// count reads the number of things of which each takes at least size bytes.
func (d *decoder) count(size int) int {
	v := d.uvarint()
	if v > uint64((len(d.b)-d.pos)/size) {
		d.fail("a count is larger than the bytes left")
		return 0
	}
	return int(v)
}

func (d *decoder) float() float64 {
	if b := d.take(8); b != nil {
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	return 0
}

// bytes returns a slice of the record, nil if it is empty.
func (d *decoder) bytes() []byte {
	if n := d.count(1); n > 0 {
		return d.take(n)
	}
	return nil
}

func (d *decoder) string() string { return string(d.bytes()) }

// name is string for what occurs in many records.
func (d *decoder) name() string {
	b := d.bytes()
	if d.names == nil {
		return string(b)
	}
	s, ok := d.names[string(b)]
	if !ok {
		s = string(b)
		d.names[s] = s
	}
	return s
}

func (d *decoder) optionalFloat() *float64 {
	if !d.bool() {
		return nil
	}
	v := d.float()
	return &v
}

func (d *decoder) optionalString() *string {
	if !d.bool() {
		return nil
	}
	s := d.string()
	return &s
}

// end fails if bytes are left over.
func (d *decoder) end() error {
	if d.err == nil && d.pos < len(d.b) {
		d.fail("bytes are left over")
	}
	return d.err
}

// SealValue returns a copy of a named value with its checksum.
func SealValue(value []byte) []byte {
	return seal(append(make([]byte, 0, len(value)+4), value...), 0)
}

// OpenValue verifies the checksum of a named value and returns the value,
// which shares the memory of sealed.
func OpenValue(sealed []byte) ([]byte, error) { return unseal(sealed) }
