package desk

import (
	"bytes"
	"context"
	"math"
	"sort"
	"strconv"
	"strings"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aimql"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/store"
)

// maxMetrics bounds one answer of Metrics.
const maxMetrics = 20000

// Metrics lists the metrics of the given runs, or of all runs of the given
// repositories, that a query over run and metric selects.
func (d *Desk) Metrics(ctx context.Context, req MetricsRequest) ([]MetricInfo, error) {
	defer d.Foreground()()
	q, err := aimql.Compile(req.Query, aimql.Metrics, aimql.Options{All: len(req.Runs) > 0})
	if err != nil {
		return nil, err
	}
	rows, err := d.rowsOf(req)
	if err != nil {
		return nil, err
	}
	m := catalog.NewMatcher(q)
	type found struct {
		row   *catalog.Row
		trace *store.Trace
	}
	var all []found
rows:
	for _, r := range rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !m.MayMatch(ctx, r) {
			continue
		}
		for i := range r.Run.Traces {
			t := &r.Run.Traces[i]
			if t.Kind != "metric" || (req.Query != "" || len(req.Runs) == 0) && !m.MatchTrace(ctx, r, t) {
				continue
			}
			if all = append(all, found{r, t}); len(all) >= maxMetrics {
				break rows
			}
		}
	}
	out := make([]MetricInfo, len(all))
	var names contextNames
	for i, f := range all {
		out[i] = metricInfo(f.row, f.trace, &names)
	}
	return out, nil
}

// contextNames are the texts of the context that came last: sequences that
// follow one another mostly share it.
type contextNames struct {
	leaves   []byte
	known    bool
	id       int64
	text, no string
}

func (c *contextNames) of(r *catalog.Row, t *store.Trace) (text, id string) {
	if !c.known || c.id != t.ContextID || !bytes.Equal(c.leaves, t.Context) {
		*c = contextNames{t.Context, true, t.ContextID, r.ContextText(t), strconv.FormatInt(t.ContextID, 10)}
	}
	return c.text, c.no
}

func (d *Desk) rowsOf(req MetricsRequest) ([]*catalog.Row, error) {
	var rows []*catalog.Row
	if len(req.Runs) == 0 {
		sessions, err := d.sessionsOf(req.Repositories)
		for _, s := range sessions {
			rows = append(rows, s.cat.Rows()...)
		}
		return rows, err
	}
	for _, ref := range req.Runs {
		s, err := d.session(ref.Repository)
		if err != nil {
			return nil, err
		}
		if r, ok := s.cat.Row(ref.Hash); ok {
			rows = append(rows, r)
			if !r.Run.SeriesDone {
				s.ix.Prioritise(ref.Hash)
			}
		}
	}
	return rows, nil
}

func metricInfo(r *catalog.Row, t *store.Trace, names *contextNames) MetricInfo {
	text, id := names.of(r, t)
	info := MetricInfo{
		Repository: r.Repository, Run: r.Run.Hash, Name: t.Name, ContextID: id,
		Context: text, System: strings.HasPrefix(t.Name, "__system__"),
		Pending: !r.Run.SeriesDone && !t.HasSeries,
	}
	var nums [8]Num // of the pointers below
	used := 0
	num := func(f float64) *Num {
		n := &nums[used]
		*n = Num(f)
		used++
		return n
	}
	get := func(summary string) *Num {
		v, ok := catalog.SummaryOf(t, summary)
		if !ok {
			return nil
		}
		switch v.Kind() {
		case codec.KindFloat:
			return num(v.Float())
		case codec.KindInt:
			return num(float64(v.Int()))
		}
		return nil
	}
	info.Last, info.First, info.Min, info.Max, info.Mean = get("last"), get("first"), get("min"), get("max"), get("mean")
	info.LastStep = get("lastStep")
	if t.HasSeries {
		info.Count = t.Summary.Count
		if t.Summary.Min.Row >= 0 {
			info.MinStep, info.MaxStep = num(t.Summary.Min.Step), num(t.Summary.Max.Step)
		}
	}
	return info
}

func num(f float64) *Num {
	n := Num(f)
	return &n
}

func optional(f *float64) *Num {
	if f == nil {
		return nil
	}
	return num(*f)
}

// Run answers everything about one run.
func (d *Desk) Run(ctx context.Context, repository, hash string) (RunDetail, error) {
	defer d.Foreground()()
	s, err := d.session(repository)
	if err != nil {
		return RunDetail{}, err
	}
	r, ok := s.cat.Row(hash)
	if !ok {
		return RunDetail{}, &Error{Kind: KindNotFound, Message: "The run " + hash + " is not in the repository", Hint: "It may have been deleted."}
	}
	if !r.Run.SeriesDone {
		s.ix.Prioritise(hash)
	}
	return detail(r, unixSeconds(d.cfg.Now())), ctx.Err()
}

func detail(r *catalog.Row, now float64) RunDetail {
	p := r.Run.Props
	out := RunDetail{
		Repository: r.Repository, Hash: r.Run.Hash, Name: r.Name(), Description: p.Description, Experiment: p.Experiment,
		Archived: r.Archived(), Tags: append([]string{}, p.Tags...), Notes: []Note{},
		Created: optional(p.CreationTime), Ended: optional(r.Ended()), LastRecord: optional(r.Run.LastRecord),
		Duration: optional(r.Duration(now)), State: string(r.State.Name), Evidence: append([]string{}, r.State.Evidence...),
		Params: string(codec.DecodeTree(r.Run.Params).AppendJSON(nil)), Metrics: []MetricInfo{}, Sequences: []SequenceInfo{},
		Problems: Problems(r.Run), Indexed: r.Run.SeriesDone,
	}
	if r.Run.Unreadable != nil {
		out.Params = "null"
	}
	for _, n := range p.Notes {
		out.Notes = append(out.Notes, Note{n.ID, n.Content, optional(n.Created), optional(n.Updated)})
	}
	var names contextNames
	for i := range r.Run.Traces {
		t := &r.Run.Traces[i]
		if t.Kind == "metric" {
			out.Metrics = append(out.Metrics, metricInfo(r, t, &names))
			continue
		}
		out.Sequences = append(out.Sequences, SequenceInfo{
			Kind: t.Kind, Name: t.Name, ContextID: strconv.FormatInt(t.ContextID, 10), Context: r.ContextText(t), Steps: stepsOf(t),
		})
	}
	sort.SliceStable(out.Metrics, func(i, j int) bool {
		a, b := out.Metrics[i], out.Metrics[j]
		if a.Name != b.Name {
			return a.Name < b.Name
		}
		return a.Context < b.Context
	})
	return out
}

// stepsOf estimates how many steps a sequence of objects has from Aim's entry:
// the series itself is read when it is shown.
func stepsOf(t *store.Trace) int {
	v, ok := catalog.StoredField(t, "last_step")
	if !ok {
		return 0
	}
	switch v.Kind() {
	case codec.KindInt:
		if i := v.Int(); i >= 0 && i < math.MaxInt32 {
			return int(i) + 1
		}
	case codec.KindFloat:
		if f := v.Float(); f >= 0 && f < math.MaxInt32 {
			return int(f) + 1
		}
	}
	return 0
}

// Problems lists what of a run could not be read.
func Problems(r *store.Run) []RunProblem {
	out := []RunProblem{}
	if u := r.Unreadable; u != nil {
		out = append(out, problemAt(r.Hash, *u))
	}
	for _, d := range r.Damage {
		out = append(out, problemAt(r.Hash, d))
	}
	return out
}
