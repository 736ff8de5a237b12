package aimql

import (
	"errors"
	"strings"
	"testing"
)

// Every error names the place, and what is likely meant.
func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct{ query, at, hint, msg string }{
		{`run.lr = 0.1`, `=`, "==", "assign"},
		{`run.lr == 1 && run.x`, `&&`, "and", ""},
		{`run.lr == 1 || run.x`, `||`, "or", ""},
		{`!run.x`, `!`, "not", ""},
		{`run.x <> 3`, `<>`, "!=", ""},
		{`run.hparams.lr <`, ``, "", "ends here"},
		{`(run.x == 1`, `(`, ")", "never closed"},
		{`run.x == 1)`, `)`, "remove", "unmatched"},
		{`run["x")`, `)`, "]", "does not close"},
		{`run.name == "abc`, `"abc`, `"`, "not closed"},
		{`run.name == “abc”`, `“`, "straight", ""},
		{`run.lr ≤ 3`, `≤`, "<=", ""},
		{`run._x == 1`, `_x`, `["_x"]`, "begins with"},
		{`_x`, `_x`, "", "begins with"},
		{`run.x.in`, `in`, `["in"]`, "reserved"},
		{`run.x 3`, `3`, "operator", ""},
		{`run.x AND run.y`, `AND`, "and", ""},
		{`run.x == 1; run.y`, `;`, "remove", "one expression"},
		{`import os`, `import`, "", "statement"},
		{`def f(): pass`, `def`, "", "statement"},
		{`lambda: (yield)`, `yield`, "", "not allowed"},
		{`await run`, `await`, "", "not allowed"},
		{`eval("1")`, `eval`, "", "not allowed"},
		{`run.x == 1 # comment`, `# comment`, "remove", "comment"},
		{`1 +* 2`, `*`, "", ""},
		{`run.x == 01`, `01`, "", "leading zeros"},
		{`f"{run.x"`, `{run.x`, "}", "not closed"},
		{`f"{run.}"`, ``, "", "name"},
		{"run.a == 1 and\nrun.b = 2", `=`, "==", ""},
		{`run.a if run.b`, ``, "", "else"},
		{`f(x for x in y, 1)`, `x for x in y`, "", "parentheses"},
		{`[x for x.y in z]`, `.`, "", "in"},
	} {
		_, err := Compile(c.query, Runs, Options{})
		var e *SyntaxError
		if !errors.As(err, &e) {
			t.Errorf("%s: error %v, want a *SyntaxError", c.query, err)
			continue
		}
		if got := c.query[e.Start:e.End]; got != c.at {
			t.Errorf("%s: at %q, want %q (%v)", c.query, got, c.at, e)
		}
		if !strings.Contains(e.Hint, c.hint) || !strings.Contains(e.Msg, c.msg) {
			t.Errorf("%s: %q hint %q, want %q and %q", c.query, e.Msg, e.Hint, c.msg, c.hint)
		}
	}
}

func TestSyntaxErrorPosition(t *testing.T) {
	_, err := Compile("SELECT x IF run.äö == 1 and\n  run.b = 2", Runs, Options{})
	var e *SyntaxError
	if !errors.As(err, &e) {
		t.Fatalf("error %v", err)
	}
	if e.Line != 2 || e.Col != 9 || e.Start != strings.LastIndex("SELECT x IF run.äö == 1 and\n  run.b = 2", "=") {
		t.Errorf("line %d column %d start %d", e.Line, e.Col, e.Start)
	}
	if want := `line 2, column 9: a query cannot assign (did you mean ==?)`; e.Error() != want {
		t.Errorf("got %q, want %q", e.Error(), want)
	}
	if _, err := Compile(`SELECT a IF metric.name == "x"`, Metrics, Options{}); err == nil {
		t.Error("SELECT … IF in a search over metrics is no error")
	}
}

// What is nested too deeply is an error, not a crash.
func TestNesting(t *testing.T) {
	for _, unit := range []string{"(", "[", "{", "-", "not ", "1**", "lambda:", "f(", "a[", "1 if 1 else ", "f'{", "{1:", "a.b(", "[x for x in ", "1<", "1+", "a and "} {
		for _, n := range []int{150, 100_000, 20} {
			_, _ = Compile(strings.Repeat(unit, n), Runs, Options{})
			_, _ = Compile(strings.Repeat(unit, n/len(unit))+"1", Runs, Options{})
		}
	}
	deep := strings.Repeat("(", 150) + "1" + strings.Repeat(")", 150)
	if _, err := Compile(deep, Runs, Options{}); err != nil {
		t.Errorf("150 parentheses: %v", err)
	}
	if _, err := Compile(strings.Repeat("(", 250)+"1"+strings.Repeat(")", 250), Runs, Options{}); err == nil {
		t.Error("250 parentheses are accepted")
	}
}
