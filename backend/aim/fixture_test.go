package aim_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/series"
)

// recordedRun is what real Aim said of a run.
type recordedRun struct {
	Hash         string           `json:"hash"`
	Name         any              `json:"name"`
	Description  any              `json:"description"`
	Experiment   any              `json:"experiment"`
	Archived     any              `json:"archived"`
	Tags         []string         `json:"tags"`
	CreationTime any              `json:"creation_time"`
	EndTime      any              `json:"end_time"`
	Active       bool             `json:"active"`
	Params       any              `json:"params"`
	Metrics      []map[string]any `json:"metrics"`
	Sequences    []map[string]any `json:"sequences"`
}

// decode parses JSON without losing digits.
func decode(t testing.TB, data []byte, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		t.Fatalf("decode %.80s: %v", data, err)
	}
}

// recorded reads what real Aim said of a fixture.
func recorded(t testing.TB, fixture string) []recordedRun {
	t.Helper()
	data, err := os.ReadFile(testutil.Testdata("repos", filepath.FromSlash(fixture)+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Runs []recordedRun `json:"runs"`
	}
	decode(t, data, &all)
	return all.Runs
}

func openFixture(t testing.TB, fixture string) *aim.Repo {
	t.Helper()
	return openRepo(t, testutil.Fixture(t, fixture))
}

func openRepo(t testing.TB, root string) *aim.Repo {
	t.Helper()
	r, err := aim.Open(context.Background(), root, aim.Config{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// asJSON gives a value of this program the shape of the recorded one.
func asJSON(t testing.TB, data []byte) any {
	t.Helper()
	var v any
	decode(t, data, &v)
	return v
}

func jsonNumber(f *float64) any {
	if f == nil {
		return nil
	}
	return json.Number(codec.AppendFloat(nil, *f))
}

func jsonText(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

// describe says of a run what the recording says.
func describe(t testing.TB, p aim.Properties, m *aim.Meta) recordedRun {
	tags := slices.Sorted(slices.Values(p.Tags))
	if tags == nil {
		tags = []string{}
	}
	return recordedRun{
		Hash: m.Hash, Name: jsonText(p.Name), Description: jsonText(p.Description), Experiment: jsonText(p.Experiment),
		Archived: *p.Archived, Tags: tags, CreationTime: jsonNumber(p.CreationTime), EndTime: jsonNumber(m.EndTime),
		Active: m.Active(), Params: asJSON(t, m.Params.AppendJSON(nil)),
	}
}

func TestFixtureRuns(t *testing.T) {
	ctx := context.Background()
	for _, fixture := range testutil.Fixtures {
		t.Run(fixture, func(t *testing.T) {
			r := openFixture(t, fixture)
			props, err := r.Properties(ctx)
			if err != nil {
				t.Fatal(err)
			}
			entries, err := r.List(ctx)
			if err != nil {
				t.Fatal(err)
			}
			want := recorded(t, fixture)
			if len(entries) != len(want) {
				t.Fatalf("listed %d runs, want %d", len(entries), len(want))
			}
			for i, w := range want {
				if e := entries[i]; e.Hash != w.Hash || !e.HasMeta || !e.HasSeqs || !e.HasRow {
					t.Errorf("entry %d is %+v, want run %s with everything", i, e, w.Hash)
				}
				m, err := r.ReadMeta(ctx, w.Hash)
				if err != nil {
					t.Fatal(err)
				}
				got := describe(t, props[w.Hash], m)
				w.Metrics, w.Sequences = nil, nil
				if !reflect.DeepEqual(got, w) {
					t.Errorf("run %s:\n got %+v\nwant %+v", w.Hash, got, w)
				}
				again := codec.DecodeTree(m.Leaves)
				if m.Params.Len() > 0 && !bytes.Equal(again.AppendJSON(nil), m.Params.AppendJSON(nil)) {
					t.Errorf("run %s: the leaves say %s", w.Hash, again.AppendJSON(nil))
				}
				if len(m.Damage) > 0 || len(m.Notes) > 0 {
					t.Errorf("run %s: damage %v, notes %v", w.Hash, m.Damage, m.Notes)
				}
				for _, tr := range m.Traces {
					if id := codec.ContextID(tr.Context); id != tr.ContextID {
						t.Errorf("context %s is stored as %d, computed as %d", tr.Context.AppendJSON(nil), tr.ContextID, id)
					}
				}
			}
		})
	}
}

// digest is the recordings' digest of a column: little-endian float64, absent
// values as Python's NaN.
func digest(column []float64) string {
	h := sha256.New()
	for _, f := range column {
		bits := math.Float64bits(f)
		if series.IsAbsent(f) {
			bits = 0x7ff8000000000000
		}
		h.Write(binary.LittleEndian.AppendUint64(nil, bits))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// shortSeries is how many points a recording spells out.
const shortSeries = 300

// describeMetric says of a metric what the recording says.
func describeMetric(t testing.TB, tr *aim.Trace, c *series.Columns) map[string]any {
	step := func(i int) []byte {
		if c.FloatStep != nil && c.FloatStep[i] {
			return codec.AppendFloat(nil, c.Steps[i])
		}
		if big, ok := c.BigSteps[i]; ok {
			return codec.IntValue(big).AppendJSON(nil)
		}
		return codec.IntValue(int64(c.Steps[i])).AppendJSON(nil)
	}
	numbers := func(n int, at func(i int) []byte) any {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = string(at(i))
		}
		return asJSON(t, []byte("["+strings.Join(parts, ",")+"]"))
	}
	n := c.Len()
	last := []byte("null")
	if v, ok := tr.LastStep(); ok {
		last = v.AppendJSON(nil)
	} else if n > 0 {
		last = step(n - 1)
	}
	got := map[string]any{
		"name": tr.Name, "context": asJSON(t, tr.Context.AppendJSON(nil)), "count": json.Number(codec.IntValue(int64(n)).AppendJSON(nil)),
		"last_step": asJSON(t, last),
		"sha_steps": digest(c.Steps), "sha_values": digest(c.Values), "sha_epochs": digest(c.Epochs), "sha_times": digest(c.Times),
	}
	if n <= shortSeries {
		got["steps"] = numbers(n, step)
		got["values"] = numbers(n, func(i int) []byte { return codec.AppendFloat(nil, c.Values[i]) })
		got["epochs"] = numbers(n, func(i int) []byte { return codec.AppendFloat(nil, c.Epochs[i]) })
	}
	return got
}

// sortTraces orders traces as the command line lists them.
func sortTraces(traces []aim.Trace) {
	sort.SliceStable(traces, func(i, j int) bool {
		a, b := traces[i], traces[j]
		if a.Kind != b.Kind {
			return a.Kind.String() < b.Kind.String()
		}
		if a.Name != b.Name {
			return a.Name < b.Name
		}
		return codec.CompareContext(a.Context, b.Context) < 0
	})
}

func TestFixtureMetrics(t *testing.T) {
	ctx := context.Background()
	for _, fixture := range testutil.Fixtures {
		t.Run(fixture, func(t *testing.T) {
			r := openFixture(t, fixture)
			for _, run := range recorded(t, fixture) {
				m, err := r.ReadMeta(ctx, run.Hash)
				if err != nil {
					t.Fatal(err)
				}
				sortTraces(m.Traces)
				columns := make([]*series.Columns, len(m.Traces))
				report, err := r.ReadSeries(ctx, run.Hash, m.Traces, func(i int, c *series.Columns) error {
					if err := c.Validate(); err != nil || !c.Sorted() {
						t.Errorf("run %s: %s: columns are invalid or not sorted: %v", run.Hash, m.Traces[i].Name, err)
					}
					columns[i] = c.Clone()
					return nil
				})
				if err != nil || len(report.Damage) > 0 {
					t.Fatalf("run %s: damage %v, error %v", run.Hash, report.Damage, err)
				}
				var got []map[string]any
				for i := range m.Traces {
					if m.Traces[i].Kind != aim.KindMetric {
						continue
					}
					if columns[i] == nil {
						columns[i] = &series.Columns{}
					}
					got = append(got, describeMetric(t, &m.Traces[i], columns[i]))
				}
				if len(got) != len(run.Metrics) {
					t.Fatalf("run %s: %d metrics, want %d", run.Hash, len(got), len(run.Metrics))
				}
				for i, want := range run.Metrics {
					// A recording has floats as Aim's reader gives them: all columns but steps.
					if !reflect.DeepEqual(got[i], want) {
						t.Errorf("run %s:\n got %.1500v\nwant %.1500v", run.Hash, got[i], want)
					}
				}
			}
		})
	}
}

// describeObject says of an object what the recording says.
func describeObject(t testing.TB, o aim.Object) any {
	t.Helper()
	data, err := o.Data()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	field := func(name string) any { return asJSON(t, o.Field(name).AppendJSON(nil)) }
	floats := func(list []float64) any {
		dst := []byte{'['}
		for i, f := range list {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = codec.AppendFloat(dst, f)
		}
		return asJSON(t, append(dst, ']'))
	}
	switch o.Kind {
	case aim.KindImages:
		return map[string]any{"image": hex.EncodeToString(sum[:]), "format": field("format"), "width": field("width"), "height": field("height"), "caption": field("caption")}
	case aim.KindAudios:
		return map[string]any{"audio": hex.EncodeToString(sum[:]), "format": field("format"), "caption": field("caption")}
	case aim.KindTexts:
		return map[string]any{"text": string(data)}
	case aim.KindFigures:
		return map[string]any{"figure": asJSON(t, data)}
	case aim.KindDistributions:
		weights, err := o.Weights()
		if err != nil {
			t.Fatal(err)
		}
		var bounds []float64
		for _, v := range o.Field("range").List() {
			f, _ := v.Number()
			bounds = append(bounds, f)
		}
		return map[string]any{"weights": floats(weights), "range": floats(bounds), "bin_count": field("bin_count")}
	}
	t.Fatalf("an object of type %q", o.Type)
	return nil
}

func TestFixtureSequences(t *testing.T) {
	ctx := context.Background()
	kinds := []aim.Kind{aim.KindImages, aim.KindTexts, aim.KindAudios, aim.KindDistributions, aim.KindFigures}
	for _, fixture := range testutil.Fixtures {
		t.Run(fixture, func(t *testing.T) {
			r := openFixture(t, fixture)
			for _, run := range recorded(t, fixture) {
				m, err := r.ReadMeta(ctx, run.Hash)
				if err != nil {
					t.Fatal(err)
				}
				sortTraces(m.Traces)
				var got []map[string]any
				for _, tr := range m.Traces {
					if !slices.Contains(kinds, tr.Kind) {
						continue
					}
					steps, values := []any{}, []any{}
					err := r.ReadObjects(ctx, run.Hash, tr, aim.ObjectOptions{}, func(row aim.ObjectRow) error {
						steps = append(steps, asJSON(t, row.Step.AppendJSON(nil)))
						list := []any{}
						for _, o := range row.Items {
							list = append(list, describeObject(t, o))
						}
						if row.IsList {
							values = append(values, list)
						} else {
							values = append(values, list[0])
						}
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, map[string]any{"kind": tr.Kind.String(), "name": tr.Name, "context": asJSON(t, tr.Context.AppendJSON(nil)), "steps": steps, "values": values})
				}
				if len(got) != len(run.Sequences) {
					t.Fatalf("run %s: %d sequences, want %d", run.Hash, len(got), len(run.Sequences))
				}
				for i, want := range run.Sequences {
					if !reflect.DeepEqual(got[i], want) {
						t.Errorf("run %s:\n got %.1500v\nwant %.1500v", run.Hash, got[i], want)
					}
				}
			}
		})
	}
}
