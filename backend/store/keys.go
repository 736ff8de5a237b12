package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// SchemaVersion is the version of everything that an index holds: the keys
// below, the records (see EncodeRun) and the packing of series. An index of
// another version is rebuilt, never converted. History:
//
//	1  first layout
const SchemaVersion = 1

// Key spaces: wire format. All numbers in keys are big-endian, so that keys
// sort as the numbers do. One database holds one generation.
//
//	n <name>                                      named value
//	c                                             number of run records, u64
//	p <hash>                                      properties
//	r <hash>                                      run record
//	s <hash escaped> <version u64> c <slot u32> <chunk u32>   packed chunk of a series
//	s <hash escaped> <version u64> p <slot u32> <part u32>    part of the packed pyramid of a series
//	s <hash escaped> <version u64> r <part u32>               part of a run record too long for one value
//	w <hash>                                      a write of the run has begun and not been tidied up
//
// An escaped hash has 00 FF for every 00 and ends with 00 01, so that no hash
// is a prefix of another and hash order is kept. The version is new with every
// write of the series of a run: readers follow the run record, so they see the
// old version or the new one.
const (
	spaceName       = 'n'
	spaceCount      = 'c'
	spaceProperties = 'p'
	spaceRun        = 'r'
	spaceSeries     = 's'
	spaceWriting    = 'w'

	partChunk   = 'c'
	partPyramid = 'p'
	partRecord  = 'r'
)

// MaxHash is the longest run hash, in bytes, that an index takes.
const MaxHash = 1024

// CheckHash returns an error for a hash that cannot be the key of a run.
func CheckHash(hash string) error {
	if hash == "" {
		return errors.New("run hash is empty")
	}
	if len(hash) > MaxHash {
		return fmt.Errorf("run hash of %d bytes is too long", len(hash))
	}
	return nil
}

// NameKey returns the key of a named value.
func NameKey(name string) []byte { return append([]byte{spaceName}, name...) }

// NamePrefix starts the keys of all named values.
func NamePrefix() []byte { return []byte{spaceName} }

// PropertiesKey returns the key of the properties of a run.
func PropertiesKey(hash string) []byte { return append([]byte{spaceProperties}, hash...) }

// PropertiesPrefix starts the keys of all properties.
func PropertiesPrefix() []byte { return []byte{spaceProperties} }

// RunKey returns the key of a run record.
func RunKey(hash string) []byte { return append([]byte{spaceRun}, hash...) }

// RunPrefix starts the keys of all run records.
func RunPrefix() []byte { return []byte{spaceRun} }

// WritingKey returns the key of the note that a write has begun.
func WritingKey(hash string) []byte { return append([]byte{spaceWriting}, hash...) }

// WritingPrefix starts the keys of all such notes.
func WritingPrefix() []byte { return []byte{spaceWriting} }

// HashOfKey returns the hash in a key of a run, properties or writing note.
func HashOfKey(key []byte) string {
	if len(key) == 0 {
		return ""
	}
	return string(key[1:])
}

// AllSeriesPrefix starts the keys of the series of all runs.
func AllSeriesPrefix() []byte { return []byte{spaceSeries} }

// SeriesPrefix starts the keys of the series of a run, of all versions.
func SeriesPrefix(hash string) []byte {
	key := append(make([]byte, 0, len(hash)+20), spaceSeries)
	for i := 0; i < len(hash); i++ {
		if key = append(key, hash[i]); hash[i] == 0 {
			key = append(key, 0xff)
		}
	}
	return append(key, 0, 1)
}

// VersionPrefix starts the keys of one version of the series of a run.
func VersionPrefix(hash string, version uint64) []byte {
	return binary.BigEndian.AppendUint64(SeriesPrefix(hash), version)
}

// VersionOfKey returns the version in a key that starts with SeriesPrefix of
// its hash, of which prefixLen is the length.
func VersionOfKey(key []byte, prefixLen int) (uint64, bool) {
	if len(key) < prefixLen+8 {
		return 0, false
	}
	return binary.BigEndian.Uint64(key[prefixLen:]), true
}

// AppendChunkKey appends to a VersionPrefix what makes it the key of a chunk.
func AppendChunkKey(prefix []byte, slot, chunk int) []byte {
	prefix = binary.BigEndian.AppendUint32(append(prefix, partChunk), uint32(slot))
	return binary.BigEndian.AppendUint32(prefix, uint32(chunk))
}

// AppendPyramidPrefix appends to a VersionPrefix what starts the keys of the
// parts of a pyramid.
func AppendPyramidPrefix(prefix []byte, slot int) []byte {
	return binary.BigEndian.AppendUint32(append(prefix, partPyramid), uint32(slot))
}

// AppendPart appends the number of a part to the prefix of its key.
func AppendPart(prefix []byte, part int) []byte {
	return binary.BigEndian.AppendUint32(prefix, uint32(part))
}

// AppendRecordPrefix appends to a VersionPrefix what starts the keys of the
// parts of a run record.
func AppendRecordPrefix(prefix []byte) []byte { return append(prefix, partRecord) }

// CountKey is the key of the number of run records.
func CountKey() []byte { return []byte{spaceCount} }

// DescribeKey returns a key in a readable form, for reports of damage.
func DescribeKey(key []byte) string {
	if len(key) == 0 {
		return "empty key"
	}
	rest := key[1:]
	switch key[0] {
	case spaceCount:
		return "number of runs"
	case spaceName:
		return fmt.Sprintf("value %q", rest)
	case spaceProperties:
		return fmt.Sprintf("properties of run %q", rest)
	case spaceRun:
		return fmt.Sprintf("run %q", rest)
	case spaceWriting:
		return fmt.Sprintf("write of run %q", rest)
	case spaceSeries:
		return describeSeriesKey(rest)
	}
	return fmt.Sprintf("unknown key %x", key)
}

func describeSeriesKey(rest []byte) string {
	end := bytes.Index(rest, []byte{0, 1})
	if end < 0 || len(rest) < end+2+8+1+4 {
		return fmt.Sprintf("unknown series key %x", rest)
	}
	hash := bytes.ReplaceAll(rest[:end], []byte{0, 0xff}, []byte{0})
	rest = rest[end+2:]
	version, part, number := binary.BigEndian.Uint64(rest), rest[8], binary.BigEndian.Uint32(rest[9:])
	switch {
	case part == partChunk && len(rest) == 17:
		return fmt.Sprintf("run %q, version %d, series %d, chunk %d", hash, version, number, binary.BigEndian.Uint32(rest[13:]))
	case part == partPyramid && len(rest) == 17:
		return fmt.Sprintf("run %q, version %d, pyramid of series %d, part %d", hash, version, number, binary.BigEndian.Uint32(rest[13:]))
	case part == partRecord && len(rest) == 13:
		return fmt.Sprintf("run %q, version %d, part %d of its record", hash, version, number)
	}
	return fmt.Sprintf("run %q, unknown key %x", hash, rest)
}
