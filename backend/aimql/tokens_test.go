package aimql

import (
	"fmt"
	"strings"
	"testing"
)

func TestTokenize(t *testing.T) {
	text := `run.hparams["lr"] < 0.05 and len(metric.name) != x # why` + "\n‘"
	var got []string
	for _, tok := range Tokenize(text) {
		got = append(got, string(tok.Class)+":"+text[tok.Start:tok.End])
	}
	want := "root:run operator:. property:hparams bracket:[ string:\"lr\" bracket:] operator:< number:0.05 keyword:and builtin:len bracket:( " +
		"root:metric operator:. property:name bracket:) operator:!= name:x comment:# why invalid:‘"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

// The position is marked by |.
func TestCompletionContext(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`|`, `name [] "" 0:0`},
		{`ru|`, `name [] "ru" 0:2`},
		{`run|.x`, `name [] "run" 0:3`},
		{`run.|`, `property [run] "" 4:4`},
		{`run.hpa|`, `property [run] "hpa" 4:7`},
		{`run.hp|arams.lr`, `property [run] "hp" 4:11`},
		{`run.hparams.|`, `property [run hparams] "" 12:12`},
		{`run.hparams.l| < 3`, `property [run hparams] "l" 12:13`},
		{`run["hparams"].|`, `property [run hparams] "" 15:15`},
		{`run.x[0].|`, `property [run x [0]] "" 9:9`},
		{`run.hparams["|`, `key [run hparams] "" 13:13 "`},
		{`run.hparams["l|r"] == 1`, `key [run hparams] "l" 13:15 "`},
		{`run.hparams[|`, `key [run hparams] "" 12:12`},
		{`run.metrics['lo|`, `key [run metrics] "lo" 13:15 '`},
		{`run.name == "a|`, ` [] "a" 13:14 "`},
		{`run.x == 1 and metric.context.|`, `property [metric context] "" 30:30`},
		{`run.x |`, `operator [] "" 6:6`},
		{`run.x a|`, `operator [] "a" 6:7`},
		{`run.x == 1|`, ` [] "" 10:10`},
		{`run.x == |`, `name [] "" 9:9`},
		{`not |`, `name [] "" 4:4`},
		{`len(|`, `name [] "" 4:4`},
		{`f(x).|`, ` [] "" 5:5`},
		{`foo.|`, ` [] "" 4:4`},
		{`1 # run.|`, ` [] "" 8:8`},
		{`[r for r in run.|]`, `property [run] "" 16:16`},
	} {
		pos := strings.IndexByte(c.text, '|')
		text := c.text[:pos] + c.text[pos+1:]
		k := CompletionContext(text, pos)
		var path []string
		for _, p := range k.Path {
			if p.IsInt {
				path = append(path, fmt.Sprintf("[%d]", p.Int))
			} else {
				path = append(path, p.Str)
			}
		}
		got := strings.TrimRight(fmt.Sprintf("%s [%s] %q %d:%d %s", k.Expecting, strings.Join(path, " "), k.Partial, k.Start, k.End, k.Quote), " ")
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestUses(t *testing.T) {
	for _, c := range []struct {
		kind                  Kind
		text                  string
		seq, runOnly, applies bool
	}{
		{Metrics, `metric.name == "x"`, true, false, true},
		{Images, `metric.name == "x"`, false, false, false},
		{Images, `run.x == 1`, false, true, true},
		{Images, ``, false, true, true},
		{Images, `images.name == metric.name`, true, false, true},
		{Runs, `run.x`, false, true, true},
	} {
		q, err := Compile(c.text, c.kind, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if q.UsesSequence() != c.seq || q.UsesRunOnly() != c.runOnly || q.Applies() != c.applies {
			t.Errorf("%s: %v %v %v", c.text, q.UsesSequence(), q.UsesRunOnly(), q.Applies())
		}
	}
}

func TestParamPaths(t *testing.T) {
	q, err := Compile(`run.hparams.lr < 1 and run["hparams"]["lr"] > 0 and run.x[2] and run.metrics["loss", {"a": 1}].last and run.name`, Runs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, p := range q.ParamPaths() {
		if p.Index != i {
			t.Errorf("path %v has index %d, want %d", p, p.Index, i)
		}
		got = append(got, p.String())
	}
	if s := strings.Join(got, " "); s != "hparams.lr x[2]" {
		t.Errorf("paths %s", s)
	}
	if r := q.TraceRefs(); len(r) != 1 || r[0].Name != "loss" || r[0].Context.String() != "{'a': 1}" {
		t.Errorf("traces %+v", r)
	}
}
