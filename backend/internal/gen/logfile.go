package gen

import (
	"encoding/binary"
	"hash/crc32"
)

// Framing of logs: blocks of 32 KiB, and fragments of a header and a payload.
const (
	logBlock  = 32 << 10
	logHeader = 7 // checksum, length, type

	fragmentFull   = 1
	fragmentFirst  = 2
	fragmentMiddle = 3
	fragmentLast   = 4
)

// logFile is a write-ahead log or a MANIFEST under construction.
type logFile struct{ data []byte }

// append adds a record.
func (l *logFile) append(record []byte) {
	for begin := true; begin || len(record) > 0; begin = false {
		left := logBlock - len(l.data)%logBlock
		if left < logHeader {
			l.data = append(l.data, make([]byte, left)...)
			left = logBlock
		}
		n := min(len(record), left-logHeader)
		kind := byte(fragmentMiddle)
		switch end := n == len(record); {
		case begin && end:
			kind = fragmentFull
		case begin:
			kind = fragmentFirst
		case end:
			kind = fragmentLast
		}
		at := len(l.data)
		l.data = append(l.data, 0, 0, 0, 0)
		l.data = binary.LittleEndian.AppendUint16(l.data, uint16(n))
		l.data = append(append(l.data, kind), record[:n]...)
		binary.LittleEndian.PutUint32(l.data[at:], maskedCRC(l.data[at+6:]))
		record = record[n:]
	}
}

// maskedCRC is the CRC-32C of data in the form in which it is stored.
func maskedCRC(data []byte) uint32 {
	c := crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
	return (c>>15 | c<<17) + 0xa282ead8
}

// Tags of a version edit.
const (
	tagComparator   = 1
	tagLogNumber    = 2
	tagNextFile     = 3
	tagLastSequence = 4
	tagPrevLog      = 9
	tagMinLog       = 10
	tagNewFile      = 103
	tagNewFileEnd   = 1
)

// edit is a record of a MANIFEST.
type edit struct{ data []byte }

// numbers adds fields of a tag and a number each.
func (e *edit) numbers(tagsAndValues ...uint64) {
	for _, v := range tagsAndValues {
		e.data = binary.AppendUvarint(e.data, v)
	}
}

func (e *edit) text(tag uint64, s string) {
	e.numbers(tag)
	e.data = appendBytes(e.data, []byte(s))
}

func (e *edit) addTable(t *table) {
	e.numbers(tagNewFile, uint64(t.level), t.number, uint64(t.size))
	e.data = appendBytes(appendBytes(e.data, t.smallest), t.largest)
	e.numbers(t.minSeq, t.maxSeq, tagNewFileEnd)
}
