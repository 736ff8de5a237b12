package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"aimdesk/backend/desk"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/series"
	"aimdesk/backend/settings"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open starts a desk on some folders and ends it with the test.
func open(t *testing.T, index string, paths ...string) *desk.Desk {
	t.Helper()
	kept, err := settings.Open(filepath.Join(t.TempDir(), "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.New(desk.Config{Version: "test", Platform: "linux", IndexDir: index, Settings: kept})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.Start(ctx, nil)
	t.Cleanup(func() {
		cancel()
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	for _, path := range paths {
		repo, err := d.OpenRepository(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		waitIdle(t, d, repo.ID)
	}
	return d
}

// waitFor waits until a condition holds.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func waitIdle(t *testing.T, d *desk.Desk, id string) {
	t.Helper()
	waitFor(t, "an idle indexer", func() bool {
		st, err := d.IndexStatus(id)
		return err == nil && st.Phase == "idle" && st.Counts.Total > 0 && st.Counts.Stale == 0
	})
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func TestOpenListChartReindex(t *testing.T) {
	root := testutil.Fixture(t, "basic")
	before := testutil.TreeDigest(t, root)
	d := open(t, t.TempDir(), root)
	ctx := t.Context()
	boot := must(d.Bootstrap(ctx))(t)
	if len(boot.Open) != 1 || boot.Open[0].Path != root || len(boot.Recents) != 1 {
		t.Fatalf("bootstrap: %+v", boot)
	}
	id := boot.Open[0].ID

	view := must(d.Runs(ctx, desk.RunsRequest{Sort: []desk.SortKey{{Column: "metrics.loss.{\"subset\":\"train\"}.last"}}}))(t)
	if view.Total != 6 || view.Matched != 5 {
		t.Fatalf("%d of %d runs, want 5 of 6: one is archived", view.Matched, view.Total)
	}
	rows := must(d.Rows(ctx, desk.RowsRequest{View: view.View, Count: 10, Columns: []string{"name", "params.hparams.lr", "params.model", "metrics.loss.{\"subset\":\"train\"}.last", "tags"}}))(t)
	if len(rows) != 5 || rows[0].Name != "run-1" || rows[0].State != "finished" || rows[0].Evidence == "" {
		t.Fatalf("rows: %+v", rows)
	}
	last := math.Inf(-1)
	for _, r := range rows {
		if v := float64(r.Cells[3].(desk.Num)); v < last {
			t.Errorf("%s: %v comes after %v", r.Name, v, last)
		} else {
			last = v
		}
	}
	if got := must(d.Runs(ctx, desk.RunsRequest{Text: "TUNED net-4"}))(t); got.Matched != 1 {
		t.Errorf("text search found %d runs, want 1", got.Matched)
	}
	if got := must(d.Runs(ctx, desk.RunsRequest{Query: "run.hparams.lr < 0.05", All: true}))(t); got.Matched != 4 {
		t.Errorf("query found %d runs, want 4", got.Matched)
	}

	metrics := must(d.Metrics(ctx, desk.MetricsRequest{Runs: []desk.RunRef{{Repository: id, Hash: rows[0].Hash}}}))(t)
	if len(metrics) != 5 || metrics[0].Count == 0 {
		t.Fatalf("metrics: %+v", metrics)
	}
	job := must(d.ReindexAll(id))(t)
	if job == "" {
		t.Fatal("no job id")
	}
	waitFor(t, "the report", func() bool {
		st, err := d.IndexStatus(id)
		return err == nil && st.LastReport != nil && st.Phase == "idle"
	})
	report := must(d.IndexStatus(id))(t).LastReport
	if report.Runs != 6 || report.New != 0 || report.Changed != 0 || report.Gone != 0 || len(report.Unreadable) != 0 || report.Points == 0 {
		t.Errorf("report: %+v", report)
	}
	if after := must(d.Metrics(ctx, desk.MetricsRequest{Runs: []desk.RunRef{{Repository: id, Hash: rows[0].Hash}}}))(t); !reflect.DeepEqual(after, metrics) {
		t.Error("metrics differ after Reindex All")
	}
	if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
		t.Error("the repository was changed")
	}
}

func TestIndexIsFoundAgain(t *testing.T) {
	root, index := testutil.Fixture(t, "crashed"), t.TempDir()
	t.Run("first", func(t *testing.T) { open(t, index, root) })
	d := open(t, index, root)
	st := must(d.IndexStatus(must(d.Bootstrap(t.Context()))(t).Open[0].ID))(t)
	if st.Counts.Indexed != 7 || st.Counts.Finished != 2 || st.Counts.Stalled != 5 || st.Note != "" {
		t.Errorf("status: %+v", st)
	}
}

func TestSecondDeskReadsWithoutTheIndex(t *testing.T) {
	root, index := testutil.Fixture(t, "basic"), t.TempDir()
	open(t, index, root)
	d := open(t, index, root)
	st := must(d.IndexStatus(must(d.Bootstrap(t.Context()))(t).Open[0].ID))(t)
	if st.Counts.Indexed != 6 || !strings.Contains(st.Note, "Another Aimdesk") {
		t.Errorf("status: %+v", st)
	}
}

func TestDamagedIndexIsRebuilt(t *testing.T) {
	root, index := testutil.Fixture(t, "basic"), t.TempDir()
	t.Run("first", func(t *testing.T) { open(t, index, root) })
	err := filepath.Walk(index, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() || info.Size() == 0 {
			return err
		}
		return os.WriteFile(path, bytes.Repeat([]byte{0xa5}, int(min(info.Size(), 4096))), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, index, root)
	st := must(d.IndexStatus(must(d.Bootstrap(t.Context()))(t).Open[0].ID))(t)
	if st.Counts.Indexed != 6 || !strings.Contains(st.Note, "rebuilt") {
		t.Errorf("status: %+v", st)
	}
}

func TestSeriesOverHTTP(t *testing.T) {
	d := open(t, t.TempDir(), testutil.Fixture(t, "oddities"))
	id := must(d.Bootstrap(t.Context()))(t).Open[0].ID
	var lines []desk.SeriesRef
	for _, m := range must(d.Metrics(t.Context(), desk.MetricsRequest{Query: `metric.name in ("long", "special")`}))(t) {
		lines = append(lines, desk.SeriesRef{Repository: id, Run: m.Run, Name: m.Name, ContextID: m.ContextID})
	}
	if len(lines) != 2 {
		t.Fatalf("%d metrics, want 2", len(lines))
	}
	lines = append(lines, desk.SeriesRef{Repository: id, Run: "none", Name: "long", ContextID: "0"})
	ask := func(req desk.SeriesRequest) []series.Line {
		body, err := json.Marshal(req)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		d.SeriesHandler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/series", bytes.NewReader(body)))
		if w.Code != http.StatusOK {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		return must(series.DecodeWire(w.Body.Bytes()))(t)
	}
	got := ask(desk.SeriesRequest{Lines: lines, Width: 500})
	if len(got) != 3 || got[2].Status != series.StatusUnknownTrace {
		t.Fatalf("%d lines, the last with status %d", len(got), got[len(got)-1].Status)
	}
	for _, l := range got[:2] {
		switch lines[l.Index].Name {
		case "long":
			if l.Total != 30000 || l.Mode != series.ModeBins {
				t.Errorf("long: %v points, mode %d", l.Total, l.Mode)
			}
		case "special":
			if l.Total != 9 || l.NaN != 1 || l.PosInf != 1 || l.NegInf != 1 || l.Mode != series.ModePoints {
				t.Errorf("special: %+v", l)
			}
		}
	}
	zoom := ask(desk.SeriesRequest{Lines: lines[:2], Width: 500, Range: &[2]float64{100, 200}, Smoothing: desk.Smoothing{Kind: "ema", Amount: 0.6}})
	smooth := 0
	for _, l := range zoom {
		if l.Layer == series.LayerSmooth {
			smooth++
		}
		if lines[l.Index].Name == "long" && l.InRange != 101 {
			t.Errorf("%v points from 100 to 200, want 101", l.InRange)
		}
	}
	if len(zoom) != 4 || smooth != 2 {
		t.Errorf("%d lines, %d of them smoothed; want 4 and 2", len(zoom), smooth)
	}
}

func TestNotARepository(t *testing.T) {
	d := open(t, t.TempDir())
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "project", ".aim", "meta", "chunks"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := d.OpenRepository(t.Context(), dir)
	var e *desk.Error
	if err == nil {
		t.Fatal("a folder without .aim was opened")
	}
	if e = desk.AsError(err); e.Kind != desk.KindNotARepository || e.Hint == "" {
		t.Errorf("error: %+v", e)
	}
	found := must(d.SearchBelow(t.Context(), dir))(t)
	if len(found) != 1 || filepath.Base(found[0]) != "project" {
		t.Errorf("found below: %q", found)
	}
}

func TestQueryErrorsHavePlaces(t *testing.T) {
	d := open(t, t.TempDir(), testutil.Fixture(t, "basic"))
	_, err := d.Runs(t.Context(), desk.RunsRequest{Query: "run.hparams.lr <"})
	e := desk.AsError(err)
	if err == nil || e.Kind != desk.KindQuerySyntax || e.Start == nil || e.End == nil || *e.End == 0 {
		t.Errorf("error: %+v", e)
	}
}

func TestValues(t *testing.T) {
	d := open(t, t.TempDir(), testutil.Fixture(t, "basic"))
	for column, want := range map[string][]desk.ValueCount{
		"params.hparams.optimizer.name": {{Literal: `"adam"`, Text: "adam", Runs: 3}, {Literal: `"sgd"`, Text: "sgd", Runs: 3}},
		"params.hparams.lr":             {{Literal: "0.001", Text: "0.001", Runs: 2}, {Literal: "0.01", Text: "0.01", Runs: 2}, {Literal: "0.1", Text: "0.1", Runs: 2}},
		"tags":                          {{Literal: `"even"`, Text: "even", Runs: 3}, {Literal: `"best"`, Text: "best", Runs: 1}, {Literal: `"odd"`, Text: "odd", Runs: 1}},
	} {
		if got := must(d.Values(t.Context(), nil, column))(t); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", column, got)
		}
	}
}

func TestLogs(t *testing.T) {
	d := open(t, t.TempDir(), testutil.Fixture(t, "defaults"))
	id := must(d.Bootstrap(t.Context()))(t).Open[0].ID
	view := must(d.Runs(t.Context(), desk.RunsRequest{}))(t)
	hash := must(d.ViewHashes(view.View))(t)[0].Hash
	all := must(d.Logs(t.Context(), id, hash, 0, 100))(t)
	if all.Total == 0 || len(all.Lines) != all.Total || !strings.Contains(all.Lines[0].Text, "epoch") {
		t.Fatalf("logs: %+v", all)
	}
	tail := must(d.Logs(t.Context(), id, hash, -2, 100))(t)
	if len(tail.Lines) != 2 || tail.Lines[1].Text != all.Lines[all.Total-1].Text {
		t.Errorf("tail: %+v", tail)
	}
	detail := must(d.Run(t.Context(), id, hash))(t)
	system := 0
	for _, m := range detail.Metrics {
		if m.System {
			system++
		}
	}
	if system == 0 || !json.Valid([]byte(detail.Params)) || detail.State != "finished" {
		t.Errorf("detail: %+v", detail)
	}
}

func TestWriteExportStaysOutOfAim(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, ".aim", "out.csv")
	if err := os.MkdirAll(filepath.Dir(inside), 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, ".aim"), link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{inside, filepath.Join(link, "out.csv")} {
		var e *desk.Error
		if err := desk.WriteExport(path, []byte("x")); !errors.As(err, &e) || e.Kind != desk.KindInvalid {
			t.Errorf("%s: %v", path, err)
		}
	}
	out := filepath.Join(dir, "out.csv")
	if err := desk.WriteExport(out, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(out); err != nil || string(data) != "x" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestNumIsNeverInvalidJSON(t *testing.T) {
	for _, f := range []float64{0, math.Copysign(0, -1), 1.5, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, 5e-324} {
		data, err := json.Marshal(desk.Num(f))
		if err != nil {
			t.Fatalf("%v: %v", f, err)
		}
		var back desk.Num
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if g := float64(back); g != f && !(math.IsNaN(f) && math.IsNaN(g)) {
			t.Errorf("%v came back as %v", f, g)
		}
	}
}
