package indexer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/internal/guard"
	"aimdesk/backend/rocks"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// indexSeries reads and stores everything of one run: its metadata again, so
// that both are of one time, and its series. It answers the bytes read.
func (ix *Indexer) indexSeries(ctx context.Context, hash string) (int64, error) {
	r, report, err := ix.readAndPut(ctx, hash, ix.cfg.Store)
	if err != nil {
		return report.Bytes, err
	}
	return report.Bytes, ix.stored(ctx, r, report.moved)
}

// look takes the fingerprints of a run. An error that lies in the run's folders
// is in the result, not returned: one run must not keep others from being read.
func (ix *Indexer) look(ctx context.Context, hash string) (change, error) {
	c := change{entry: aim.Entry{Hash: hash}}
	meta, seqs, err := ix.cfg.Repo.Fingerprint(ctx, hash)
	if err != nil {
		if ctx.Err() != nil {
			return c, ctx.Err()
		}
		c.cause = err
		return c, nil
	}
	c.meta, c.seqs = store.Fingerprint(meta), store.Fingerprint(seqs)
	return c, nil
}

// readAndPut reads one run whole and puts it into w. The fingerprints that it
// stores are from before the reading: a run that changed meanwhile looks
// changed at the next scan. Whether it did is in the report, so that it is not
// left alone until then.
func (ix *Indexer) readAndPut(ctx context.Context, hash string, w store.Writer) (*store.Run, RunReport, error) {
	before, err := ix.look(ctx, hash)
	if err != nil {
		return nil, RunReport{}, err
	}
	r, report, err := ix.readChange(ctx, before, w)
	if err != nil {
		return nil, report, err
	}
	after, err := ix.look(ctx, hash)
	if err != nil {
		return nil, report, err
	}
	report.moved = before.meta != after.meta || before.seqs != after.seqs
	return r, report, nil
}

func (ix *Indexer) readChange(ctx context.Context, c change, w store.Writer) (*store.Run, RunReport, error) {
	var report RunReport
	hash := c.entry.Hash
	if c.cause != nil {
		r := UnreadableRecord(ix.cfg.Repo.Root(), hash, "", "", unix(ix.cfg.Now()), c.cause)
		return r, report, w.PutMeta(ctx, r)
	}
	m, err := guard.Get(func() (*aim.Meta, error) { return ix.cfg.Repo.ReadMeta(ctx, hash) })
	if err != nil {
		if ctx.Err() != nil {
			return nil, report, ctx.Err()
		}
		r := UnreadableRecord(ix.cfg.Repo.Root(), hash, c.meta, c.seqs, unix(ix.cfg.Now()), err)
		return r, report, w.PutMeta(ctx, r)
	}
	r := Record(ix.cfg.Repo.Root(), m, c.meta, c.seqs, unix(ix.cfg.Now()))
	r.SeriesDone = true
	err = w.PutRun(ctx, r, func(put store.PutSeries) error {
		return guard.Do(func() error { return ix.readSeries(ctx, m, r, &report, put) })
	})
	var panicked *guard.PanicError
	if errors.As(err, &panicked) {
		err = &seriesError{err}
	}
	var damaged *seriesError
	if errors.As(err, &damaged) && !(errors.Is(err, rocks.ErrStale) && w == store.Writer(ix.cfg.Store)) {
		// The metadata is sound: keep the run, say what is wrong with its series.
		// Where that may pass, it looks changed, and is tried again.
		if !IsData(damaged.cause) || passing(damaged.cause, c.seqs) {
			c.seqs = ""
		}
		r = Record(ix.cfg.Repo.Root(), m, c.meta, c.seqs, unix(ix.cfg.Now()))
		r.SeriesDone = true
		r.Damage = append(r.Damage, *DamageOf(ix.cfg.Repo.Root(), damaged.cause))
		err = w.PutRun(ctx, r, nil)
	}
	if err != nil {
		return nil, report, fmt.Errorf("store run %s: %w", hash, err)
	}
	return r, report, nil
}

// seriesError marks an error that lies in the series' files.
type seriesError struct{ cause error }

func (e *seriesError) Error() string { return e.cause.Error() }
func (e *seriesError) Unwrap() error { return e.cause }

// RunReport is what reading one run took.
type RunReport struct {
	Points int64
	Bytes  int64

	moved bool // files changed while they were read
}

func (ix *Indexer) readSeries(ctx context.Context, m *aim.Meta, r *store.Run, report *RunReport, put store.PutSeries) error {
	var refused error
	got, err := ix.cfg.Repo.ReadSeries(ctx, m.Hash, m.Traces, func(i int, c *series.Columns) error {
		report.Points += int64(c.Len())
		refused = put(i, c)
		return refused
	})
	report.Bytes += got.Bytes
	r.LastRecord = got.LastRecord
	for _, d := range got.Damage {
		r.Damage = append(r.Damage, DamageAt(ix.cfg.Repo.Root(), d))
	}
	if err != nil && refused == nil && ctx.Err() == nil {
		return &seriesError{err}
	}
	return err
}

// pollUnsettled looks at the runs that are neither finished nor stalled, and
// takes what changed of them.
func (ix *Indexer) pollUnsettled(ctx context.Context) {
	ix.mu.Lock()
	var hashes []string
	for hash, k := range ix.known {
		if !k.settled || ix.live[hash] != nil {
			hashes = append(hashes, hash)
		}
	}
	ix.mu.Unlock()
	for _, hash := range hashes {
		if ctx.Err() != nil {
			return
		}
		if err := guard.Do(func() error { return ix.pollRun(ctx, hash) }); err != nil && ctx.Err() == nil {
			ix.problem(err)
		}
	}
}

func (ix *Indexer) pollRun(ctx context.Context, hash string) error {
	if l := ix.liveRun(hash); l != nil {
		return ix.pollFollowed(ctx, l)
	}
	ix.work.Lock()
	defer ix.work.Unlock()
	return ix.pollWhole(ctx, hash)
}

// pollWhole looks at a run and reads it whole if it changed; then it is
// followed, unless it has ended. ix.work is held.
func (ix *Indexer) pollWhole(ctx context.Context, hash string) error {
	c, err := ix.look(ctx, hash)
	if err != nil {
		return err
	}
	if c.cause != nil || (c.meta == "" && c.seqs == "") {
		ix.Hint()
		return nil //nolint:nilerr // gone or being changed: a scan decides
	}
	start := ix.cfg.Now()
	ix.mu.Lock()
	k, have := ix.known[hash]
	slow := start.Before(ix.slow[hash])
	ix.mu.Unlock()
	if !have {
		return nil // forgotten since
	}
	if k.meta == c.meta && k.seqs == c.seqs && k.seriesDone {
		r, err := ix.cfg.Store.Run(ctx, hash)
		if err != nil {
			return fmt.Errorf("read run %s back: %w", hash, err)
		}
		if knownOf(r).settled || ix.stalled(ctx, r) {
			k.settled = true
			ix.mu.Lock()
			ix.known[hash] = k
			ix.mu.Unlock()
			ix.ended(r)
		}
		return nil
	}
	if slow {
		return nil
	}
	r, report, err := ix.readAndPut(ctx, hash, ix.cfg.Store)
	if err != nil {
		return err
	}
	if err := ix.stored(ctx, r, report.moved); err != nil {
		return err
	}
	if r.Unreadable != nil || knownOf(r).settled || ix.stalled(ctx, r) {
		return nil
	}
	return ix.follow(ctx, hash, ix.cfg.Now().Sub(start))
}

// ended tells of a run whose writer is gone, and ends following it: from now on
// the index has all of it.
func (ix *Indexer) ended(r *store.Run) {
	ix.cfg.Sink.RunStored(r)
	if l := ix.liveRun(r.Hash); l != nil {
		ix.unfollow(l)
	}
}

// StateMeta gives aim.Repo.State what the index knows of a run.
func StateMeta(r *store.Run) *aim.Meta {
	if r.Unreadable != nil {
		return nil
	}
	return &aim.Meta{Hash: r.Hash, EndTimeKnown: r.EndTimeKnown, EndTime: r.EndTime, Params: codec.Value{}}
}

func unix(t time.Time) float64 { return float64(t.UnixNano()) / 1e9 }
