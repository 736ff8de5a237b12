package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aimdesk/backend/desk"
	"aimdesk/backend/indexer/liveness"
	"aimdesk/backend/shell/instance"
	"aimdesk/backend/store"
)

func (p *program) reindexCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "reindex [PATH [RUN…]]", Short: "Read every run again, or some, into Aimdesk's own index", Args: arguments(0, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if p.noIndex {
				return usageError{fmt.Errorf("reindex writes the index: --no-index makes no sense")}
			}
			var runs []string
			if len(args) > 1 {
				runs = args[1:]
			}
			return p.reindex(cmd.Context(), path(args), runs, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the report as one JSON object")
	return cmd
}

func (p *program) reindex(ctx context.Context, path string, runs []string, asJSON bool) error {
	progress := newProgress(p.Err)
	report, err := desk.Reindex(ctx, path, desk.ReindexConfig{
		IndexDir: p.indexDir, Runs: runs, Prober: liveness.New(liveness.Config{}), Progress: progress.update,
		Note: func(s string) { fmt.Fprintf(p.Err, "aimdesk: %s\n", s) },
	})
	progress.end()
	var locked *store.LockedError
	if errors.As(err, &locked) {
		// The window has the index open: it does the work.
		report, err = p.askWindow(ctx, path, runs, locked)
	}
	if err != nil {
		return err
	}
	out := bufio.NewWriter(p.Out)
	if asJSON {
		_, err = out.Write(append(appendReport(nil, report), '\n'))
	} else {
		err = reportText(out, report)
	}
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return p.sayDamage(report.Unreadable)
}

// ReindexRequestName names the request by which a verb asks the window to
// reindex what the window has open.
const ReindexRequestName = "reindex"

// ReindexRequest is that request; the answer is a desk.ReindexReport.
type ReindexRequest struct {
	Path string   `json:"path"`
	Runs []string `json:"runs"`
}

// askWindow has the running Aimdesk reindex a repository; locked is the answer
// when there is none that could.
func (p *program) askWindow(ctx context.Context, path string, runs []string, locked error) (desk.ReindexReport, error) {
	var report desk.ReindexReport
	abs, err := filepath.Abs(path)
	if err != nil {
		return report, err
	}
	client, err := instance.Dial(ctx, instance.Config{})
	if err != nil {
		return report, locked
	}
	fmt.Fprintln(p.Err, "aimdesk: the window that is open reindexes it")
	return report, client.Call(ctx, ReindexRequestName, ReindexRequest{Path: abs, Runs: runs}, &report)
}

func appendReport(dst []byte, r desk.ReindexReport) []byte {
	o := newObject(dst)
	o.int("new", int64(r.New))
	o.int("changed", int64(r.Changed))
	o.int("gone", int64(r.Gone))
	o.problems("unreadable", r.Unreadable)
	o.int("stalled", int64(r.Stalled))
	o.int("runs", int64(r.Runs))
	o.int("points", r.Points)
	o.int("bytes", r.Bytes)
	seconds := float64(r.Seconds)
	o.float("seconds", &seconds)
	return o.end()
}

func reportText(out *bufio.Writer, r desk.ReindexReport) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s indexed in %.2f s: %d new, %d changed, %d gone; %d points from %s.\n",
		plural(r.Runs, "run"), float64(r.Seconds), r.New, r.Changed, r.Gone, r.Points, bytesText(r.Bytes))
	if r.Stalled > 0 {
		fmt.Fprintf(&b, "%s ended without closing; indexed up to the last record.\n", plural(r.Stalled, "run"))
	}
	if n := len(r.Unreadable); n > 0 {
		fmt.Fprintf(&b, "%s could not be read whole; see below.\n", plural(n, "place"))
	}
	_, err := out.WriteString(b.String())
	return err
}

// progress shows how far a reindex is: a bar on a terminal, else a JSON line a
// second.
type progress struct {
	w        io.Writer
	terminal bool
	last     time.Time
	shown    bool
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, last: time.Now()}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// barWidth is how many characters a full bar has.
const barWidth = 32

func (p *progress) update(done, total int, points, bytes int64) {
	every := time.Second
	if p.terminal {
		every = 100 * time.Millisecond
	}
	if now := time.Now(); now.Sub(p.last) < every && done < total {
		return
	} else {
		p.last = now
	}
	if !p.terminal {
		fmt.Fprintf(p.w, "{\"done\": %d, \"total\": %d, \"points\": %d, \"bytes\": %d}\n", done, total, points, bytes)
		return
	}
	p.shown = true
	full := barWidth
	if total > 0 {
		full = barWidth * done / total
	}
	fmt.Fprintf(p.w, "\r[%s%s] %d/%d runs, %s", strings.Repeat("█", full), strings.Repeat("░", barWidth-full), done, total, bytesText(bytes))
}

func (p *progress) end() {
	if p.shown {
		fmt.Fprintln(p.w)
	}
}
