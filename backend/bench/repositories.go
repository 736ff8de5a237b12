package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"aimdesk/backend/internal/gen"
)

// The repositories that the benchmarks look at.
var (
	// deep has long series, of 366 MB: as testdata's gen_scale.py with 250 runs
	// makes it.
	deep = gen.Config{Seed: 1, Runs: 250, Metrics: 5, Points: 200}
	// many is what a team has after a while; few runs have many points.
	many = gen.Config{Seed: 2, Runs: 10_000, Metrics: 3, Points: 10, Params: 150, Tags: 50, Archived: 0.1}
	// middle has runs enough that indexing them takes a while.
	middle = gen.Config{Seed: 3, Runs: 1000, Metrics: 5, Points: 200}
	// long has one metric of ten million points.
	long = gen.Config{Seed: 4, Runs: 1, Metrics: 1, Points: 10, LongPoints: 10_000_000}
)

// repository makes a repository unless it is there already.
func (s *suite) repository(name string, c gen.Config) (string, error) {
	dir := filepath.Join(s.dir, name)
	done := filepath.Join(dir, "complete")
	want := fmt.Sprintf("%+v\n", c)
	if have, err := os.ReadFile(done); err == nil && string(have) == want {
		return dir, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	start := time.Now()
	if err := gen.Write(s.ctx, dir, c); err != nil {
		return "", err
	}
	s.say("repository "+name+" generated", "%.1f s", time.Since(start).Seconds())
	return dir, os.WriteFile(done, []byte(want), 0o644)
}

// generate is the sub-command gen.
func generate(ctx context.Context, args []string, out io.Writer) error {
	var c gen.Config
	flags := flag.NewFlagSet("bench gen", flag.ContinueOnError)
	flags.Uint64Var(&c.Seed, "seed", 1, "decides all values")
	flags.IntVar(&c.Runs, "runs", 100, "runs")
	flags.IntVar(&c.Metrics, "metrics", 5, "metrics a run")
	flags.IntVar(&c.Points, "points", 200, "points a metric")
	flags.IntVar(&c.Params, "params", 0, "scalar parameters a run; 0: nine")
	flags.IntVar(&c.Tags, "tags", 0, "tags a run")
	flags.Float64Var(&c.Killed, "killed", 0, "share of killed runs")
	flags.Float64Var(&c.Live, "live", 0, "share of live runs, whose locks name -pid on -machine")
	flags.Float64Var(&c.Archived, "archived", 0, "share of archived runs")
	flags.IntVar(&c.LongPoints, "long", 0, "points of the metric of one more run")
	flags.Uint64Var(&c.Machine, "machine", 0, "network address, as a number, in locks")
	flags.IntVar(&c.PID, "pid", os.Getppid(), "process in the locks of live runs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("gen: name one folder")
	}
	start := time.Now()
	if err := gen.Write(ctx, flags.Arg(0), c); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d runs in %.1f s\n", c.Count(), time.Since(start).Seconds())
	return err
}
