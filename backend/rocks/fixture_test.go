package rocks_test

import (
	"context"
	"io/fs"
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

func TestAimRepositoriesOpen(t *testing.T) {
	for _, name := range testutil.Fixtures {
		for _, dir := range databases(t, testutil.Fixture(t, name)) {
			v, err := rocks.Open(context.Background(), dir, rocks.Options{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			it := v.NewIter(rocks.IterOptions{})
			for n, ok := 0, it.First(); ok; n, ok = n+1, it.Next() {
				if n%97 != 0 {
					continue
				}
				value, found, err := v.Get(it.Key())
				if err != nil || !found || string(value) != string(it.Value()) {
					t.Fatalf("%s: Get(%x) = %x, %v, %v, want %x", name, it.Key(), value, found, err, it.Value())
				}
			}
			if err := it.Close(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if d := v.Damage(); len(d) > 0 {
				t.Errorf("%s: damage %v", name, d)
			}
			if err := v.Close(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
