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

// steps reads the steps of a sequence.
func steps(t testing.TB, r *aim.Repo, tr aim.Trace, opts aim.ObjectOptions) []int64 {
	t.Helper()
	got := []int64{}
	if err := r.ReadObjects(context.Background(), testHash, tr, opts, func(row aim.ObjectRow) error {
		got = append(got, row.Step.Int)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestObjectSteps(t *testing.T) {
	run := newRun()
	run.trace(noContext, "t", "aim.text", 1)
	for _, s := range []int{5, -1, 0, -7, 300, 254} {
		run.object(noContext, "t", s, codec.ObjectValue("aim.text", nil))
	}
	r, _ := run.write(t)
	tr := readMeta(t, r).Traces[0]
	at := func(i int64) *int64 { return &i }
	for _, c := range []struct {
		opts aim.ObjectOptions
		want []int64
	}{
		{aim.ObjectOptions{}, []int64{-7, -1, 0, 5, 254, 300}},
		{aim.ObjectOptions{From: at(-1)}, []int64{-1, 0, 5, 254, 300}},
		{aim.ObjectOptions{From: at(1)}, []int64{5, 254, 300}},
		{aim.ObjectOptions{To: at(-1)}, []int64{-7}},
		{aim.ObjectOptions{To: at(0)}, []int64{-7, -1}},
		{aim.ObjectOptions{From: at(-6), To: at(254)}, []int64{-1, 0, 5}},
		{aim.ObjectOptions{From: at(7), To: at(3)}, []int64{}},
		{aim.ObjectOptions{Last: 2}, []int64{254, 300}},
		{aim.ObjectOptions{Last: 5}, []int64{-1, 0, 5, 254, 300}},
		{aim.ObjectOptions{Last: 50, To: at(6)}, []int64{-7, -1, 0, 5}},
		{aim.ObjectOptions{Last: 1, To: at(-7)}, []int64{}},
		{aim.ObjectOptions{From: at(math.MaxInt64)}, []int64{}},
		{aim.ObjectOptions{From: at(math.MinInt64)}, []int64{-7, -1, 0, 5, 254, 300}},
	} {
		if got := steps(t, r, tr, c.opts); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: got %v, want %v", c.opts, got, c.want)
		}
	}
}

func TestObjectsOfAllShapes(t *testing.T) {
	run := newRun()
	run.trace(noContext, "x", "list(aim.text)", 1)
	id := codec.ContextID(noContext)
	text := codec.ObjectValue("aim.text", nil)
	run.object(noContext, "x", 0, text)
	run.seqs.putBlob(codec.StringValue("single"), "seqs", "chunks", testHash, id, "x", "val", 0, "data")
	run.object(noContext, "x", 1, codec.ListValue([]codec.Value{text, text}))
	run.seqs.putBlob(codec.StringValue("second"), "seqs", "chunks", testHash, id, "x", "val", 1, 1, "data")
	run.seqs.putBlob(codec.StringValue("first"), "seqs", "chunks", testHash, id, "x", "val", 1, 0, "data")
	run.object(noContext, "x", 2, codec.ListValue(nil))
	run.object(noContext, "x", 3, text) // its data is lost
	run.object(noContext, "x", 4, codec.ListValue([]codec.Value{codec.FloatValue(1.5), codec.IntValue(2)}))
	run.object(noContext, "x", 5, codec.ObjectValue("aim.text", []codec.Entry{{Key: codec.StringKey("data"), Value: codec.StringValue("inline")}}))
	run.seqs.put(codec.FloatValue(77), "seqs", "chunks", testHash, id, "x", "time", 5)
	r, _ := run.write(t)
	type seen struct {
		list bool
		data []string
	}
	got := map[int64]seen{}
	err := r.ReadObjects(context.Background(), testHash, readMeta(t, r).Traces[0], aim.ObjectOptions{Times: true}, func(row aim.ObjectRow) error {
		s := seen{list: row.IsList}
		for _, o := range row.Items {
			data, err := o.Data()
			switch {
			case errors.Is(err, aim.ErrNoData):
				data = append([]byte("none:"), o.Value().AppendJSON(nil)...)
			case err != nil:
				return err
			}
			s.data = append(s.data, string(data))
		}
		got[row.Step.Int] = s
		if absent := series.IsAbsent(row.Time); absent != (row.Step.Int != 5) || !series.IsAbsent(row.Epoch) || (!absent && row.Time != 77) {
			t.Errorf("step %d: time %v, epoch %v", row.Step.Int, row.Time, row.Epoch)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[int64]seen{
		0: {false, []string{"single"}}, 1: {true, []string{"first", "second"}}, 2: {true, nil},
		3: {false, []string{"none:{}"}}, 4: {true, []string{"none:1.5", "none:2"}}, 5: {false, []string{"inline"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestWeights(t *testing.T) {
	for _, c := range []struct {
		dtype string
		data  string
		want  []float64
	}{
		{"int64", "\x02\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff", []float64{2, -1}},
		{"<i4", "", nil}, {"uint8", "\x01\xff", []float64{1, 255}}, {"int8", "\xff", []float64{-1}}, {"bool", "\x01\x00", []float64{1, 0}},
		{"int16", "\xfe\xff", []float64{-2}}, {"uint16", "\xfe\xff", []float64{65534}}, {"int32", "\xff\xff\xff\xff", []float64{-1}},
		{"uint32", "\xff\xff\xff\xff", []float64{4294967295}}, {"uint64", "\x01\x00\x00\x00\x00\x00\x00\x80", []float64{9223372036854775809}},
		{"float16", "\x00\x3c\x00\xc0\x00\x7c\x01\x00", []float64{1, -2, math.Inf(1), 5.960464477539063e-08}},
		{"float32", "\x00\x00\xc0\x3f", []float64{1.5}}, {"float64", "\x00\x00\x00\x00\x00\x00\xf8\x3f", []float64{1.5}},
		{"int64", "short", nil}, {"object", "x", nil},
	} {
		run := newRun()
		run.trace(noContext, "d", "aim.distribution", 1)
		run.object(noContext, "d", 0, codec.ObjectValue("aim.distribution", []codec.Entry{{Key: codec.StringKey("dtype"), Value: codec.StringValue(c.dtype)}}))
		run.seqs.putBlob(codec.BytesValue([]byte(c.data)), "seqs", "chunks", testHash, codec.ContextID(noContext), "d", "val", 0, "data")
		r, _ := run.write(t)
		err := r.ReadObjects(context.Background(), testHash, readMeta(t, r).Traces[0], aim.ObjectOptions{}, func(row aim.ObjectRow) error {
			got, err := row.Items[0].Weights()
			if (err != nil) != (c.want == nil) || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: got %v, %v; want %v", c.dtype, got, err, c.want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestLogsOfARun(t *testing.T) {
	ctx := context.Background()
	r := openFixture(t, "aim-3.29.1/defaults")
	entries, err := r.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	m, err := r.ReadMeta(ctx, entries[0].Hash)
	if err != nil {
		t.Fatal(err)
	}
	lines, records := 0, []string{}
	for _, tr := range m.Traces {
		switch tr.Kind {
		case aim.KindLogs:
			err = r.ReadObjects(ctx, m.Hash, tr, aim.ObjectOptions{Last: 3}, func(row aim.ObjectRow) error {
				lines++
				_, err := row.Items[0].Data()
				return err
			})
		case aim.KindLogRecords:
			err = r.ReadObjects(ctx, m.Hash, tr, aim.ObjectOptions{Times: true}, func(row aim.ObjectRow) error {
				o := row.Items[0]
				if o.Type != aim.TypeLogRecord || o.Field("log_level").Int() == 0 || o.Field("timestamp").Float() == 0 || math.IsNaN(row.Time) {
					t.Errorf("record %+v: %s", row, o.Value().AppendJSON(nil))
				}
				records = append(records, o.Field("message").Str())
				return nil
			})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"info 0", "info 1", "info 2", "info 3", "info 4", "info 5", "careful"}; lines != 3 || !reflect.DeepEqual(records, want) {
		t.Errorf("%d lines; records %q, want %q", lines, records, want)
	}
}
