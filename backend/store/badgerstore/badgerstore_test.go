package badgerstore

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
	"aimdesk/backend/store/storetest"
)

func mustOpen(t *testing.T, dir string, opt Options) *Store {
	t.Helper()
	s, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func hashes(t *testing.T, s store.Reader) []string {
	t.Helper()
	var all []string
	must(t, s.Runs(t.Context(), func(r *store.Run) error {
		all = append(all, r.Hash)
		return nil
	}))
	return all
}

func folders(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, generations+"*"))
	must(t, err)
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	return found
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		s, err := Open(t.TempDir(), Options{Repository: "/data/repo"})
		must(t, err)
		return s
	})
}

func TestReopen(t *testing.T) {
	ctx, dir := t.Context(), filepath.Join(t.TempDir(), "deep", "index")
	opt := Options{Repository: "/data/repo", Logger: slog.New(slog.DiscardHandler)}
	s := mustOpen(t, dir, opt)
	r := storetest.SampleRun("a", 3)
	must(t, storetest.PutSample(ctx, s, r, 9000, 1))
	must(t, s.PutProperties(ctx, []store.Properties{{Hash: "a", Tags: []string{"x"}}}))
	must(t, s.SetMeta(ctx, "scan", []byte("1")))
	g, err := s.NewGeneration(ctx)
	must(t, err)
	must(t, storetest.PutSample(ctx, g, storetest.SampleRun("left", 1), 10, 1))
	info := s.Info()
	must(t, s.Sync(ctx))
	must(t, s.Close())

	for range 2 {
		s = mustOpen(t, dir, opt)
		if s.Info() != info || info.Repository != "/data/repo" {
			t.Errorf("info %+v, want %+v", s.Info(), info)
		}
		got, err := s.Run(ctx, "a")
		must(t, err)
		r.HasRow, r.Props = true, store.Properties{Hash: "a", Tags: []string{"x"}}
		storetest.Same(t, got, r)
		c, err := s.Series(ctx, "a", 2, 0, -1)
		must(t, err)
		storetest.SameColumns(t, c, storetest.Points(9000, 3))
		if v, err := s.GetMeta(ctx, "scan"); err != nil || string(v) != "1" {
			t.Errorf("value %q, %v", v, err)
		}
		if got := folders(t, dir); len(got) != 1 {
			t.Errorf("folders %q", got)
		}
		must(t, s.Close())
	}
	text, err := os.ReadFile(filepath.Join(dir, store.DescriptionFile))
	must(t, err)
	if !strings.Contains(string(text), `"/data/repo"`) {
		t.Errorf("%s says %s", store.DescriptionFile, text)
	}
}

func TestPublishedGenerationIsReopened(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := mustOpen(t, dir, Options{})
	must(t, storetest.PutSample(ctx, s, storetest.SampleRun("old", 1), 10, 1))
	for _, hash := range []string{"first", "second"} {
		g, err := s.NewGeneration(ctx)
		must(t, err)
		must(t, storetest.PutSample(ctx, g, storetest.SampleRun(hash, 1), 10, 1))
		must(t, g.Publish(ctx))
		if got := folders(t, dir); len(got) != 1 {
			t.Errorf("folders after publishing %q", got)
		}
	}
	must(t, s.Close())
	s = mustOpen(t, dir, Options{})
	if got := hashes(t, s); !slices.Equal(got, []string{"second"}) || s.Info().Generation != 2 {
		t.Errorf("runs %q, %+v", got, s.Info())
	}
}

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{})
	var locked *store.LockedError
	for _, opt := range []Options{{}, {ReadOnly: true}} {
		if _, err := Open(dir, opt); !errors.As(err, &locked) {
			t.Errorf("%+v: %v", opt, err)
		}
	}
	if err := Remove(dir); !errors.As(err, &locked) {
		t.Errorf("remove: %v", err)
	}
	must(t, s.Close())
	a, b := mustOpen(t, dir, Options{ReadOnly: true}), mustOpen(t, dir, Options{ReadOnly: true})
	if _, err := Open(dir, Options{}); !errors.As(err, &locked) {
		t.Errorf("writing while others read: %v", err)
	}
	must(t, errors.Join(a.Close(), b.Close()))
	mustOpen(t, dir, Options{})
}

func TestReadOnly(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	if _, err := Open(filepath.Join(dir, "none"), Options{ReadOnly: true}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no index: %v", err)
	}
	s := mustOpen(t, dir, Options{})
	must(t, storetest.PutSample(ctx, s, storetest.SampleRun("a", 2), 300, 1))
	must(t, s.Close())
	s = mustOpen(t, dir, Options{ReadOnly: true})
	c, err := s.Series(ctx, "a", 1, 0, -1)
	must(t, err)
	storetest.SameColumns(t, c, storetest.Points(300, 2))
	_, generationErr := s.NewGeneration(ctx)
	for i, err := range []error{
		generationErr, s.PutMeta(ctx, storetest.SampleRun("b", 0)), s.PutRun(ctx, storetest.SampleRun("b", 0), nil),
		s.Delete(ctx, "a"), s.PutProperties(ctx, nil), s.DeleteProperties(ctx), s.SetMeta(ctx, "a", nil),
	} {
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("write %d: %v", i, err)
		}
	}
	must(t, s.Sync(ctx))
}

func TestOtherSchemaOrRepository(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{Repository: "/data/one"})
	must(t, s.Close())
	var damaged *store.DamagedError
	if _, err := Open(dir, Options{Repository: "/data/two"}); !errors.As(err, &damaged) {
		t.Errorf("other repository: %v", err)
	}
	name := filepath.Join(dir, pointerFile)
	text, err := os.ReadFile(name)
	must(t, err)
	must(t, os.WriteFile(name, []byte(strings.Replace(string(text), `"schema": 1`, `"schema": 9`, 1)), 0o600))
	for _, opt := range []Options{{}, {ReadOnly: true}} {
		var schema *store.SchemaError
		if _, err := Open(dir, opt); !errors.As(err, &schema) || schema.Have != 9 || schema.Want != store.SchemaVersion {
			t.Errorf("%+v: %v", opt, err)
		}
	}
	must(t, Remove(dir))
	must(t, Remove(dir))
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if got := hashes(t, mustOpen(t, dir, Options{})); len(got) != 0 {
		t.Errorf("runs %q", got)
	}
}

// TestNoSpace lets the disk run full at different moments of a write.
func TestNoSpace(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	free := []uint64{1 << 40}
	opt := Options{ReserveBytes: 1000, FreeBytes: func(at string) (uint64, error) {
		if at != dir {
			t.Errorf("asked for the space of %s", at)
		}
		now := free[0]
		if len(free) > 1 {
			free = free[1:]
		}
		return now, nil
	}}
	s := mustOpen(t, dir, opt)
	must(t, storetest.PutSample(ctx, s, storetest.SampleRun("a", 2), 300, 1))
	g, err := s.NewGeneration(ctx)
	must(t, err)
	before, err := s.Size()
	must(t, err)

	free = []uint64{999}
	var full *store.NoSpaceError
	for i, err := range []error{
		s.PutMeta(ctx, storetest.SampleRun("b", 0)), s.PutRun(ctx, storetest.SampleRun("a", 0), nil),
		s.PutProperties(ctx, []store.Properties{{Hash: "a"}}), s.SetMeta(ctx, "a", nil), s.Delete(ctx, "a"),
		g.PutMeta(ctx, storetest.SampleRun("b", 0)), g.Publish(ctx),
	} {
		if !errors.As(err, &full) || full.Free != 999 || full.Reserve != 1000 {
			t.Errorf("write %d: %v", i, err)
		}
	}
	if after, err := s.Size(); err != nil || after != before {
		t.Errorf("the index grew from %d to %d bytes, %v", before, after, err)
	}

	free = []uint64{1000, 999} // the second look is in the middle of the write
	err = storetest.PutSample(ctx, s, storetest.SampleRun("a", 4), 120_000, 5)
	if !errors.As(err, &full) {
		t.Errorf("long write: %v", err)
	}
	free = []uint64{1 << 40}
	got, err := s.Run(ctx, "a")
	must(t, err)
	if len(got.Traces) != 2 {
		t.Errorf("the run has %d traces", len(got.Traces))
	}
	for i := range 2 {
		c, err := s.Series(ctx, "a", i, 0, -1)
		must(t, err)
		storetest.SameColumns(t, c, storetest.Points(300, 1+i))
	}
	if n := count(t, s, store.SeriesPrefix("a")); n != 4 {
		t.Errorf("%d series keys are left, want 2 chunks and 2 pyramids", n)
	}
	if _, err := Open(t.TempDir(), Options{ReserveBytes: 1, FreeBytes: func(string) (uint64, error) { return 0, nil }}); !errors.As(err, &full) {
		t.Errorf("new index: %v", err)
	}
	boom := errors.New("boom")
	s.opt.FreeBytes = func(string) (uint64, error) { return 0, boom }
	if err := s.Delete(ctx, "a"); !errors.Is(err, boom) {
		t.Errorf("disk that cannot be asked: %v", err)
	}
}

// count returns the number of keys below a prefix.
func count(t *testing.T, s *Store, prefix []byte) int {
	t.Helper()
	n := 0
	must(t, s.current.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			n++
		}
		return nil
	}))
	return n
}

func TestOldVersionsAreDeleted(t *testing.T) {
	ctx := t.Context()
	s := mustOpen(t, t.TempDir(), Options{})
	for i := range 5 {
		must(t, storetest.PutSample(ctx, s, storetest.SampleRun("a", 3), 300+i, i))
		r := storetest.SampleRun("a", 3)
		r.Params = make([]byte, (i%2)*3*partSize)
		must(t, s.PutMeta(ctx, r))
	}
	if n := count(t, s, store.SeriesPrefix("a")); n != 3+3 {
		t.Errorf("%d series keys", n)
	}
	must(t, s.Delete(ctx, "a"))
	for _, prefix := range [][]byte{store.AllSeriesPrefix(), store.RunPrefix(), store.PropertiesPrefix(), store.WritingPrefix()} {
		if n := count(t, s, prefix); n != 0 {
			t.Errorf("%d keys are left below %q", n, prefix)
		}
	}
}

// TestInterruptedWriteIsTidied leaves what a write leaves that ends before its
// record is there.
func TestInterruptedWriteIsTidied(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := mustOpen(t, dir, Options{})
	must(t, storetest.PutSample(ctx, s, storetest.SampleRun("a", 2), 300, 1))
	for _, hash := range []string{"a", "b"} {
		must(t, s.current.db.Update(func(txn *badger.Txn) error {
			return errors.Join(
				txn.Set(store.WritingKey(hash), nil),
				txn.Set(store.AppendChunkKey(store.VersionPrefix(hash, 2), 7, 0), []byte("half")))
		}))
	}
	must(t, s.Close())
	s = mustOpen(t, dir, Options{})
	if n := count(t, s, store.WritingPrefix()); n != 0 {
		t.Errorf("%d notes are left", n)
	}
	if n := count(t, s, store.AllSeriesPrefix()); n != 4 {
		t.Errorf("%d series keys", n)
	}
	if got := hashes(t, s); !slices.Equal(got, []string{"a"}) {
		t.Errorf("runs %q", got)
	}
}

// TestDamagedRecords damages one record after the other in the database, and
// checks that only the run it belongs to suffers, until it is written again.
func TestDamagedRecords(t *testing.T) {
	ctx := t.Context()
	s := mustOpen(t, t.TempDir(), Options{})
	large := func() *store.Run {
		r := storetest.SampleRun("b", 2)
		r.Params = make([]byte, 2*partSize)
		return r
	}
	for _, hash := range []string{"a", "c"} {
		must(t, storetest.PutSample(ctx, s, storetest.SampleRun(hash, 2), 300, 1))
	}
	version := func() uint64 {
		r, err := s.Run(ctx, "b")
		must(t, err)
		return r.SeriesVersion
	}
	tests := []struct {
		name        string
		key         func() []byte
		run, series bool // still readable
	}{
		{"record", func() []byte { return store.RunKey("b") }, false, false},
		{"part of record", func() []byte {
			return store.AppendPart(store.AppendRecordPrefix(store.VersionPrefix("b", version())), 1)
		}, false, false},
		{"properties", func() []byte { return store.PropertiesKey("b") }, false, true},
		{"chunk", func() []byte { return store.AppendChunkKey(store.VersionPrefix("b", version()), 1, 0) }, true, false},
	}
	for _, tt := range tests {
		for _, value := range [][]byte{nil, []byte("x"), []byte("garbage that is long enough")} {
			must(t, storetest.PutSample(ctx, s, large(), 300, 1))
			must(t, s.PutProperties(ctx, []store.Properties{{Hash: "b"}}))
			key := tt.key()
			must(t, s.current.db.Update(func(txn *badger.Txn) error {
				if value == nil && tt.name != "record" && tt.name != "properties" {
					return txn.Delete(key)
				}
				return txn.Set(key, value)
			}))
			if _, err := s.Run(ctx, "b"); (err == nil) != tt.run || (err != nil && !errors.Is(err, store.ErrDamagedRecord)) {
				t.Errorf("%s, %q: run: %v", tt.name, value, err)
			}
			if _, err := s.Series(ctx, "b", 1, 0, -1); (err == nil) != tt.series || (err != nil && !errors.Is(err, store.ErrDamagedRecord)) {
				t.Errorf("%s, %q: series: %v", tt.name, value, err)
			}
			must(t, s.Runs(ctx, func(r *store.Run) error {
				if damaged := r.Unreadable != nil; damaged != (r.Hash == "b" && !tt.run) || (damaged && (r.MetaPrint != "" || r.SeqsPrint != "")) {
					t.Errorf("%s, %q: listed as %+v", tt.name, value, r)
				}
				return nil
			}))
			found := 0
			must(t, s.Check(ctx, func(d store.Damage) error {
				if found++; !strings.Contains(d.File, `"b"`) {
					t.Errorf("%s, %q: %+v", tt.name, value, d)
				}
				return nil
			}))
			if found == 0 {
				t.Errorf("%s, %q: the check found nothing", tt.name, value)
			}
			must(t, s.PutProperties(ctx, []store.Properties{{Hash: "b"}}))
			must(t, storetest.PutSample(ctx, s, large(), 300, 1))
			must(t, s.Check(ctx, func(d store.Damage) error {
				t.Errorf("%s, %q: after writing again: %+v", tt.name, value, d)
				return nil
			}))
		}
	}
	if n := count(t, s, store.SeriesPrefix("b")); n != 2+2+3 {
		t.Errorf("%d keys of the run are left", n)
	}
}

// TestMissingRuns takes a run away behind the back of the store, as a damaged
// table would.
func TestMissingRuns(t *testing.T) {
	ctx := t.Context()
	s := mustOpen(t, t.TempDir(), Options{})
	for _, hash := range []string{"a", "b"} {
		must(t, s.PutRun(ctx, storetest.SampleRun(hash, 0), nil))
	}
	must(t, s.current.db.Update(func(txn *badger.Txn) error { return txn.Delete(store.RunKey("b")) }))
	var damaged *store.DamagedError
	if err := s.Runs(ctx, func(*store.Run) error { return nil }); !errors.As(err, &damaged) {
		t.Errorf("runs: %v", err)
	}
	found := 0
	must(t, s.Check(ctx, func(store.Damage) error {
		found++
		return nil
	}))
	if found != 1 {
		t.Errorf("the check found %d", found)
	}
}

// TestCloseWaitsForReaders closes while a reader is in the middle.
func TestCloseWaitsForReaders(t *testing.T) {
	ctx := t.Context()
	s, err := Open(t.TempDir(), Options{})
	must(t, err)
	for _, hash := range []string{"a", "b"} {
		must(t, storetest.PutSample(ctx, s, storetest.SampleRun(hash, 1), 300, 1))
	}
	closed := make(chan error)
	seen := 0
	must(t, s.Runs(ctx, func(r *store.Run) error {
		if seen++; seen == 1 {
			go func() { closed <- s.Close() }()
			for {
				if _, err := s.Run(context.WithoutCancel(ctx), "a"); errors.Is(err, store.ErrClosed) {
					break
				}
			}
		}
		return nil
	}))
	must(t, <-closed)
	if seen != 2 {
		t.Errorf("%d runs were read", seen)
	}
}

// TestLongSeries is longer than a transaction of Badger may be.
func TestLongSeries(t *testing.T) {
	ctx := t.Context()
	s := mustOpen(t, t.TempDir(), Options{MemTableSize: minMemTable})
	const n = 300_000
	must(t, storetest.PutSample(ctx, s, storetest.SampleRun("a", 1), n, 1))
	want := storetest.Points(n, 1)
	c, err := s.Series(ctx, "a", 0, n-5000, -1)
	must(t, err)
	storetest.SameColumns(t, c, want.Slice(n-5000, n))
	p, err := s.Pyramid(ctx, "a", 0)
	must(t, err)
	rows := series.RowsFunc(func(from, to int) (*series.Columns, error) { return s.Series(ctx, "a", 0, from, to) })
	line, err := p.Decimate(rows, series.Query{Lo: 10, Hi: n - 10, Width: 300})
	must(t, err)
	if line.Len() != 300 || line.InRange != n-19 {
		t.Errorf("%d bins of %v points", line.Len(), line.InRange)
	}
}
