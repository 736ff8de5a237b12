// Package indexer keeps the index of one repository up to date: it decides
// what to read, when and how fast. Metadata of new and changed runs is read
// first and at full speed, so that the table of runs is complete at once;
// series follow one run at a time in the background, throttled.
//
// Runs that are being written are followed (see live.go): their new rows are
// told from memory, and written to the index now and then.
//
// The loop is one goroutine (Serve); another one looks at followed runs, so that
// they do not wait for long work. Reindex All runs on the goroutine that
// asks for it and keeps the loop waiting; readers of the store never wait.
package indexer

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/guard"
	"aimdesk/backend/store"
)

// Sink hears what the indexer did, after it is stored. Calls come from several
// goroutines, must return soon and must not call the indexer.
type Sink interface {
	// RunStored hands over a run as it is stored now. It must not be modified.
	RunStored(r *store.Run)
	// RunGone tells that a run was removed.
	RunGone(hash string)
	// Replaced hands over all runs after Reindex All.
	Replaced(runs []*store.Run)
	// StatusChanged tells that Status answers something new.
	StatusChanged()
}

// Throttle slows background work down. Foreground work never asks it.
type Throttle interface {
	// Wait is told what a unit of work took and returns when the next may start.
	Wait(ctx context.Context, cpu time.Duration, bytes int64) error
	// Reason says why work goes slower than it could, "" when it does not.
	Reason() string
	// PausedUntil returns the end of a pause: zero when there is none, the
	// far future for one without end.
	PausedUntil() time.Time
}

// Config says what an Indexer works on.
type Config struct {
	// Repo is the repository to read. Required.
	Repo *aim.Repo
	// Store is the index to write. Required.
	Store store.Store
	// Sink hears what happened. Nil: nobody does.
	Sink Sink
	// Failed hears that the store cannot be used any more as it is: nothing but
	// a new one helps. It must return soon and not call the indexer. Nil:
	// nobody does.
	Failed func(error)
	// Throttle slows the background pass. Nil: full speed.
	Throttle Throttle
	// Workers is how many runs are read at once in the foreground passes.
	// 0: one a core.
	Workers int
	// Poll is how often runs that are neither finished nor stalled are looked
	// at. 0: one second.
	Poll time.Duration
	// Scan is how often the whole repository is compared with the index.
	// 0: one minute. Of runs that ended only the folders' own times are looked
	// at; every tenth time all files are.
	Scan time.Duration
	// Now tells the time. Nil: time.Now.
	Now func() time.Time
	// Log gets what a person cannot act on. Nil: nothing is logged.
	Log *slog.Logger
}

// Indexer keeps one index up to date. Its methods may be called concurrently.
type Indexer struct {
	cfg Config

	// work is held for one unit of work of the loop, and for all of a
	// Reindex: at most one of them writes.
	work sync.Mutex

	mu     sync.Mutex
	known  map[string]known
	live   map[string]*live     // runs that are followed
	slow   map[string]time.Time // when runs that cannot be may be read again
	queue  queue
	status Status
	notes  int // how often a note was made
	rate   meter
	hints  chan struct{}
	wanted chan struct{}

	fullScan time.Time // when all files were last looked at; under work
}

// known is what the index holds of a run, as far as deciding needs it.
type known struct {
	meta, seqs store.Fingerprint
	props      uint64 // hash of the properties
	seriesDone bool
	settled    bool // has an end time, stalled or unreadable: not polled
	unreadable bool
	created    float64
	ended      bool // has an end time: no writer appends to its logs
	// folders are the times of the folders when both fingerprints were last
	// found as they are here; zero when they say nothing.
	folders aim.FolderTimes
}

// ErrBusy reports that another Reindex of the same repository is under way.
var ErrBusy = errors.New("a reindex is under way")

// New returns an indexer that knows nothing yet; Load tells it what the index
// holds.
func New(cfg Config) *Indexer {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Poll <= 0 {
		cfg.Poll = time.Second
	}
	if cfg.Scan <= 0 {
		cfg.Scan = time.Minute
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Failed == nil {
		cfg.Failed = func(error) {}
	}
	if cfg.Sink == nil {
		cfg.Sink = noSink{}
	}
	ix := &Indexer{cfg: cfg, known: map[string]known{}, live: map[string]*live{}, slow: map[string]time.Time{}, hints: make(chan struct{}, 1), wanted: make(chan struct{}, 1)}
	ix.status.Phase = PhaseStarting
	ix.rate.now = cfg.Now
	return ix
}

// Load tells the indexer what the index holds. Call it before Serve.
func (ix *Indexer) Load(runs []*store.Run) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, r := range runs {
		ix.known[r.Hash] = knownOf(r)
	}
}

// Hint tells that something below the repository may have changed.
func (ix *Indexer) Hint() {
	select {
	case ix.hints <- struct{}{}:
	default: // one is waiting already
	}
}

// Prioritise moves runs to the front of the queue: what a person looks at.
func (ix *Indexer) Prioritise(hashes ...string) {
	ix.mu.Lock()
	for i := len(hashes) - 1; i >= 0; i-- {
		ix.queue.raise(hashes[i])
	}
	ix.mu.Unlock()
	select {
	case ix.wanted <- struct{}{}:
	default:
	}
}

// Renew reads a run again, though its files did not change: what the index has
// of it turned out to be damaged.
func (ix *Indexer) Renew(hash string) {
	ix.mu.Lock()
	if k, have := ix.known[hash]; have {
		k.seriesDone = false
		ix.known[hash] = k
		ix.queue.push(hash)
	}
	ix.mu.Unlock()
	ix.Prioritise(hash)
}

// Serve keeps the index up to date until ctx is done. The watcher hints, the
// timed scan decides.
func (ix *Indexer) Serve(ctx context.Context) error {
	poll, scan := time.NewTicker(ix.cfg.Poll), time.NewTicker(ix.cfg.Scan)
	defer poll.Stop()
	defer scan.Stop()
	var fast sync.WaitGroup
	defer fast.Wait()
	fast.Go(func() { ix.serveLive(ctx) })

	ix.pass(ctx)
	for {
		if ix.paused() {
			ix.setPhase(PhasePaused)
		} else if ix.next(ctx) {
			// One unit done; look whether something more urgent came up.
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-ix.hints:
				ix.pass(ctx)
			case <-poll.C:
				ix.pollUnsettled(ctx)
			default:
			}
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ix.hints:
			ix.pass(ctx)
		case <-scan.C:
			ix.pass(ctx)
		case <-poll.C:
			ix.pollUnsettled(ctx)
		case <-ix.wanted:
		}
	}
}

// next indexes the series of one queued run; false when there is none.
func (ix *Indexer) next(ctx context.Context) bool {
	ix.mu.Lock()
	hash, ok := ix.queue.pop()
	if ok {
		ix.status.Phase, ix.status.Current = PhaseSeries, hash
		ix.status.Done++
	}
	ix.mu.Unlock()
	if !ok || ctx.Err() != nil {
		ix.settle()
		return false
	}
	ix.cfg.Sink.StatusChanged()
	start := ix.cfg.Now()
	ix.work.Lock()
	bytes, err := guard.Get(func() (int64, error) { return ix.indexSeries(ctx, hash) })
	ix.work.Unlock()
	if err != nil && ctx.Err() == nil {
		ix.problem(err)
	}
	ix.mu.Lock()
	ix.rate.add(1, bytes)
	ix.mu.Unlock()
	if ix.cfg.Throttle != nil {
		if err := ix.cfg.Throttle.Wait(ctx, ix.cfg.Now().Sub(start), bytes); err != nil {
			return false
		}
	}
	return true
}

// problem keeps an error of the index itself for the person to see.
func (ix *Indexer) problem(err error) {
	ix.cfg.Log.Warn("index run", "error", err)
	ix.mu.Lock()
	ix.note(err.Error())
	var space *store.NoSpaceError
	if errors.As(err, &space) {
		ix.queue.clear()
		ix.status.Phase = PhaseFailed
	}
	ix.mu.Unlock()
	var damaged *store.DamagedError
	if errors.As(err, &damaged) {
		ix.cfg.Failed(err)
	}
	ix.cfg.Sink.StatusChanged()
}

// note keeps what a person should know. ix.mu is held.
func (ix *Indexer) note(text string) {
	ix.status.Note = text
	ix.notes++
}

func (ix *Indexer) paused() bool {
	return ix.cfg.Throttle != nil && ix.cfg.Throttle.PausedUntil().After(ix.cfg.Now())
}

type noSink struct{}

func (noSink) RunStored(*store.Run)  {}
func (noSink) RunGone(string)        {}
func (noSink) Replaced([]*store.Run) {}
func (noSink) StatusChanged()        {}
