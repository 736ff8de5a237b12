//go:build interop

package gen_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aimdesk/backend/internal/gen"
)

// TestToolsOfRocksDB has RocksDB's own tools read generated databases: they
// must open them, find all checksums right, and see the cells that are there.
func TestToolsOfRocksDB(t *testing.T) {
	for _, tool := range []string{"ldb", "sst_dump"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("install rocksdb-tools (Debian's name): %v", err)
		}
	}
	for name, c := range map[string]gen.Config{
		"flushed": {Seed: 2, Runs: 1, Metrics: 2, Points: 1500},
		"killed":  {Seed: 3, Runs: 1, Metrics: 3, Points: 500, Killed: 1},
		"long":    {Seed: 5, LongPoints: 220_000},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := gen.Write(context.Background(), dir, c); err != nil {
				t.Fatal(err)
			}
			r := c.Run(0)
			db := filepath.Join(dir, ".aim", "seqs", "chunks", r.Hash)
			tables, err := filepath.Glob(filepath.Join(db, "*.sst"))
			if err != nil {
				t.Fatal(err)
			}
			for _, table := range tables {
				out, err := exec.Command("sst_dump", "--file="+table, "--command=verify", "--verify_checksum").CombinedOutput()
				if err != nil || strings.Contains(string(out), "orruption") || !strings.Contains(string(out), "The file is ok") {
					t.Errorf("sst_dump %s: %v\n%s", table, err, out)
				}
			}
			want := 0
			for _, m := range r.Metrics {
				want += 4 * (m.Points + 1)
			}
			// ldb opens a database for writing in order to replay its log.
			out, err := exec.Command("ldb", "--db="+db, "scan", "--key_hex", "--value_hex").Output()
			if err != nil {
				t.Fatalf("ldb scan: %v\n%s", err, out)
			}
			if got := strings.Count(string(out), " : "); got != want {
				t.Errorf("ldb finds %d keys, want %d", got, want)
			}
		})
	}
}
