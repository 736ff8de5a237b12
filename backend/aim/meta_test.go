package aim_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/rocks"
)

func readMeta(t testing.TB, r *aim.Repo) *aim.Meta {
	t.Helper()
	m, err := r.ReadMeta(context.Background(), testHash)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestParamsThatAimCannotRead(t *testing.T) {
	run := newRun()
	run.metaPut(codec.IntValue(1), "attrs", "both")
	run.metaPut(codec.IntValue(2), "attrs", "both", "child")
	run.metaPut(codec.IntValue(3), "attrs", "e", "")
	run.metaPut(codec.StringValue("x"), "attrs", "a\x00b/c.d", 7)
	run.meta[key("meta", "chunks", testHash, "attrs", "lost")] = []byte{}
	run.meta[key("meta", "chunks", testHash, "attrs", "short")] = []byte{codec.TagInt, 1}
	run.meta[key("meta", "chunks", testHash, "attrs", "unknown")] = []byte{0x77, 1}
	run.meta.putBlob(codec.BytesValue([]byte("png")), "meta", "chunks", testHash, "attrs", "blob")
	r, _ := run.write(t)
	m := readMeta(t, r)
	want := `{"a\u0000b/c.d":{"$dict":[[7,"x"]]},"blob":{"$bytes":"cG5n"},"both":{"":1,"child":2},"e":{"":3},"lost":null,"unknown":null}`
	if got := string(m.Params.AppendJSON(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := string(codec.DecodeTree(m.Leaves).AppendJSON(nil)); got != want {
		t.Errorf("leaves: got %s", got)
	}
	for _, part := range []string{"both a value and params", "malformed", "lack their data"} {
		if !strings.Contains(strings.Join(m.Notes, "\n"), part) {
			t.Errorf("no note says %q: %q", part, m.Notes)
		}
	}
}

func TestEndTime(t *testing.T) {
	for _, c := range []struct {
		name   string
		stored codec.Value
		known  bool
		end    float64
		active bool
	}{
		{"none", codec.Value{}, true, 0, true},
		{"float", codec.FloatValue(1.5), true, 1.5, false},
		{"int", codec.IntValue(7), true, 7, false},
		{"zero", codec.FloatValue(0), true, 0, true},
	} {
		run := newRun()
		run.metaPut(c.stored, "end_time")
		r, _ := run.write(t)
		m := readMeta(t, r)
		end := 0.0
		if m.EndTime != nil {
			end = *m.EndTime
		}
		if m.EndTimeKnown != c.known || end != c.end || m.Active() != c.active {
			t.Errorf("%s: got %v, %v, active %v", c.name, m.EndTimeKnown, end, m.Active())
		}
	}
	run := &syntheticRun{meta: chunk{}, seqs: chunk{}}
	run.metaPut(codec.IntValue(1), "attrs", "x")
	r, _ := run.write(t)
	if m := readMeta(t, r); m.EndTimeKnown || m.EndTime != nil || !m.Active() {
		t.Errorf("missing: got %+v", m)
	}
}

func TestTraces(t *testing.T) {
	run := newRun()
	ctx := codec.DictValue([]codec.Entry{{Key: codec.StringKey("subset"), Value: codec.StringValue("val")}})
	run.trace(ctx, "loss", "float", 2, codec.Entry{Key: codec.StringKey("last_step"), Value: codec.IntValue(9)})
	run.trace(noContext, "a/b\x00 c", "list(aim.image)", 1)
	run.trace(noContext, "", "number", 2)
	run.metaPut(codec.IntValue(1), "traces", codec.ContextID(noContext), "old", "last")
	run.metaPut(codec.StringValue("int"), "traces", 42, "orphan", "dtype")
	// What an object sequence keeps of its last object, with its data as a blob.
	run.trace(noContext, "text", "aim.text", 1)
	run.metaPut(codec.ObjectValue("aim.text", nil), "traces", codec.ContextID(noContext), "text", "last")
	run.meta.putBlob(codec.StringValue("t"), "meta", "chunks", testHash, "traces", codec.ContextID(noContext), "text", "last", "data")
	r, _ := run.write(t)
	m := readMeta(t, r)
	got := map[string]aim.Trace{}
	for _, tr := range m.Traces {
		got[tr.Name] = tr
	}
	for name, want := range map[string]struct {
		kind    aim.Kind
		dtype   string
		version int
		context string
	}{
		"loss":      {aim.KindMetric, "float", 2, `{"subset":"val"}`},
		"a/b\x00 c": {aim.KindImages, "list(aim.image)", 1, `{}`},
		"":          {aim.KindMetric, "number", 2, `{}`},
		"old":       {aim.KindMetric, "float", 1, `{}`},
		"orphan":    {aim.KindMetric, "int", 1, `{}`},
		"text":      {aim.KindTexts, "aim.text", 1, `{}`},
	} {
		tr, ok := got[name]
		if !ok || tr.Kind != want.kind || tr.DType != want.dtype || tr.Version != want.version || string(tr.Context.AppendJSON(nil)) != want.context {
			t.Errorf("%q: got %+v, want %+v", name, tr, want)
		}
	}
	if len(m.Traces) != 6 {
		t.Errorf("got %d traces", len(m.Traces))
	}
	loss, text := got["loss"], got["text"]
	if v, ok := loss.LastStep(); !ok || v.Int() != 9 {
		t.Errorf("last step: got %v, %v", v, ok)
	}
	if _, ok := text.LastStep(); ok {
		t.Error("a last step where none is stored")
	}
	if v, ok := text.Field("last"); !ok || v.Type() != "aim.text" || v.Len() != 0 {
		t.Errorf("the last object: got %s, %v", v.AppendJSON(nil), ok)
	}
	if len(m.Notes) != 1 || !strings.Contains(m.Notes[0], "42") {
		t.Errorf("notes: %q", m.Notes)
	}
}

func TestKindOf(t *testing.T) {
	for dtype, want := range map[string]string{
		"float": "metric", "float64": "metric", "int": "metric", "number": "metric",
		"aim.image": "images", "list(aim.text)": "texts", "aim.audio": "audios", "aim.distribution": "distributions",
		"aim.figure": "figures", "aim.log_line": "logs", "aim.log_record": "log_records",
		"list": "other", "list(float)": "other", "strange": "other",
	} {
		if got := aim.KindOf(dtype).String(); got != want {
			t.Errorf("%s: got %s, want %s", dtype, got, want)
		}
	}
}

func TestArtifacts(t *testing.T) {
	run := newRun()
	run.metaPut(codec.StringValue("s3://bucket"), "artifacts_uri")
	run.metaPut(codec.ObjectValue("aim.artifact", []codec.Entry{
		{Key: codec.StringKey("path"), Value: codec.StringValue("a/b")}, {Key: codec.StringKey("uri"), Value: codec.StringValue("s3://bucket/a/b")},
	}), "artifacts", "a/b")
	r, _ := run.write(t)
	m := readMeta(t, r)
	if len(m.Artifacts) != 1 || m.Artifacts[0] != (aim.Artifact{Name: "a/b", Path: "a/b", URI: "s3://bucket/a/b"}) || m.ArtifactsURI != "s3://bucket" {
		t.Errorf("got %+v, %q", m.Artifacts, m.ArtifactsURI)
	}
}

func TestMissingAndDamagedChunks(t *testing.T) {
	ctx := context.Background()
	run := newRun()
	run.trace(noContext, "m", "float", 2)
	run.point(noContext, "m", codec.IntValue(0), codec.FloatValue(1), 5)
	r, root := run.write(t)
	m := readMeta(t, r)
	meta := filepath.Join(root, ".aim", "meta", "chunks", testHash)
	seqs := filepath.Join(root, ".aim", "seqs", "chunks", testHash)

	if err := os.RemoveAll(seqs); err != nil {
		t.Fatal(err)
	}
	var missing *aim.MissingChunkError
	if _, err := r.ReadSeries(ctx, testHash, m.Traces, nil); !errors.As(err, &missing) || missing.Path != seqs || !strings.Contains(err.Error(), "missing") {
		t.Errorf("series without a chunk: got %v", err)
	}
	if err := r.ReadObjects(ctx, testHash, m.Traces[0], aim.ObjectOptions{}, nil); !errors.As(err, &missing) {
		t.Errorf("objects without a chunk: got %v", err)
	}
	if _, err := r.ReadSeries(ctx, testHash, nil, nil); err != nil {
		t.Errorf("no series of a run without a chunk: got %v", err)
	}
	if _, err := os.Stat(seqs); !errors.Is(err, os.ErrNotExist) {
		t.Error("reading made the folder")
	}
	if report, err := r.Check(ctx, testHash); err != nil || len(report.Damage) > 0 {
		t.Errorf("check: %+v, %v", report, err)
	}

	manifest := filepath.Join(meta, "MANIFEST-000004")
	if err := os.WriteFile(manifest, []byte("garbage that is no record at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	var corrupt *rocks.CorruptError
	if _, err := r.ReadMeta(ctx, testHash); !errors.As(err, &corrupt) || corrupt.File != manifest {
		t.Errorf("damaged MANIFEST: got %v", err)
	}
	if report, err := r.Check(ctx, testHash); err != nil || len(report.Damage) != 1 {
		t.Errorf("check: %+v, %v", report, err)
	}
	if err := os.Remove(filepath.Join(meta, "CURRENT")); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadMeta(ctx, testHash); !errors.As(err, &missing) || missing.Path != meta || !strings.Contains(err.Error(), "CURRENT") {
		t.Errorf("no CURRENT: got %v", err)
	}
}

func TestHashesThatLeaveTheRepository(t *testing.T) {
	ctx := context.Background()
	r, _ := newRun().write(t)
	for _, hash := range []string{"", ".", "..", "../x", "a/b", `a\b`, ".hidden", "a\x00b"} {
		if _, err := r.ReadMeta(ctx, hash); err == nil {
			t.Errorf("ReadMeta took %q", hash)
		}
		if _, _, err := r.Fingerprint(ctx, hash); err == nil {
			t.Errorf("Fingerprint took %q", hash)
		}
	}
}

func TestContextEndsReading(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := newRun().write(t)
	cancel()
	if _, err := r.ReadMeta(ctx, testHash); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
