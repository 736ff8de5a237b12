package indexer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/guard"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// Bounds of following live runs.
const (
	// maxLiveBytes is the memory that the rows of followed runs may take. A run
	// beyond it is read again from time to time.
	maxLiveBytes = 128 << 20
	// maxKept is how many runs have their newest logs kept open, two files
	// each, and are looked at more often: their writers may fill several logs
	// between two polls.
	maxKept = 8
	// fastPolls is how many times a poll such runs are looked at while their
	// writers begin one log after the other; half as often otherwise.
	fastPolls = 8
	// busyFor is how long a writer counts as quick after it began a log.
	busyFor = 5 * time.Second
	// saveGrowth and saveEvery say when the rows of a followed run are written
	// to the index: when there are a quarter more, when the writer pauses, or
	// after a while. Either way, writing takes no more than one part in saveShare of the time.
	saveGrowth = 1.25
	saveEvery  = 30 * time.Second
	// saveIdle is for how long a writer pauses before what it wrote is saved.
	saveIdle  = 3 * time.Second
	saveShare = 100
	// slowShare is the same for reading a run that cannot be followed.
	slowShare = 20
	// maxCharge is how long the throttle may hold live runs up.
	maxCharge = time.Second
)

// rowBytes is about what a row takes in a follower.
const rowBytes = 110

// live is a run that is followed. mu may be taken while Indexer.work is held,
// never the other way round.
type live struct {
	hash string
	f    *aim.Follower
	kept bool

	mu         sync.Mutex
	meta, seqs store.Fingerprint // of the files, before what f holds was read
	record     *store.Run        // as it was told last; never modified
	told       time.Time
	change     aim.Change // since then
	quiet      bool       // nothing changed at the last look
	switches   int        // logs that were begun, at the last look
	busy       time.Time  // the writer fills its logs quickly until then
	failed     bool       // following ended

	// These belong to the loop.
	saved     int // rows in the index
	savedAt   time.Time
	savedTook time.Duration
}

// follow begins to follow a run that was just stored. A run that cannot be
// followed is read again at intervals that follow from took.
func (ix *Indexer) follow(ctx context.Context, hash string, took time.Duration) error {
	record, err := ix.cfg.Store.Run(ctx, hash)
	if err != nil {
		return fmt.Errorf("read run %s back: %w", hash, err)
	}
	used, kept := ix.liveUse()
	l := &live{hash: hash, record: record, savedAt: ix.cfg.Now(), savedTook: took, change: aim.Change{Meta: true}}
	for i := range record.Traces {
		l.saved += record.Traces[i].Summary.Count
	}
	c, err := ix.look(ctx, hash)
	if err != nil {
		return err
	}
	l.meta, l.seqs = c.meta, c.seqs
	if used+int64(l.saved)*rowBytes < maxLiveBytes {
		if l.f, err = ix.cfg.Repo.Follow(ctx, hash); err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if l.f == nil {
		ix.slow[hash] = ix.cfg.Now().Add(slowShare * took)
		return nil
	}
	if l.kept = kept < maxKept; l.kept {
		l.f.Keep(true)
	}
	delete(ix.slow, hash)
	ix.live[hash] = l
	return nil
}

// liveUse answers the memory of all followed runs, and how many are kept open.
func (ix *Indexer) liveUse() (bytes int64, kept int) {
	for _, l := range ix.followed() {
		bytes += l.f.Memory()
		if l.kept {
			kept++
		}
	}
	return bytes, kept
}

func (ix *Indexer) followed() []*live {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	out := make([]*live, 0, len(ix.live))
	for _, l := range ix.live {
		out = append(out, l)
	}
	return out
}

func (ix *Indexer) liveRun(hash string) *live {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return ix.live[hash]
}

// unfollow ends following a run.
func (ix *Indexer) unfollow(l *live) {
	ix.mu.Lock()
	if ix.live[l.hash] == l {
		delete(ix.live, l.hash)
	}
	ix.mu.Unlock()
	l.mu.Lock()
	l.failed = true
	l.f.Close()
	l.mu.Unlock()
}

// LiveSeries answers the rows of a metric of a run that is followed, as they
// are now: nil if it has none. They never change and must not be modified.
// followed is false for other runs: the index has theirs.
func (ix *Indexer) LiveSeries(hash, name string, contextID int64) (c *series.Columns, followed bool) {
	l := ix.liveRun(hash)
	if l == nil {
		return nil, false
	}
	return l.f.Columns(name, contextID), true
}

// serveLive looks at the followed runs with busy writers until ctx is done,
// whatever the indexer does meanwhile.
func (ix *Indexer) serveLive(ctx context.Context) {
	defer func() {
		for _, l := range ix.followed() {
			ix.unfollow(l)
		}
	}()
	tick := time.NewTicker(max(ix.cfg.Poll/fastPolls, time.Millisecond))
	defer tick.Stop()
	for odd := false; ; odd = !odd {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		start := ix.cfg.Now()
		var bytes int64
		for _, l := range ix.followed() {
			if !l.kept || (odd && !l.isBusy(start)) {
				continue
			}
			before := l.f.Bytes()
			if err := guard.Do(func() error { return ix.pollLive(ctx, l) }); err != nil && ctx.Err() == nil {
				ix.problem(err)
			}
			bytes += l.f.Bytes() - before
		}
		if took := ix.cfg.Now().Sub(start); bytes > 0 && ix.cfg.Throttle != nil && !ix.paused() {
			// What is owed beyond that slows the background pass.
			wait, cancel := context.WithTimeout(ctx, maxCharge)
			err := ix.cfg.Throttle.Wait(wait, took, bytes)
			cancel()
			if err != nil && ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
				ix.problem(err)
			}
		}
	}
}

func (l *live) isBusy(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.busy)
}

// pollLive takes what the writer of a followed run appended, and tells of it,
// but not more often than once a poll. What cannot be followed any more is left
// to the poll that reads runs whole.
func (ix *Indexer) pollLive(ctx context.Context, l *live) error {
	failed, err := ix.advance(ctx, l)
	if failed {
		return errors.Join(err, ix.fallBack(ctx, l))
	}
	return err
}

// fallBack ends following a run that goes on: what the index has of it is told
// until it has been read again.
func (ix *Indexer) fallBack(ctx context.Context, l *live) error {
	ix.unfollow(l)
	r, err := ix.cfg.Store.Run(ctx, l.hash)
	if errors.Is(err, store.ErrNotFound) {
		return nil // gone since
	}
	if err != nil {
		return fmt.Errorf("read run %s back: %w", l.hash, err)
	}
	ix.cfg.Sink.RunStored(r)
	return nil
}

// advance takes and tells. failed says that the run is not followed any more.
func (ix *Indexer) advance(ctx context.Context, l *live) (failed bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed {
		return false, nil // somebody else ended it
	}
	err = ix.advanceLocked(ctx, l)
	return l.failed, err
}

func (ix *Indexer) advanceLocked(ctx context.Context, l *live) error {
	// Fingerprints from before the reading: the next look finds what came in
	// between.
	c, err := ix.look(ctx, l.hash)
	if err != nil {
		return err
	}
	if c.cause != nil || c.meta == "" || c.seqs == "" {
		l.failed = true
		ix.Hint()
		return nil //nolint:nilerr // gone or being changed: a scan decides
	}
	l.quiet = c.meta == l.meta && c.seqs == l.seqs
	if !l.quiet {
		change, err := l.f.Poll(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			ix.cfg.Log.Debug("follow run", "hash", l.hash, "error", err)
			l.failed = true
			return nil
		}
		l.meta, l.seqs = c.meta, c.seqs
		l.change = joinChanges(l.change, change)
		if n := l.f.Switches(); n != l.switches || change.Series {
			l.switches, l.busy = n, ix.cfg.Now().Add(busyFor)
		}
	}
	if now := ix.cfg.Now(); l.change.Any() && now.Sub(l.told) >= ix.cfg.Poll-ix.cfg.Poll/fastPolls/2 {
		l.record, l.told, l.change = ix.liveRecord(l), now, aim.Change{}
		ix.cfg.Sink.RunStored(l.record)
	}
	return nil
}

// joinChanges is what two polls brought, one after the other.
func joinChanges(a, b aim.Change) aim.Change {
	return aim.Change{
		Meta: a.Meta || b.Meta, Series: a.Series || b.Series, Time: a.Time || b.Time,
		Stored: append(a.Stored, b.Stored...), Rows: append(a.Rows, b.Rows...),
	}
}

// liveRecord makes the record of a followed run: the last one, with what has
// changed. l.mu is held.
func (ix *Indexer) liveRecord(l *live) *store.Run {
	r := *l.record
	r.MetaPrint, r.SeqsPrint, r.IndexedAt, r.SeriesDone = l.meta, l.seqs, unix(ix.cfg.Now()), true
	summarize := func(i int) {
		t := &r.Traces[i]
		t.Summary, t.HasSeries = l.f.Summary(i)
	}
	if l.change.Meta || l.change.Series {
		full := Record(ix.cfg.Repo.Root(), l.f.Meta(), r.MetaPrint, r.SeqsPrint, r.IndexedAt)
		r.EndTimeKnown, r.EndTime, r.Params, r.Traces, r.Damage = full.EndTimeKnown, full.EndTime, full.Params, full.Traces, full.Damage
		for i := range r.Traces {
			summarize(i)
		}
	} else {
		r.Traces = slices.Clone(r.Traces)
		for _, i := range unique(l.change.Stored) {
			t := l.f.Trace(i)
			r.Traces[i].Stored = TraceRecord(&t).Stored
		}
		for _, i := range unique(l.change.Rows) {
			summarize(i)
		}
	}
	r.LastRecord = l.f.LastRecord()
	return &r
}

func unique(s []int) []int {
	slices.Sort(s)
	return slices.Compact(s)
}

// pollFollowed is the poll of a followed run by the loop: it also writes its
// rows to the index from time to time, and once more when the run has ended.
func (ix *Indexer) pollFollowed(ctx context.Context, l *live) error {
	if err := ix.pollLive(ctx, l); err != nil {
		return err
	}
	l.mu.Lock()
	record, quiet, failed, told := l.record, l.quiet, l.failed, l.told
	l.mu.Unlock()
	if failed {
		return nil
	}
	if knownOf(record).settled || (quiet && ix.stalled(ctx, record)) {
		ix.work.Lock()
		defer ix.work.Unlock()
		return ix.pollWhole(ctx, l.hash)
	}
	now, rows := ix.cfg.Now(), l.f.Rows()
	since := now.Sub(l.savedAt)
	if rows == l.saved || since < saveShare*l.savedTook {
		return nil
	}
	pauses := quiet && now.Sub(told) >= saveIdle
	if !pauses && float64(rows) < saveGrowth*float64(l.saved) && since < saveEvery {
		return nil
	}
	if err := ix.saveLive(ctx, l, record, rows); err != nil {
		return err
	}
	if used, _ := ix.liveUse(); used > maxLiveBytes {
		return ix.fallBack(ctx, l)
	}
	return nil
}

// saveLive writes a followed run to the index out of memory.
func (ix *Indexer) saveLive(ctx context.Context, l *live, record *store.Run, rows int) error {
	ix.work.Lock()
	defer ix.work.Unlock()
	start := ix.cfg.Now()
	r := *record
	r.Traces = slices.Clone(record.Traces)
	err := ix.cfg.Store.PutRun(ctx, &r, func(put store.PutSeries) error {
		for i := range r.Traces {
			t := &r.Traces[i]
			if t.Kind != aim.KindMetric.String() {
				continue
			}
			if c := l.f.Columns(t.Name, t.ContextID); c != nil {
				if err := put(i, c); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store run %s: %w", l.hash, err)
	}
	l.saved, l.savedAt = rows, ix.cfg.Now()
	l.savedTook = l.savedAt.Sub(start)
	ix.mu.Lock()
	if k, have := ix.known[l.hash]; have {
		k.meta, k.seqs, k.seriesDone = r.MetaPrint, r.SeqsPrint, true
		ix.known[l.hash] = k
	}
	ix.mu.Unlock()
	return nil
}

// tell hands a run over as it was read back from the index. What is newer of a
// followed run is put over it.
func (ix *Indexer) tell(r *store.Run) {
	l := ix.liveRun(r.Hash)
	if l == nil {
		ix.cfg.Sink.RunStored(r)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	newer := *l.record
	newer.Props, newer.HasRow = r.Props, r.HasRow
	l.record = &newer
	ix.cfg.Sink.RunStored(l.record)
}

// retell has all followed runs told again, after their rows in the index were.
func (ix *Indexer) retell() {
	for _, l := range ix.followed() {
		l.mu.Lock()
		l.change.Meta = true
		l.mu.Unlock()
	}
}
