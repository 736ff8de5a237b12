package cli_test

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"

	"aimdesk/backend/cli"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/testutil/aimjson"
)

func readRecorded(t *testing.T, fixture string) aimjson.Recorded {
	t.Helper()
	r, err := aimjson.Read(testutil.Testdata("repos", fixture+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run runs a verb and returns what it printed and its exit status.
func run(t *testing.T, args ...string) (out, errs string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = cli.Run(context.Background(), args, cli.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, nil)
	return stdout.String(), stderr.String(), status
}

// printed runs a verb that must succeed without a word of complaint.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, status := run(t, args...)
	if status != cli.ExitOK || errs != "" {
		t.Fatalf("%q: status %d, %s", args, status, errs)
	}
	return out
}

// eachWay runs a test on every recorded repository, read directly and through
// the index, and checks that nothing below .aim was touched.
func eachWay(t *testing.T, f func(t *testing.T, fixture, root string, want aimjson.Recorded, flags []string)) {
	for _, fixture := range testutil.Fixtures {
		t.Run(fixture, func(t *testing.T) {
			t.Parallel()
			root := testutil.Fixture(t, fixture)
			before := testutil.TreeDigest(t, root)
			want := readRecorded(t, fixture)
			index := t.TempDir()
			t.Run("direct", func(t *testing.T) { f(t, fixture, root, want, []string{"--no-index"}) })
			if _, errs, status := run(t, "reindex", root, "--index-dir", index); status != cli.ExitOK {
				t.Fatalf("reindex: status %d, %s", status, errs)
			}
			t.Run("indexed", func(t *testing.T) { f(t, fixture, root, want, []string{"--index-dir", index}) })
			if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
				t.Error("the repository was changed")
			}
		})
	}
}

func TestRunsAreWhatAimSays(t *testing.T) {
	eachWay(t, func(t *testing.T, _, root string, want aimjson.Recorded, flags []string) {
		aimjson.CompareRuns(t, printed(t, append([]string{"runs", root, "--all", "--json"}, flags...)...), want)
	})
}

func TestMetricsAreWhatAimSays(t *testing.T) {
	eachWay(t, func(t *testing.T, _, root string, want aimjson.Recorded, flags []string) {
		aimjson.CompareMetrics(t, printed(t, append([]string{"metrics", root, "--all", "--values", "--json"}, flags...)...), want)
	})
}

func TestSequencesAreWhatAimSays(t *testing.T) {
	eachWay(t, func(t *testing.T, _, root string, want aimjson.Recorded, flags []string) {
		aimjson.CompareSequences(t, printed(t, append([]string{"sequences", root, "--all", "--values", "--json"}, flags...)...), want)
	})
}

func TestQueriesAnswerAsAim(t *testing.T) {
	improved, err := aimjson.Improved("testdata/improved.json")
	if err != nil {
		t.Fatal(err)
	}
	eachWay(t, func(t *testing.T, fixture, root string, want aimjson.Recorded, flags []string) {
		ask := func(args ...string) (string, string, int) {
			return run(t, append(append(args, root), flags...)...)
		}
		aimjson.CompareQueries(t, ask, want, improved[fixture])
	})
}
