package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aimql"
	"aimdesk/backend/desk"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

func (p *program) metricsCommand() *cobra.Command {
	var l listing
	var values bool
	cmd := &cobra.Command{
		Use: "metrics [PATH]", Short: "List metrics, with their values if asked", Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.metrics(cmd.Context(), path(args), l, values)
		},
	}
	l.flags(cmd)
	cmd.Flags().BoolVar(&l.csv, "csv", false, "comma-separated values; with --values a line a point")
	cmd.Flags().BoolVar(&values, "values", false, "every point too")
	return cmd
}

func (p *program) metrics(ctx context.Context, path string, l listing, values bool) error {
	q, err := aimql.Compile(l.query, aimql.Metrics, aimql.Options{All: l.all})
	if err != nil {
		return err
	}
	loaded, err := p.load(ctx, path, false)
	if err != nil {
		return err
	}
	defer func() { _ = loaded.Close() }() // opened for reading: closing loses nothing
	out := bufio.NewWriterSize(p.Out, 1<<16)
	var print metricPrinter
	switch {
	case l.json:
		print = &metricJSON{out: out, values: values}
	case l.csv:
		print = &metricCSV{w: csv.NewWriter(out), values: values}
	default:
		print = &metricTable{out: out, values: values, t: newTable("RUN", "METRIC", "CONTEXT", "COUNT", "LAST", "LAST STEP", "MIN", "MAX")}
	}
	var problems []desk.RunProblem
	m := catalog.NewMatcher(q)
	for _, r := range byHash(loaded.Cat.Rows()) {
		problems = append(problems, desk.Problems(r.Run)...)
		if r.Run.Unreadable != nil || !m.MayMatch(ctx, r) {
			continue
		}
		row, metrics, damage := loaded.Metrics(ctx, r, values)
		problems = append(problems, damage...)
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, metric := range metrics {
			if !m.MatchTrace(ctx, row, metric.Trace) {
				continue
			}
			if err := print.metric(row, metric.Trace, metric.Columns); err != nil {
				return err
			}
		}
	}
	if err := print.end(); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return p.sayDamage(problems)
}

// metricPrinter prints metrics one after the other. c is nil without values.
type metricPrinter interface {
	metric(r *catalog.Row, t *store.Trace, c *series.Columns) error
	end() error
}

type metricJSON struct {
	out    *bufio.Writer
	values bool
	buf    []byte
}

func (m *metricJSON) metric(r *catalog.Row, t *store.Trace, c *series.Columns) error {
	o := newObject(m.buf[:0])
	o.string("run", r.Run.Hash)
	o.string("name", t.Name)
	o.value("context", codec.DecodeTree(t.Context))
	o.int("count", int64(t.Summary.Count))
	o.key("last_step")
	o.buf = appendLastStep(o.buf, t)
	if m.values {
		if c == nil {
			c = &series.Columns{}
		}
		o.steps("steps", c)
		o.floats("values", c.Values)
		o.floats("epochs", c.Epochs)
		o.floats("times", c.Times)
	}
	m.buf = append(o.end(), '\n')
	_, err := m.out.Write(m.buf)
	return err
}

func (m *metricJSON) end() error { return nil }

// appendLastStep writes the last step as the run's metadata records it, or
// else the highest step of the series.
func appendLastStep(dst []byte, t *store.Trace) []byte {
	if v, ok := catalog.StoredField(t, "last_step"); ok {
		return v.AppendJSON(dst)
	}
	if t.Summary.Count == 0 {
		return append(dst, "null"...)
	}
	if s := t.Summary.Last.Step; s == math.Trunc(s) && math.Abs(s) < 1<<62 {
		return strconv.AppendInt(dst, int64(s), 10)
	}
	return codec.AppendFloat(dst, t.Summary.Last.Step)
}

type metricCSV struct {
	w       *csv.Writer
	values  bool
	started bool
}

func (m *metricCSV) header() error {
	if m.started {
		return nil
	}
	m.started = true
	if m.values {
		return m.w.Write([]string{"run", "name", "context", "step", "value", "epoch", "time"})
	}
	return m.w.Write([]string{"run", "name", "context", "count", "last_step", "last", "min", "max", "mean"})
}

func (m *metricCSV) metric(r *catalog.Row, t *store.Trace, c *series.Columns) error {
	if err := m.header(); err != nil {
		return err
	}
	context := catalog.ContextText(t.Context)
	if !m.values {
		record := []string{r.Run.Hash, t.Name, context, strconv.Itoa(t.Summary.Count), string(appendLastStep(nil, t))}
		for _, s := range []string{"last", "min", "max", "mean"} {
			v, ok := catalog.SummaryOf(t, s)
			record = append(record, csvText(v, ok))
		}
		return m.w.Write(record)
	}
	if c == nil {
		return nil
	}
	for i := range c.Steps {
		err := m.w.Write([]string{
			r.Run.Hash, t.Name, context, string(appendStep(nil, c, i)), plainFloat(c.Values[i]), presentFloat(c.Epochs[i]), presentFloat(c.Times[i]),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func plainFloat(f float64) string { return floatText(&f) }

// presentFloat is empty for a value that was not stored.
func presentFloat(f float64) string {
	if series.IsAbsent(f) {
		return ""
	}
	return floatText(&f)
}

func (m *metricCSV) end() error {
	if err := m.header(); err != nil {
		return err
	}
	m.w.Flush()
	return m.w.Error()
}

type metricTable struct {
	out    *bufio.Writer
	values bool
	t      *table
	n      int
}

func (m *metricTable) metric(r *catalog.Row, t *store.Trace, c *series.Columns) error {
	m.n++
	context := catalog.ContextText(t.Context)
	if context == "{}" {
		context = ""
	}
	number := func(summary string) string {
		v, ok := catalog.SummaryOf(t, summary)
		if ok && v.Kind() == codec.KindFloat {
			return numberText(v.Float())
		}
		return ""
	}
	m.t.row(r.Run.Hash, t.Name, context, strconv.Itoa(t.Summary.Count), number("last"), string(appendLastStep(nil, t)), number("min"), number("max"))
	if m.values && c != nil {
		for i := range c.Steps {
			m.t.row("", "", "step "+string(appendStep(nil, c, i)), "", numberText(c.Values[i]))
		}
	}
	return nil
}

func (m *metricTable) end() error {
	if err := m.t.write(m.out); err != nil {
		return err
	}
	_, err := m.out.WriteString(plural(m.n, "metric") + "\n")
	return err
}
