package rocks_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/rocks"
)

// benchDBs are databases of Aim's: metadata of a closed run and of a killed
// one, and series of a closed run, a killed one and one with 30,000 steps.
var benchDBs = []struct{ name, fixture, dir string }{
	{"meta-table", "basic", "meta/chunks/5d5fe7074be0401da222db59"},
	{"meta-log", "crashed", "meta/chunks/3b8d0abb7c8f40f39cfea046"},
	{"series-table", "basic", "seqs/chunks/5d5fe7074be0401da222db59"},
	{"series-killed", "crashed", "seqs/chunks/3b8d0abb7c8f40f39cfea046"},
	{"series-long", "oddities", "seqs/chunks/4ac82c7fe86c41109ea5a695"},
}

func benchDir(b *testing.B, fixture, dir string) string {
	b.Helper()
	path := filepath.Join(testutil.Fixture(b, fixture), ".aim", filepath.FromSlash(dir))
	if _, err := os.Stat(path); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkScan opens a database and reads all keys but the blobs, as an
// indexer does.
func BenchmarkScan(b *testing.B) {
	for _, db := range benchDBs {
		b.Run(db.name, func(b *testing.B) {
			dir := benchDir(b, db.fixture, db.dir)
			opts := rocks.Options{Files: rocks.NewFileCache(16)}
			bounds := rocks.IterOptions{Lower: []byte("C")}
			keys := 0
			b.ReportAllocs()
			for b.Loop() {
				v, err := rocks.Open(context.Background(), dir, opts)
				if err != nil {
					b.Fatal(err)
				}
				it := v.NewIter(bounds)
				keys = 0
				for ok := it.First(); ok; ok = it.Next() {
					keys++
				}
				if err := it.Close(); err != nil {
					b.Fatal(err)
				}
				if err := v.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(max(keys, 1)), "ns/key")
			b.ReportMetric(float64(keys), "keys")
		})
	}
}

// BenchmarkOpen opens and closes a database without reading a table.
func BenchmarkOpen(b *testing.B) {
	for _, db := range benchDBs {
		b.Run(db.name, func(b *testing.B) {
			dir := benchDir(b, db.fixture, db.dir)
			b.ReportAllocs()
			for b.Loop() {
				v, err := rocks.Open(context.Background(), dir, rocks.Options{})
				if err != nil {
					b.Fatal(err)
				}
				if err := v.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkGet reads one key of an open view over and over.
func BenchmarkGet(b *testing.B) {
	for _, db := range benchDBs {
		b.Run(db.name, func(b *testing.B) {
			v, err := rocks.Open(context.Background(), benchDir(b, db.fixture, db.dir), rocks.Options{Files: rocks.NewFileCache(16)})
			if err != nil {
				b.Fatal(err)
			}
			it := v.NewIter(rocks.IterOptions{Lower: []byte("C")})
			if !it.First() {
				b.Fatal("no key")
			}
			key := append([]byte(nil), it.Key()...)
			if err := it.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, ok, err := v.Get(key); !ok || err != nil {
					b.Fatal(ok, err)
				}
			}
			if err := v.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkSeek seeks forward over a series, skipping most of it.
func BenchmarkSeek(b *testing.B) {
	v, err := rocks.Open(context.Background(), benchDir(b, "oddities", "seqs/chunks/4ac82c7fe86c41109ea5a695"), rocks.Options{Files: rocks.NewFileCache(16)})
	if err != nil {
		b.Fatal(err)
	}
	var keys [][]byte
	it := v.NewIter(rocks.IterOptions{Lower: []byte("C")})
	for n, ok := 0, it.First(); ok; n, ok = n+1, it.Next() {
		if n%100 == 0 {
			keys = append(keys, append([]byte(nil), it.Key()...))
		}
	}
	for b.Loop() {
		for _, k := range keys {
			if !it.SeekGE(k) {
				b.Fatal(it.Err())
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(keys)), "ns/seek")
	if err := it.Close(); err != nil {
		b.Fatal(err)
	}
	if err := v.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRefresh looks for news where there are none, as a poll does.
func BenchmarkRefresh(b *testing.B) {
	for _, db := range benchDBs {
		b.Run(db.name, func(b *testing.B) {
			v, err := rocks.Open(context.Background(), benchDir(b, db.fixture, db.dir), rocks.Options{Files: rocks.NewFileCache(16)})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				next, err := v.Refresh(context.Background())
				if err != nil || v.Changed(next) {
					b.Fatal("changed", err)
				}
				if err := v.Close(); err != nil {
					b.Fatal(err)
				}
				v = next
			}
			if err := v.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
