package aim

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"aimdesk/backend/aim/cellscan"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/series"
)

// discard is a sink that wants nothing.
type discard struct{}

func (discard) Column([]byte) int                    { return cellscan.NoColumn }
func (discard) Cell(int, uint64, byte, uint64) error { return nil }

// readAll reads all series of a run.
func readAll(t testing.TB, r *Repo, m *Meta) (map[int]*series.Columns, Report) {
	t.Helper()
	got := map[int]*series.Columns{}
	report, err := r.ReadSeries(context.Background(), m.Hash, m.Traces, func(i int, c *series.Columns) error {
		got[i] = c.Clone()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, report
}

// sameColumns compares bit for bit: NaNs are equal to themselves.
func sameColumns(a, b *series.Columns) bool {
	return digestOf(a.Steps) == digestOf(b.Steps) && digestOf(a.Values) == digestOf(b.Values) &&
		digestOf(a.Epochs) == digestOf(b.Epochs) && digestOf(a.Times) == digestOf(b.Times) &&
		reflect.DeepEqual(a.FloatStep, b.FloatStep) && reflect.DeepEqual(a.BigSteps, b.BigSteps)
}

func TestScanningEqualsMerging(t *testing.T) {
	ctx := context.Background()
	for _, fixture := range testutil.Fixtures {
		t.Run(fixture, func(t *testing.T) {
			root := testutil.Fixture(t, fixture)
			r, err := Open(ctx, root, Config{})
			if err != nil {
				t.Fatal(err)
			}
			merging, err := Open(ctx, root, Config{})
			if err != nil {
				t.Fatal(err)
			}
			merging.mergeOnly = true
			entries, err := r.List(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				m, err := r.ReadMeta(ctx, e.Hash)
				if err != nil {
					t.Fatal(err)
				}
				fast, fastReport := readAll(t, r, m)
				slow, slowReport := readAll(t, merging, m)
				if len(fast) != len(slow) || !reflect.DeepEqual(fastReport, slowReport) {
					t.Errorf("run %s: %d and %d series, reports %+v and %+v", e.Hash, len(fast), len(slow), fastReport, slowReport)
				}
				for _, repo := range []*Repo{r, merging} {
					if last, _, err := repo.LastRecord(ctx, e.Hash, m.Traces); err != nil || !reflect.DeepEqual(last, fastReport.LastRecord) {
						t.Errorf("run %s: last record %v, %v", e.Hash, last, err)
					}
				}
				for i, c := range fast {
					if slow[i] == nil || !sameColumns(c, slow[i]) {
						t.Errorf("run %s: %s differs", e.Hash, m.Traces[i].Name)
					}
				}
				// Nothing that Aim wrote may need the slow way.
				var s cellscan.Scanner
				if _, err := s.Scan(ctx, vfs.NewOS(0), r.seqsDir(e.Hash), seriesPrefix(versionHashes, e.Hash), discard{}); err != nil {
					t.Errorf("run %s cannot be scanned: %v", e.Hash, err)
				}
			}
		})
	}
}

func TestScanEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	root := testutil.Fixture(t, "basic")
	r, err := Open(ctx, root, Config{})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := r.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	m, err := r.ReadMeta(ctx, entries[0].Hash)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := r.ReadSeries(ctx, m.Hash, m.Traces, func(int, *series.Columns) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
