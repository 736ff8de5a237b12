package store

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

// TestKeyLayout pins the bytes of the keys. If it fails, SchemaVersion must
// grow.
func TestKeyLayout(t *testing.T) {
	prefix := VersionPrefix("a\x00b", 0x0102)
	for _, tt := range []struct {
		name string
		key  []byte
		want string
	}{
		{"name", NameKey("scan"), "6e7363616e"},
		{"count", CountKey(), "63"},
		{"properties", PropertiesKey("ab"), "706162"},
		{"run", RunKey("ab"), "726162"},
		{"writing", WritingKey("ab"), "776162"},
		{"chunk", AppendChunkKey(slices.Clone(prefix), 3, 4), "736100ff620001" + "0000000000000102" + "63" + "00000003" + "00000004"},
		{"pyramid", AppendPart(AppendPyramidPrefix(slices.Clone(prefix), 3), 4), "736100ff620001" + "0000000000000102" + "70" + "00000003" + "00000004"},
		{"record", AppendPart(AppendRecordPrefix(slices.Clone(prefix)), 4), "736100ff620001" + "0000000000000102" + "72" + "00000004"},
	} {
		if got := hex.EncodeToString(tt.key); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if text := DescribeKey(tt.key); strings.Contains(text, "unknown") {
			t.Errorf("%s: described as %s", tt.name, text)
		}
	}
	if version, ok := VersionOfKey(prefix, len(SeriesPrefix("a\x00b"))); !ok || version != 0x0102 {
		t.Errorf("version %d, %t", version, ok)
	}
	if HashOfKey(RunKey("a\x00b")) != "a\x00b" || HashOfKey(nil) != "" {
		t.Error("hash of a key")
	}
}

// TestSeriesKeysSortAsHashesDo also checks that no hash owns keys of another.
func TestSeriesKeysSortAsHashesDo(t *testing.T) {
	hashes := []string{"\x00", "\x00\x00", "\x00\x01", "\x00\xff", "a", "a\x00", "a\x00\x01", "a\x00\xff", "a\x01", "aa", "b", "\xff", "\xff\xff"}
	if !slices.IsSorted(hashes) {
		t.Fatal("hashes are not in order")
	}
	for i, a := range hashes {
		for j, b := range hashes {
			x, y := AppendChunkKey(VersionPrefix(a, ^uint64(0)), 9, 9), AppendChunkKey(VersionPrefix(b, 0), 0, 0)
			if i < j && bytes.Compare(x, y) >= 0 {
				t.Errorf("keys of %q are not before those of %q", a, b)
			}
			if i != j && bytes.HasPrefix(x, SeriesPrefix(b)) {
				t.Errorf("a key of %q starts with the prefix of %q", a, b)
			}
		}
	}
}

func FuzzDescribeKey(f *testing.F) {
	f.Add([]byte("s"))
	f.Add(AppendChunkKey(VersionPrefix("a", 1), 2, 3))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, key []byte) {
		if DescribeKey(key) == "" {
			t.Error("no description")
		}
		VersionOfKey(key, 5)
		HashOfKey(key)
	})
}
