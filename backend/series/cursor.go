package series

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrDamaged is wrapped by every error about packed bytes that cannot be what
// this package wrote.
var ErrDamaged = errors.New("packed series is damaged")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// cursor reads packed bytes. After the first failure every read returns zero
// and the failure stays in err.
type cursor struct {
	b   []byte
	pos int
	err error
}

func (c *cursor) left() int { return len(c.b) - c.pos }

func (c *cursor) fail(what string) {
	if c.err == nil {
		c.err = damaged("byte %d of %d: %s", c.pos, len(c.b), what)
	}
}

func (c *cursor) byte() byte {
	if c.err != nil || c.left() < 1 {
		c.fail("a byte is missing")
		return 0
	}
	v := c.b[c.pos]
	c.pos++
	return v
}

// bytes returns the next n bytes without copying them.
func (c *cursor) bytes(n int) []byte {
	if c.err != nil || n < 0 || c.left() < n {
		c.fail("bytes are missing")
		return nil
	}
	v := c.b[c.pos : c.pos+n : c.pos+n]
	c.pos += n
	return v
}

func (c *cursor) u32() uint32 {
	if b := c.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (c *cursor) f64() float64 { return math.Float64frombits(c.u64()) }

func (c *cursor) uvarint() uint64 {
	if c.err == nil && c.pos < len(c.b) {
		if b := c.b[c.pos]; b < 0x80 {
			c.pos++
			return uint64(b)
		}
	}
	return c.uvarintSlow()
}

func (c *cursor) uvarintSlow() uint64 {
	if c.err != nil {
		return 0
	}
	v, n := binary.Uvarint(c.b[c.pos:])
	if n <= 0 {
		c.fail("a number is cut short or too long")
		return 0
	}
	c.pos += n
	return v
}

func (c *cursor) varint() int64 { return unzigzag(c.uvarint()) }

// count reads a number of things of which each takes at least size bytes.
func (c *cursor) count(size int) int {
	v := c.uvarint()
	if v > uint64(c.left()/max(size, 1)) {
		c.fail("a count is larger than the bytes left")
		return 0
	}
	return int(v)
}

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
