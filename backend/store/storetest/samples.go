package storetest

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// Points returns a series of n points that tells seeds apart.
func Points(n, seed int) *series.Columns {
	c := &series.Columns{}
	c.Grow(n)
	for i := range n {
		c.Append(int64(i), float64(seed)+math.Sin(float64(i*(seed+1))), float64(i/100), 1.7e9+float64(seed)+float64(i)/8)
	}
	return c
}

// SampleRun returns a run with metadata and the given number of traces.
func SampleRun(hash string, traces int) *store.Run {
	r := &store.Run{
		Hash: hash, MetaPrint: "meta-1", SeqsPrint: "seqs-1", SeriesDone: true,
		EndTimeKnown: true, EndTime: of(1.7e9), IndexedAt: 1.8e9,
		Params: []byte("params of " + hash),
		Damage: []store.Damage{{File: "seqs/chunks/" + hash + "/000004.log", Offset: 32768, Message: "torn"}},
	}
	for i := range traces {
		r.Traces = append(r.Traces, store.Trace{
			Kind: "metric", Name: fmt.Sprintf("metric-%d", i), ContextID: int64(i)*-7919 + math.MinInt64/2,
			Context: []byte{byte(i)}, DType: "float", Version: 2, Stored: []byte("stored"),
		})
	}
	return r
}

// PutSample puts a run whose traces have n points each, seeded by their
// position and seed.
func PutSample(ctx context.Context, w store.Writer, r *store.Run, n, seed int) error {
	return w.PutRun(ctx, r, func(put store.PutSeries) error {
		for i := range r.Traces {
			if err := put(i, Points(n, seed+i)); err != nil {
				return err
			}
		}
		return nil
	})
}

func of[T any](v T) *T { return &v }

// Same fails the test unless two runs are alike.
func Same(t *testing.T, got, want *store.Run) {
	t.Helper()
	if g, w := normal(*got), normal(*want); !reflect.DeepEqual(g, w) {
		t.Errorf("run is\n%+v\nwant\n%+v", g, w)
	}
}

// normal returns a run in a form that DeepEqual can compare: without NaN, and
// without what the store keeps for itself.
func normal(r store.Run) store.Run {
	r.SeriesVersion, r.SeriesBytes = 0, 0
	r.Traces = slices.Clone(r.Traces)
	for i := range r.Traces {
		t := &r.Traces[i]
		t.Slot = 0
		for _, v := range []*float64{&t.Summary.Mean, &t.Summary.LastTime, &t.Summary.Min.Value, &t.Summary.Max.Value,
			&t.Summary.Min.Step, &t.Summary.Max.Step, &t.Summary.First.Value, &t.Summary.Last.Value,
			&t.Summary.First.Step, &t.Summary.Last.Step} {
			if math.IsNaN(*v) {
				*v = -12345.678
			}
		}
	}
	if r.Props.Hash == "" {
		r.Props.Hash = r.Hash
	}
	return r
}

// SameColumns fails the test unless two series are alike, bit for bit.
func SameColumns(t *testing.T, got, want *series.Columns) {
	t.Helper()
	if got.Len() != want.Len() {
		t.Errorf("%d rows, want %d", got.Len(), want.Len())
		return
	}
	for _, pair := range [][2][]float64{
		{got.Steps, want.Steps}, {got.Values, want.Values}, {got.Epochs, want.Epochs}, {got.Times, want.Times},
	} {
		for i := range pair[0] {
			if math.Float64bits(pair[0][i]) != math.Float64bits(pair[1][i]) {
				t.Errorf("row %d is %v, want %v", i, pair[0][i], pair[1][i])
				return
			}
		}
	}
	if !reflect.DeepEqual(got.BigSteps, want.BigSteps) || !slices.Equal(got.FloatStep, want.FloatStep) {
		t.Errorf("exact or float steps differ")
	}
}

func hashes(t *testing.T, ctx context.Context, s store.Reader) []string {
	t.Helper()
	var all []string
	err := s.Runs(ctx, func(r *store.Run) error {
		all = append(all, r.Hash)
		return nil
	})
	must(t, err)
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
