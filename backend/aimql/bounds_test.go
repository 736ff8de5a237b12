package aimql

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// Queries that would take for ever or all memory end quickly, as no match.
func TestBounds(t *testing.T) {
	run, seq := fixedRun()
	for _, text := range []string{
		`'a'*10**9`, `[0]*10**9`, `(0,)*10**15`, `9**9**9`, `2**(2**70)`, `1 << 10**9`, `10**10**10 % 7`, `range(10**12)`,
		`[x for x in range(999) for y in range(999) for z in range(999)]`,
		`sum(x*y for x in range(999) for y in range(999))`,
		`(lambda f: f(f))(lambda f: f(f))`,
		`(lambda f: f(f, 2))(lambda f, x: f(f, x*x))`,
		`'%1000000000d' % 1`, `f"{1:1000000000}"`, `'%.1000000000f' % 1`, `'a'.center(10**12)`, `'1'.zfill(10**12)`, `'a\t'.expandtabs(10**12)`,
		`('a'*10000).replace('a', 'b'*10000)`, `('ab'*100000).replace('', 'x'*1000)`, `[[0]*1000 for x in range(900)] * 900`,
		`','.join(['a'*10000]*100000)`, `math.factorial(10**9)`, `math.comb(10**6, 5*10**5)`, `pow(3, 10**6, 10**5000)`,
		`[l.append(1) for l in [[1]] for x in l]`, `[l.extend(l) for l in [[1]] for x in range(900)]`,
		`str([[[['a'*1000]*100]*100]*100])`, `sorted([0]*200000)`, `(lambda s: [s.extend([s]), s == s, str(s)])([1])`,
		`[s for s in [[1]] if s.append(s) or str(s)]`, `[(a.append(b), b.append(a), a == b) for a, b in [([1], [1])]]`,
		`[x for x in (y for y in range(999)) for z in range(999) for w in range(9)]`, `hash(10**40000)`, `int('9'*4000)**100000`,
		`max([1]*100000, key=lambda x: sum([1]*1000))`, `[d.update({i: 1}) for d in [{}] for i in range(999) for j in range(999)]`,
		`(lambda f, t, n: f(f, (t, t), n-1) if n else hash(t))(lambda f, t, n: f(f, (t, t), n-1) if n else hash(t), 1, 150)`,
		`(lambda f, t, n: f(f, (t, t), n-1) if n else t == (t,) or str(t))(lambda f, t, n: f(f, (t, t), n-1) if n else str(t), 1, 150)`,
		`(lambda f, t, n: f(f, (t, t), n-1) if n else isinstance(1, t))(lambda f, t, n: f(f, (t, t), n-1) if n else isinstance(1, t), str, 150)`,
		`(lambda f, t, n: f(f, frozenset([t, (t,)]), n-1) if n else t)(lambda f, t, n: f(f, frozenset([t, (t,)]), n-1) if n else t, 1, 150)`,
		`[s[i] for s in ["a" * 8000000] for i in range(999) for j in range(99)]`, `[s == t for s in ["a" * 4000000] for t in [s + ""] for i in range(999) for j in range(99)]`,
		`[s.isascii() for s in ["a" * 8000000] for i in range(999)]`, `[{s: 1} for s in ["a" * 8000000] for i in range(999)]`,
		`[s < s + "a" for s in ["é" * 4000000] for i in range(999)]`, `[str(s) for s in [[1] * 100000] for i in range(999)]`,
		`"a" in ("b"*1000000)*10`, `run.hparams.opt * 10**9`, `run.big ** run.big`, `run.big << run.big`, `run.tags * 10**9`,
	} {
		for _, kind := range []Kind{Runs, Metrics} {
			q, err := Compile(text, kind, Options{All: true})
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			start := time.Now()
			if kind == Runs {
				_, err = q.EvalRun(context.Background(), run)
			} else {
				_, err = q.EvalSequence(context.Background(), run, seq)
			}
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("%s took %v", text, d)
			}
			var e *EvalError
			if err != nil && !errors.As(err, &e) {
				t.Errorf("%s: %T", text, err)
			}
		}
	}
	q, err := Compile(`9**9**9 > 1`, Runs, Options{All: true})
	if err != nil {
		t.Fatal(err)
	}
	if q.MatchRun(context.Background(), run) {
		t.Error("a query beyond the bounds matches")
	}
}

// A long query compiles in time that grows with its length.
func TestLongQueries(t *testing.T) {
	for _, text := range []string{
		"x" + strings.Repeat(".a", 30_000), "run" + strings.Repeat(".a", 30_000), "1" + strings.Repeat("+1", 30_000),
		strings.Repeat("not ", 15_000) + "1", "1" + strings.Repeat(" and metric.x", 4_000), strings.Repeat("lambda:", 9_000) + "1",
		"[" + strings.Repeat("1,", 30_000) + "]", strings.Repeat(`"\N{BULLET}"`, 5_000), strings.Repeat("-", 60_000) + "1",
		"1" + strings.Repeat("<1", 30_000), "{" + strings.Repeat("1:1,", 15_000) + "}", strings.Repeat("x if x else ", 5_000) + "x",
		strings.Repeat("a", 70_000),
	} {
		start := time.Now()
		for _, kind := range []Kind{Runs, Metrics} {
			if q, err := Compile(text, kind, Options{}); err == nil {
				q.Plan()
			}
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%.40s… took %v", text, d)
		}
	}
}

func TestCancelled(t *testing.T) {
	run, _ := fixedRun()
	q, err := Compile(`sum(1 for x in range(900) for y in range(900)) > 0`, Runs, Options{MaxSteps: 1 << 40})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	if ok, err := q.EvalRun(ctx, run); ok || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, %v", ok, err)
	}
	if q.MatchRun(ctx, run) {
		t.Error("a cancelled search matches")
	}
}

// A query changes nothing that a repository answered.
func TestValuesAreNotChanged(t *testing.T) {
	run, _ := fixedRun()
	q, err := Compile(`run.tags.append("x") == None and run.tags == ["even", "best"] and run.hparams.layers.pop() == 3 and run.hparams.layers == [1, 2, 3]`+
		` and [x.clear() for x in [run.hparams.collect()]] and len(run.hparams) > 3`, Runs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if ok, err := q.EvalRun(context.Background(), run); !ok {
			t.Fatalf("no match: %v", err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	q, err := Compile(`run.hparams.lr < 0.05 and any(t.startswith("b") for t in run.tags) and run.seed == 1`, Runs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			run, _ := fixedRun()
			for range 500 {
				if len(q.Plan().Run) == 0 {
					t.Error("no plan")
				}
				if !q.MatchRun(context.Background(), run) {
					t.Error("no match")
					return
				}
			}
		}()
	}
	wg.Wait()
}
