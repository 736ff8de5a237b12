package sst

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/internal/hextest"
)

func TestScripts(t *testing.T) {
	datadriven.Walk(t, "testdata/scripts", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			in := hextest.Parse(t, d.Input)
			switch d.Cmd {
			case "footer":
				size := int64(1000)
				if d.HasArg("size") {
					d.ScanArgs(t, "size", &size)
				}
				f, err := decodeFooter(in, size, "000009.sst")
				if err != nil {
					return err.Error() + "\n"
				}
				return fmt.Sprintf("version %d checksum %d context %#x metaindex %v index %v at %d\n",
					f.version, f.checksum, f.context, f.metaindex, f.index, f.offset)
			case "block":
				return dumpBlock(in)
			case "seek":
				var key string
				d.ScanArgs(t, "key", &key)
				b, err := parseBlock(in)
				if err != nil {
					return err.Error() + "\n"
				}
				var it blockIter
				it.reset(b)
				if it.seekGE([]byte(key), 0) {
					return fmt.Sprintf("%q\n", it.key)
				}
				return fmt.Sprintf("none: %v\n", it.err)
			case "index":
				return dumpIndex(in, indexFormat{userKeys: d.HasArg("user-keys"), deltas: d.HasArg("deltas"), firstKey: d.HasArg("first-key")})
			case "properties":
				p, err := decodeProperties(in)
				return fmt.Sprintf("%+v\nerror %v\n", p, err)
			case "checksum":
				var b strings.Builder
				for typ := checksumNone; typ <= checksumXXH3; typ++ {
					fmt.Fprintf(&b, "%d: %08x\n", typ, typ.sum(in))
				}
				return b.String()
			}
			t.Fatalf("unknown command %s", d.Cmd)
			return ""
		})
	})
}

func dumpBlock(in []byte) string {
	b, err := parseBlock(in)
	if err != nil {
		return err.Error() + "\n"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%d restart points\n", b.numRestarts())
	var it blockIter
	for it.reset(b); it.next(); {
		fmt.Fprintf(&out, "%q = %q\n", it.key, it.value)
	}
	if it.err != nil {
		fmt.Fprintf(&out, "error: %v\n", it.err)
	}
	return out.String()
}

func dumpIndex(in []byte, f indexFormat) string {
	b, err := parseBlock(in)
	if err != nil {
		return err.Error() + "\n"
	}
	var out strings.Builder
	var it indexIter
	for it.reset(b, f); it.next(); {
		fmt.Fprintf(&out, "%q -> %v\n", it.user(), it.handle)
	}
	if it.err != nil {
		fmt.Fprintf(&out, "error: %v\n", it.err)
	}
	return out.String()
}

// tables returns the tables of a golden database.
func tables(tb testing.TB, name string) map[string][]byte {
	tb.Helper()
	root := testutil.Unpack(tb, filepath.Join("..", "testdata", "db", name+".tar.gz"))
	files, err := filepath.Glob(filepath.Join(root, "db", "*.sst"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("%s has no tables: %v", name, err)
	}
	out := make(map[string][]byte)
	for _, f := range files {
		if out[filepath.Base(f)], err = os.ReadFile(f); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

// readAll reads a table every way there is; it returns the number of entries.
func readAll(data []byte) (int, error) {
	t, err := Open(bytes.NewReader(data), Options{File: "table", Size: int64(len(data))})
	if err != nil {
		return 0, err
	}
	if _, err := t.RangeDels(); err != nil {
		return 0, err
	}
	it := t.NewIter(true)
	defer it.Close()
	n := 0
	var first, last []byte
	for ok := it.First(); ok; ok = it.Next() {
		if n == 0 {
			first = bytes.Clone(it.User())
		}
		last = append(last[:0], it.User()...)
		n++
	}
	if it.Err() != nil {
		return n, it.Err()
	}
	for _, k := range [][]byte{nil, first, last, append(last, 0)} {
		it.SeekGE(k)
		if it.Err() != nil {
			return n, it.Err()
		}
	}
	return n, nil
}

// Tables of every codec and index hold what their properties say.
func TestTablesOfEveryKind(t *testing.T) {
	archives, err := filepath.Glob(filepath.Join("..", "testdata", "db", "*.tar.gz"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no golden databases: %v", err)
	}
	for _, a := range archives {
		name := strings.TrimSuffix(filepath.Base(a), ".tar.gz")
		if strings.HasPrefix(name, "refused-") || strings.HasPrefix(name, "wal-") || name == "empty" || name == "all-deleted" {
			continue
		}
		for file, data := range tables(t, name) {
			tab, err := Open(bytes.NewReader(data), Options{File: "table", Size: int64(len(data))})
			if err != nil {
				t.Errorf("%s/%s: %v", name, file, err)
				continue
			}
			n, err := readAll(data)
			if p := tab.Properties(); err != nil || uint64(n) != p.NumEntries-p.NumRangeDels && uint64(n) != p.NumEntries {
				t.Errorf("%s/%s: %d entries, properties %+v: %v", name, file, n, *p, err)
			}
			if err := verifyAll(data); err != nil {
				t.Errorf("%s/%s: %v", name, file, err)
			}
		}
	}
}

// Every flipped byte of a checked table is noticed by reading or verifying.
func TestEveryFlippedByteIsNoticed(t *testing.T) {
	for _, name := range []string{"sum-crc32c-v5", "sum-xxh3-v6", "index-partitioned-v6", "version0"} {
		for file, data := range tables(t, name) {
			step := 1 + len(data)/400
			for i := 0; i < len(data); i += step {
				bad := bytes.Clone(data)
				bad[i] ^= 0x10
				if err := verifyAll(bad); err == nil && !unchecked(data, i) {
					t.Fatalf("%s/%s: flip at %d of %d goes unnoticed", name, file, i, len(data))
				}
			}
		}
	}
}

// unchecked says that byte i is padding of an old footer, or its checksum type
// byte, which nothing covers.
func unchecked(data []byte, i int) bool {
	f, err := decodeFooter(data, int64(len(data)), "table")
	return err == nil && f.version < contextVersion && i >= int(f.offset)
}

func verifyAll(data []byte) error {
	t, err := Open(bytes.NewReader(data), Options{File: "table", Size: int64(len(data))})
	if err != nil {
		return err
	}
	damage, err := t.Verify(context.Background(), Expect{LargestSeq: base.MaxSeq})
	if err == nil && len(damage) > 0 {
		err = &base.CorruptError{File: damage[0].File, Offset: damage[0].Offset, Reason: damage[0].Reason}
	}
	return err
}

// Cutting a table anywhere yields an error of a family, never a panic.
func TestEveryPrefixFails(t *testing.T) {
	for file, data := range tables(t, "version5") {
		for n := 0; n < len(data); n += 1 + len(data)/300 {
			_, err := readAll(data[:n])
			var bad *base.CorruptError
			if !errors.As(err, &bad) || bad.File != "table" {
				t.Fatalf("%s cut to %d bytes: %v", file, n, err)
			}
		}
		break
	}
}

func FuzzTable(f *testing.F) {
	for _, name := range []string{"sum-no_checksum-v5", "sum-no_checksum-v6", "version0", "index-partitioned-v2"} {
		for _, data := range tables(f, name) {
			f.Add(data)
			break
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := readAll(data)
		if err != nil {
			var bad *base.CorruptError
			var refused *base.UnsupportedError
			if !errors.As(err, &bad) && !errors.As(err, &refused) {
				t.Fatalf("error of no family: %v", err)
			}
		}
		if n > len(data)*2000 {
			t.Fatalf("%d entries from %d bytes", n, len(data))
		}
	})
}

func FuzzBlock(f *testing.F) {
	f.Add([]byte("\x00\x01\x01ab\x00\x00\x00\x00\x01\x00\x00\x00"), []byte("a"))
	f.Add([]byte("\x00\x01\x01ab\x01\x01\x00c\x00\x00\x00\x00\x01\x00\x00\x80"), []byte("b"))
	f.Fuzz(func(t *testing.T, data, key []byte) {
		b, err := parseBlock(data)
		if err != nil {
			return
		}
		var it blockIter
		n := 0
		for it.reset(b); it.next(); n++ {
			if n > len(data) {
				t.Fatal("more entries than bytes")
			}
		}
		it.reset(b)
		if it.seekGE(key, 0) && bytes.Compare(it.key, key) < 0 {
			t.Fatalf("seek to %q found %q", key, it.key)
		}
		for _, format := range []indexFormat{{}, {userKeys: true}, {userKeys: true, deltas: true}, {deltas: true, firstKey: true}} {
			var idx indexIter
			for idx.reset(b, format); idx.next(); {
				if len(idx.user()) > len(data)*len(data) {
					t.Fatal("separator longer than the block can hold")
				}
			}
			idx.reset(b, format)
			idx.seekGE(key)
		}
		if _, err := decodeProperties(data); err == nil && len(data) < 4 {
			t.Fatal("properties from nothing")
		}
	})
}

func FuzzDecompress(f *testing.F) {
	f.Add([]byte("\x03\x08abc"), byte(codecSnappy), uint32(5), []byte(nil))
	f.Add([]byte("\x03\x30abc"), byte(codecLZ4), uint32(2), []byte("dict"))
	f.Add([]byte("\x03\x4b\x4c\x4a\x06\x00"), byte(codecZlib), uint32(2), []byte(nil))
	f.Add([]byte("\xff\xff\xff\xff\x0f\x28\xb5\x2f\xfd"), byte(codecZSTD), uint32(5), []byte(nil))
	f.Fuzz(func(t *testing.T, data []byte, typ byte, version uint32, dict []byte) {
		d := decompressor{version: version, dict: dict}
		out, err := d.decompress(nil, data, typ, true)
		if err == nil && len(out) > maxBlock {
			t.Fatalf("%d bytes", len(out))
		}
	})
}
