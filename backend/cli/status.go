package cli

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"aimdesk/backend/aim"
	"aimdesk/backend/desk"
	"aimdesk/backend/shell/instance"
)

func (p *program) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "status [PATH]", Short: "Count runs by state and say how the index stands", Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.printStatus(cmd.Context(), path(args), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

func (p *program) printStatus(ctx context.Context, path string, asJSON bool) error {
	l, err := p.load(ctx, path, false)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // opened for reading: closing loses nothing
	c := desk.RunCounts{Indexed: l.Indexed, Stale: l.Stale}
	window := p.windowStatus(ctx, l)
	if window != nil {
		c.Indexed, c.Stale = window.Counts.Indexed, window.Counts.Stale
	}
	type why struct{ hash, state, text string }
	var reasons []why
	rows := byHash(l.Cat.Rows())
	for _, r := range rows {
		c.Total++
		switch r.State.Name {
		case aim.StateFinished:
			c.Finished++
			continue
		case aim.StateLive:
			c.Live++
		case aim.StateStalled:
			c.Stalled++
		default:
			c.Unreadable++
		}
		reasons = append(reasons, why{r.Run.Hash, string(r.State.Name), strings.Join(r.State.Evidence, "; ")})
	}
	size := folderSize(l.IndexDir)
	problems := problemsOf(rows)
	out := bufio.NewWriter(p.Out)
	if asJSON {
		o := newObject(nil)
		o.string("repository", l.Repo.Root())
		o.int("runs", int64(c.Total))
		o.int("indexed", int64(c.Indexed))
		o.int("stale", int64(c.Stale))
		o.int("not_indexed", int64(c.Total-c.Indexed-c.Stale))
		o.int("finished", int64(c.Finished))
		o.int("live", int64(c.Live))
		o.int("stalled", int64(c.Stalled))
		o.int("unreadable", int64(c.Unreadable))
		o.key("reasons")
		o.buf = append(o.buf, '[')
		for i, r := range reasons {
			if i > 0 {
				o.buf = append(o.buf, ',', ' ')
			}
			e := newObject(o.buf)
			e.string("hash", r.hash)
			e.string("state", r.state)
			e.string("reason", r.text)
			o.buf = e.end()
		}
		o.buf = append(o.buf, ']')
		o.problems("damage", problems)
		o.string("index", l.IndexDir)
		o.int("index_bytes", size)
		o.bool("index_used", l.Info != nil)
		if window != nil {
			o.string("phase", window.Phase)
		}
		if _, err := out.Write(append(o.end(), '\n')); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "%s\n", l.Repo.Root())
		fmt.Fprintf(out, "%s: %d finished, %d live, %d stalled, %d unreadable\n", plural(c.Total, "run"), c.Finished, c.Live, c.Stalled, c.Unreadable)
		fmt.Fprintf(out, "index: %d up to date, %d stale, %d not indexed; %s in %s\n", c.Indexed, c.Stale, c.Total-c.Indexed-c.Stale, bytesText(size), l.IndexDir)
		if window != nil {
			fmt.Fprintf(out, "the window that is open keeps it: %s, %d of %d\n", window.Phase, window.Done, window.Total)
		}
		for _, r := range reasons {
			fmt.Fprintf(out, "%s  %s: %s\n", r.hash, r.state, printable(r.text))
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return p.sayDamage(problems)
}

// StatusRequestName names the request by which a verb asks the window how the
// index stands that it has open; the body is the repository's folder, the
// answer a desk.IndexStatus.
const StatusRequestName = "status"

// windowStatus asks the window that has the index open; nil when there is none.
func (p *program) windowStatus(ctx context.Context, l *desk.Loaded) *desk.IndexStatus {
	if !l.InUse {
		return nil
	}
	client, err := instance.Dial(ctx, instance.Config{})
	if err != nil {
		return nil // another Aimdesk without a window, such as a reindex
	}
	var st desk.IndexStatus
	if err := client.Call(ctx, StatusRequestName, l.Repo.Root(), &st); err != nil {
		fmt.Fprintf(p.Err, "aimdesk: warning: the window does not say how the index stands: %v\n", err)
		return nil
	}
	return &st
}

// folderSize adds up the files of a folder and of those below it.
func folderSize(dir string) int64 {
	var size int64
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what cannot be seen adds nothing
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			size += info.Size()
		}
		return nil
	})
	if err != nil {
		return 0
	}
	return size
}

func (p *program) checkCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "check [PATH]", Short: "Read and verify every byte of repository and index", Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.check(cmd.Context(), path(args), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

func (p *program) check(ctx context.Context, path string, asJSON bool) error {
	l, err := p.load(ctx, path, false)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // opened for reading: closing loses nothing
	result, err := l.Check(ctx)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(p.Out)
	if asJSON {
		o := newObject(nil)
		o.int("runs", int64(result.Runs))
		o.int("bytes", result.Bytes)
		o.problems("damage", result.Repository)
		o.problems("index_damage", result.Index)
		_, err = out.Write(append(o.end(), '\n'))
	} else {
		fmt.Fprintf(out, "%s checked, %s: ", plural(result.Runs, "run"), bytesText(result.Bytes))
		if len(result.Repository)+len(result.Index) == 0 {
			_, err = fmt.Fprintln(out, "no damage.")
		} else {
			_, err = fmt.Fprintf(out, "%s damaged.\n", plural(len(result.Repository)+len(result.Index), "place"))
		}
	}
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	for _, d := range result.Index {
		fmt.Fprintf(p.Err, "aimdesk: index: %s: %s (`aimdesk reindex` rebuilds it)\n", d.File, d.Message)
	}
	if err := p.sayDamage(result.Repository); err != nil || len(result.Index) == 0 {
		return err
	}
	return errDamaged
}
