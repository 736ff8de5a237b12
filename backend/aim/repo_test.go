package aim_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/series"
)

func TestLocate(t *testing.T) {
	base := t.TempDir()
	_, root := newRun().write(t)
	inside := filepath.Join(root, "src", "deep")
	for _, dir := range []string{inside, filepath.Join(base, "plain"), filepath.Join(base, "old", ".aim"), filepath.Join(base, "cut", ".aim"), filepath.Join(base, "many", "a", ".aim", "meta")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(base, "cut", ".aim", "VERSION"), "1.3\n")
	writeFile(t, filepath.Join(inside, "file.py"), "")
	for _, path := range []string{root, filepath.Join(root, ".aim"), filepath.Join(root, ".aim", "meta", "chunks"), inside, filepath.Join(inside, "file.py")} {
		got, err := aim.Locate(vfs.NewOS(0), path)
		if err != nil || got != root {
			t.Errorf("%s: got %s, %v; want %s", path, got, err, root)
		}
	}
	for _, c := range []struct{ path, reason string }{
		{"missing", "no such folder"}, {"plain", "neither"}, {"old", "Aim 2"}, {"cut", "meta is missing"}, {"many", "neither"},
	} {
		path := filepath.Join(base, c.path)
		_, err := aim.Open(context.Background(), path, aim.Config{})
		var e *aim.NotRepositoryError
		if !errors.As(err, &e) || e.Path != path || e.Hint == "" || !strings.Contains(e.Error(), c.reason) {
			t.Errorf("%s: got %v", c.path, err)
			continue
		}
		var want []string
		if c.path == "many" {
			want = []string{filepath.Join(path, "a")}
		}
		if !reflect.DeepEqual(e.Candidates, want) {
			t.Errorf("%s: candidates %v, want %v", c.path, e.Candidates, want)
		}
	}
}

func TestOpen(t *testing.T) {
	root := testutil.Fixture(t, "aim-3.10.3/legacy")
	r := openRepo(t, filepath.Join(root, ".aim"))
	if r.Root() != root || r.AimDir() != filepath.Join(root, ".aim") || r.FormatVersion() != "1.2" {
		t.Errorf("got %s, %s, %s", r.Root(), r.AimDir(), r.FormatVersion())
	}
	for _, temp := range []string{".aim", ".aim/tmp"} {
		if _, err := aim.Open(context.Background(), root, aim.Config{TempDir: filepath.Join(root, temp)}); err == nil {
			t.Errorf("temporary files in %s", temp)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := aim.Open(ctx, root, aim.Config{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestListOfAnUntidyRepository(t *testing.T) {
	ctx := context.Background()
	root := testutil.Fixture(t, "basic")
	chunks := filepath.Join(root, ".aim", "meta", "chunks")
	r := openRepo(t, root)
	before, err := r.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	hash := func(i int) string { return before[i].Hash }
	writeFile(t, filepath.Join(chunks, "stray file"), "x")
	writeFile(t, filepath.Join(chunks, ".hidden", "CURRENT"), "x")
	writeFile(t, filepath.Join(root, ".aim", "seqs", "chunks", "orphan", "CURRENT"), "x")
	if err := os.MkdirAll(filepath.Join(chunks, "just being made"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(chunks, hash(0), "CURRENT")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(chunks, hash(1))); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(root, ".aim", "seqs", "chunks", hash(2))); err != nil {
		t.Fatal(err)
	}
	got, err := r.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(before)
	want[0].HasMeta, want[1].HasMeta, want[2].HasSeqs = false, false, false
	want = append(want, aim.Entry{Hash: "orphan", HasSeqs: true})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}

	// Without SQLite the runs are there all the same.
	sqlite := filepath.Join(root, ".aim", "run_metadata.sqlite")
	writeFile(t, sqlite, strings.Repeat("garbage ", 1000))
	if _, err := r.Properties(ctx); err == nil || !strings.Contains(err.Error(), sqlite) {
		t.Errorf("damaged SQLite: got %v", err)
	}
	if got, err = r.List(ctx); err != nil || len(got) != len(want) || got[3].HasRow {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := os.Remove(sqlite); err != nil {
		t.Fatal(err)
	}
	if props, err := r.Properties(ctx); err != nil || len(props) != 0 {
		t.Errorf("no SQLite: got %v, %v", props, err)
	}

	if err := os.RemoveAll(filepath.Join(root, ".aim")); err != nil {
		t.Fatal(err)
	}
	if _, err := r.List(ctx); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the repository is gone: got %v", err)
	}
}

func TestFreshRepositoryIsEmpty(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, ".aim", "meta", "index"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := openRepo(t, root)
	if got, err := r.List(context.Background()); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestPropertiesFollowTheFile(t *testing.T) {
	ctx := context.Background()
	root := testutil.Fixture(t, "basic")
	r := openRepo(t, root)
	first, err := r.Properties(ctx)
	if err != nil || len(first) == 0 {
		t.Fatal(first, err)
	}
	clear(first) // the caller's own
	again, err := r.Properties(ctx)
	if err != nil || len(again) == 0 {
		t.Fatal(again, err)
	}
	other := filepath.Join(testutil.Fixture(t, "media"), ".aim", "run_metadata.sqlite")
	data, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(root, ".aim", "run_metadata.sqlite"), string(data))
	changed, err := r.Properties(ctx)
	if err != nil || reflect.DeepEqual(changed, again) || len(changed) != 2 {
		t.Errorf("got %v, %v", changed, err)
	}
}

func TestFingerprint(t *testing.T) {
	ctx := context.Background()
	r, root := newRun().write(t)
	dir := filepath.Join(root, ".aim", "meta", "chunks", testHash)
	take := func() (aim.Fingerprint, aim.Fingerprint) {
		t.Helper()
		meta, seqs, err := r.Fingerprint(ctx, testHash)
		if err != nil {
			t.Fatal(err)
		}
		return meta, seqs
	}
	meta, seqs := take()
	if meta == "" || seqs == "" || meta == seqs {
		t.Errorf("got %q and %q", meta, seqs)
	}
	writeFile(t, filepath.Join(dir, "LOG"), "a reader wrote this")
	writeFile(t, filepath.Join(dir, "LOG.old.123"), "x")
	writeFile(t, filepath.Join(dir, "LOCK"), "")
	if again, _ := take(); again != meta {
		t.Error("files of readers change it")
	}
	log := filepath.Join(dir, "000005.log")
	f, err := os.OpenFile(log, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("more"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	grown, _ := take()
	if grown == meta {
		t.Error("growth does not change it")
	}
	if err := os.Chtimes(log, time.Time{}, time.Unix(5, 0)); err != nil {
		t.Fatal(err)
	}
	if touched, _ := take(); touched == grown {
		t.Error("another time does not change it")
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if gone, same := take(); gone != "" || same != seqs {
		t.Errorf("without a folder: %q, %q", gone, same)
	}
}

// useEverything calls all that reads a repository.
func useEverything(t testing.TB, r *aim.Repo) {
	t.Helper()
	ctx := context.Background()
	entries, err := r.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		m, err := r.ReadMeta(ctx, e.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.ReadSeries(ctx, e.Hash, m.Traces, func(int, *series.Columns) error { return nil }); err != nil {
			t.Fatal(err)
		}
		for _, tr := range m.Traces {
			if tr.Kind == aim.KindMetric {
				continue
			}
			if err := r.ReadObjects(ctx, e.Hash, tr, aim.ObjectOptions{Times: true, Last: 5}, func(row aim.ObjectRow) error {
				for _, o := range row.Items {
					if _, err := o.Data(); err != nil && !errors.Is(err, aim.ErrNoData) {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if report, err := r.Check(ctx, e.Hash); err != nil || len(report.Damage) > 0 || report.Bytes == 0 {
			t.Errorf("check of %s: %+v, %v", e.Hash, report, err)
		}
		r.State(ctx, e.Hash, m)
		if _, _, err := r.Fingerprint(ctx, e.Hash); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadingLeavesEverythingAlone(t *testing.T) {
	for _, fixture := range testutil.Fixtures {
		t.Run(fixture, func(t *testing.T) {
			root := testutil.Fixture(t, fixture)
			before := testutil.TreeDigest(t, root)
			useEverything(t, openRepo(t, root))
			if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
				t.Error("reading changed the repository")
			}
		})
	}
}

func TestReadingNeedsNoPermissionToWrite(t *testing.T) {
	root := testutil.Fixture(t, "edge")
	chmod := func(dir, file os.FileMode) {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() {
				return os.Chmod(path, dir)
			}
			return os.Chmod(path, file)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	chmod(0o555, 0o444)
	defer chmod(0o755, 0o644)
	useEverything(t, openRepo(t, root))
}
