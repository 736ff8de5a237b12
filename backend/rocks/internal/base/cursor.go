package base

import "encoding/binary"

// Cursor reads RocksDB's primitive encodings from a byte slice. The first
// failure sticks: later reads yield zero values, and Bad reports it. No read
// allocates, so a hostile length costs nothing.
type Cursor struct {
	buf  []byte
	size int
	bad  bool
}

// NewCursor returns a cursor over buf, which it aliases.
func NewCursor(buf []byte) Cursor { return Cursor{buf: buf, size: len(buf)} }

// Bad reports whether a read went past the end or met an overlong integer.
func (c *Cursor) Bad() bool { return c.bad }

// Len is how many bytes are left.
func (c *Cursor) Len() int { return len(c.buf) }

// Offset is how many bytes have been read.
func (c *Cursor) Offset() int { return c.size - len(c.buf) }

func (c *Cursor) fail() { c.bad, c.buf = true, nil }

// Uvarint64 reads a varint of at most 64 bits.
func (c *Cursor) Uvarint64() uint64 {
	v, n := binary.Uvarint(c.buf)
	if n <= 0 {
		c.fail()
		return 0
	}
	c.buf = c.buf[n:]
	return v
}

// Uvarint32 reads a varint that must fit 32 bits.
func (c *Cursor) Uvarint32() uint32 {
	v := c.Uvarint64()
	if v > 1<<32-1 {
		c.fail()
		return 0
	}
	return uint32(v)
}

// Varsint64 reads a zigzag-encoded signed varint.
func (c *Cursor) Varsint64() int64 {
	u := c.Uvarint64()
	return int64(u>>1) ^ -int64(u&1)
}

// Fixed32 reads 4 bytes, little-endian.
func (c *Cursor) Fixed32() uint32 {
	if b := c.Bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// Fixed64 reads 8 bytes, little-endian.
func (c *Cursor) Fixed64() uint64 {
	if b := c.Bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Byte reads one byte.
func (c *Cursor) Byte() byte {
	if len(c.buf) == 0 {
		c.fail()
		return 0
	}
	b := c.buf[0]
	c.buf = c.buf[1:]
	return b
}

// Bytes reads n bytes, which alias the buffer.
func (c *Cursor) Bytes(n uint64) []byte {
	if n > uint64(len(c.buf)) {
		c.fail()
		return nil
	}
	b := c.buf[:n:n]
	c.buf = c.buf[n:]
	return b
}

// Slice reads a varint length and that many bytes, which alias the buffer.
func (c *Cursor) Slice() []byte { return c.Bytes(uint64(c.Uvarint32())) }
