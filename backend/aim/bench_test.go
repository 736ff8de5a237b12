package aim_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/series"
)

// liveTables lists the tables and logs of a run's series: what reading them
// cannot do without.
func liveTables(b *testing.B, root, hash string) []string {
	b.Helper()
	var out []string
	for _, pattern := range []string{"*.sst", "*.log"} {
		names, err := filepath.Glob(filepath.Join(root, ".aim", "seqs", "chunks", hash, pattern))
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, names...)
	}
	return out
}

// readFile reads a file into a reused buffer and answers its size.
func readFile(b *testing.B, name string, buf []byte) (int64, []byte) {
	b.Helper()
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }() // opened for reading
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	if int64(cap(buf)) < info.Size() {
		buf = make([]byte, info.Size())
	}
	buf = buf[:info.Size()]
	if _, err := io.ReadFull(f, buf); err != nil {
		b.Fatal(err)
	}
	return info.Size(), buf
}

// BenchmarkReadMeta reads the metadata of a run as a scan of a repository does.
func BenchmarkReadMeta(b *testing.B) {
	for _, fixture := range []string{"basic", "media"} {
		b.Run(fixture, func(b *testing.B) {
			ctx := context.Background()
			r := openRepo(b, testutil.Fixture(b, fixture))
			entries, err := r.List(ctx)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, err := r.ReadMeta(ctx, entries[i%len(entries)].Hash); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

// BenchmarkReadSeries reads all series of a run, and reports how many times
// longer that takes than reading the same files.
func BenchmarkReadSeries(b *testing.B) {
	for _, c := range []struct{ name, fixture, run string }{
		{"tables", "oddities", "4ac82c7f"}, {"killed", "crashed", "3b8d0abb"}, {"wal", "crashed", "15ec7a7f"}, {"small", "basic", "5cdea830"},
	} {
		b.Run(c.name, func(b *testing.B) {
			ctx := context.Background()
			root := testutil.Fixture(b, c.fixture)
			r := openRepo(b, root)
			entries, err := r.List(ctx)
			if err != nil {
				b.Fatal(err)
			}
			var hash string
			for _, e := range entries {
				if strings.HasPrefix(e.Hash, c.run) {
					hash = e.Hash
				}
			}
			m, err := r.ReadMeta(ctx, hash)
			if err != nil {
				b.Fatal(err)
			}
			files := liveTables(b, root, hash)
			var buf []byte
			var bytes, points int64
			var raw, full time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				for _, name := range files {
					n, grown := readFile(b, name, buf)
					buf = grown
					bytes += n
				}
				middle := time.Now()
				if _, err := r.ReadSeries(ctx, hash, m.Traces, func(_ int, c *series.Columns) error {
					points += int64(c.Len())
					return nil
				}); err != nil {
					b.Fatal(err)
				}
				raw += middle.Sub(start)
				full += time.Since(middle)
			}
			b.ReportMetric(float64(full)/float64(raw), "x-of-reading")
			b.ReportMetric(float64(full.Nanoseconds())/float64(points), "ns/point")
		})
	}
}

// BenchmarkFingerprint looks at the files of a run as a scan does.
func BenchmarkFingerprint(b *testing.B) {
	ctx := context.Background()
	r := openRepo(b, testutil.Fixture(b, "basic"))
	entries, err := r.List(ctx)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var print aim.Fingerprint
		if print, _, err = r.Fingerprint(ctx, entries[0].Hash); err != nil || print == "" {
			b.Fatal(print, err)
		}
	}
}
