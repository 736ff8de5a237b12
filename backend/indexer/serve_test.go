package indexer

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"aimdesk/backend/aim"
)

// serve lets the loop run until the test ends.
func (r *rig) serve() {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.ctx)
	done := make(chan error, 1)
	go func() { done <- r.ix.Serve(ctx) }()
	r.t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			r.t.Errorf("Serve ended with %v", err)
		}
	})
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: did not come about", what)
		}
	}
}

func (r *rig) complete() bool {
	n := 0
	for _, hash := range r.hashes() {
		if run, err := r.store.Run(r.ctx, hash); err == nil && run.SeriesDone {
			n++
		}
	}
	return n == len(r.hashes())
}

func TestServeFindsChanges(t *testing.T) {
	r := newRig(t, "basic", func(_ *rig, c *Config, _ *aim.Config) { c.Poll, c.Scan = 10*time.Millisecond, 30*time.Millisecond })
	r.serve()
	eventually(t, "the first index", func() bool { return r.complete() && r.ix.Status().Phase == PhaseIdle })
	hash := r.hashes()[0]
	before := r.run(hash).SeqsPrint
	r.touch("seqs", hash)
	eventually(t, "the timed scan", func() bool { run := r.run(hash); return run.SeqsPrint != before && run.SeriesDone })
}

func TestHintBringsTheScanForward(t *testing.T) {
	r := newRig(t, "basic", func(_ *rig, c *Config, _ *aim.Config) { c.Scan = time.Hour })
	r.serve()
	eventually(t, "the first index", r.complete)
	hash := r.hashes()[0]
	before := r.run(hash).MetaPrint
	r.touch("meta", hash)
	r.ix.Hint()
	eventually(t, "the scan", func() bool { return r.run(hash).MetaPrint != before })
}

// brake is a Throttle that pauses on demand.
type brake struct {
	mu    sync.Mutex
	until time.Time
	waits int
}

func (b *brake) Wait(context.Context, time.Duration, int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waits++
	return nil
}

func (b *brake) Reason() string { return "for a test" }

func (b *brake) PausedUntil() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until
}

func (b *brake) pause(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until = until
}

func (b *brake) waited() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.waits
}

func TestPauseHoldsSeriesBack(t *testing.T) {
	b := &brake{until: time.Now().Add(time.Hour)}
	r := newRig(t, "basic", func(_ *rig, c *Config, _ *aim.Config) { c.Throttle, c.Poll, c.Scan = b, 10*time.Millisecond, time.Hour })
	r.serve()
	eventually(t, "the pause", func() bool { return r.ix.Status().Phase == PhasePaused })
	for _, hash := range r.hashes() {
		if run := r.run(hash); run.SeriesDone || len(run.Traces) == 0 {
			t.Errorf("run %s in a pause: series done %t, %d traces", hash, run.SeriesDone, len(run.Traces))
		}
	}
	if s := r.ix.Status(); s.PausedUntil.IsZero() || s.Stale != len(r.hashes()) {
		t.Errorf("status %+v", s)
	}
	b.pause(time.Time{})
	eventually(t, "the rest", func() bool { return r.complete() && b.waited() >= len(r.hashes()) })
}

func TestReindexWhileServing(t *testing.T) {
	r := newRig(t, "basic", func(_ *rig, c *Config, _ *aim.Config) { c.Poll, c.Scan = time.Millisecond, 2*time.Millisecond })
	r.serve()
	for range 3 {
		if report, err := r.ix.Reindex(r.ctx, nil); err != nil || report.Runs != len(r.hashes()) {
			t.Fatalf("%+v, %v", report, err)
		}
	}
	eventually(t, "rest", func() bool { return r.complete() && r.ix.Status().Phase == PhaseIdle })
}

func TestWatchHints(t *testing.T) {
	aimDir := filepath.Join(t.TempDir(), ".aim")
	if err := os.MkdirAll(filepath.Join(aimDir, "meta", "chunks"), 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	hints := make(chan struct{}, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		Watch(ctx, aimDir, func() { hints <- struct{}{} }, slog.New(slog.DiscardHandler))
	}()
	defer func() { cancel(); <-done }()
	hinted := func(what string, change func() error) {
		t.Helper()
		// Until the watch has begun changes go unseen: try again.
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
			if err := change(); err != nil {
				t.Fatal(err)
			}
			select {
			case <-hints:
				return
			case <-time.After(2 * watchDelay):
			}
		}
		t.Fatalf("%s: no hint", what)
	}
	n := 0
	hinted("a new run", func() error {
		n++
		return os.Mkdir(filepath.Join(aimDir, "meta", "chunks", string(rune('a'+n))), 0o755)
	})
	// A folder that did not exist when the watch began.
	hinted("a new folder", func() error { return os.MkdirAll(filepath.Join(aimDir, "locks"), 0o755) })
	hinted("a lock", func() error {
		n++
		return os.WriteFile(filepath.Join(aimDir, "locks", string(rune('a'+n))), nil, 0o644)
	})
}
