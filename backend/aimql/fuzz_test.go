package aimql

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func addSeeds(f *testing.F) {
	for _, path := range []string{"testdata/interop/corpus.txt", "testdata/interop/values.txt"} {
		for i, line := range readLinesF(f, path) {
			if _, q, ok := strings.Cut(line, "\t"); ok {
				line = q
			}
			if i%4 == 0 {
				f.Add(line)
			}
		}
	}
	for _, s := range []string{"\x00", "f'{", "\"\\N{", "b'\\x", "\xff", "'\xed\xa0\x80'", "1" + strings.Repeat("0", 5000), "[[[[[[", "#", "\\\n", "a\\"} {
		f.Add(s)
	}
}

// Any text parses or is refused with a range inside the text; tokens cover it.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Compile(text, Metrics, Options{})
		var e *SyntaxError
		if err != nil && (!errors.As(err, &e) || e.Start < 0 || e.Start > e.End || e.End > len(text) || e.Line < 1 || e.Col < 1) {
			t.Fatalf("%q: bad error %#v", text, err)
		}
		if x, err := parse(text); err == nil {
			walk(x, func(y expr) bool {
				if s, n := y.span(); s < 0 || s > n || n > len(text) {
					t.Fatalf("%q: node range %d:%d", text, s, n)
				}
				return true
			})
			_ = dump(x)
		}
		last := 0
		for _, tok := range Tokenize(text) {
			if tok.Start < last || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("%q: token %+v after %d", text, tok, last)
			}
			last = tok.End
		}
		for _, pos := range []int{0, len(text) / 2, len(text)} {
			_ = CompletionContext(text, pos)
		}
	})
}

// Any query that compiles ends within its bounds on a fixed run, without panic.
func FuzzEval(f *testing.F) {
	addSeeds(f)
	run, seq := fixedRun()
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []Kind{Runs, Metrics} {
			q, err := Compile(text, kind, Options{All: true, MaxSteps: 20_000, MaxBytes: 1 << 20})
			if err != nil {
				continue
			}
			start := time.Now()
			if kind == Runs {
				_, err = q.EvalRun(context.Background(), run)
			} else {
				q.MatchRun(context.Background(), run)
				_, err = q.EvalSequence(context.Background(), run, seq)
			}
			var e *EvalError
			if err != nil && !errors.As(err, &e) {
				t.Fatalf("%q: %T %v", text, err, err)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Fatalf("%q took %v", text, d)
			}
		}
	})
}
