package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/desk"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/store"
)

func (p *program) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show PATH RUN", Short: "Everything about one run: a hash, or an unambiguous beginning of one", Args: arguments(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			at, run := ".", args[0]
			if len(args) == 2 {
				at, run = args[0], args[1]
			}
			return p.show(cmd.Context(), at, run, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

func (p *program) show(ctx context.Context, path, run string, asJSON bool) error {
	l, err := p.load(ctx, path, false)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // opened for reading: closing loses nothing
	row, err := desk.FindRun(l.Cat, run)
	if err != nil {
		return err
	}
	full, metrics, damage := l.Metrics(ctx, row, false)
	if err := ctx.Err(); err != nil {
		return err
	}
	out := bufio.NewWriter(p.Out)
	if asJSON {
		_, err = out.Write(append(appendShown(nil, full, metrics, damage), '\n'))
	} else {
		err = showText(out, full, metrics)
	}
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return p.sayDamage(append(desk.Problems(full.Run), damage...))
}

func appendShown(dst []byte, r *catalog.Row, metrics []desk.Metric, damage []desk.RunProblem) []byte {
	o := newObject(dst)
	o.runFields(r)
	o.strings("evidence", r.State.Evidence)
	o.key("notes")
	o.buf = append(o.buf, '[')
	for i, n := range r.Run.Props.Notes {
		if i > 0 {
			o.buf = append(o.buf, ',', ' ')
		}
		e := newObject(o.buf)
		e.int("id", n.ID)
		e.string("content", n.Content)
		e.float("created", n.Created)
		e.float("updated", n.Updated)
		o.buf = e.end()
	}
	o.buf = append(o.buf, ']')
	o.key("metrics")
	o.buf = append(o.buf, '[')
	for i, m := range metrics {
		if i > 0 {
			o.buf = append(o.buf, ',', ' ')
		}
		e := newObject(o.buf)
		e.string("name", m.Trace.Name)
		e.value("context", codec.DecodeTree(m.Trace.Context))
		e.int("count", int64(m.Trace.Summary.Count))
		e.key("last_step")
		e.buf = appendLastStep(e.buf, m.Trace)
		for _, s := range []string{"first", "last", "min", "max", "mean"} {
			if v, ok := catalog.SummaryOf(m.Trace, s); ok {
				e.value(s, v.Value)
			} else {
				e.null(s)
			}
		}
		o.buf = e.end()
	}
	o.buf = append(o.buf, ']')
	o.key("sequences")
	o.buf = append(o.buf, '[')
	first := true
	for i := range r.Run.Traces {
		t := &r.Run.Traces[i]
		if t.Kind == "metric" {
			continue
		}
		if !first {
			o.buf = append(o.buf, ',', ' ')
		}
		first = false
		e := newObject(o.buf)
		e.string("kind", t.Kind)
		e.string("name", t.Name)
		e.value("context", codec.DecodeTree(t.Context))
		o.buf = e.end()
	}
	o.buf = append(o.buf, ']')
	o.problems("problems", append(desk.Problems(r.Run), damage...))
	return o.end()
}

func showText(out *bufio.Writer, r *catalog.Row, metrics []desk.Metric) error {
	p := r.Run.Props
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(out, "%-12s %s\n", name, printableLine(value))
		}
	}
	line("run", r.Run.Hash)
	line("name", r.Name())
	line("description", optionalText(p.Description))
	line("experiment", optionalText(p.Experiment))
	line("tags", strings.Join(p.Tags, ", "))
	line("state", string(r.State.Name)+": "+strings.Join(r.State.Evidence, "; "))
	line("created", timeText(p.CreationTime))
	line("ended", timeText(r.Run.EndTime))
	line("last record", timeText(r.Run.LastRecord))
	if r.Archived() {
		line("archived", "yes")
	}
	for _, n := range p.Notes {
		line("note", n.Content)
	}
	fmt.Fprintln(out, "\nparams")
	printTree(out, codec.DecodeTree(r.Run.Params), "  ")
	fmt.Fprintln(out)
	t := newTable("METRIC", "CONTEXT", "COUNT", "LAST", "MIN", "MAX", "LAST STEP")
	for _, m := range metrics {
		number := func(s string) string {
			if v, ok := catalog.SummaryOf(m.Trace, s); ok && v.Kind() == codec.KindFloat {
				return numberText(v.Float())
			}
			return ""
		}
		t.row(m.Trace.Name, contextColumn(m.Trace), fmt.Sprint(m.Trace.Summary.Count), number("last"), number("min"), number("max"), string(appendLastStep(nil, m.Trace)))
	}
	if len(metrics) > 0 {
		if err := t.write(out); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	s := newTable("SEQUENCE", "KIND", "CONTEXT")
	for i := range r.Run.Traces {
		if tr := &r.Run.Traces[i]; tr.Kind != "metric" {
			s.row(tr.Name, tr.Kind, contextColumn(tr))
		}
	}
	if len(s.rows) > 1 {
		return s.write(out)
	}
	return nil
}

func contextColumn(t *store.Trace) string {
	if text := catalog.ContextText(t.Context); text != "{}" {
		return text
	}
	return ""
}

// printableLine is printable without the bound of a table's cell.
func printableLine(s string) string {
	var parts []string
	for part := range strings.SplitSeq(s, "\n") {
		runes := []rune(part)
		var b strings.Builder
		for len(runes) > 0 {
			n := min(len(runes), maxCell-1)
			b.WriteString(printable(string(runes[:n])))
			runes = runes[n:]
		}
		parts = append(parts, b.String())
	}
	return strings.Join(parts, "\n"+strings.Repeat(" ", 13))
}

func printTree(out *bufio.Writer, v codec.Value, indent string) {
	for _, e := range v.Entries() {
		name := printableLine(e.Key.String())
		switch e.Value.Kind() {
		case codec.KindDict, codec.KindObject:
			fmt.Fprintf(out, "%s%s\n", indent, name)
			printTree(out, e.Value, indent+"  ")
		default:
			text := string(e.Value.AppendJSON(nil))
			if len(text) > 200 {
				text = fmt.Sprintf("%s… (%d bytes)", printableLine(clipText(text, 200)), len(text))
			} else {
				text = printableLine(text)
			}
			fmt.Fprintf(out, "%s%s: %s\n", indent, name, text)
		}
	}
}

// clipText cuts a text to at most n bytes, between characters.
func clipText(s string, n int) string {
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
