// Package gen writes Aim repositories without Aim, for benchmarks and for tests
// of large ones. It shares no code with the readers of databases: what it
// writes follows the descriptions in docs/format and the files that Aim 3.29
// leaves, byte layouts of keys and values apart, which package codec owns.
//
//	DIR/.aim/
//	  VERSION, run_metadata.sqlite, check_ins/, locks/, progress/
//	  meta/chunks/HASH/   params, traces, end time
//	  seqs/chunks/HASH/   series
//
// A run that was closed is tables of level 0 with all their range deletions,
// one flushed about every 670 KB of log, and an empty log. A killed or live one
// has its newest data in the log alone. The series of a long metric are tables
// of level 1, as compactions leave them.
//
// All is a function of the Config: the same one gives the same bytes, and
// Config.Run tells what is in a run without reading it.
package gen

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// Config says what a repository holds. The zero value of a field is none of
// that, if not said otherwise.
type Config struct {
	// Seed decides all values.
	Seed uint64
	// Runs is the number of runs, without the one of LongPoints.
	Runs int
	// Metrics is the number of metrics of a run, Points that of points of each.
	Metrics, Points int
	// Params is the number of scalar parameters of a run, at least 9.
	// 0: nine, of the shape that testdata's gen_scale.py writes.
	Params int
	// Tags is the number of tags of a run, out of twice as many.
	Tags int
	// Killed, Live and Archived are shares of the runs, from 0 to 1. Killed
	// and live ones have no end time.
	Killed, Live, Archived float64
	// LongPoints is the number of points of a metric "long" of one more run.
	LongPoints int
	// Machine and PID name the writer in the locks of live runs. A live run
	// is only live for who finds that process running.
	Machine uint64
	PID     int
	// Workers is how many runs are written at once. 0: one a core.
	Workers int
}

// States of a generated run.
const (
	StateClosed = "closed"
	StateKilled = "killed"
	StateLive   = "live"
)

// deadPID names a process that does not run: no system numbers them so high.
const deadPID = 1<<31 - 2

// Count is the number of runs of the repository.
func (c *Config) Count() int {
	if c.LongPoints > 0 {
		return c.Runs + 1
	}
	return c.Runs
}

// Write makes a repository in dir, which must not hold one.
func Write(ctx context.Context, dir string, c Config) error {
	root := filepath.Join(dir, ".aim")
	if _, err := os.Stat(root); err == nil {
		return fmt.Errorf("generate repository: %s exists", root)
	}
	for _, sub := range []string{"check_ins", "locks", "progress", "meta/chunks", "meta/progress", "seqs/chunks", "seqs/progress"} {
		if err := os.MkdirAll(filepath.Join(root, filepath.FromSlash(sub)), 0o755); err != nil {
			return fmt.Errorf("generate repository: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "VERSION"), []byte("1.3\n"), 0o644); err != nil {
		return fmt.Errorf("generate repository: %w", err)
	}
	if err := c.writeRuns(ctx, root); err != nil {
		return fmt.Errorf("generate repository: %w", err)
	}
	if err := c.writeProperties(ctx, filepath.Join(root, "run_metadata.sqlite")); err != nil {
		return fmt.Errorf("generate run_metadata.sqlite: %w", err)
	}
	return nil
}

func (c *Config) writeRuns(ctx context.Context, root string) error {
	workers := c.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range work {
				if err := c.writeRun(root, c.Run(i)); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range c.Count() {
		if ctx.Err() != nil {
			break
		}
		work <- i
	}
	close(work)
	wg.Wait()
	return context.Cause(ctx)
}

func (c *Config) writeRun(root string, r Run) error {
	if err := r.writeMeta(filepath.Join(root, "meta", "chunks", r.Hash)); err != nil {
		return fmt.Errorf("run %s: %w", r.Hash, err)
	}
	if err := r.writeSeries(filepath.Join(root, "seqs", "chunks", r.Hash)); err != nil {
		return fmt.Errorf("run %s: %w", r.Hash, err)
	}
	return c.writeSigns(root, r)
}

// writeSigns writes the signs of life that a run's writer leaves: check-ins,
// and unless it closed the run, its lock and progress files.
func (c *Config) writeSigns(root string, r Run) error {
	last, expect := r.lastTime(), 1
	if r.State != StateClosed {
		expect = 30
	}
	files := map[string]string{
		filepath.Join("check_ins", fmt.Sprintf("%s-%016d-starting-%011.2f-%05d", r.Hash, 1, r.Created, 0)): "",
		filepath.Join("check_ins", fmt.Sprintf("%s-%016d-progress-%011.2f-%05d", r.Hash, 3, last, expect)): "",
	}
	if r.State != StateClosed {
		pid := deadPID
		if r.State == StateLive {
			pid = c.PID
		}
		files[filepath.Join("locks", r.Hash+".softlock")] = fmt.Sprintf("%d-%d-%.7f", c.Machine, pid, r.Created)
		files[filepath.Join("meta", "progress", r.Hash)] = ""
		files[filepath.Join("seqs", "progress", r.Hash)] = ""
	}
	var errs []error
	for name, text := range files {
		errs = append(errs, os.WriteFile(filepath.Join(root, name), []byte(text), 0o644))
	}
	return errors.Join(errs...)
}
