package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"aimdesk/backend/aim"
	"aimdesk/backend/aimql"
	"aimdesk/backend/desk"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/indexer"
	"aimdesk/backend/store"
)

// sequenceKinds are the kinds of the verb, with the search of each.
var sequenceKinds = []struct {
	name string
	kind aim.Kind
	ql   aimql.Kind
}{
	{"audios", aim.KindAudios, aimql.Audios}, {"distributions", aim.KindDistributions, aimql.Distributions},
	{"figures", aim.KindFigures, aimql.Figures}, {"images", aim.KindImages, aimql.Images}, {"texts", aim.KindTexts, aimql.Texts},
}

// sequenceOptions are the options of the verb.
type sequenceOptions struct {
	listing
	kind   string
	values bool
	out    string
}

func (p *program) sequencesCommand() *cobra.Command {
	var o sequenceOptions
	cmd := &cobra.Command{
		Use: "sequences [PATH]", Short: "List images, texts, audios, distributions and figures, or write them out", Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.sequences(cmd.Context(), path(args), o)
		},
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&o.kind, "kind", "", "images, texts, audios, distributions or figures alone")
	cmd.Flags().BoolVar(&o.values, "values", false, "every object too")
	cmd.Flags().StringVar(&o.out, "out", "", "folder to write the media to, as RUN/KIND/NAME/STEP[-INDEX].EXT")
	return cmd
}

// search is one kind of sequence and the query over it.
type search struct {
	name  string
	kind  aim.Kind
	match *catalog.Matcher
}

// searches compiles the query once a kind; kinds whose variable it does not
// name are left out, unless it names none at all.
func searches(o sequenceOptions) ([]search, error) {
	var out []search
	known := o.kind == ""
	for _, k := range sequenceKinds {
		if o.kind != "" && o.kind != k.name {
			continue
		}
		known = true
		q, err := aimql.Compile(o.query, k.ql, aimql.Options{All: o.all})
		if err != nil {
			return nil, err
		}
		if q.Applies() {
			out = append(out, search{k.name, k.kind, catalog.NewMatcher(q)})
		}
	}
	if !known {
		return nil, usageError{fmt.Errorf("--kind %s: use images, texts, audios, distributions or figures", o.kind)}
	}
	return out, nil
}

func (p *program) sequences(ctx context.Context, path string, o sequenceOptions) error {
	kinds, err := searches(o)
	if err != nil {
		return err
	}
	if o.out != "" && desk.InsideAim(o.out) {
		return usageError{fmt.Errorf("--out %s lies inside of .aim, where Aimdesk writes nothing", o.out)}
	}
	l, err := p.load(ctx, path, false)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // opened for reading: closing loses nothing
	w := &sequenceWriter{out: bufio.NewWriterSize(p.Out, 1<<16), opts: o, table: newTable("RUN", "KIND", "NAME", "CONTEXT", "STEPS")}
	var problems []desk.RunProblem
	for _, r := range byHash(l.Cat.Rows()) {
		problems = append(problems, desk.Problems(r.Run)...)
		if r.Run.Unreadable != nil {
			continue
		}
		damage, err := w.run(ctx, l, r, kinds)
		if err != nil {
			return err
		}
		problems = append(problems, damage...)
	}
	if err := w.end(); err != nil {
		return err
	}
	return p.sayDamage(problems)
}

// sequenceWriter prints sequences, and writes their media out.
type sequenceWriter struct {
	out     *bufio.Writer
	opts    sequenceOptions
	table   *table
	n       int
	written int
	buf     []byte
}

// run prints the sequences of one run. What cannot be read is answered; an
// error ends the verb.
func (w *sequenceWriter) run(ctx context.Context, l *desk.Loaded, r *catalog.Row, kinds []search) ([]desk.RunProblem, error) {
	var damage []desk.RunProblem
	fail := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		damage = append(damage, l.ProblemOf(r.Run.Hash, err))
		return nil
	}
	traces, err := l.Sequences(ctx, r)
	if err != nil {
		return damage, fail(err)
	}
	for _, t := range traces {
		i := slices.IndexFunc(kinds, func(s search) bool { return s.kind == t.Kind })
		if i < 0 || !kinds[i].match.MayMatch(ctx, r) {
			continue
		}
		stored := indexer.TraceRecord(&t)
		if !kinds[i].match.MatchTrace(ctx, r, &stored) {
			continue
		}
		if err := w.sequence(ctx, l, r, &stored, t, kinds[i].name); err != nil {
			var unread *readError
			if !errors.As(err, &unread) {
				return damage, err
			}
			if err := fail(unread.error); err != nil {
				return damage, err
			}
		}
	}
	return damage, nil
}

// readError is an error of reading one sequence: the others are still listed.
type readError struct{ error }

func (e *readError) Unwrap() error { return e.error }

func (w *sequenceWriter) sequence(ctx context.Context, l *desk.Loaded, r *catalog.Row, stored *store.Trace, t aim.Trace, kind string) error {
	var steps, values []byte
	n := 0
	var writing error // to the folder of the media
	var media *mediaFolder
	if w.opts.out != "" {
		media = newMediaFolder(w.opts.out, r.Run.Hash, kind, t.Name)
	}
	err := l.Repo.ReadObjects(ctx, r.Run.Hash, t, aim.ObjectOptions{}, func(row aim.ObjectRow) error {
		if n > 0 {
			steps, values = append(steps, ',', ' '), append(values, ',', ' ')
		}
		n++
		steps = row.Step.AppendJSON(steps)
		if w.opts.values {
			var err error
			if values, err = appendObjects(values, row); err != nil {
				return err
			}
		}
		if media != nil {
			written, err := media.write(row)
			w.written += written
			var full *os.PathError
			if errors.As(err, &full) {
				writing = err
			}
			return err
		}
		return nil
	})
	if writing != nil {
		return writing
	}
	if err != nil {
		return &readError{err}
	}
	w.n++
	if !w.opts.json {
		w.table.row(r.Run.Hash, kind, t.Name, contextColumn(stored), fmt.Sprint(n))
		return nil
	}
	o := newObject(w.buf[:0])
	o.string("run", r.Run.Hash)
	o.string("kind", kind)
	o.string("name", t.Name)
	o.value("context", t.Context)
	o.raw("steps", append(append([]byte{'['}, steps...), ']'))
	if w.opts.values {
		o.raw("values", append(append([]byte{'['}, values...), ']'))
	}
	w.buf = append(o.end(), '\n')
	_, err = w.out.Write(w.buf)
	return err
}

func (w *sequenceWriter) end() error {
	if !w.opts.json {
		if err := w.table.write(w.out); err != nil {
			return err
		}
		fmt.Fprintln(w.out, plural(w.n, "sequence"))
		if w.opts.out != "" {
			fmt.Fprintf(w.out, "%s written below %s\n", plural(w.written, "file"), w.opts.out)
		}
	}
	return w.out.Flush()
}
