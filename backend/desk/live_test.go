package desk_test

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/desk"
	"aimdesk/backend/internal/gen/livewriter"
	"aimdesk/backend/series"
	"aimdesk/backend/settings"
)

// alive is a Prober that takes every writer for alive.
type alive struct{}

func (alive) MachineIDs() []uint64                        { return nil }
func (alive) ProcessStarted(int) (time.Time, bool, error) { return time.Time{}, false, nil }
func (alive) LockHolder(string) (int, bool, error)        { return 1, true, nil }

// The rows of a run that is being written reach charts and tables before they
// are in the index, also those of metrics that the index has not heard of.
func TestLiveRunIsDrawn(t *testing.T) {
	w := livewriter.New(t, t.TempDir())
	step := 0
	track := func(n int, names ...string) {
		for range n {
			for _, name := range names {
				w.Track(name, livewriter.NoContext, codec.FloatValue(float64(step)), codec.IntValue(int64(step)), codec.Value{}, 1e9+float64(step))
			}
			step++
		}
		w.Sync(0)
	}
	track(1000, "loss")
	kept, err := settings.Open(filepath.Join(t.TempDir(), "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.New(desk.Config{Version: "test", Platform: "linux", IndexDir: t.TempDir(), Settings: kept, Prober: alive{}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer func() {
		cancel()
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	d.Start(ctx, nil)
	repo := must(d.OpenRepository(ctx, w.Root))(t)
	waitIdle(t, d, repo.ID)

	id := strconv.FormatInt(codec.ContextID(livewriter.NoContext), 10)
	ref := func(name string) desk.SeriesRef {
		return desk.SeriesRef{Repository: repo.ID, Run: livewriter.Hash, Name: name, ContextID: id}
	}
	drawn := func(req desk.SeriesRequest) []series.Line {
		t.Helper()
		return must(series.DecodeWire(must(d.Series(ctx, req))(t)))(t)
	}
	total := func(name string) float64 {
		l := drawn(desk.SeriesRequest{Lines: []desk.SeriesRef{ref(name)}, Width: 100})[0]
		if l.Status != series.StatusOK {
			return 0
		}
		return l.Total
	}
	if n := total("loss"); n != 1000 {
		t.Fatalf("%v points", n)
	}
	track(10, "loss", "acc") // begins to follow the run
	waitFor(t, "the new rows", func() bool { return total("loss") == 1010 && total("acc") == 10 })
	track(5, "aaa", "loss") // before all others
	start := time.Now()
	waitFor(t, "the rows of another metric", func() bool { return total("loss") == 1015 && total("aaa") == 5 && total("acc") == 10 })
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %v", took)
	}

	lines := drawn(desk.SeriesRequest{
		Lines: []desk.SeriesRef{ref("loss"), ref("acc"), ref("aaa"), ref("none")}, Width: 100,
		Smoothing: desk.Smoothing{Kind: "ema", Amount: 0.5},
	})
	if len(lines) != 7 || lines[1].Layer != series.LayerSmooth || lines[6].Status != series.StatusUnknownTrace {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range drawn(desk.SeriesRequest{Lines: []desk.SeriesRef{ref("loss")}, XMetric: "acc", Width: 100}) {
		if l.Status != series.StatusOK || l.XMax != 1009 {
			t.Errorf("over another metric: status %v, up to %v", l.Status, l.XMax)
		}
	}
	view := must(d.Runs(ctx, desk.RunsRequest{Query: "run.metrics['loss'].last == 1014"}))(t)
	if view.Matched != 1 {
		t.Errorf("the query matches %d runs", view.Matched)
	}
	rows := must(d.Rows(ctx, desk.RowsRequest{View: view.View, Count: 1, Columns: []string{"metrics.loss.{}.last"}}))(t)
	if len(rows) != 1 || rows[0].State != "live" {
		t.Errorf("%+v", rows)
	}
}
