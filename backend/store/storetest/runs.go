package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

func testEmpty(t *testing.T, ctx context.Context, s store.Store) {
	if got := hashes(t, ctx, s); len(got) != 0 {
		t.Errorf("runs %q", got)
	}
	if _, err := s.Run(ctx, "a"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("run: %v", err)
	}
	if _, err := s.Series(ctx, "a", 0, 0, -1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("series: %v", err)
	}
	if _, err := s.Pyramid(ctx, "a", 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("pyramid: %v", err)
	}
	info := s.Info()
	if info.Schema != store.SchemaVersion || info.ID == "" || info.Created.IsZero() || info.Generation != 0 {
		t.Errorf("info %+v", info)
	}
	if size, err := s.Size(); err != nil || size < 0 {
		t.Errorf("size %d, %v", size, err)
	}
	noDamage(t, ctx, s)
}

func noDamage(t *testing.T, ctx context.Context, s store.Store) {
	t.Helper()
	must(t, s.Check(ctx, func(d store.Damage) error {
		t.Errorf("damage: %+v", d)
		return nil
	}))
}

func testRunRoundTrip(t *testing.T, ctx context.Context, s store.Store) {
	r := SampleRun("abc", 3)
	r.Traces[2].Kind, r.Traces[2].Context, r.Traces[2].Stored = "images", nil, nil
	err := s.PutRun(ctx, r, func(put store.PutSeries) error {
		return errors.Join(put(1, Points(5, 1)), put(0, Points(300, 0)))
	})
	must(t, err)
	if !r.Traces[0].HasSeries || !r.Traces[1].HasSeries || r.Traces[2].HasSeries {
		t.Errorf("which traces have series is not filled: %+v", r.Traces)
	}
	if r.Traces[0].Summary != series.Summarize(Points(300, 0)) {
		t.Errorf("summary %+v", r.Traces[0].Summary)
	}
	if r.LastRecord == nil || *r.LastRecord != 1.7e9+299.0/8 {
		t.Errorf("last record %v", r.LastRecord)
	}
	if r.SeriesBytes <= 0 {
		t.Errorf("series take %d bytes", r.SeriesBytes)
	}
	got, err := s.Run(ctx, "abc")
	must(t, err)
	Same(t, got, r)
	if got.SeriesBytes != r.SeriesBytes || got.SeriesVersion != r.SeriesVersion || got.HasRow {
		t.Errorf("got %+v", got)
	}

	bad := &store.Run{Hash: "bad", Unreadable: &store.Damage{File: "meta/chunks/bad/CURRENT", Offset: -1, Message: "gone"}}
	must(t, s.PutRun(ctx, bad, nil))
	if got, err = s.Run(ctx, "bad"); err != nil {
		t.Fatal(err)
	}
	Same(t, got, bad)
	noDamage(t, ctx, s)
}

// testNothingIsShared writes over everything that was passed in or handed out.
func testNothingIsShared(t *testing.T, ctx context.Context, s store.Store) {
	r := SampleRun("a", 1)
	c := Points(300, 3)
	must(t, s.PutRun(ctx, r, func(put store.PutSeries) error {
		err := put(0, c)
		clear(c.Values)
		return err
	}))
	must(t, s.SetMeta(ctx, "n", []byte("value")))
	clear(r.Params)
	clear(r.Traces)
	for range 2 {
		got, err := s.Run(ctx, "a")
		must(t, err)
		if string(got.Params) != "params of a" || got.Traces[0].Name != "metric-0" {
			t.Fatalf("run changed: %+v", got)
		}
		clear(got.Params)
		rows, err := s.Series(ctx, "a", 0, 0, -1)
		must(t, err)
		SameColumns(t, rows, Points(300, 3))
		clear(rows.Values)
		value, err := s.GetMeta(ctx, "n")
		must(t, err)
		if string(value) != "value" {
			t.Fatalf("value changed to %q", value)
		}
		clear(value)
	}
}

func testOrder(t *testing.T, ctx context.Context, s store.Store) {
	for _, hash := range []string{"m", "b", "z", "a", "aa"} {
		must(t, PutSample(ctx, s, SampleRun(hash, 1), 3, 0))
	}
	if got, want := hashes(t, ctx, s), []string{"a", "aa", "b", "m", "z"}; !slices.Equal(got, want) {
		t.Errorf("runs %q, want %q", got, want)
	}
	must(t, s.Runs(ctx, func(r *store.Run) error {
		one, err := s.Run(ctx, r.Hash)
		if err == nil {
			Same(t, r, one)
		}
		return err
	}))
}

func testOddHashes(t *testing.T, ctx context.Context, s store.Store) {
	odd := []string{"\x00", "\x00\x01", "\x00\xff", "a", "a\x00", "a\x00\x01", "a\x00b", "ab", "ü/..\\", "\xff"}
	for i, hash := range odd {
		must(t, PutSample(ctx, s, SampleRun(hash, 1), 4, i))
	}
	must(t, s.Delete(ctx, "a"))
	odd = slices.DeleteFunc(odd, func(h string) bool { return h == "a" })
	slices.Sort(odd)
	if got := hashes(t, ctx, s); !slices.Equal(got, odd) {
		t.Errorf("runs %q, want %q", got, odd)
	}
	c, err := s.Series(ctx, "a\x00b", 0, 0, -1)
	must(t, err)
	SameColumns(t, c, Points(4, 6))
	for _, hash := range []string{"", string(bytes.Repeat([]byte("x"), store.MaxHash+1))} {
		if err := s.PutRun(ctx, SampleRun(hash, 0), nil); err == nil {
			t.Errorf("hash of %d bytes was taken", len(hash))
		}
		if err := s.PutMeta(ctx, SampleRun(hash, 0)); err == nil {
			t.Errorf("metadata with a hash of %d bytes was taken", len(hash))
		}
		if err := s.PutProperties(ctx, []store.Properties{{Hash: hash}}); err == nil {
			t.Errorf("properties with a hash of %d bytes were taken", len(hash))
		}
		must(t, s.Delete(ctx, hash))
	}
}

func testLargeRecords(t *testing.T, ctx context.Context, s store.Store) {
	large := SampleRun("large", 2)
	large.Params = bytes.Repeat([]byte("0123456789abcdef"), 200_000)
	must(t, PutSample(ctx, s, large, 10, 1))
	must(t, PutSample(ctx, s, SampleRun("small", 2), 10, 1))
	for _, params := range [][]byte{large.Params[:1<<20], []byte("small"), bytes.Repeat([]byte("x"), 2<<20), nil} {
		got, err := s.Run(ctx, "large")
		must(t, err)
		Same(t, got, large)
		c, err := s.Series(ctx, "large", 1, 0, -1)
		must(t, err)
		SameColumns(t, c, Points(10, 2))
		large.Params = params
		must(t, s.PutMeta(ctx, large))
	}
	if got := hashes(t, ctx, s); !slices.Equal(got, []string{"large", "small"}) {
		t.Errorf("runs %q", got)
	}
	noDamage(t, ctx, s)
}

func testProperties(t *testing.T, ctx context.Context, s store.Store) {
	full := store.Properties{
		Hash: "b", Name: of("Ünï"), Description: of(""), Experiment: of("exp"),
		Tags:     []string{"x", ""},
		Notes:    []store.Note{{ID: -1, Content: "text", Created: of(1.5)}, {ID: 2, Updated: of(2.5)}},
		Archived: of(true), CreationTime: of(1.7e9), UpdatedAt: of(1.7e9),
	}
	must(t, s.PutProperties(ctx, []store.Properties{full, {Hash: "early", Archived: of(false)}, {Hash: "never"}}))
	for _, hash := range []string{"a", "b", "early"} {
		must(t, s.PutRun(ctx, SampleRun(hash, 0), nil))
	}
	if got := hashes(t, ctx, s); !slices.Equal(got, []string{"a", "b", "early"}) {
		t.Errorf("runs %q", got)
	}
	expect := func(hash string, row bool, want store.Properties) {
		t.Helper()
		r := SampleRun(hash, 0)
		r.HasRow, r.Props = row, want
		one, err := s.Run(ctx, hash)
		must(t, err)
		Same(t, one, r)
		must(t, s.Runs(ctx, func(listed *store.Run) error {
			if listed.Hash == hash {
				Same(t, listed, r)
			}
			return nil
		}))
	}
	expect("a", false, store.Properties{Hash: "a"})
	expect("b", true, full)
	expect("early", true, store.Properties{Hash: "early", Archived: of(false)})

	full.Name, full.Tags, full.Notes = nil, nil, nil
	must(t, s.PutProperties(ctx, []store.Properties{full}))
	must(t, s.PutMeta(ctx, SampleRun("b", 0)))
	r, err := s.Run(ctx, "b")
	must(t, err)
	if !r.HasRow || r.Props.Name != nil || r.Props.Experiment == nil || *r.Props.Experiment != "exp" {
		t.Errorf("properties %+v", r.Props)
	}
	must(t, s.DeleteProperties(ctx, "b", "never", "unknown"))
	if r, err = s.Run(ctx, "b"); err != nil || r.HasRow {
		t.Errorf("properties %+v, %v", r, err)
	}
	must(t, s.PutProperties(ctx, nil))
}

func testDelete(t *testing.T, ctx context.Context, s store.Store) {
	for _, hash := range []string{"a", "b", "c"} {
		must(t, PutSample(ctx, s, SampleRun(hash, 2), 10, 0))
		must(t, s.PutProperties(ctx, []store.Properties{{Hash: hash, Name: of(hash)}}))
	}
	must(t, s.Delete(ctx, "b", "unknown", "c"))
	if got := hashes(t, ctx, s); !slices.Equal(got, []string{"a"}) {
		t.Errorf("runs %q", got)
	}
	if _, err := s.Series(ctx, "b", 0, 0, -1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("series of a deleted run: %v", err)
	}
	must(t, PutSample(ctx, s, SampleRun("b", 1), 5, 9))
	r, err := s.Run(ctx, "b")
	must(t, err)
	if r.HasRow || len(r.Traces) != 1 {
		t.Errorf("run came back with %+v", r)
	}
	c, err := s.Series(ctx, "b", 0, 0, -1)
	must(t, err)
	SameColumns(t, c, Points(5, 9))
	noDamage(t, ctx, s)
}
