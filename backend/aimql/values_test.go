package aimql

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"
)

// evalText evaluates an expression without a run; class is the error's.
func evalText(text string) (repr, class string) {
	tree, err := parse(text)
	if err == nil {
		err = restrict(tree)
	}
	if err != nil {
		return "", "SyntaxError"
	}
	c := newCompiler("")
	p := c.program(tree, false)
	m := &machine{ctx: context.Background(), rest: DefaultMaxSteps, room: DefaultMaxBytes, now: time.Now, env: newEnv(p.n, nil)}
	v, e := p.code.eval(m)
	if e == nil {
		repr, e = m.repr(v, 0)
	}
	var ee *EvalError
	if errors.As(e, &ee) {
		return "", ee.Class
	}
	return repr, ""
}

type recordedValue struct {
	Expr  string `json:"expr"`
	Repr  string `json:"repr"`
	Error string `json:"error"`
	Why   string `json:"why"`
}

func readValues(t *testing.T, path string) []recordedValue {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Values []recordedValue `json:"values"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	return f.Values
}

// Every expression of values.txt has the value, or the class of error, that
// Aim's evaluator gives it; values_differences.json lists what differs and why.
func TestRecordedValues(t *testing.T) {
	diffs := map[string]recordedValue{}
	for _, d := range readValues(t, "testdata/values_differences.json") {
		if d.Why == "" {
			t.Errorf("%s: a difference needs a reason", d.Expr)
		}
		diffs[d.Expr] = d
	}
	for _, r := range readValues(t, "testdata/interop/values.json") {
		repr, class := evalText(r.Expr)
		d, listed := diffs[r.Expr]
		same := repr == r.Repr && (class == "") == (r.Error == "") && (class == "SyntaxError") == (r.Error == "SyntaxError")
		if !listed {
			if !same {
				t.Errorf("%s\n got %q %s\nwant %q %s", r.Expr, repr, class, r.Repr, r.Error)
			}
			continue
		}
		delete(diffs, r.Expr)
		if same {
			t.Errorf("%s is listed as a difference but agrees with Aim", r.Expr)
		}
		if repr != d.Repr || class != d.Error {
			t.Errorf("%s (%s)\n got %q %s\nwant %q %s", r.Expr, d.Why, repr, class, d.Repr, d.Error)
		}
	}
	for x := range diffs {
		t.Errorf("the difference %q belongs to no recorded expression", x)
	}
}
