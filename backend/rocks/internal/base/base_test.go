package base

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestCursorFailureSticks(t *testing.T) {
	c := NewCursor([]byte{0x05, 'a', 'b'})
	if got := c.Slice(); got != nil || !c.Bad() {
		t.Errorf("short slice = %q, bad %v", got, c.Bad())
	}
	if c.Len() != 0 || c.Byte() != 0 || c.Fixed32() != 0 || c.Fixed64() != 0 || c.Uvarint64() != 0 || c.Varsint64() != 0 {
		t.Error("a failed cursor yields values")
	}
	c = NewCursor([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	if c.Uvarint64(); !c.Bad() {
		t.Error("an overlong varint is accepted")
	}
	c = NewCursor([]byte{0x80, 0x80, 0x80, 0x80, 0x10})
	if c.Uvarint32(); !c.Bad() {
		t.Error("a varint beyond 32 bits is accepted")
	}
}

func TestCursorReads(t *testing.T) {
	c := NewCursor([]byte{0xac, 0x02, 0x05, 7, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 2, 'h', 'i', 9})
	got := fmt.Sprintln(c.Uvarint32(), c.Varsint64(), c.Fixed32(), c.Fixed64(), string(c.Slice()), c.Offset(), c.Byte(), c.Len(), c.Bad())
	if want := "300 -3 7 8 hi 18 9 0 false\n"; got != want {
		t.Errorf("cursor reads %s, want %s", got, want)
	}
}

func TestKeysSortNewestFirst(t *testing.T) {
	key := func(u string, seq uint64, k Kind) []byte { return AppendKey(nil, []byte(u), MakeTrailer(seq, k)) }
	sorted := [][]byte{key("", 1, KindSet), key("a", 9, KindSet), key("a", 9, KindDelete), key("a", 2, KindSet), key("a\x00", 9, KindSet), key("b", 1, KindDelete)}
	for i := range sorted {
		for j := range sorted {
			u1, t1, ok1 := SplitKey(sorted[i])
			u2, t2, ok2 := SplitKey(sorted[j])
			c := Compare(u1, t1, u2, t2)
			if !ok1 || !ok2 || (i < j) != (c < 0) || (i == j) != (c == 0) {
				t.Errorf("Compare(%x, %x) = %d", sorted[i], sorted[j], c)
			}
		}
	}
	if _, _, ok := SplitKey([]byte("1234567")); ok {
		t.Error("a key shorter than its trailer is accepted")
	}
	if !MakeTrailer(MaxSeq, KindRangeDelete).ExclusiveBound() || MakeTrailer(5, KindRangeDelete).ExclusiveBound() {
		t.Error("exclusive bounds are not told apart")
	}
}

func TestErrorsNameFileAndOffset(t *testing.T) {
	err := fmt.Errorf("open table: %w", Corrupt("000009.sst", 77, "block is %s", "odd"))
	var bad *CorruptError
	if !errors.As(err, &bad) || bad.File != "000009.sst" || bad.Offset != 77 || !strings.Contains(err.Error(), "000009.sst at offset 77: block is odd") {
		t.Errorf("corrupt error %v", err)
	}
	var refused *UnsupportedError
	if err := Unsupported("MANIFEST-000001", 3, "tag %d", 5); !errors.As(err, &refused) || refused.Feature != "tag 5" || refused.Error() != "unsupported MANIFEST-000001 at offset 3: tag 5" {
		t.Errorf("unsupported error %v", err)
	}
	if s := (Damage{File: "000003.log", Offset: 5, Bytes: 6, Reason: "checksum mismatch"}).String(); s != "000003.log at offset 5: 6 bytes dropped: checksum mismatch" {
		t.Errorf("damage %s", s)
	}
	if KindMerge.String() != "merge" || Kind(0x7e).String() != "kind 0x7e" {
		t.Error("kinds are misnamed")
	}
}

// The CRC of "123456789" is the check value of CRC-32C.
func TestCRC(t *testing.T) {
	if c := CRC(CRC(0, []byte("1234")), []byte("56789")); c != 0xe3069283 {
		t.Errorf("CRC %#x", c)
	}
	if m := MaskCRC(0); m != maskDelta {
		t.Errorf("masked zero %#x", m)
	}
}
