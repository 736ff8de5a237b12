package gen_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/gen"
	"aimdesk/backend/series"
)

// shapes are the repositories that are read back.
var shapes = map[string]gen.Config{
	"small":   {Seed: 1, Runs: 5, Metrics: 3, Points: 20},
	"flushed": {Seed: 2, Runs: 2, Metrics: 2, Points: 1500},
	"killed":  {Seed: 3, Runs: 20, Metrics: 3, Points: 500, Killed: 0.1, Live: 0.1, Archived: 0.3},
	"wide":    {Seed: 4, Runs: 3, Params: 150, Tags: 50, Metrics: 1, Points: 3},
	"long":    {Seed: 5, Runs: 1, Metrics: 1, Points: 5, LongPoints: 220_000},
	"bare":    {Seed: 6, Runs: 2},
}

func TestReadBack(t *testing.T) {
	for name, c := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			dir := t.TempDir()
			if err := gen.Write(ctx, dir, c); err != nil {
				t.Fatal(err)
			}
			repo, err := aim.Open(ctx, dir, aim.Config{})
			if err != nil {
				t.Fatal(err)
			}
			entries, err := repo.List(ctx)
			if err != nil || len(entries) != c.Count() {
				t.Fatalf("%d runs listed, want %d (%v)", len(entries), c.Count(), err)
			}
			props, err := repo.Properties(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.Count() {
				r := c.Run(i)
				compareProperties(t, r, props[r.Hash])
				compareRun(t, repo, r)
				report, err := repo.Check(ctx, r.Hash)
				if err != nil || len(report.Damage) > 0 {
					t.Errorf("run %s: check found %v, %v", r.Hash, report.Damage, err)
				}
			}
		})
	}
}

func compareProperties(t *testing.T, r gen.Run, p aim.Properties) {
	t.Helper()
	if p.Name == nil || *p.Name != r.Name || p.Experiment == nil || *p.Experiment != r.Experiment || p.Archived == nil || *p.Archived != r.Archived {
		t.Errorf("run %s: properties are %+v", r.Hash, p)
	}
	if p.CreationTime == nil || math.Abs(*p.CreationTime-r.Created) > 1e-6 {
		t.Errorf("run %s: created at %v, want %v", r.Hash, p.CreationTime, r.Created)
	}
	want := slices.Sorted(slices.Values(r.Tags))
	if got := slices.Sorted(slices.Values(p.Tags)); !slices.Equal(got, want) {
		t.Errorf("run %s: tags are %v, want %v", r.Hash, got, want)
	}
}

func compareRun(t *testing.T, repo *aim.Repo, r gen.Run) {
	t.Helper()
	ctx := context.Background()
	m, err := repo.ReadMeta(ctx, r.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sortedJSON(m.Params.AppendJSON(nil)), sortedJSON(r.Params.AppendJSON(nil)); !bytes.Equal(got, want) {
		t.Errorf("run %s: params are %s, want %s", r.Hash, m.Params.AppendJSON(nil), r.Params.AppendJSON(nil))
	}
	if ended := m.EndTime != nil; ended != (r.State == gen.StateClosed) || (ended && *m.EndTime != r.End) {
		t.Errorf("run %s: ended at %v, want %v", r.Hash, m.EndTime, r.End)
	}
	if len(m.Traces) != len(r.Metrics) {
		t.Fatalf("run %s: %d sequences, want %d", r.Hash, len(m.Traces), len(r.Metrics))
	}
	seen := 0
	_, err = repo.ReadSeries(ctx, r.Hash, m.Traces, func(i int, c *series.Columns) error {
		at := slices.IndexFunc(r.Metrics, func(x gen.Metric) bool { return x.Name == m.Traces[i].Name })
		if at < 0 {
			return fmt.Errorf("there is no metric %s", m.Traces[i].Name)
		}
		seen++
		compareSeries(t, &r.Metrics[at], c)
		return nil
	})
	want := 0
	for _, x := range r.Metrics {
		if x.Points > 0 {
			want++
		}
	}
	if err != nil || seen != want {
		t.Errorf("run %s: %d series read, want %d (%v)", r.Hash, seen, want, err)
	}
}

func compareSeries(t *testing.T, m *gen.Metric, c *series.Columns) {
	t.Helper()
	if c.Len() != m.Points {
		t.Errorf("metric %s: %d points, want %d", m.Name, c.Len(), m.Points)
		return
	}
	for i := range m.Points {
		v, at, epoch := m.At(i)
		if c.Steps[i] != float64(i) || c.Values[i] != v || c.Times[i] != at || c.Epochs[i] != float64(epoch) {
			t.Errorf("metric %s: point %d is %v %v %v %v", m.Name, i, c.Steps[i], c.Values[i], c.Times[i], c.Epochs[i])
			return
		}
	}
}

// sortedJSON brings JSON into a form in which the order of keys does not count.
func sortedJSON(b []byte) []byte {
	parts := bytes.FieldsFunc(b, func(r rune) bool { return r == ',' || r == '{' || r == '}' })
	slices.SortFunc(parts, bytes.Compare)
	return bytes.Join(parts, []byte{'\n'})
}

func TestDeterministic(t *testing.T) {
	c := gen.Config{Seed: 7, Runs: 10, Metrics: 2, Points: 900, Params: 20, Tags: 3, Killed: 0.05, Live: 0.02}
	sum := func(workers int) (string, int) {
		dir := t.TempDir()
		c.Workers = workers
		if err := gen.Write(context.Background(), dir, c); err != nil {
			t.Fatal(err)
		}
		h, files := sha256.New(), 0
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			rel, _ := filepath.Rel(dir, path) // both are absolute
			fmt.Fprintf(h, "%s %d ", rel, len(data))
			h.Write(data)
			files++
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", h.Sum(nil)), files
	}
	one, n := sum(1)
	two, m := sum(2)
	if one != two || n != m || n < 100 {
		t.Errorf("two repositories of one configuration differ: %d and %d files", n, m)
	}
}

func TestRefusesToOverwrite(t *testing.T) {
	dir := t.TempDir()
	if err := gen.Write(context.Background(), dir, gen.Config{Runs: 1}); err != nil {
		t.Fatal(err)
	}
	if err := gen.Write(context.Background(), dir, gen.Config{Runs: 1}); err == nil {
		t.Error("a repository was written over another")
	}
}
