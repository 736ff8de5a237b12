package cli_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"

	"aimdesk/backend/cli"
	"aimdesk/backend/internal/testutil"
)

// recorded is what real Aim said of a repository.
type recorded struct {
	Runs []struct {
		Hash      string
		Metrics   []map[string]any
		Sequences []map[string]any
	}
	Queries []struct {
		Kind, Query, Error string
		Result             []any
	}
	raw []map[string]any
}

func readRecorded(t *testing.T, fixture string) recorded {
	t.Helper()
	data, err := os.ReadFile(testutil.Testdata("repos", fixture+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	decode(t, data, &r)
	var whole struct{ Runs []map[string]any }
	decode(t, data, &whole)
	r.raw = whole.Runs
	return r
}

// decode reads JSON and keeps the text of numbers.
func decode(t *testing.T, data []byte, v any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		t.Fatalf("decode %.200s: %v", data, err)
	}
}

// run runs a verb and returns what it printed and its exit status.
func run(t *testing.T, args ...string) (out, errs string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = cli.Run(context.Background(), args, cli.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, nil)
	return stdout.String(), stderr.String(), status
}

// lines runs a verb that must succeed and decodes its JSON lines.
func lines(t *testing.T, args ...string) []map[string]any {
	t.Helper()
	out, errs, status := run(t, args...)
	if status != cli.ExitOK || errs != "" {
		t.Fatalf("%q: status %d, %s", args, status, errs)
	}
	var rows []map[string]any
	dec := json.NewDecoder(strings.NewReader(out))
	dec.UseNumber()
	for {
		var row map[string]any
		if err := dec.Decode(&row); err == io.EOF {
			return rows
		} else if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		rows = append(rows, row)
	}
}

// same compares JSON values: a float has a point or an exponent, an integer
// neither, and both must be equal in value and in kind.
func same(a, b any) error {
	switch x := a.(type) {
	case json.Number:
		y, ok := b.(json.Number)
		if !ok {
			return fmt.Errorf("%v against %v", a, b)
		}
		if isFloat(x) != isFloat(y) {
			return fmt.Errorf("%s against %s: one is a float, one an integer", x, y)
		}
		if isFloat(x) {
			f, err1 := x.Float64()
			g, err2 := y.Float64()
			if err1 != nil || err2 != nil || math.Float64bits(f) != math.Float64bits(g) {
				return fmt.Errorf("%s against %s", x, y)
			}
			return nil
		}
		i, ok1 := new(big.Int).SetString(x.String(), 10)
		j, ok2 := new(big.Int).SetString(y.String(), 10)
		if !ok1 || !ok2 || i.Cmp(j) != 0 {
			return fmt.Errorf("%s against %s", x, y)
		}
		return nil
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return fmt.Errorf("lists differ: %.200v against %.200v", a, b)
		}
		for i := range x {
			if err := same(x[i], y[i]); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return fmt.Errorf("objects differ: %.300v against %.300v", a, b)
		}
		for k := range x {
			if err := same(x[k], y[k]); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
		return nil
	}
	if !reflect.DeepEqual(a, b) {
		return fmt.Errorf("%v against %v", a, b)
	}
	return nil
}

func isFloat(n json.Number) bool { return strings.ContainsAny(n.String(), ".eE") }

// digest is the recorded checksum of a column.
func digest(t *testing.T, column any) string {
	t.Helper()
	h := sha256.New()
	for _, v := range column.([]any) {
		var f float64
		switch v := v.(type) {
		case json.Number:
			var err error
			if f, err = v.Float64(); err != nil {
				t.Fatal(err)
			}
		case string:
			var err error
			if f, err = strconv.ParseFloat(v, 64); err != nil {
				t.Fatal(err)
			}
		}
		bits := math.Float64bits(f)
		if math.IsNaN(f) {
			bits = 0x7ff8000000000000 // Python's NaN
		}
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], bits)
		h.Write(b[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// eachWay runs a test on every recorded repository, read directly and through
// the index, and checks that nothing below .aim was touched.
func eachWay(t *testing.T, f func(t *testing.T, root string, want recorded, flags []string)) {
	for _, fixture := range testutil.Fixtures {
		t.Run(fixture, func(t *testing.T) {
			t.Parallel()
			root := testutil.Fixture(t, fixture)
			before := testutil.TreeDigest(t, root)
			want := readRecorded(t, fixture)
			index := t.TempDir()
			t.Run("direct", func(t *testing.T) { f(t, root, want, []string{"--no-index"}) })
			if _, errs, status := run(t, "reindex", root, "--index-dir", index); status != cli.ExitOK {
				t.Fatalf("reindex: status %d, %s", status, errs)
			}
			t.Run("indexed", func(t *testing.T) { f(t, root, want, []string{"--index-dir", index}) })
			if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
				t.Error("the repository was changed")
			}
		})
	}
}

func TestRunsAreWhatAimSays(t *testing.T) {
	eachWay(t, func(t *testing.T, root string, want recorded, flags []string) {
		got := lines(t, append([]string{"runs", root, "--all", "--json"}, flags...)...)
		if len(got) != len(want.raw) {
			t.Fatalf("%d runs, want %d", len(got), len(want.raw))
		}
		for i, w := range want.raw {
			for _, field := range []string{"hash", "name", "description", "experiment", "archived", "tags", "creation_time", "end_time", "active", "params"} {
				if err := same(got[i][field], w[field]); err != nil {
					t.Errorf("run %s: %s: %v", w["hash"], field, err)
				}
			}
			state := "finished"
			if w["active"] == true {
				state = "stalled" // the writers of all recorded repositories are gone
			}
			if got[i]["state"] != state {
				t.Errorf("run %s is %v, want %s", w["hash"], got[i]["state"], state)
			}
		}
	})
}

func TestMetricsAreWhatAimSays(t *testing.T) {
	eachWay(t, func(t *testing.T, root string, want recorded, flags []string) {
		got := lines(t, append([]string{"metrics", root, "--all", "--values", "--json"}, flags...)...)
		n := 0
		for _, r := range want.Runs {
			for _, w := range r.Metrics {
				if n >= len(got) {
					t.Fatalf("only %d metrics", n)
				}
				g := got[n]
				n++
				where := fmt.Sprintf("run %s, %v %v", r.Hash, w["name"], w["context"])
				if g["run"] != r.Hash {
					t.Fatalf("%s: came as run %v, %v", where, g["run"], g["name"])
				}
				for _, field := range []string{"name", "context", "count", "last_step", "steps", "values", "epochs"} {
					if _, have := w[field]; !have {
						continue // long columns are recorded by their checksum alone
					}
					if err := same(g[field], w[field]); err != nil {
						t.Errorf("%s: %s: %v", where, field, err)
					}
				}
				for _, column := range []string{"steps", "values", "epochs", "times"} {
					if d := digest(t, g[column]); d != w["sha_"+column] {
						t.Errorf("%s: %s differ", where, column)
					}
				}
			}
		}
		if n != len(got) {
			t.Errorf("%d metrics, want %d", len(got), n)
		}
	})
}

func TestSequencesAreWhatAimSays(t *testing.T) {
	eachWay(t, func(t *testing.T, root string, want recorded, flags []string) {
		got := lines(t, append([]string{"sequences", root, "--all", "--values", "--json"}, flags...)...)
		n := 0
		for _, r := range want.Runs {
			for _, w := range r.Sequences {
				if n >= len(got) {
					t.Fatalf("only %d sequences", n)
				}
				g := got[n]
				n++
				if g["run"] != r.Hash {
					t.Fatalf("%v came as run %v", w["name"], g["run"])
				}
				for _, field := range []string{"kind", "name", "context", "steps", "values"} {
					if err := same(g[field], w[field]); err != nil {
						t.Errorf("run %s, %v: %s: %v", r.Hash, w["name"], field, err)
					}
				}
			}
		}
		if n != len(got) {
			t.Errorf("%d sequences, want %d", len(got), n)
		}
	})
}

// improved lists, by fixture, the recorded queries whose answers differ by
// design, with what they answer here.
func improved(t *testing.T) map[string]map[string]int {
	t.Helper()
	data, err := os.ReadFile("testdata/improved.json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]map[string]int
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestQueriesAnswerAsAim(t *testing.T) {
	differ := improved(t)
	eachWay(t, func(t *testing.T, root string, want recorded, flags []string) {
		fixture := strings.Split(strings.TrimPrefix(t.Name(), "TestQueriesAnswerAsAim/"), "/")
		known := differ[strings.Join(fixture[:2], "/")]
		for _, q := range want.Queries {
			verb := map[string]string{"run": "runs", "metric": "metrics"}[q.Kind]
			args := append([]string{verb, root, "--json", "--query", q.Query}, flags...)
			out, errs, status := run(t, args...)
			if q.Error != "" {
				if status != cli.ExitUsage || out != "" || !strings.Contains(errs, "column") {
					t.Errorf("%s query %q: status %d, %s; Aim says %s", q.Kind, q.Query, status, errs, q.Error)
				}
				continue
			}
			if status != cli.ExitOK {
				t.Errorf("%s query %q: status %d, %s", q.Kind, q.Query, status, errs)
				continue
			}
			got := answers(t, q.Kind, out)
			if n, ok := known[q.Query]; ok {
				if len(got) != n {
					t.Errorf("%s query %q: %d matches, want %d by design", q.Kind, q.Query, len(got), n)
				}
				continue
			}
			wanted := make([]string, len(q.Result))
			for i, r := range q.Result {
				wanted[i] = fmt.Sprint(r)
			}
			sort.Strings(wanted)
			if !reflect.DeepEqual(got, wanted) {
				t.Errorf("%s query %q: %d matches %v, Aim has %d %v", q.Kind, q.Query, len(got), got, len(wanted), wanted)
			}
		}
	})
}

// answers are the runs, or the metrics, that a verb printed, as recorded.
func answers(t *testing.T, kind, out string) []string {
	t.Helper()
	got := []string{}
	dec := json.NewDecoder(strings.NewReader(out))
	for {
		var row struct {
			Hash, Run, Name string
			Context         json.RawMessage
		}
		if err := dec.Decode(&row); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if kind == "run" {
			got = append(got, row.Hash)
			continue
		}
		got = append(got, fmt.Sprint([]any{row.Run, row.Name, pythonJSON(t, row.Context)}))
	}
	sort.Strings(got)
	return got
}

// pythonJSON is a context as json.dumps(…, sort_keys=True, ensure_ascii=False)
// writes it.
func pythonJSON(t *testing.T, data []byte) string {
	t.Helper()
	var v any
	decode(t, data, &v)
	var b strings.Builder
	var write func(any)
	write = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			keys := make([]string, 0, len(v))
			for k := range v {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			b.WriteByte('{')
			for i, k := range keys {
				if i > 0 {
					b.WriteString(", ")
				}
				write(k)
				b.WriteString(": ")
				write(v[k])
			}
			b.WriteByte('}')
		case []any:
			b.WriteByte('[')
			for i, x := range v {
				if i > 0 {
					b.WriteString(", ")
				}
				write(x)
			}
			b.WriteByte(']')
		default:
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(v); err != nil {
				t.Fatal(err)
			}
			text := strings.TrimSuffix(b.String(), "\n")
			b.Reset()
			b.WriteString(text)
		}
	}
	write(v)
	return b.String()
}
