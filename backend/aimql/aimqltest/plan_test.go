package aimqltest

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"aimdesk/backend/aimql"
)

// queryMaker writes random queries over the fields of the fixtures.
type queryMaker struct {
	r   *rand.Rand
	seq bool
}

func (g queryMaker) pick(xs ...string) string { return xs[g.r.IntN(len(xs))] }

func (g queryMaker) field() string {
	fields := []string{"run.name", "run.experiment", "run.hash", "run.archived", "run.description", "run.end_time", "run.creation_time", "run.active",
		"run.hparams.lr", "run.hparams.batch_size", "run.hparams.optimizer.name", "run.hparams.use_amp", "run.hparams.note", "run.hparams.missing",
		"run.missing", "run.seed", "run.model", `run["seed"]`, `run["hparams", "lr"]`, `run["hparams", "nope"]`, "run.none", "run.nan", "run.big",
		"run.tags", "run.intkeys[1]", "run.hparams.optimizer.betas", "run.hparams.optimizer.betas[0]", "run.hparams.optimizer.betas[-1]",
		`run.metrics["lr"].last`, `run.metrics["nope"].last`, `run.metrics["loss", {"subset": "val"}].last_step`, `run.metrics["lr"].nope`,
		"run.hparams.get", "run.hparams.keys", "run.empty_dict", "run.pi"}
	if g.seq {
		fields = append(fields, "metric.name", "metric.name", "metric.context.subset", `metric.context["subset"]`, "metric.context.rank", "metric.last",
			"metric.last_step", "metric.min", "metric.dtype", "metric.nope", "metric.first", "metric.context.a")
	}
	return g.pick(fields...)
}

func (g queryMaker) constant() string {
	return g.pick("0", "1", "2", "0.01", "0.1", "32", "-1", "True", "False", "None", `"run-1"`, `"tuned"`, `"adam"`, `"net-2"`, `"loss"`, `"lr"`,
		`"train"`, `"val"`, `""`, "119", `"float"`, "1e9", "2**62", `"a"`)
}

func (g queryMaker) query(depth int) string {
	if depth <= 0 || g.r.IntN(4) == 0 {
		switch g.r.IntN(12) {
		case 0:
			return g.field()
		case 1:
			return "not " + g.field()
		case 2:
			return g.field() + " in (" + g.constant() + ", " + g.constant() + ")"
		case 3:
			return g.constant() + " in " + g.field()
		case 4:
			return g.constant() + " <= " + g.field() + " < " + g.constant()
		case 5:
			return g.field() + g.pick(" is ", " is not ") + g.pick("None", "True", "False")
		case 6:
			return g.field() + `.startswith(` + g.pick(`"r"`, `"t"`, `"l"`, `"n"`) + ")"
		case 7:
			return g.constant() + g.pick(" == ", " < ", " > ", " != ") + g.field()
		case 8:
			f := g.field()
			return "(" + f + " == " + g.constant() + " or " + f + " == " + g.constant() + ")"
		}
		return g.field() + g.pick(" == ", " != ", " < ", " <= ", " > ", " >= ") + g.constant()
	}
	switch g.r.IntN(6) {
	case 0:
		return "(" + g.query(depth-1) + " or " + g.query(depth-1) + ")"
	case 1:
		return "not (" + g.query(depth-1) + ")"
	case 2:
		return "(" + g.query(depth-1) + " if " + g.query(depth-2) + " else " + g.query(depth-1) + ")"
	}
	return g.query(depth-1) + " and " + g.query(depth-1)
}

// Narrowing by the plan loses no match: every predicate holds of every match.
func TestPlanIsImplied(t *testing.T) {
	var repos []*Repository
	for _, name := range []string{"basic", "oddities", "edge"} {
		repo, _ := load(t, filepath.Join("..", "testdata", "interop", name+".json"))
		repos = append(repos, repo)
	}
	g := queryMaker{r: rand.New(rand.NewPCG(1, 2))}
	matches, predicates := 0, 0
	for i := range 6000 {
		g.seq = i%2 == 1
		kind := aimql.Runs
		if g.seq {
			kind = aimql.Metrics
		}
		text := g.query(3)
		q, err := aimql.Compile(text, kind, aimql.Options{All: i%3 == 0})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		plan := q.Plan()
		predicates += len(plan.Run) + len(plan.Sequence)
		for _, repo := range repos {
			for _, run := range repo.Runs {
				if !q.MatchRun(context.Background(), run) {
					continue
				}
				if !g.seq {
					matches++
					checkPlan(t, text, plan.Run, func(p aimql.Predicate) bool { return p.HoldsRun(run) })
					continue
				}
				for _, s := range run.Sequences {
					if s.Kind != kind || !q.MatchSequence(context.Background(), run, s) {
						continue
					}
					matches++
					checkPlan(t, text, plan.Run, func(p aimql.Predicate) bool { return p.HoldsRun(run) })
					checkPlan(t, text, plan.Sequence, func(p aimql.Predicate) bool { return p.HoldsSequence(s) })
				}
			}
		}
	}
	if matches < 5000 || predicates < 5000 {
		t.Errorf("only %d matches and %d predicates: the generator is too weak", matches, predicates)
	}
}

func checkPlan(t *testing.T, text string, ps []aimql.Predicate, holds func(aimql.Predicate) bool) {
	t.Helper()
	for _, p := range ps {
		if !holds(p) {
			t.Fatalf("%s: the predicate %q does not hold of a match", text, p)
		}
	}
}

func TestPlan(t *testing.T) {
	for _, c := range []struct {
		kind  aimql.Kind
		query string
		want  string
	}{
		{aimql.Runs, "", "property 3 == False"},
		{aimql.Runs, "run.hparams.lr < 0.05", "property 3 == False; param hparams.lr < 0.05"},
		{aimql.Runs, "0.001 < run.hparams.lr <= 0.05", "property 3 == False; param hparams.lr > 0.001; param hparams.lr <= 0.05"},
		{aimql.Runs, `run.archived and run.experiment == "x"`, "property 3 is true; property 4 == 'x'"},
		{aimql.Runs, `"a" in run.tags and run.name.startswith("b")`, "property 3 == False; property 5 has 'a'; property 1 begins with 'b'"},
		{aimql.Runs, "run.x == 1 or run.x == 2", "property 3 == False; param x? in (1, 2)"},
		{aimql.Runs, "run.x == 1 or run.y == 2", "property 3 == False"},
		{aimql.Runs, "run.h.get == 1 and run.h.x[0] > 2", "property 3 == False; param h.x[0] > 2"},
		{aimql.Runs, `run.metrics["loss", {"s": 1}].last < 1`, "property 3 == False; metric 0 last < 1"},
		{aimql.Runs, "(run := 3) and run.x == 1", "property 3 == False"},
		{aimql.Metrics, `metric.name == "loss" and metric.context.subset in ["a", "b"] and metric.last < 1 and run.h.lr == 2`,
			"property 3 == False; param h.lr == 2 / name == 'loss'; context subset in ('a', 'b'); trace last < 1"},
	} {
		q, err := aimql.Compile(c.query, c.kind, aimql.Options{})
		if err != nil {
			t.Fatal(err)
		}
		plan := q.Plan()
		text := func(ps []aimql.Predicate) string {
			parts := make([]string, len(ps))
			for i, p := range ps {
				parts[i] = p.String()
			}
			return strings.Join(parts, "; ")
		}
		got := text(plan.Run)
		if len(plan.Sequence) > 0 {
			got += " / " + text(plan.Sequence)
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.query, got, c.want)
		}
	}
}
