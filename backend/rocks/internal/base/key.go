package base

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Kind says what an entry does to its key. The values are wire format, shared
// by write batches and tables.
type Kind uint8

// The kinds of entries that can be stored under the default column family.
const (
	KindDelete       Kind = 0x00
	KindSet          Kind = 0x01
	KindMerge        Kind = 0x02
	KindSingleDelete Kind = 0x07
	KindRangeDelete  Kind = 0x0f
	KindBlobIndex    Kind = 0x11
	KindDeleteWithTS Kind = 0x14
	KindWideColumns  Kind = 0x16
	KindTimedPut     Kind = 0x18
)

var kindNames = map[Kind]string{
	KindDelete: "delete", KindSet: "put", KindMerge: "merge", KindSingleDelete: "single delete",
	KindRangeDelete: "range delete", KindBlobIndex: "blob index", KindDeleteWithTS: "delete with timestamp",
	KindWideColumns: "wide-column entity", KindTimedPut: "timed put",
}

// String names the kind as RocksDB's documentation does.
func (k Kind) String() string {
	if s, ok := kindNames[k]; ok {
		return s
	}
	return fmt.Sprintf("kind 0x%02x", uint8(k))
}

// Hides reports whether the kind makes its key absent.
func (k Kind) Hides() bool { return k == KindDelete || k == KindSingleDelete }

// TrailerLen is the length of an internal key's trailer in bytes.
const TrailerLen = 8

// MaxSeq is the largest sequence number. A file bound that carries it together
// with KindRangeDelete is exclusive.
const MaxSeq = 1<<56 - 1

// Trailer packs a sequence number and a kind.
type Trailer uint64

// MakeTrailer packs seq and kind.
func MakeTrailer(seq uint64, kind Kind) Trailer { return Trailer(seq<<8 | uint64(kind)) }

// Seq is the sequence number of the trailer.
func (t Trailer) Seq() uint64 { return uint64(t) >> 8 }

// Kind is the kind of the trailer.
func (t Trailer) Kind() Kind { return Kind(t & 0xff) }

// ExclusiveBound reports whether a file's largest key with this trailer is the
// exclusive end of a range deletion and not a key of the file.
func (t Trailer) ExclusiveBound() bool {
	return t.Seq() == MaxSeq && t.Kind() == KindRangeDelete
}

// SplitKey splits an encoded internal key; ok is false if it is too short.
// user aliases ikey.
func SplitKey(ikey []byte) (user []byte, t Trailer, ok bool) {
	n := len(ikey) - TrailerLen
	if n < 0 {
		return nil, 0, false
	}
	return ikey[:n:n], Trailer(binary.LittleEndian.Uint64(ikey[n:])), true
}

// AppendKey appends the encoded internal key to dst.
func AppendKey(dst, user []byte, t Trailer) []byte {
	return binary.LittleEndian.AppendUint64(append(dst, user...), uint64(t))
}

// Compare orders two versions: user keys ascending, newer versions first.
func Compare(aUser []byte, a Trailer, bUser []byte, b Trailer) int {
	if c := bytes.Compare(aUser, bUser); c != 0 {
		return c
	}
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}
