package aim

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// digestOf is a digest of a column, bit for bit.
func digestOf(column []float64) [sha256.Size]byte {
	var data []byte
	for _, f := range column {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(f))
	}
	return sha256.Sum256(data)
}
