package sst

import (
	"encoding/binary"
	"math/bits"

	"github.com/cespare/xxhash/v2"
	"github.com/zeebo/xxh3"

	"aimdesk/backend/rocks/internal/base"
)

// checksumType is the wire value of the algorithm that guards a table's blocks.
type checksumType uint8

const (
	checksumNone   checksumType = 0
	checksumCRC32C checksumType = 1
	checksumXXH32  checksumType = 2
	checksumXXH64  checksumType = 3
	checksumXXH3   checksumType = 4
)

// xxh3LastByte spreads the last byte over the XXH3 checksum, which covers only
// the bytes before it.
const xxh3LastByte = 0x6b9083d9

// sum returns the stored form of the checksum over data: a block with the
// compression type that follows it, or a footer.
func (t checksumType) sum(data []byte) uint32 {
	switch t {
	case checksumCRC32C:
		return base.MaskCRC(base.CRC(0, data))
	case checksumXXH32:
		return xxh32(data)
	case checksumXXH64:
		return uint32(xxhash.Sum64(data))
	case checksumXXH3:
		if n := len(data) - 1; n >= 0 {
			return uint32(xxh3.Hash(data[:n])) ^ uint32(data[n])*xxh3LastByte
		}
	}
	return 0
}

// Primes of XXH32.
const (
	prime32x1 = 2654435761
	prime32x2 = 2246822519
	prime32x3 = 3266489917
	prime32x4 = 668265263
	prime32x5 = 374761393
)

// xxh32 is the 32-bit xxHash of b with seed 0.
func xxh32(b []byte) uint32 {
	n := uint32(len(b))
	var h uint32
	if len(b) >= 16 {
		p1, p2 := uint32(prime32x1), uint32(prime32x2)
		v := [4]uint32{p1 + p2, p2, 0, -p1}
		for ; len(b) >= 16; b = b[16:] {
			for i := range v {
				v[i] = bits.RotateLeft32(v[i]+binary.LittleEndian.Uint32(b[4*i:])*prime32x2, 13) * prime32x1
			}
		}
		h = bits.RotateLeft32(v[0], 1) + bits.RotateLeft32(v[1], 7) + bits.RotateLeft32(v[2], 12) + bits.RotateLeft32(v[3], 18)
	} else {
		h = prime32x5
	}
	h += n
	for ; len(b) >= 4; b = b[4:] {
		h = bits.RotateLeft32(h+binary.LittleEndian.Uint32(b)*prime32x3, 17) * prime32x4
	}
	for _, c := range b {
		h = bits.RotateLeft32(h+uint32(c)*prime32x5, 11) * prime32x1
	}
	h = (h ^ h>>15) * prime32x2
	h = (h ^ h>>13) * prime32x3
	return h ^ h>>16
}
