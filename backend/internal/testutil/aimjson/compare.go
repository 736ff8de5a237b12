package aimjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"sort"
	"strings"
	"testing"
)

// Recorded is what real Aim said of a repository.
type Recorded struct {
	Runs    []Run
	Queries []Query
}

// Run is one run: all its fields, and its sequences.
type Run struct {
	Hash      string
	Fields    map[string]any
	Metrics   []map[string]any
	Sequences []map[string]any
}

// Query is a query with Aim's answer, or the class of its error.
type Query struct {
	Kind, Query, Error string
	Result             []any
}

// Read reads a file that oracle.py wrote.
func Read(path string) (Recorded, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Recorded{}, err
	}
	var whole struct {
		Runs    []map[string]any
		Queries []Query
	}
	if err := Decode(data, &whole); err != nil {
		return Recorded{}, err
	}
	r := Recorded{Queries: whole.Queries}
	for _, fields := range whole.Runs {
		run := Run{Fields: fields, Metrics: objects(fields["metrics"]), Sequences: objects(fields["sequences"])}
		run.Hash, _ = fields["hash"].(string)
		r.Runs = append(r.Runs, run)
	}
	return r, nil
}

func objects(v any) []map[string]any {
	list, _ := v.([]any)
	var out []map[string]any
	for _, x := range list {
		if o, ok := x.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// Without is the recording without some runs.
func (r Recorded) Without(hashes ...string) Recorded {
	drop := map[string]bool{}
	for _, h := range hashes {
		drop[h] = true
	}
	out := Recorded{}
	for _, run := range r.Runs {
		if !drop[run.Hash] {
			out.Runs = append(out.Runs, run)
		}
	}
	return out
}

// runFields are the fields of `runs --json` that are recorded.
var runFields = []string{"hash", "name", "description", "experiment", "archived", "tags", "creation_time", "end_time", "active", "params"}

// CompareRuns compares the output of `runs --all --json`. The writers of all
// recorded runs are gone, so those without an end time must be stalled.
func CompareRuns(tb testing.TB, out string, want Recorded) {
	tb.Helper()
	got, ok := rows(tb, out)
	if !ok {
		return
	}
	if len(got) != len(want.Runs) {
		tb.Errorf("%d runs, want %d", len(got), len(want.Runs))
		return
	}
	for i, w := range want.Runs {
		for _, field := range runFields {
			if err := Same(got[i][field], w.Fields[field]); err != nil {
				tb.Errorf("run %s: %s: %v", w.Hash, field, err)
			}
		}
		state := "finished"
		if w.Fields["active"] == true {
			state = "stalled"
		}
		if got[i]["state"] != state {
			tb.Errorf("run %s is %v, want %s", w.Hash, got[i]["state"], state)
		}
	}
}

func rows(tb testing.TB, out string) ([]map[string]any, bool) {
	tb.Helper()
	got, err := Rows(out)
	if err != nil {
		tb.Error(err)
	}
	return got, err == nil
}

// CompareMetrics compares the output of `metrics --all --values --json`.
func CompareMetrics(tb testing.TB, out string, want Recorded) {
	tb.Helper()
	got, ok := rows(tb, out)
	if !ok {
		return
	}
	n := 0
	for _, r := range want.Runs {
		for _, w := range r.Metrics {
			if n >= len(got) {
				tb.Errorf("only %d metrics; %v of run %s and what follows are missing", n, w["name"], r.Hash)
				return
			}
			g := got[n]
			n++
			if g["run"] != r.Hash {
				tb.Errorf("run %s, %v %v: came as run %v, %v", r.Hash, w["name"], w["context"], g["run"], g["name"])
				return
			}
			compareMetric(tb, fmt.Sprintf("run %s, %v %v", r.Hash, w["name"], w["context"]), g, w)
		}
	}
	if n != len(got) {
		tb.Errorf("%d metrics, want %d", len(got), n)
	}
}

func compareMetric(tb testing.TB, where string, got, want map[string]any) {
	tb.Helper()
	for _, field := range []string{"name", "context", "count", "last_step", "steps", "values", "epochs"} {
		if _, have := want[field]; !have {
			continue // long columns are recorded by their checksum alone
		}
		if err := Same(got[field], want[field]); err != nil {
			tb.Errorf("%s: %s: %v", where, field, err)
		}
	}
	for _, column := range []string{"steps", "values", "epochs", "times"} {
		if d, err := Digest(got[column]); err != nil || d != want["sha_"+column] {
			tb.Errorf("%s: %s differ (%v)", where, column, err)
		}
	}
}

// CompareSequences compares the output of `sequences --all --values --json`.
func CompareSequences(tb testing.TB, out string, want Recorded) {
	tb.Helper()
	got, ok := rows(tb, out)
	if !ok {
		return
	}
	n := 0
	for _, r := range want.Runs {
		for _, w := range r.Sequences {
			if n >= len(got) {
				tb.Errorf("only %d sequences; %v of run %s and what follows are missing", n, w["name"], r.Hash)
				return
			}
			g := got[n]
			n++
			if g["run"] != r.Hash {
				tb.Errorf("%v of run %s came as run %v", w["name"], r.Hash, g["run"])
				return
			}
			for _, field := range []string{"kind", "name", "context", "steps", "values"} {
				if err := Same(g[field], w[field]); err != nil {
					tb.Errorf("run %s, %v: %s: %v", r.Hash, w["name"], field, err)
				}
			}
		}
	}
	if n != len(got) {
		tb.Errorf("%d sequences, want %d", len(got), n)
	}
}

// exitUsage is the status of a query that cannot be compiled.
const exitUsage = 2

// Ask runs a verb and returns what it printed and its exit status.
type Ask func(args ...string) (out, errs string, status int)

// CompareQueries asks every recorded query with `runs` and `metrics`. improved
// names those whose answers differ by design, with the number of matches.
func CompareQueries(tb testing.TB, ask Ask, want Recorded, improved map[string]int) {
	tb.Helper()
	for _, q := range want.Queries {
		verb := map[string]string{"run": "runs", "metric": "metrics"}[q.Kind]
		out, errs, status := ask(verb, "--json", "--query", q.Query)
		if q.Error != "" {
			if status != exitUsage || out != "" || !strings.Contains(errs, "column") {
				tb.Errorf("%s query %q: status %d, %s; Aim says %s", q.Kind, q.Query, status, errs, q.Error)
			}
			continue
		}
		if status != 0 {
			tb.Errorf("%s query %q: status %d, %s", q.Kind, q.Query, status, errs)
			continue
		}
		got, err := answers(q.Kind, out)
		if err != nil {
			tb.Errorf("%s query %q: %v", q.Kind, q.Query, err)
			continue
		}
		if n, ok := improved[q.Query]; ok {
			if len(got) != n {
				tb.Errorf("%s query %q: %d matches, want %d by design", q.Kind, q.Query, len(got), n)
			}
			continue
		}
		wanted := make([]string, len(q.Result))
		for i, r := range q.Result {
			wanted[i] = fmt.Sprint(r)
		}
		sort.Strings(wanted)
		if !reflect.DeepEqual(got, wanted) {
			tb.Errorf("%s query %q: %d matches %v, Aim has %d %v", q.Kind, q.Query, len(got), got, len(wanted), wanted)
		}
	}
}

// answers are the runs, or the metrics, that a verb printed, as recorded.
func answers(kind, out string) ([]string, error) {
	got := []string{}
	dec := json.NewDecoder(strings.NewReader(out))
	for {
		var row struct {
			Hash, Run, Name string
			Context         json.RawMessage
		}
		if err := dec.Decode(&row); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if kind == "run" {
			got = append(got, row.Hash)
			continue
		}
		context, err := pythonJSON(row.Context)
		if err != nil {
			return nil, err
		}
		got = append(got, fmt.Sprint([]any{row.Run, row.Name, context}))
	}
	sort.Strings(got)
	return got, nil
}

// Improved reads which recorded queries have another answer by design, by
// fixture.
func Improved(path string) (map[string]map[string]int, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out map[string]map[string]int
	return out, json.Unmarshal(data, &out)
}
