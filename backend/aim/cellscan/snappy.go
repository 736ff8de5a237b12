package cellscan

import "encoding/binary"

// Snappy's format (public description, "format_description.txt"): the length of
// the content as a varint, then elements, whose first byte's low two bits are
//
//	0  literal: length-1 in the upper six bits, or in 1 to 4 more bytes
//	1  copy of 4 to 11 bytes from up to 2 KiB back
//	2  copy of 1 to 64 bytes from up to 64 KiB back
//	3  copy of 1 to 64 bytes from anywhere back
//
// Only package rocks depends on a library for compression. Decoding is short
// enough to be here, for buffers that have room for copying in words.

// wordSlack is how much longer than the content a buffer should be, so that
// short pieces can be copied as two words.
const wordSlack = 16

// snappyLen returns the length of the content, and the elements.
func snappyLen(src []byte) (n int, elements []byte, ok bool) {
	size, w := binary.Uvarint(src)
	if w <= 0 || size > maxBlock {
		return 0, nil, false
	}
	return int(size), src[w:], true
}

// snappyDecode decodes elements into dst, which may be longer than n, the
// length of the content: what lies beyond is overwritten. It reports whether
// the elements make up exactly n bytes.
func snappyDecode(dst, src []byte, n int) bool {
	d, s := 0, 0
	for s < len(src) {
		tag := src[s]
		if tag&3 == 0 {
			length, at, ok := literal(src, s)
			if !ok || length > n-d || length > len(src)-at {
				return false
			}
			if length <= 16 && len(src)-at >= 16 && len(dst)-d >= 16 {
				copyWords(dst[d:d+16], src[at:at+16])
			} else {
				copy(dst[d:d+length], src[at:])
			}
			d, s = d+length, at+length
			continue
		}
		var length, offset int
		switch left := len(src) - s; {
		case tag&3 == 1 && left >= 2:
			length, offset = 4+int(tag>>2&7), int(tag&0xe0)<<3|int(src[s+1])
			s += 2
		case tag&3 == 2 && left >= 3:
			length, offset = 1+int(tag>>2), int(binary.LittleEndian.Uint16(src[s+1:]))
			s += 3
		case tag&3 == 3 && left >= 5:
			length, offset = 1+int(tag>>2), int(binary.LittleEndian.Uint32(src[s+1:]))
			s += 5
		default:
			return false
		}
		if offset <= 0 || offset > d || length > n-d {
			return false
		}
		from := d - offset
		switch {
		case offset >= 8 && length <= 16 && len(dst)-d >= 16:
			// Word by word: the second may read what the first has written.
			copyWords(dst[d:d+16], dst[from:from+16])
		case offset >= length:
			copy(dst[d:d+length], dst[from:])
		default:
			for i := range length { // repeats itself
				dst[d+i] = dst[from+i]
			}
		}
		d += length
	}
	return d == n
}

// literal returns the length of a literal and where its bytes are.
func literal(src []byte, s int) (length, at int, ok bool) {
	x := uint32(src[s] >> 2)
	if x < 60 {
		return int(x) + 1, s + 1, true
	}
	more := int(x) - 59
	if len(src)-s-1 < more {
		return 0, 0, false
	}
	var size uint64
	for i := range more {
		size |= uint64(src[s+1+i]) << (8 * i)
	}
	return int(size) + 1, s + 1 + more, size < maxBlock
}

// copyWords copies 16 bytes as two words, one after the other.
func copyWords(dst, src []byte) {
	binary.LittleEndian.PutUint64(dst, binary.LittleEndian.Uint64(src))
	binary.LittleEndian.PutUint64(dst[8:], binary.LittleEndian.Uint64(src[8:]))
}
