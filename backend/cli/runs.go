package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aimdesk/backend/aimql"
	"aimdesk/backend/desk"
	"aimdesk/backend/desk/catalog"
)

// listing holds the options that the listing verbs share.
type listing struct {
	query string
	all   bool
	json  bool
	csv   bool
}

func (l *listing) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.query, "query", "", "AimQL that selects what is listed")
	cmd.Flags().BoolVar(&l.all, "all", false, "archived runs too, whatever the query says")
	cmd.Flags().BoolVar(&l.json, "json", false, "one JSON object a line")
}

func (p *program) runsCommand() *cobra.Command {
	var l listing
	var sort string
	cmd := &cobra.Command{
		Use: "runs [PATH]", Short: "List runs", Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.runs(cmd.Context(), path(args), l, sort)
		},
	}
	l.flags(cmd)
	cmd.Flags().BoolVar(&l.csv, "csv", false, "comma-separated values, every param a column")
	cmd.Flags().StringVar(&sort, "sort", "", "KEY[,KEY]: a property, params.a.b or metrics.NAME.last; -KEY descends; missing last")
	return cmd
}

func (p *program) runs(ctx context.Context, path string, l listing, sort string) error {
	q, err := aimql.Compile(l.query, aimql.Runs, aimql.Options{All: l.all})
	if err != nil {
		return err
	}
	loaded, err := p.load(ctx, path, true)
	if err != nil {
		return err
	}
	defer func() { _ = loaded.Close() }() // opened for reading: closing loses nothing
	if err := loaded.Summaries(ctx, l.query+" "+sort); err != nil {
		return err
	}
	rows, err := desk.Filter(ctx, byHash(loaded.Cat.Rows()), q, nil)
	if err != nil {
		return err
	}
	if err := sortBy(rows, sort); err != nil {
		return err
	}
	out := bufio.NewWriter(p.Out)
	switch {
	case l.json:
		var buf []byte
		for _, r := range rows {
			buf = append(appendRun(buf[:0], r), '\n')
			if _, err := out.Write(buf); err != nil {
				return err
			}
		}
	case l.csv:
		err = runsCSV(out, rows, loaded.Cat.Columns())
	default:
		err = runsTable(out, rows)
	}
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return p.sayDamage(problemsOf(rows))
}

func problemsOf(rows []*catalog.Row) []desk.RunProblem {
	var out []desk.RunProblem
	for _, r := range rows {
		out = append(out, desk.Problems(r.Run)...)
	}
	return out
}

func byHash(rows []*catalog.Row) []*catalog.Row {
	out := slices.Clone(rows)
	slices.SortFunc(out, func(a, b *catalog.Row) int { return strings.Compare(a.Run.Hash, b.Run.Hash) })
	return out
}

func sortStrings(s []string) { slices.Sort(s) }

func sortBy(rows []*catalog.Row, spec string) error {
	if spec == "" {
		return nil
	}
	var keys []catalog.Key
	for _, key := range strings.Split(spec, ",") {
		name, descending := strings.CutPrefix(strings.TrimSpace(key), "-")
		get, ok := catalog.NewGetter(name, float64(time.Now().UnixNano())/1e9, func(string) string { return "" })
		if !ok {
			return usageError{fmt.Errorf("--sort: %q is no property, param (params.a.b) or metric (metrics.NAME.last)", name)}
		}
		keys = append(keys, catalog.Key{Get: get, Descending: descending})
	}
	catalog.Sort(rows, keys)
	return nil
}

func runsTable(out *bufio.Writer, rows []*catalog.Row) error {
	t := newTable("STATE", "NAME", "EXPERIMENT", "TAGS", "CREATED", "DURATION", "METRICS", "HASH")
	now := float64(time.Now().UnixNano()) / 1e9
	for _, r := range rows {
		metrics := 0
		for i := range r.Run.Traces {
			if r.Run.Traces[i].Kind == "metric" {
				metrics++
			}
		}
		tags := slices.Clone(r.Run.Props.Tags)
		slices.Sort(tags)
		t.row(string(r.State.Name), r.Name(), optionalText(r.Run.Props.Experiment), strings.Join(tags, ","),
			timeText(r.Run.Props.CreationTime), durationText(r.Duration(now)), fmt.Sprint(metrics), r.Run.Hash)
	}
	if err := t.write(out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s\n", plural(len(rows), "run"))
	return err
}

func runsCSV(out *bufio.Writer, rows []*catalog.Row, columns []catalog.Column) error {
	w := csv.NewWriter(out)
	header := []string{"hash", "name", "description", "experiment", "archived", "tags", "creation_time", "end_time", "active", "state", "last_record"}
	var getters []*catalog.Getter
	for _, c := range columns {
		if c.Group != catalog.GroupParam && (c.Group != catalog.GroupSystem || !strings.HasPrefix(c.Key, "params.")) {
			continue
		}
		if g, ok := catalog.NewGetter(c.Key, 0, nil); ok {
			header = append(header, c.Key)
			getters = append(getters, g)
		}
	}
	if err := w.Write(header); err != nil {
		return err
	}
	for _, r := range rows {
		p := r.Run.Props
		tags := slices.Clone(p.Tags)
		slices.Sort(tags)
		record := []string{
			r.Run.Hash, r.Name(), optionalText(p.Description), optionalText(p.Experiment), fmt.Sprint(r.Archived()), strings.Join(tags, ","),
			floatText(p.CreationTime), floatText(r.Run.EndTime), activeText(r), string(r.State.Name), floatText(r.Run.LastRecord),
		}
		for _, g := range getters {
			v, ok := g.Get(r)
			record = append(record, csvText(v, ok))
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func activeText(r *catalog.Row) string {
	if r.Run.Unreadable != nil {
		return ""
	}
	return fmt.Sprint(r.Run.EndTime == nil || *r.Run.EndTime == 0)
}
