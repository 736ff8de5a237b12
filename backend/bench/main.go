// Command bench measures what Aimdesk promises to be fast at, on generated
// repositories, and prints every figure with what it may be at most. What
// depends on the machine's speed is given as a ratio to something that was done
// in the same run: reading the same bytes, the same request while nothing else
// goes on, the same operation of Aim itself.
//
//	go run ./backend/bench                  everything
//	go run ./backend/bench reindex queries  some of it
//	go run ./backend/bench gen -runs 10000 -params 150 DIR
//
// Repositories are made once, in the folder -dir. AIM_PYTHON names a Python
// that has Aim 3.29.1 for the comparison with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
)

// suite is what the benchmarks have in common.
type suite struct {
	ctx   context.Context
	out   io.Writer
	dir   string // of repositories and indexes
	pairs int
	idle  int // seconds
	over  []string
}

// benchmark is one that can be asked for by name.
type benchmark struct {
	name, about string
	run         func(*suite) error
}

func benchmarks() []benchmark {
	return []benchmark{
		{"reindex", "a whole process that reindexes 250 runs × 1,000 points, against reading the bytes", (*suite).reindex},
		{"memory", "peak memory of reindexing 10,000 runs", (*suite).memory},
		{"open", "from a folder to a full table of 10,000 runs, and the desk at rest", (*suite).open},
		{"queries", "list, query and sort 10,000 runs × 150 params", (*suite).queries},
		{"charts", "1,000 lines × 200 points, and one line of 10 million", (*suite).charts},
		{"latency", "requests while indexing and reindexing, against idle", (*suite).latency},
		{"aim", "the same questions asked of Aim (needs AIM_PYTHON)", (*suite).aim},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	if len(args) > 0 && args[0] == "gen" {
		return generate(ctx, args[1:], out)
	}
	s := &suite{ctx: ctx, out: out}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&s.dir, "dir", filepath.Join(os.TempDir(), "aimdesk-bench"), "folder of generated repositories")
	flags.IntVar(&s.pairs, "pairs", 5, "how often each comparison is made")
	flags.IntVar(&s.idle, "idle", 30, "seconds for which the desk at rest is watched")
	profile := flags.String("cpuprofile", "", "file for a profile of this process")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: bench [flags] [name…]   |   bench gen [flags] DIR")
		flags.PrintDefaults()
		for _, b := range benchmarks() {
			fmt.Fprintf(flags.Output(), "  %-8s %s\n", b.name, b.about)
		}
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	all := benchmarks()
	for _, name := range flags.Args() {
		if !slices.ContainsFunc(all, func(b benchmark) bool { return b.name == name }) {
			return fmt.Errorf("there is no benchmark %q", name)
		}
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return errors.Join(err, f.Close())
		}
		defer func() { pprof.StopCPUProfile(); err = errors.Join(err, f.Close()) }()
	}
	fmt.Fprintf(out, "%s/%s, %d cores, %s\n", runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), runtime.Version())
	for _, b := range all {
		if flags.NArg() > 0 && !slices.Contains(flags.Args(), b.name) {
			continue
		}
		fmt.Fprintf(out, "\n%s: %s\n", b.name, b.about)
		if err := b.run(s); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
	}
	if len(s.over) > 0 {
		return fmt.Errorf("%d figures are over: %s", len(s.over), strings.Join(s.over, "; "))
	}
	return nil
}
