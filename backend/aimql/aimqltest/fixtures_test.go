package aimqltest

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aimdesk/backend/aimql"
)

// repositories are the fixtures, with the file that tells their trace entries.
var repositories = map[string]string{
	"basic": "aim-3.29.1/basic", "crashed": "aim-3.29.1/crashed", "defaults": "aim-3.29.1/defaults", "edge": "aim-3.29.1/edge",
	"media": "aim-3.29.1/media", "oddities": "aim-3.29.1/oddities", "aim-3.10.3": "aim-3.10.3/legacy", "aim-3.17.5": "aim-3.17.5/legacy",
}

func load(t testing.TB, path string) (*Repository, []Recorded) {
	t.Helper()
	repo, queries, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return repo, queries
}

// differences are the recorded answers that ours are meant to differ from:
// repository, kind, query, our answer, why.
type difference struct {
	Repository string          `json:"repository"`
	Kind       string          `json:"kind"`
	Query      string          `json:"query"`
	Result     json.RawMessage `json:"result"`
	Error      bool            `json:"error"`
	Why        string          `json:"why"`
}

func differences(t testing.TB, path string) map[string]difference {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []difference
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	out := map[string]difference{}
	for _, d := range list {
		if d.Why == "" {
			t.Errorf("%s: %q: a difference needs a reason", path, d.Query)
		}
		out[d.Repository+"\t"+d.Kind+"\t"+d.Query] = d
	}
	return out
}

// ours answers a query in the form of the recorded answers; failed is true for
// a syntax error.
func ours(t testing.TB, repo *Repository, kind, text string) (result string, failed bool) {
	t.Helper()
	k, ok := KindNamed(kind)
	if !ok {
		t.Fatalf("unknown kind %q", kind)
	}
	q, err := aimql.Compile(text, k, aimql.Options{})
	if err != nil {
		var se *aimql.SyntaxError
		if !errors.As(err, &se) {
			t.Fatalf("%q: %T, want *SyntaxError", text, err)
		}
		return "", true
	}
	var got any
	if k == aimql.Runs {
		got = repo.MatchRuns(q)
	} else {
		got = repo.MatchSequences(q)
	}
	return compact(t, got), false
}

func compact(t testing.TB, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func normal(t testing.TB, raw json.RawMessage) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return compact(t, v)
}

// compareRecorded checks answers against the recorded ones, except for the
// listed differences, each of which has to be one.
func compareRecorded(t *testing.T, name string, repo *Repository, recorded []Recorded, diffs map[string]difference, used map[string]bool) {
	for _, r := range recorded {
		got, failed := ours(t, repo, r.Kind, r.Query)
		if failed {
			got = "syntax error"
		}
		want := "syntax error"
		if r.Error == "" {
			want = normal(t, r.Result)
		}
		id := name + "\t" + r.Kind + "\t" + r.Query
		d, listed := diffs[id]
		if !listed {
			if got != want {
				t.Errorf("%s: %s %q\n got %s\nwant %s", name, r.Kind, r.Query, got, want)
			}
			continue
		}
		used[id] = true
		if got == want {
			t.Errorf("%s: %s %q is listed as a difference but agrees with Aim", name, r.Kind, r.Query)
		}
		want = "syntax error"
		if !d.Error {
			want = normal(t, d.Result)
		}
		if got != want {
			t.Errorf("%s: %s %q (%s)\n got %s\nwant %s", name, r.Kind, r.Query, d.Why, got, want)
		}
	}
}

func checkUsed(t *testing.T, diffs map[string]difference, used map[string]bool) {
	for id := range diffs {
		if !used[id] {
			t.Errorf("the difference %q belongs to no recorded query", id)
		}
	}
}

// Every line of queries.txt on every fixture, as real Aim answered it.
func TestRecordedQueries(t *testing.T) {
	diffs := differences(t, "testdata/differences_queries.json")
	used := map[string]bool{}
	for name, path := range repositories {
		_, recorded := load(t, filepath.Join("..", "..", "testdata", "repos", path+".json"))
		if len(recorded) == 0 {
			t.Errorf("%s: no recorded queries", name)
		}
		repo, _ := load(t, filepath.Join("..", "testdata", "interop", name+".json"))
		compareRecorded(t, name, repo, recorded, diffs, used)
	}
	checkUsed(t, diffs, used)
}

// The corpus beside record.py, as real Aim answered it.
func TestInteropCorpus(t *testing.T) {
	diffs := differences(t, "testdata/differences_corpus.json")
	used := map[string]bool{}
	for name := range repositories {
		repo, recorded := load(t, filepath.Join("..", "testdata", "interop", name+".json"))
		compareRecorded(t, name, repo, recorded, diffs, used)
	}
	checkUsed(t, diffs, used)
}
