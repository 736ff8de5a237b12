package aim_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/series"
)

func readSeries(t testing.TB, r *aim.Repo) (map[string]*series.Columns, aim.Report) {
	t.Helper()
	m := readMeta(t, r)
	got := map[string]*series.Columns{}
	report, err := r.ReadSeries(context.Background(), testHash, m.Traces, func(i int, c *series.Columns) error {
		got[m.Traces[i].Name] = c.Clone()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	last, _, err := r.LastRecord(context.Background(), testHash, m.Traces)
	if err != nil || !reflect.DeepEqual(last, report.LastRecord) {
		t.Errorf("LastRecord: %v, %v; the report says %v", last, err, report.LastRecord)
	}
	return got, report
}

func TestRowsOfKilledWriters(t *testing.T) {
	run := newRun()
	run.trace(noContext, "m", "float", 2)
	run.trace(noContext, "never written", "float", 2)
	step := codec.IntValue
	for i := range int64(4) {
		run.point(noContext, "m", step(i), codec.FloatValue(float64(i)*10), 100+float64(i))
	}
	// The four cells of a row are written one after the other.
	run.cell(noContext, "m", "val", step(5), codec.FloatValue(50))
	run.cell(noContext, "m", "val", step(6), codec.FloatValue(60))
	run.cell(noContext, "m", "epoch", step(6), codec.Value{})
	run.cell(noContext, "m", "time", step(6), codec.FloatValue(106))
	run.cell(noContext, "m", "step", step(7), step(7))
	run.cell(noContext, "m", "val", step(8), codec.FloatValue(80))
	run.cell(noContext, "m", "step", step(8), step(8))
	r, _ := run.write(t)
	got, report := readSeries(t, r)
	if len(got) != 1 {
		t.Errorf("got series of %v", got)
	}
	c := got["m"]
	if want := []float64{0, 1, 2, 3, 8}; !reflect.DeepEqual(c.Steps, want) {
		t.Errorf("steps %v, want %v", c.Steps, want)
	}
	if want := []float64{0, 10, 20, 30, 80}; !reflect.DeepEqual(c.Values, want) {
		t.Errorf("values %v, want %v", c.Values, want)
	}
	if !series.IsAbsent(c.Times[4]) || !series.IsAbsent(c.Epochs[0]) || c.Times[3] != 103 {
		t.Errorf("times %v, epochs %v", c.Times, c.Epochs)
	}
	if report.LastRecord == nil || *report.LastRecord != 106 || report.Bytes == 0 {
		t.Errorf("report %+v", report)
	}
}

func TestOddNumbers(t *testing.T) {
	run := newRun()
	run.trace(noContext, "m", "number", 2)
	run.point(noContext, "m", codec.FloatValue(0.5), codec.BoolValue(true), 1)
	run.point(noContext, "m", codec.IntValue(-3), codec.IntValue(7), 2)
	run.point(noContext, "m", codec.IntValue(1<<58+1), codec.FloatValue(math.Float64frombits(0x7ff8000000000001)), 3)
	run.point(noContext, "m", codec.IntValue(2), codec.StringValue("no number"), 4)
	run.point(noContext, "m", codec.StringValue("no step"), codec.IntValue(1), 5)
	run.point(noContext, "m", codec.IntValue(4), codec.ListValue([]codec.Value{codec.IntValue(1)}), 6)
	r, _ := run.write(t)
	got, _ := readSeries(t, r)
	c := got["m"]
	if want := []float64{-3, 0.5, 1 << 58}; !reflect.DeepEqual(c.Steps, want) {
		t.Fatalf("steps %v, want %v", c.Steps, want)
	}
	if !reflect.DeepEqual(c.FloatStep, []bool{false, true, false}) || !reflect.DeepEqual(c.BigSteps, map[int]int64{2: 1<<58 + 1}) {
		t.Errorf("float steps %v, big steps %v", c.FloatStep, c.BigSteps)
	}
	if c.Values[0] != 7 || c.Values[1] != 1 || !math.IsNaN(c.Values[2]) || series.IsAbsent(c.Values[2]) {
		t.Errorf("values %v", c.Values)
	}
}

func TestSeriesKeyedBySteps(t *testing.T) {
	run := newRun()
	run.trace(noContext, "old", "float", 1)
	run.trace(noContext, "texts", "aim.text", 1)
	for _, step := range []int{-2, -1, 0, 1, 300} {
		run.object(noContext, "old", step, codec.FloatValue(float64(step)))
		run.object(noContext, "texts", step, codec.ObjectValue("aim.text", nil))
	}
	id := codec.ContextID(noContext)
	run.seqs.put(codec.FloatValue(9), "seqs", "chunks", testHash, id, "old", "time", 1)
	run.seqs.put(codec.IntValue(3), "seqs", "chunks", testHash, id, "old", "epoch", 300)
	run.seqs.put(codec.FloatValue(11), "seqs", "chunks", testHash, id, "texts", "time", 1)
	r, _ := run.write(t)
	got, report := readSeries(t, r)
	c := got["old"]
	want := []float64{-2, -1, 0, 1, 300}
	if len(got) != 1 || !reflect.DeepEqual(c.Steps, want) || !reflect.DeepEqual(c.Values, want) || c.Times[3] != 9 || c.Epochs[4] != 3 {
		t.Errorf("got %+v", c)
	}
	if report.LastRecord == nil || *report.LastRecord != 11 {
		t.Errorf("last record %v, want that of the texts", report.LastRecord)
	}
}

func TestSeriesOfSomeTraces(t *testing.T) {
	run := newRun()
	for _, name := range []string{"a", "ab", "b"} {
		run.trace(noContext, name, "float", 2)
		run.point(noContext, name, codec.IntValue(1), codec.FloatValue(1), 1)
	}
	r, _ := run.write(t)
	m := readMeta(t, r)
	for i := range m.Traces {
		one := m.Traces[i : i+1]
		n := 0
		if _, err := r.ReadSeries(context.Background(), testHash, one, func(at int, c *series.Columns) error {
			n += c.Len()
			if at != 0 {
				t.Errorf("position %d", at)
			}
			return nil
		}); err != nil || n != 1 {
			t.Errorf("%s: %d points, %v", one[0].Name, n, err)
		}
	}
}

func TestCallbackEndsReading(t *testing.T) {
	run := newRun()
	run.trace(noContext, "a", "float", 2)
	run.point(noContext, "a", codec.IntValue(1), codec.FloatValue(1), 1)
	run.trace(noContext, "t", "aim.text", 1)
	run.object(noContext, "t", 0, codec.ObjectValue("aim.text", nil))
	r, _ := run.write(t)
	m := readMeta(t, r)
	stop := errors.New("stop")
	if _, err := r.ReadSeries(context.Background(), testHash, m.Traces, func(int, *series.Columns) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("ReadSeries: got %v", err)
	}
	for _, tr := range m.Traces {
		if tr.Kind == aim.KindTexts {
			if err := r.ReadObjects(context.Background(), testHash, tr, aim.ObjectOptions{}, func(aim.ObjectRow) error { return stop }); !errors.Is(err, stop) {
				t.Errorf("ReadObjects: got %v", err)
			}
		}
	}
}
