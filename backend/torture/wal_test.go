package torture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"testing"
)

// A log of RocksDB, as far as a test needs one: records in blocks of 32 KiB,
// each with a masked CRC-32C, a length and a type. See
// docs/format/rocksdb-wal.md.
type logWriter struct {
	buf bytes.Buffer
}

const (
	logBlock  = 32 << 10
	logHeader = 7
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// record appends one record, split over blocks where it does not fit.
func (w *logWriter) record(payload []byte) {
	for first := true; first || len(payload) > 0; first = false {
		left := logBlock - w.buf.Len()%logBlock
		if left < logHeader {
			w.buf.Write(make([]byte, left))
			left = logBlock
		}
		n := min(len(payload), left-logHeader)
		last := n == len(payload)
		kind := byte(3) // middle
		switch {
		case first && last:
			kind = 1
		case first:
			kind = 2
		case last:
			kind = 4
		}
		sum := crc32.Update(crc32.Checksum([]byte{kind}, castagnoli), castagnoli, payload[:n])
		sum = (sum>>15 | sum<<17) + 0xa282ead8
		var h [logHeader]byte
		binary.LittleEndian.PutUint32(h[:], sum)
		binary.LittleEndian.PutUint16(h[4:], uint16(n))
		h[6] = kind
		w.buf.Write(h[:])
		w.buf.Write(payload[:n])
		payload = payload[n:]
	}
}

// batch appends a write batch whose header says count and whose body is given.
func (w *logWriter) batch(sequence uint64, count uint32, body []byte) {
	b := binary.LittleEndian.AppendUint64(nil, sequence)
	b = binary.LittleEndian.AppendUint32(b, count)
	w.record(append(b, body...))
}

// put is the body of a batch that sets one key.
func put(key, value []byte) []byte {
	b := binary.AppendUvarint([]byte{1}, uint64(len(key)))
	b = append(b, key...)
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

func (w *logWriter) write(t *testing.T, name string) {
	t.Helper()
	if err := os.WriteFile(name, w.buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
