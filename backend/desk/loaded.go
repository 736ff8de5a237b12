package desk

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"aimdesk/backend/aim"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/indexer"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// Metric is one metric of a run, with its points if they were asked for.
type Metric struct {
	Trace   *store.Trace
	Columns *series.Columns // nil unless asked for
}

// Metrics answers the metrics of a run with their summaries, ordered by name
// and context, from the index or from the repository. The row it answers has
// the summaries too. What could not be read is named; the other metrics are
// answered all the same.
func (l *Loaded) Metrics(ctx context.Context, r *catalog.Row, values bool) (*catalog.Row, []Metric, []RunProblem) {
	var damage []RunProblem
	points := make([]*series.Columns, len(r.Run.Traces))
	if l.indexed[r.Run.Hash] {
		if values {
			if err := l.indexedSeries(ctx, r.Run, points); err != nil {
				damage = append(damage, RunProblem{Hash: r.Run.Hash, Offset: -1, Message: fmt.Sprintf("index: %v", err)})
			}
		}
	} else if r.Run.Unreadable == nil {
		var problems []RunProblem
		r, problems = l.readSeries(ctx, r, points, values)
		damage = append(damage, problems...)
	}
	metrics := []Metric{}
	for i := range r.Run.Traces {
		if t := &r.Run.Traces[i]; t.Kind == "metric" {
			metrics = append(metrics, Metric{Trace: t, Columns: points[i]})
		}
	}
	sortMetrics(metrics)
	return r, metrics, damage
}

func sortMetrics(metrics []Metric) {
	text := make(map[*store.Trace]string, len(metrics))
	for _, m := range metrics {
		text[m.Trace] = catalog.ContextOrder(m.Trace.Context)
	}
	sort.SliceStable(metrics, func(i, j int) bool {
		a, b := metrics[i].Trace, metrics[j].Trace
		if a.Name != b.Name {
			return a.Name < b.Name
		}
		return text[a] < text[b]
	})
}

func (l *Loaded) indexedSeries(ctx context.Context, r *store.Run, points []*series.Columns) error {
	var refs []store.SeriesRef
	for i := range r.Traces {
		if r.Traces[i].HasSeries {
			refs = append(refs, store.SeriesRef{Hash: r.Hash, Trace: i, To: -1})
		}
	}
	return l.st.SeriesBatch(ctx, refs, func(i int, c *series.Columns, err error) error {
		if err == nil {
			points[refs[i].Trace] = c.Clone()
		}
		return err
	})
}

// readSeries reads a run's series from the repository and answers a row that
// has their summaries.
func (l *Loaded) readSeries(ctx context.Context, r *catalog.Row, points []*series.Columns, values bool) (*catalog.Row, []RunProblem) {
	run := *r.Run
	run.Traces = slices.Clone(r.Run.Traces)
	var damage []RunProblem
	fail := func(err error) { damage = append(damage, l.ProblemOf(run.Hash, err)) }
	m, err := l.Repo.ReadMeta(ctx, run.Hash)
	if err != nil {
		fail(err)
		return r, damage
	}
	report, err := l.Repo.ReadSeries(ctx, run.Hash, m.Traces, func(i int, c *series.Columns) error {
		t := findTrace(run.Traces, &m.Traces[i])
		if t < 0 {
			return nil // began since the metadata was read
		}
		run.Traces[t].HasSeries, run.Traces[t].Summary = true, series.Summarize(c)
		if values {
			points[t] = c.Clone()
		}
		return nil
	})
	if err != nil {
		fail(err)
	}
	for _, d := range report.Damage {
		damage = append(damage, problemAt(run.Hash, indexer.DamageAt(l.Repo.Root(), d)))
	}
	l.Cat.Put(&run, r.State)
	row, ok := l.Cat.Row(run.Hash)
	if !ok {
		return r, damage // just put
	}
	return row, damage
}

func findTrace(traces []store.Trace, t *aim.Trace) int {
	return slices.IndexFunc(traces, func(s store.Trace) bool {
		return s.Name == t.Name && s.ContextID == t.ContextID && s.Kind == t.Kind.String()
	})
}

// computed are the words by which a query or an ordering asks for what Aim
// does not always store: it is computed from the series.
var computed = []string{".mean", ".count", ".min", ".max", ".first", ".last"}

// Summaries reads the series of every run that the index does not have, if a
// query or ordering needs what is computed from them.
func (l *Loaded) Summaries(ctx context.Context, text string) error {
	needed := strings.Contains(text, "metrics") && slices.ContainsFunc(computed, func(w string) bool { return strings.Contains(text, w) })
	if !needed {
		return nil
	}
	rows := l.Cat.Rows()
	return each(ctx, len(rows), func(i int) error {
		if r := rows[i]; !l.indexed[r.Run.Hash] && r.Run.Unreadable == nil {
			// Damage is named by whoever asks for the run's metrics.
			l.readSeries(ctx, r, make([]*series.Columns, len(r.Run.Traces)), false)
		}
		return ctx.Err()
	})
}

// ProblemOf says where an error of reading a run lies.
func (l *Loaded) ProblemOf(hash string, err error) RunProblem {
	return problemAt(hash, *indexer.DamageOf(l.Repo.Root(), err))
}

// problemAt is damage in a run, as it is shown.
func problemAt(hash string, d store.Damage) RunProblem {
	return RunProblem{hash, d.File, d.Offset, d.Message}
}

// FindRun finds a run by its hash or an unambiguous beginning of it.
func FindRun(c *catalog.Catalog, name string) (*catalog.Row, error) {
	if r, ok := c.Row(name); ok {
		return r, nil
	}
	var found []*catalog.Row
	for _, r := range c.Rows() {
		if name != "" && strings.HasPrefix(r.Run.Hash, name) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, &Error{Kind: KindNotFound, Message: fmt.Sprintf("no run begins with %q", name), Hint: "`aimdesk runs --all` lists them"}
	}
	return nil, &Error{Kind: KindNotFound, Message: fmt.Sprintf("%d runs begin with %q", len(found), name), Hint: "Give more of the hash"}
}

// CheckResult is the outcome of Check.
type CheckResult struct {
	Runs       int
	Bytes      int64
	Repository []RunProblem
	Index      []RunProblem
}

// Check reads and verifies every byte of all runs and of the index. It changes
// nothing.
func (l *Loaded) Check(ctx context.Context) (CheckResult, error) {
	rows := l.Cat.Rows()
	found := make([]aim.CheckReport, len(rows))
	failed := make([]error, len(rows))
	err := each(ctx, len(rows), func(i int) error {
		// What keeps one run from being checked is said of that run.
		found[i], failed[i] = l.Repo.Check(ctx, rows[i].Run.Hash)
		return ctx.Err()
	})
	if err != nil {
		return CheckResult{}, err
	}
	lost, err := l.lostSeries(ctx)
	if err != nil {
		return CheckResult{}, err
	}
	result := CheckResult{Runs: len(rows)}
	for i, r := range rows {
		result.Bytes += found[i].Bytes
		for _, d := range found[i].Damage {
			result.Repository = append(result.Repository, problemAt(r.Run.Hash, indexer.DamageAt(l.Repo.Root(), d)))
		}
		if failed[i] != nil {
			result.Repository = append(result.Repository, l.ProblemOf(r.Run.Hash, failed[i]))
			continue
		}
		if len(found[i].Damage) == 0 && r.Run.Unreadable != nil {
			result.Repository = append(result.Repository, Problems(r.Run)...)
		}
		result.Repository = append(result.Repository, lost[r.Run.Hash]...)
	}
	sort.SliceStable(result.Repository, func(i, j int) bool { return result.Repository[i].Hash < result.Repository[j].Hash })
	if l.st != nil {
		err = l.st.Check(ctx, func(d store.Damage) error {
			result.Index = append(result.Index, RunProblem{File: d.File, Offset: d.Offset, Message: d.Message})
			return nil
		})
	}
	return result, err
}

// lostSeries names the runs whose metadata tells of sequences while there is no
// database that could hold them.
func (l *Loaded) lostSeries(ctx context.Context) (map[string][]RunProblem, error) {
	entries, err := l.Repo.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	lost := map[string][]RunProblem{}
	for _, e := range entries {
		r, ok := l.Cat.Row(e.Hash)
		if e.HasSeqs || !ok || len(r.Run.Traces) == 0 {
			continue
		}
		if _, damage := l.readSeries(ctx, r, make([]*series.Columns, len(r.Run.Traces)), false); len(damage) > 0 {
			lost[e.Hash] = damage
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return lost, nil
}

// Sequences lists the sequences of objects of a run, by kind, name and context.
func (l *Loaded) Sequences(ctx context.Context, r *catalog.Row) ([]aim.Trace, error) {
	m, err := l.Repo.ReadMeta(ctx, r.Run.Hash)
	if err != nil {
		return nil, err
	}
	var out []aim.Trace
	for _, t := range m.Traces {
		switch t.Kind {
		case aim.KindImages, aim.KindTexts, aim.KindAudios, aim.KindDistributions, aim.KindFigures:
			out = append(out, t)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Kind != b.Kind {
			return a.Kind.String() < b.Kind.String()
		}
		if a.Name != b.Name {
			return a.Name < b.Name
		}
		return catalog.ContextOrderOf(a.Context) < catalog.ContextOrderOf(b.Context)
	})
	return out, nil
}
