package sst

import (
	"bytes"
	"encoding/binary"
	"errors"

	"aimdesk/backend/rocks/internal/base"
)

// Wire format: the word that ends a block.
const (
	hashIndexBit     = 1 << 31
	maxHashIndexSize = 1 << 16 // larger blocks never carry hash buckets
)

var (
	errBlockTail  = errors.New("restart array does not fit the block")
	errBlockEntry = errors.New("malformed block entry")
)

// block is the content of a decompressed block.
type block struct {
	entries  []byte
	restarts []byte // 4 bytes each
}

// parseBlock splits a block into entries and restart array; hash buckets are
// dropped, as binary search finds the same entries.
func parseBlock(data []byte) (block, error) {
	if len(data) < 4 {
		return block{}, errBlockTail
	}
	n := uint64(binary.LittleEndian.Uint32(data[len(data)-4:]))
	body := data[:len(data)-4]
	if len(data) <= maxHashIndexSize && n&hashIndexBit != 0 {
		n &^= hashIndexBit
		if len(body) < 2 {
			return block{}, errBlockTail
		}
		buckets := int(binary.LittleEndian.Uint16(body[len(body)-2:]))
		if len(body)-2 < buckets {
			return block{}, errBlockTail
		}
		body = body[:len(body)-2-buckets]
	}
	if n*4 > uint64(len(body)) {
		return block{}, errBlockTail
	}
	split := len(body) - int(n)*4
	b := block{entries: body[:split:split], restarts: body[split:]}
	if n == 0 && split > 0 {
		return block{}, errBlockTail
	}
	return b, nil
}

func (b *block) numRestarts() int { return len(b.restarts) / 4 }

func (b *block) restart(i int) int {
	return int(binary.LittleEndian.Uint32(b.restarts[4*i:]))
}

// blockIter walks over the entries of a block. key is rebuilt in a buffer that
// the iterator keeps; value aliases the block.
type blockIter struct {
	block
	pos    int // of the next entry
	shared int // bytes that key shares with the entry before
	key    []byte
	value  []byte
	valid  bool
	err    error
}

func (it *blockIter) reset(b block) {
	*it = blockIter{block: b, key: it.key[:0]}
}

// next moves to the entry at pos.
func (it *blockIter) next() bool {
	p := it.entries[min(it.pos, len(it.entries)):]
	if len(p) == 0 || it.err != nil {
		it.valid = false
		return false
	}
	var shared, unshared, vlen, n int
	if len(p) >= 3 && p[0]|p[1]|p[2] < 0x80 {
		shared, unshared, vlen, n = int(p[0]), int(p[1]), int(p[2]), 3
	} else {
		c := base.NewCursor(p)
		shared, unshared, vlen = int(c.Uvarint32()), int(c.Uvarint32()), int(c.Uvarint32())
		if c.Bad() {
			return it.fail()
		}
		n = c.Offset()
	}
	p = p[n:]
	if shared > len(it.key) || unshared > len(p) || vlen > len(p)-unshared {
		return it.fail()
	}
	it.key = append(it.key[:shared], p[:unshared]...)
	it.value = p[unshared : unshared+vlen : unshared+vlen]
	it.pos += n + unshared + vlen
	it.shared = shared
	it.valid = true
	return true
}

func (it *blockIter) fail() bool {
	it.err, it.valid = errBlockEntry, false
	return false
}

// seekRestart moves before the entry of restart point i.
func (it *blockIter) seekRestart(i int) bool {
	it.key = it.key[:0]
	it.pos = it.restart(i)
	if it.pos > len(it.entries) {
		return it.fail()
	}
	return true
}

// restartKey is the full key stored at restart point i; nil if it is malformed.
func (b *block) restartKey(i int) []byte {
	off := b.restart(i)
	if off >= len(b.entries) {
		return nil
	}
	c := base.NewCursor(b.entries[off:])
	shared, unshared := c.Uvarint32(), c.Uvarint32()
	c.Uvarint32()
	key := c.Bytes(uint64(unshared))
	if c.Bad() || shared != 0 {
		return nil
	}
	return key
}

// seekGE moves to the first entry whose user key, the entry's key less suffix
// bytes, is at or after user.
func (it *blockIter) seekGE(user []byte, suffix int) bool {
	lo, hi := 0, it.numRestarts() // the entry lies at or after restart lo
	for hi-lo > 1 {
		mid := int(uint(lo+hi) / 2)
		k := it.restartKey(mid)
		if len(k) < suffix {
			return it.fail()
		}
		if bytes.Compare(k[:len(k)-suffix], user) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	if hi == 0 {
		it.valid = false
		return false
	}
	if !it.seekRestart(lo) {
		return false
	}
	return it.advanceGE(user, suffix)
}

// advanceGE moves forward to the first entry at or after user.
func (it *blockIter) advanceGE(user []byte, suffix int) bool {
	for it.next() {
		if len(it.key) < suffix {
			return it.fail()
		}
		if bytes.Compare(it.key[:len(it.key)-suffix], user) >= 0 {
			return true
		}
	}
	return false
}
