package base

import "hash/crc32"

const maskDelta = 0xa282ead8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// CRC extends crc, 0 at the start, by the CRC-32C of data.
func CRC(crc uint32, data []byte) uint32 { return crc32.Update(crc, castagnoli, data) }

// MaskCRC turns a CRC into the form in which RocksDB stores it next to the
// bytes it covers.
func MaskCRC(crc uint32) uint32 { return (crc>>15 | crc<<17) + maskDelta }
