package cellscan

import (
	"encoding/binary"
	"hash/crc32"
)

// Wire format of blocks; see docs/format/rocksdb-table.md.
const (
	trailerLen  = 5 // compression type, checksum
	typeStored  = 0
	typeSnappy  = 1
	maskDelta   = 0xa282ead8
	restartLen  = 4
	internalLen = 8 // sequence number and kind behind a user key
	kindPut     = 1
	kindRange   = 15

	// maxBlock bounds a decompressed block.
	maxBlock = 64 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// handle locates a block; size excludes the trailer.
type handle struct{ offset, size uint64 }

// end is the offset behind the block and its trailer.
func (h handle) end() uint64 { return h.offset + h.size + trailerLen }

func takeHandle(b []byte) (h handle, rest []byte, ok bool) {
	off, w := binary.Uvarint(b)
	if w <= 0 {
		return h, nil, false
	}
	size, w2 := binary.Uvarint(b[w:])
	if w2 <= 0 {
		return h, nil, false
	}
	return handle{off, size}, b[w+w2:], true
}

// openBlock verifies a stored block with its trailer and returns its content:
// either part of raw, or in buf, which may have been replaced.
func openBlock(raw []byte, buf *[]byte) ([]byte, error) {
	n := len(raw) - trailerLen
	if n < 0 {
		return nil, irregular("a block without a trailer")
	}
	crc := crc32.Update(0, castagnoli, raw[:n+1])
	if (crc>>15|crc<<17)+maskDelta != binary.LittleEndian.Uint32(raw[n+1:]) {
		return nil, irregular("a block's checksum")
	}
	switch raw[n] {
	case typeStored:
		return raw[:n], nil
	case typeSnappy:
		size, elements, ok := snappyLen(raw[:n])
		if !ok {
			return nil, irregular("a block's size")
		}
		if cap(*buf) < size+wordSlack {
			*buf = make([]byte, size+size/4+wordSlack)
		}
		if !snappyDecode((*buf)[:cap(*buf)], elements, size) {
			return nil, irregular("a block's compression")
		}
		return (*buf)[:size], nil
	}
	return nil, irregular("compression type %d", raw[n])
}

// entries walks over a block.
type entries struct {
	data   []byte // what is left of the entries
	key    []byte // in the block where the entry has it whole, else in buf
	buf    []byte
	value  []byte
	shared int // bytes of key that are those of the entry before
	inBuf  bool
	deltas bool
	bad    bool
}

// reset makes e walk over block. deltas says that entries have no value length:
// the values follow, and the caller cuts them off data.
func (e *entries) reset(block []byte, deltas bool) error {
	if len(block) < restartLen {
		return irregular("a block without restarts")
	}
	n := uint64(binary.LittleEndian.Uint32(block[len(block)-restartLen:]))
	tail := n*restartLen + restartLen // a hash index sets the top bit: too large
	if tail > uint64(len(block)) {
		return irregular("a block's restarts")
	}
	e.data, e.key, e.value, e.deltas, e.bad = block[:uint64(len(block))-tail], nil, nil, deltas, false
	e.inBuf = false
	return nil
}

// next moves to the next entry.
func (e *entries) next() bool {
	d := e.data
	if len(d) == 0 || e.bad {
		return false
	}
	var shared, unshared, size uint64
	if len(d) > 3 && d[0]|d[1]|d[2] < 0x80 {
		shared, unshared = uint64(d[0]), uint64(d[1])
		if e.deltas {
			d = d[2:]
		} else {
			size, d = uint64(d[2]), d[3:]
		}
	} else {
		var ok [3]bool
		shared, d, ok[0] = uvarint(d)
		unshared, d, ok[1] = uvarint(d)
		ok[2] = true
		if !e.deltas {
			size, d, ok[2] = uvarint(d)
		}
		if !ok[0] || !ok[1] || !ok[2] {
			return e.fail()
		}
	}
	if shared > uint64(len(e.key)) || unshared > uint64(len(d)) || size > uint64(len(d))-unshared {
		return e.fail()
	}
	if shared == 0 {
		e.key = d[:unshared:unshared]
	} else {
		if !e.inBuf {
			e.buf = append(e.buf[:0], e.key[:shared]...)
		}
		e.buf = append(e.buf[:shared], d[:unshared]...)
		e.key = e.buf
	}
	e.inBuf = shared > 0
	e.shared = int(shared)
	d = d[unshared:]
	e.value, e.data = d[:size], d[size:]
	return true
}

func (e *entries) fail() bool {
	e.bad = true
	return false
}

// done returns an error if the walk ended before the block did.
func (e *entries) done() error {
	if e.bad {
		return irregular("a malformed block")
	}
	return nil
}

func uvarint(b []byte) (uint64, []byte, bool) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > maxBlock {
		return 0, nil, false
	}
	return n, b[w:], true
}
