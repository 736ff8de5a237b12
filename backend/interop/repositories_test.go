//go:build interop

package interop

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"aimdesk/backend/cli"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/testutil/aimjson"
)

// Repositories that Aim wrote just now, read directly and through the index,
// against what Aim says they hold.
func TestFreshRepositoriesAreWhatAimSays(t *testing.T) {
	dir := prepared(t, "repos")
	recordings, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(recordings) < 6 {
		t.Fatalf("%d recordings in %s: %v", len(recordings), dir, err)
	}
	improved, err := aimjson.Improved(filepath.Join("..", "cli", "testdata", "improved.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, recording := range recordings {
		name := strings.TrimSuffix(filepath.Base(recording), ".json")
		t.Run(name, func(t *testing.T) {
			want, err := aimjson.Read(recording)
			if err != nil {
				t.Fatal(err)
			}
			root := filepath.Join(dir, name)
			before := testutil.TreeDigest(t, root)
			index := t.TempDir()
			known := improved["aim-3.29.1/"+name]
			t.Run("direct", func(t *testing.T) { compare(t, root, want, known, "--no-index") })
			if _, errs, status := run("reindex", root, "--index-dir", index); status != cli.ExitOK {
				t.Fatalf("reindex: status %d, %s", status, errs)
			}
			t.Run("indexed", func(t *testing.T) { compare(t, root, want, known, "--index-dir", index) })
			printed(t, "check", root, "--index-dir", index)
			if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
				t.Error("the repository was changed")
			}
		})
	}
}

func compare(t *testing.T, root string, want aimjson.Recorded, improved map[string]int, flags ...string) {
	all := func(verb ...string) string {
		return printed(t, append(append(verb, root, "--all", "--json"), flags...)...)
	}
	aimjson.CompareRuns(t, all("runs"), want)
	aimjson.CompareMetrics(t, all("metrics", "--values"), want)
	aimjson.CompareSequences(t, all("sequences", "--values"), want)
	if len(want.Queries) == 0 {
		t.Error("no queries were recorded")
	}
	ask := func(args ...string) (string, string, int) { return run(append(append(args, root), flags...)...) }
	aimjson.CompareQueries(t, ask, want, improved)
}
