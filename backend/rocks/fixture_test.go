package rocks_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/rocks"
)

// databases returns every database under root.
func databases(tb testing.TB, root string) []string {
	tb.Helper()
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "CURRENT" {
			dirs = append(dirs, filepath.Dir(path))
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return dirs
}

// The databases of the recorded Aim repositories read as RocksDB reads them:
// testdata/aim.txt has the number of pairs and their digest.
func TestAimRepositories(t *testing.T) {
	f, err := os.Open(filepath.Join("testdata", "aim.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	want := map[string]string{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var repo, dir, count, sum string
		if _, err := fmt.Sscan(sc.Text(), &repo, &dir, &count, &sum); err != nil {
			t.Fatal(err)
		}
		want[repo+" "+dir] = count + " " + sum
	}
	seen := 0
	for _, name := range testutil.Fixtures {
		root := testutil.Fixture(t, name)
		for _, dir := range databases(t, root) {
			rel, err := filepath.Rel(root, dir)
			if err != nil {
				t.Fatal(err)
			}
			seen++
			if got := digest(t, dir); got != want[name+" "+filepath.ToSlash(rel)] {
				t.Errorf("%s %s: %s, want %s", name, rel, got, want[name+" "+filepath.ToSlash(rel)])
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d databases, want %d", seen, len(want))
	}
}

// digest reads a database in full, and some keys by Get.
func digest(t *testing.T, dir string) string {
	t.Helper()
	v, err := rocks.Open(context.Background(), dir, rocks.Options{})
	if err != nil {
		t.Errorf("%s: %v", dir, err)
		return ""
	}
	sum := sha256.New()
	var line []byte
	n := 0
	it := v.NewIter(rocks.IterOptions{})
	for ok := it.First(); ok; ok = it.Next() {
		line = hex.AppendEncode(line[:0], it.Key())
		line = hex.AppendEncode(append(line, ' '), it.Value())
		sum.Write(append(line, '\n'))
		if n++; n%499 == 0 {
			value, found, err := v.Get(it.Key())
			if err != nil || !found || string(value) != string(it.Value()) {
				t.Fatalf("%s: Get(%x) = %x, %v, %v, want %x", dir, it.Key(), value, found, err, it.Value())
			}
		}
	}
	if err := it.Close(); err != nil {
		t.Errorf("%s: %v", dir, err)
	}
	if d := v.Damage(); len(d) > 0 {
		t.Errorf("%s: damage %v", dir, d)
	}
	if err := v.Close(); err != nil {
		t.Errorf("%s: %v", dir, err)
	}
	return fmt.Sprintf("%d %x", n, sum.Sum(nil))
}
