package aim_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/rocks"
	"aimdesk/backend/series"
)

// TestDamagedTable flips bytes in a table of one run: that run alone has an
// error, which names the file, and its metadata is still there.
func TestDamagedTable(t *testing.T) {
	ctx := context.Background()
	root := testutil.Fixture(t, "basic")
	r := openRepo(t, root)
	entries, err := r.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	damaged := entries[1].Hash
	tables, err := filepath.Glob(filepath.Join(root, ".aim", "seqs", "chunks", damaged, "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	data, err := os.ReadFile(tables[0])
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(data)/4; at += 512 { // in the data blocks, which come first
		data[at] ^= 1
	}
	if err := os.WriteFile(tables[0], data, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		m, err := r.ReadMeta(ctx, e.Hash)
		if err != nil {
			t.Fatal(err)
		}
		points := 0
		_, err = r.ReadSeries(ctx, e.Hash, m.Traces, func(_ int, c *series.Columns) error {
			points += c.Len()
			return nil
		})
		var corrupt *rocks.CorruptError
		switch {
		case e.Hash != damaged && (err != nil || points == 0):
			t.Errorf("run %s: %d points, %v", e.Hash, points, err)
		case e.Hash == damaged && (!errors.As(err, &corrupt) || corrupt.File != tables[0]):
			t.Errorf("damaged run: %d points, %v", points, err)
		}
	}
	if report, err := r.Check(ctx, damaged); err != nil || len(report.Damage) == 0 || report.Damage[0].File != tables[0] {
		t.Errorf("check: %+v, %v", report, err)
	}
}

// TestDamagedLog flips a byte in the log of a killed run: the rest of a block is
// lost, what follows is read, and the damage is told.
func TestDamagedLog(t *testing.T) {
	ctx := context.Background()
	root := testutil.Fixture(t, "crashed")
	r := openRepo(t, root)
	logs, err := filepath.Glob(filepath.Join(root, ".aim", "seqs", "chunks", "15ec7a7f*", "*.log"))
	if err != nil || len(logs) != 1 {
		t.Fatal(logs, err)
	}
	hash := filepath.Base(filepath.Dir(logs[0]))
	m, err := r.ReadMeta(ctx, hash)
	if err != nil {
		t.Fatal(err)
	}
	count := func() (points int, damage []rocks.Damage) {
		t.Helper()
		report, err := r.ReadSeries(ctx, hash, m.Traces, func(_ int, c *series.Columns) error {
			points += c.Len()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return points, report.Damage
	}
	all, _ := count()
	data, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(logs[0], data, 0o644); err != nil {
		t.Fatal(err)
	}
	points, damage := count()
	if points >= all || points < all*8/10 || len(damage) == 0 || damage[0].File != logs[0] {
		t.Errorf("%d of %d points, damage %v", points, all, damage)
	}
}
