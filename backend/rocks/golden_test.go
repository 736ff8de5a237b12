package rocks_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/rocks"
)

// pair is a live key with its value.
type pair struct{ key, value string }

// golden unpacks testdata/db/NAME.tar.gz, and returns the database's directory
// and the pairs that RocksDB reads from it.
func golden(tb testing.TB, name string) (dir string, want []pair) {
	tb.Helper()
	root := testutil.Unpack(tb, filepath.Join("testdata", "db", name+".tar.gz"))
	f, err := os.Open(filepath.Join(root, "pairs.txt"))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		k, v, _ := strings.Cut(sc.Text(), " ")
		want = append(want, pair{unhex(tb, k), unhex(tb, v)})
	}
	return filepath.Join(root, "db"), want
}

func unhex(tb testing.TB, s string) string {
	tb.Helper()
	if s == "-" {
		return ""
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// goldens lists the golden databases by name.
func goldens(tb testing.TB, prefix string) []string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "db", prefix+"*.tar.gz"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no golden databases named %s*: %v", prefix, err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".tar.gz")
	}
	return files
}

// open opens dir and closes the view when the test ends.
func open(tb testing.TB, dir string) *rocks.View {
	tb.Helper()
	v, err := rocks.Open(context.Background(), dir, rocks.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := v.Close(); err != nil {
			tb.Error(err)
		}
	})
	return v
}

// scan returns the pairs within bounds.
func scan(v *rocks.View, o rocks.IterOptions) ([]pair, error) {
	var got []pair
	it := v.NewIter(o)
	for ok := it.First(); ok; ok = it.Next() {
		got = append(got, pair{string(it.Key()), string(it.Value())})
	}
	return got, it.Close()
}

// within returns the pairs that lie in the bounds.
func within(pairs []pair, lower, upper []byte) []pair {
	var out []pair
	for _, p := range pairs {
		if p.key >= string(lower) && (upper == nil || p.key < string(upper)) {
			out = append(out, p)
		}
	}
	return out
}

func TestGoldenDatabases(t *testing.T) {
	for _, name := range goldens(t, "") {
		if strings.HasPrefix(name, "refused-") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			dir, want := golden(t, name)
			v := open(t, dir)
			got, err := scan(v, rocks.IterOptions{})
			if err != nil {
				t.Fatal(err)
			}
			comparePairs(t, got, want)
			if d := v.Damage(); len(d) > 0 {
				t.Errorf("damage: %v", d)
			}
			checkAccess(t, v, want)
			if d, err := rocks.Verify(context.Background(), dir, rocks.Options{}); err != nil || len(d) > 0 {
				t.Errorf("Verify = %v, %v", d, err)
			}
		})
	}
}

func comparePairs(t *testing.T, got, want []pair) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			var g, w pair
			if i < len(got) {
				g = got[i]
			}
			if i < len(want) {
				w = want[i]
			}
			t.Fatalf("%d pairs, want %d; pair %d is %.80q, want %.80q", len(got), len(want), i, g, w)
		}
	}
}

// checkAccess compares point reads, seeks and bounds with the full scan.
func checkAccess(t *testing.T, v *rocks.View, want []pair) {
	t.Helper()
	it := v.NewIter(rocks.IterOptions{})
	defer func() {
		if err := it.Close(); err != nil {
			t.Error(err)
		}
	}()
	step := max(1, len(want)/40)
	for i := 0; i < len(want); i += step {
		w := want[i]
		value, ok, err := v.Get([]byte(w.key))
		if err != nil || !ok || string(value) != w.value {
			t.Errorf("Get(%q) = %q, %v, %v, want %q", w.key, value, ok, err, w.value)
		}
		absent := w.key + "\x00"
		if i+1 < len(want) && want[i+1].key == absent {
			continue
		}
		if _, ok, err := v.Get([]byte(absent)); ok || err != nil {
			t.Errorf("Get(%q) = %v, %v, want nothing", absent, ok, err)
		}
		// Forward, backward and in place.
		for _, j := range []int{i, len(want) - 1 - i, i} {
			if !it.SeekGE([]byte(want[j].key)) || string(it.Key()) != want[j].key || string(it.Value()) != want[j].value {
				t.Fatalf("SeekGE(%q) stands at %q: %v", want[j].key, it.Key(), it.Err())
			}
		}
		ok = it.SeekGE([]byte(absent))
		if ok != (i+1 < len(want)) || ok && string(it.Key()) != want[i+1].key {
			t.Fatalf("SeekGE(%q) = %v at %q", absent, ok, it.Key())
		}
		lower, upper := []byte(w.key), []byte(want[min(len(want)-1, i+2*step)].key)
		got, err := scan(v, rocks.IterOptions{Lower: lower, Upper: upper})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, within(want, lower, upper)) {
			t.Errorf("bounds [%q, %q) yield %d pairs, want %d", lower, upper, len(got), len(within(want, lower, upper)))
		}
	}
}

func TestGoldenRefusals(t *testing.T) {
	for name, feature := range map[string]string{
		"refused-blobs":        "blob files",
		"refused-entity-log":   "wide-column entity",
		"refused-entity-table": "wide-column entity",
	} {
		dir, _ := golden(t, name)
		v, err := rocks.Open(context.Background(), dir, rocks.Options{})
		if err == nil {
			_, err = scan(v, rocks.IterOptions{})
		}
		var refused *rocks.UnsupportedError
		if !errors.As(err, &refused) || refused.Feature != feature || !strings.HasPrefix(refused.File, dir) {
			t.Errorf("%s: %v, want %s refused", name, err, feature)
		}
	}
}

// The layouts of one data set iterate alike, whatever wrote them and however.
func TestLayoutsAgree(t *testing.T) {
	_, want := golden(t, "compacted")
	for _, prefix := range []string{"codec-", "sum-", "version", "index-", "block-", "dict-", "wal-"} {
		for _, name := range goldens(t, prefix) {
			_, pairs := golden(t, name)
			if !slices.Equal(pairs, want) {
				t.Errorf("%s holds other data than compacted", name)
			}
		}
	}
	if len(want) == 0 || !slices.IsSortedFunc(want, func(a, b pair) int { return bytes.Compare([]byte(a.key), []byte(b.key)) }) {
		t.Errorf("compacted: %d pairs, want some in order", len(want))
	}
}
