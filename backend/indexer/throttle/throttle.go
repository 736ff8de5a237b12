// Package throttle keeps background work small: it bounds the share of one core
// and the bytes a second that indexing takes, gives way to a person's requests,
// and goes slower when the machine has better things to do.
//
// Work is paid for after it was done: a caller tells Wait what a unit took and
// is held until the unit is paid. The budget grows with time at the share that
// is allowed, and what is not used is forgotten after a tenth of a second, so
// that over any longer stretch of time work/(work+rest) stays at or below the
// share, for all callers together.
//
// A Throttle starts no goroutine; it uses package time directly, so that
// testing/synctest can drive it.
package throttle

import (
	"context"
	"math"
	"strings"
	"sync"
	"time"
)

const (
	// Floor is the share of one core that background work always gets, except
	// when it is paused: it never starves.
	Floor = 0.05
	// burst is for how long unused budget is kept.
	burst = 100 * time.Millisecond
	// least is the shortest rest; shorter ones add up first.
	least = time.Millisecond
	// maxUnit bounds what one unit is charged with.
	maxUnit = time.Hour
)

// forever is the end of a pause without end.
var forever = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// Config of a Throttle.
type Config struct {
	// Share of one core that background work may use, Floor to 1. 0: a quarter.
	Share float64
	// BytesPerSecond that background work may read. 0: no bound.
	BytesPerSecond int64
	// Conditions of the machine. Nil: none are known.
	Conditions Conditions
	// Every is how often conditions are asked for. 0: five seconds.
	Every time.Duration
}

// State is what a Throttle does at a moment.
type State struct {
	// Limit is the configured share, Share the one in force: 0 while paused.
	Limit, Share float64
	// Foreground tells that a person's request is being served.
	Foreground bool
	// PausedUntil is the end of a pause, zero when there is none.
	PausedUntil time.Time
	// Reason says why Share is below Limit, "" when it is not.
	Reason string
}

// Throttle holds back whoever calls Wait. Its methods may be called concurrently.
type Throttle struct {
	conditions Conditions
	every      time.Duration

	mu          sync.Mutex
	limit       float64 // share, as configured
	limitBytes  float64 // a second; 0: none
	foreground  int
	pausedUntil time.Time
	observed    Observation
	observedAt  time.Time
	last        time.Time // when the budgets last grew
	cpu         float64   // seconds of budget; below zero: to be rested for
	bytes       float64
	changed     chan struct{} // closed when a waiting caller must look again
}

// New returns a Throttle.
func New(cfg Config) *Throttle {
	if cfg.Share == 0 {
		cfg.Share = 0.25
	}
	if cfg.Every <= 0 {
		cfg.Every = 5 * time.Second
	}
	t := &Throttle{conditions: cfg.Conditions, every: cfg.Every, limit: Floor, last: time.Now(), changed: make(chan struct{})}
	t.SetLimits(cfg.Share, cfg.BytesPerSecond)
	return t
}

// SetLimits changes the configured limits; they hold at once.
func (t *Throttle) SetLimits(share float64, bytesPerSecond int64) {
	t.change(func() {
		if math.IsNaN(share) {
			share = Floor
		}
		t.limit = min(max(share, Floor), 1)
		t.limitBytes = float64(max(bytesPerSecond, 0))
	})
}

// Wait is told what a unit of work took, as time on one core and bytes read, and
// returns when the next may start. The error is that of ctx.
func (t *Throttle) Wait(ctx context.Context, cpu time.Duration, bytes int64) error {
	t.charge(min(max(cpu, 0), maxUnit), max(bytes, 0))
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.observe()
		rest, changed := t.rest()
		if rest <= 0 {
			return nil
		}
		timer := time.NewTimer(min(rest, t.every))
		select {
		case <-timer.C:
		case <-changed:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// Foreground slows background work to the Floor until done is called, which may
// be called more than once. It is meant for the time of a person's request.
func (t *Throttle) Foreground() (done func()) {
	t.change(func() { t.foreground++ })
	var once sync.Once
	return func() {
		once.Do(func() { t.change(func() { t.foreground-- }) })
	}
}

// Pause stops background work for a time, with 0 until Resume or the end of the
// program. A pause replaces the one before.
func (t *Throttle) Pause(d time.Duration) {
	t.change(func() {
		t.pausedUntil = forever
		if d > 0 {
			t.pausedUntil = time.Now().Add(d)
		}
	})
}

// Resume ends a pause.
func (t *Throttle) Resume() {
	t.change(func() { t.pausedUntil = time.Time{} })
}

// PausedUntil returns the end of a pause: zero when there is none, a time in the
// year 9999 for one without end.
func (t *Throttle) PausedUntil() time.Time { return t.State().PausedUntil }

// Reason says in words why work goes slower than the configured share allows:
// "paused", "slowed: on battery"; "" when it does not.
func (t *Throttle) Reason() string { return t.State().Reason }

// State tells what the Throttle does now.
func (t *Throttle) State() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	share, reasons := t.share()
	s := State{Limit: t.limit, Share: share, Foreground: t.foreground > 0}
	if t.pausedUntil.After(time.Now()) {
		s.PausedUntil, s.Share, s.Reason = t.pausedUntil, 0, "paused"
	} else if len(reasons) > 0 {
		s.Reason = "slowed: " + strings.Join(reasons, ", ")
	}
	return s
}

// change alters what budgets depend on: they grow at the old rate up to now.
func (t *Throttle) change(alter func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.grow(0)
	alter()
	close(t.changed)
	t.changed = make(chan struct{})
}

// charge takes a unit of work from the budgets.
func (t *Throttle) charge(cpu time.Duration, bytes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.grow(cpu)
	t.cpu -= cpu.Seconds()
	t.bytes -= float64(bytes)
}

// grow adds to the budgets what the time since the last call allows. Budget is
// not hoarded, but that of the time worked is never lost.
func (t *Throttle) grow(worked time.Duration) {
	now := time.Now()
	passed := max(now.Sub(t.last), 0).Seconds()
	t.last = now
	keep := (burst + worked).Seconds()
	share, _ := t.share()
	t.cpu = min(t.cpu+passed*share, keep*share)
	rate := t.limitBytes * share / t.limit
	t.bytes = min(t.bytes+passed*rate, keep*rate)
	if t.limitBytes == 0 {
		t.bytes = 0
	}
}

// rest is how long nothing may be done as things are now.
func (t *Throttle) rest() (d time.Duration, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.grow(0)
	if left := time.Until(t.pausedUntil); left > 0 {
		return left, t.changed
	}
	share, _ := t.share()
	seconds := -t.cpu / share
	if t.limitBytes > 0 {
		seconds = max(seconds, -t.bytes/(t.limitBytes*share/t.limit))
	}
	if d = time.Duration(math.Ceil(min(seconds, (24*time.Hour).Seconds()) * 1e9)); d < least {
		d = 0
	}
	return d, t.changed
}
