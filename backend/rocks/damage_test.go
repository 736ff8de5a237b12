package rocks_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aimdesk/backend/rocks"
)

// family names what became of reading a damaged database.
func family(err error) string {
	var bad *rocks.CorruptError
	var refused *rocks.UnsupportedError
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, rocks.ErrNotDatabase):
		return "not a database"
	case errors.As(err, &bad):
		return "corrupt " + fileKind(bad.File)
	case errors.As(err, &refused):
		return "unsupported " + fileKind(refused.File)
	}
	return "error: " + err.Error()
}

func fileKind(path string) string {
	name := filepath.Base(path)
	switch {
	case strings.HasPrefix(name, "MANIFEST"):
		return "MANIFEST"
	case strings.HasSuffix(name, ".sst"):
		return "table"
	case strings.HasSuffix(name, ".log"):
		return "log"
	}
	return name
}

// damaged is the outcome of opening and reading everything.
type damaged struct {
	err    error
	pairs  []pair
	damage []rocks.Damage
}

func readDamaged(dir string) damaged {
	v, err := rocks.Open(context.Background(), dir, rocks.Options{MaxRestarts: 2})
	if err != nil {
		return damaged{err: err}
	}
	pairs, err := scan(v, rocks.IterOptions{})
	if cerr := v.Close(); err == nil {
		err = cerr
	}
	return damaged{err, pairs, v.Damage()}
}

// find returns the one file that matches.
func find(t *testing.T, dir, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s: %v", pattern, dir, err)
	}
	return files[0]
}

func TestDamageTable(t *testing.T) {
	flip := func(at float64) func([]byte) []byte {
		return func(b []byte) []byte { b[int(at*float64(len(b)-1))] ^= 0x41; return b }
	}
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:max(0, len(b)+n)] } }
	zero := func(from, to float64) func([]byte) []byte {
		return func(b []byte) []byte { clear(b[int(from*float64(len(b))):int(to*float64(len(b)))]); return b }
	}
	garbage := func(b []byte) []byte { return []byte(strings.Repeat("garbage ", 1+len(b)/8)) }
	empty := func([]byte) []byte { return nil }
	whole := func(b []byte) []byte { return b }
	add := func(s string) func([]byte) []byte { return func(b []byte) []byte { return append(b, s...) } }
	const all, some, none = "all", "some", "none"
	for _, c := range []struct {
		name, db, file string
		change         func([]byte) []byte // nil removes the file
		want, reads    string
		damage         bool
	}{
		{"no CURRENT", "version5", "CURRENT", nil, "not a database", none, false},
		{"empty CURRENT", "version5", "CURRENT", empty, "corrupt CURRENT", none, false},
		{"CURRENT without line break", "version5", "CURRENT", cut(-1), "corrupt CURRENT", none, false},
		{"CURRENT is garbage", "version5", "CURRENT", garbage, "corrupt CURRENT", none, false},
		{"CURRENT names elsewhere", "version5", "CURRENT", func([]byte) []byte { return []byte("../MANIFEST-000001\n") }, "corrupt CURRENT", none, false},
		{"no MANIFEST", "version5", "MANIFEST-*", nil, "corrupt MANIFEST", none, false},
		{"empty MANIFEST", "version5", "MANIFEST-*", empty, "corrupt MANIFEST", none, false},
		{"MANIFEST is garbage", "version5", "MANIFEST-*", garbage, "corrupt MANIFEST", none, false},
		{"MANIFEST flipped early", "version5", "MANIFEST-*", flip(0.05), "corrupt MANIFEST", none, false},
		{"MANIFEST flipped late", "version5", "MANIFEST-*", flip(0.9), "corrupt MANIFEST", none, false},
		{"MANIFEST cut to its first bytes", "version5", "MANIFEST-*", func(b []byte) []byte { return b[:20] }, "corrupt MANIFEST", none, false},
		{"MANIFEST with a torn edit", "version5", "MANIFEST-*", add("\x01\x02\x03\x04\xff\x00\x01"), "ok", all, false},
		{"MANIFEST padded with zeros", "version5", "MANIFEST-*", add(strings.Repeat("\x00", 500)), "ok", all, false},
		{"no table", "version5", "000009.sst", nil, "corrupt table", none, false},
		{"empty table", "version5", "000009.sst", empty, "corrupt table", none, false},
		{"table cut", "version5", "000009.sst", cut(-1), "corrupt table", none, false},
		{"table grown", "version5", "000009.sst", add("x"), "corrupt table", none, false},
		{"table is garbage", "version5", "000009.sst", garbage, "corrupt table", none, false},
		{"table zeroed", "version5", "000009.sst", zero(0, 1), "corrupt table", none, false},
		{"table flipped in its data", "version5", "000009.sst", flip(0.3), "corrupt table", some, false},
		{"first data block zeroed", "compacted", "*.sst", zero(0, 0.05), "corrupt table", none, false},
		{"table flipped in its footer", "version6", "000009.sst", flip(0.999), "corrupt table", none, false},
		{"tables not in the MANIFEST", "version5", "000998.sst", whole, "ok", all, false},
		{"no LOCK", "version5", "LOCK", nil, "ok", all, false},
		{"no IDENTITY", "version5", "IDENTITY", nil, "ok", all, false},
		{"no OPTIONS", "version5", "OPTIONS-*", nil, "ok", all, false},
		{"OPTIONS are garbage", "version5", "OPTIONS-*", garbage, "ok", all, false},
		{"no log", "wal-only", "*.log", nil, "ok", none, false},
		{"empty log", "wal-only", "*.log", empty, "ok", none, false},
		{"log cut by a byte", "wal-only", "*.log", cut(-1), "ok", some, false},
		{"log cut by half", "wal-only", "*.log", cut(-9000), "ok", some, false},
		{"log flipped at its start", "wal-only", "*.log", flip(0.001), "ok", some, true},
		{"log flipped", "wal-only", "*.log", flip(0.4), "ok", some, true},
		{"log flipped at its end", "wal-only", "*.log", flip(1), "ok", some, true},
		{"log with a hole", "wal-only", "*.log", zero(0.2, 0.4), "ok", some, true},
		{"log padded with zeros", "wal-only", "*.log", add(strings.Repeat("\x00", 100000)), "ok", all, false},
		{"log is garbage", "wal-only", "*.log", garbage, "ok", none, true},
		{"a later log is garbage", "wal-only", "000999.log", add(strings.Repeat("\x01\x02\x03\x04\x05\x00\x01bytes", 50)), "ok", all, true},
		{"an obsolete log is garbage", "version5", "000001.log", add(strings.Repeat("\x01 garbage", 50)), "ok", all, false},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) {
			dir, want := golden(t, c.db)
			switch {
			case c.change == nil:
				if err := os.Remove(find(t, dir, c.file)); err != nil {
					t.Fatal(err)
				}
			case strings.HasPrefix(c.file, "0009") || strings.HasPrefix(c.file, "000001"):
				if err := os.WriteFile(filepath.Join(dir, c.file), c.change(nil), 0o600); err != nil {
					t.Fatal(err)
				}
			default:
				name := find(t, dir, c.file)
				data, err := os.ReadFile(name)
				if err == nil {
					err = os.WriteFile(name, c.change(data), 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			got := readDamaged(dir)
			if f := family(got.err); f != c.want {
				t.Errorf("reading gives %q (%v), want %q", f, got.err, c.want)
			}
			if (len(got.damage) > 0) != c.damage {
				t.Errorf("damage %v, want some: %v", got.damage, c.damage)
			}
			reads := none
			if len(got.pairs) > 0 {
				reads = some
			}
			if fmt.Sprint(got.pairs) == fmt.Sprint(want) {
				reads = all
			}
			if reads != c.reads {
				t.Errorf("%d of %d pairs are read, want %s", len(got.pairs), len(want), c.reads)
			}
			damage, err := rocks.Verify(context.Background(), dir, rocks.Options{MaxRestarts: 2})
			intact := c.want == "ok" && !c.damage
			if (err == nil && len(damage) == 0) != intact && c.want != "not a database" {
				t.Errorf("Verify = %v, %v", damage, err)
			}
		})
	}
}

// A damaged block hides its own keys only: a seek beyond it reads on.
func TestReadingGoesOnBeyondADamagedBlock(t *testing.T) {
	dir, want := golden(t, "compacted")
	name := find(t, dir, "*.sst")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/5] ^= 1
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	it := open(t, dir).NewIter(rocks.IterOptions{})
	var got []pair
	var last error
	for i := 0; i < len(want); i++ {
		if it.SeekGE([]byte(want[i].key)) {
			got = append(got, pair{string(it.Key()), string(it.Value())})
			continue
		}
		last = it.Err()
	}
	if family(last) != "corrupt table" || len(got) < len(want)*3/4 || len(got) == len(want) || got[len(got)-1] != want[len(want)-1] {
		t.Errorf("%d of %d pairs beside the damage, error %v", len(got), len(want), last)
	}
	if err := it.Close(); err != nil && family(err) != "corrupt table" {
		t.Error(err)
	}
}

// Whatever byte of whatever file is damaged, reading ends without a panic and
// with an error of a family or with the pairs it could read.
func TestRandomDamageNeverPanics(t *testing.T) {
	for _, db := range []string{"levels-killed", "sum-no_checksum-v5", "families"} {
		dir, _ := golden(t, db)
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			name := filepath.Join(dir, e.Name())
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(data); i += 1 + len(data)/12 {
				bad := append([]byte(nil), data...)
				bad[i] ^= 0xff
				if err := os.WriteFile(name, bad, 0o600); err != nil {
					t.Fatal(err)
				}
				if got := readDamaged(dir); strings.HasPrefix(family(got.err), "error") {
					t.Errorf("%s: flip at %d of %s: %v", db, i, e.Name(), got.err)
				}
			}
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
