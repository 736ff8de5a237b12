// Package cli is the command line: it parses, calls the desk and prints. The
// verbs, their options, their JSON and their exit statuses are a contract.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"aimdesk/backend/aim"
	"aimdesk/backend/aimql"
	"aimdesk/backend/desk"
	"aimdesk/backend/indexer/liveness"
	"aimdesk/backend/settings"
)

// Version of the program, set by the linker.
var Version = "dev"

// Exit statuses.
const (
	ExitOK      = 0 // done
	ExitFailed  = 1 // something else went wrong
	ExitUsage   = 2 // wrong use, or a query's syntax error
	ExitNoRepo  = 3 // not an Aim repository
	ExitDamaged = 4 // done, but data of some runs could not be read
)

// Streams are where a verb reads and writes.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// WindowRequest asks for the window.
type WindowRequest struct {
	// Paths are the folders to open, absolute. Empty: those of the last time.
	Paths []string
	// IndexDir is the folder under which indexes live.
	IndexDir string
	Err      io.Writer
}

// WindowFunc opens the window and returns the exit status when it is closed.
type WindowFunc func(WindowRequest) int

// usageError is wrong use of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// damagedError ends a verb that is done, with data that could not be read.
var errDamaged = errors.New("data of some runs could not be read")

// program is one call of the command line.
type program struct {
	Streams
	window   WindowFunc
	indexDir string
	noIndex  bool
	status   int
}

// Main runs one command line and returns the exit status.
func Main(args []string, streams Streams, window WindowFunc) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, args, streams, window)
}

// Run is Main with a context that ends the verb.
func Run(ctx context.Context, args []string, streams Streams, window WindowFunc) int {
	p := &program{Streams: streams, window: window}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return p.status
	}
	return p.fail(err)
}

// fail prints an error and answers the status that belongs to it.
func (p *program) fail(err error) int {
	var notRepo *aim.NotRepositoryError
	var syntax *aimql.SyntaxError
	var usage usageError
	switch {
	case errors.Is(err, errDamaged):
		return ExitDamaged
	case errors.As(err, &notRepo):
		fmt.Fprintf(p.Err, "aimdesk: %v\n", err)
		return ExitNoRepo
	case errors.As(err, &syntax):
		fmt.Fprintf(p.Err, "aimdesk: query, line %d, column %d: %s\n", syntax.Line, syntax.Col, sentence(syntax.Msg, syntax.Hint))
		return ExitUsage
	case errors.As(err, &usage):
		fmt.Fprintf(p.Err, "aimdesk: %v (see aimdesk --help)\n", err)
		return ExitUsage
	case errors.Is(err, syscall.EPIPE):
		return ExitFailed // the reader of our output went away
	}
	fmt.Fprintf(p.Err, "aimdesk: %v\n", err)
	return ExitFailed
}

func sentence(msg, hint string) string {
	if hint == "" {
		return msg
	}
	return msg + " (" + hint + ")"
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "aimdesk [PATH…]",
		Short: "Open the repositories of Aim, the experiment tracker",
		Long: "Aimdesk opens the repositories of Aim, the experiment tracker: in a window, or with a verb on the\n" +
			"command line. It changes nothing below .aim.\n\n" +
			"PATH is a folder at or below one that holds .aim; default: the current folder. A verb wins over a\n" +
			"folder of the same name: ./runs opens the folder.",
		Version: Version, SilenceErrors: true, SilenceUsage: true, Args: cobra.ArbitraryArgs,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		RunE:              func(cmd *cobra.Command, args []string) error { return p.open(cmd, args) },
	}
	root.PersistentFlags().StringVar(&p.indexDir, "index-dir", "", "folder under which indexes live (default: the user's cache folder)")
	root.PersistentFlags().BoolVar(&p.noIndex, "no-index", false, "read the repository itself, without an index")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return p.checkIndexDir() }
	root.AddCommand(p.runsCommand(), p.metricsCommand(), p.sequencesCommand(), p.showCommand(), p.statusCommand(), p.reindexCommand(), p.checkCommand())
	return root
}

// checkIndexDir settles where indexes live; a place inside of .aim is refused.
func (p *program) checkIndexDir() error {
	if p.indexDir == "" {
		dir, err := settings.CacheDir()
		if err != nil {
			return fmt.Errorf("find the user's cache folder: %w", err)
		}
		p.indexDir = dir
		return nil
	}
	if desk.InsideAim(p.indexDir) {
		return usageError{fmt.Errorf("--index-dir %s lies inside of .aim, where Aimdesk writes nothing", p.indexDir)}
	}
	abs, err := filepath.Abs(p.indexDir)
	p.indexDir = abs
	return err
}

func (p *program) open(cmd *cobra.Command, args []string) error {
	if p.window == nil {
		if err := cmd.Usage(); err != nil {
			return err
		}
		return usageError{errors.New("this build has no window; use a verb")}
	}
	req := WindowRequest{IndexDir: p.indexDir, Err: p.Err}
	for _, arg := range args {
		abs, err := filepath.Abs(strings.TrimPrefix(arg, "file://"))
		if err != nil {
			return err
		}
		req.Paths = append(req.Paths, abs)
	}
	p.status = p.window(req)
	return nil
}

// arguments accepts min to max arguments.
func arguments(min, max int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < min || (max >= 0 && len(args) > max) {
			return usageError{fmt.Errorf("%s takes %s", cmd.Name(), strings.TrimPrefix(cmd.Use, cmd.Name()+" "))}
		}
		return nil
	}
}

// path is the first argument, or the current folder.
func path(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return "."
}

// load reads the repository that a verb is about.
func (p *program) load(ctx context.Context, path string, lastRecords bool) (*desk.Loaded, error) {
	return desk.Load(ctx, path, desk.LoadConfig{
		IndexDir: p.indexDir, NoIndex: p.noIndex, LastRecords: lastRecords, Prober: liveness.New(liveness.Config{}),
		Warn: func(s string) { fmt.Fprintf(p.Err, "aimdesk: warning: %s\n", s) },
	})
}

// maxPlaces is how many places of damage in one file are named.
const maxPlaces = 3

// sayDamage names what could not be read and answers errDamaged if there was any.
func (p *program) sayDamage(problems []desk.RunProblem) error {
	if len(problems) == 0 {
		return nil
	}
	// A damaged log can have thousands of places; the first few say it.
	type file struct{ hash, name string }
	seen := map[file]int{}
	for _, d := range problems {
		seen[file{d.Hash, d.File}]++
	}
	said := map[file]int{}
	for _, d := range problems {
		f := file{d.Hash, d.File}
		if said[f]++; said[f] == maxPlaces+1 && seen[f] > maxPlaces+1 {
			fmt.Fprintf(p.Err, "aimdesk: run %s: %s: %d more places (--json lists them all)\n", d.Hash, d.File, seen[f]-maxPlaces)
		}
		if said[f] > maxPlaces && seen[f] > maxPlaces+1 {
			continue
		}
		where := d.File
		if d.Offset >= 0 && where != "" {
			where = fmt.Sprintf("%s at byte %d", d.File, d.Offset)
		}
		if where != "" {
			where += ": "
		}
		fmt.Fprintf(p.Err, "aimdesk: run %s: %s%s\n", d.Hash, where, d.Message)
	}
	return errDamaged
}
