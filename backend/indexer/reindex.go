package indexer

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sort"
	"sync"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/store"
)

// Report is the outcome of a Reindex.
type Report struct {
	// New, Changed and Gone compare with the index before.
	New, Changed, Gone int
	Unreadable         []Unreadable
	Stalled            int
	Runs               int
	Points, Bytes      int64
	Duration           time.Duration
	FinishedAt         time.Time
}

// Unreadable names a run of which something could not be read.
type Unreadable struct {
	Hash string
	store.Damage
}

// Progress is told after every run: runs done, runs in all, points and bytes
// read so far. Calls come one at a time.
type Progress func(done, total int, points, bytes int64)

// Reindex reads every run again on all cores and builds a new index beside the
// one in use, which answers until the new one is complete. When ctx is done or
// something fails, the old index stays as it was.
func (ix *Indexer) Reindex(ctx context.Context, progress Progress) (Report, error) {
	if !ix.work.TryLock() {
		// A unit of background work may be under way: it ends soon.
		ix.work.Lock()
	}
	defer ix.work.Unlock()
	start := ix.cfg.Now()
	entries, err := ix.cfg.Repo.List(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("list runs: %w", err)
	}
	props, err := ix.properties(ctx)
	if err != nil {
		return Report{}, err
	}
	gen, err := ix.cfg.Store.NewGeneration(ctx)
	if errors.Is(err, store.ErrBusy) {
		return Report{}, ErrBusy
	}
	if err != nil {
		return Report{}, fmt.Errorf("start new index: %w", err)
	}
	ix.begin(PhaseReindex, len(entries))
	defer ix.endReindex()

	report, err := ix.fill(ctx, gen, entries, props, progress)
	if err != nil {
		return Report{}, errors.Join(err, gen.Discard())
	}
	if err := ix.publish(ctx, gen, &report); err != nil {
		return Report{}, errors.Join(err, gen.Discard())
	}
	report.FinishedAt = ix.cfg.Now()
	report.Duration = report.FinishedAt.Sub(start)
	return report, nil
}

func (ix *Indexer) endReindex() {
	ix.mu.Lock()
	ix.status.Phase = PhaseIdle
	ix.status.Done, ix.status.Total, ix.status.Current = 0, 0, ""
	ix.mu.Unlock()
	ix.cfg.Sink.StatusChanged()
	ix.Hint()
}

// fill reads all runs into a new generation.
func (ix *Indexer) fill(ctx context.Context, gen store.Generation, entries []aim.Entry, props map[string]aim.Properties, progress Progress) (Report, error) {
	var all []store.Properties
	for _, e := range entries {
		if p, ok := props[e.Hash]; ok {
			all = append(all, StoreProperties(e.Hash, p))
		}
	}
	if err := gen.PutProperties(ctx, all); err != nil {
		return Report{}, fmt.Errorf("store properties: %w", err)
	}
	report := Report{Runs: len(entries)}
	var mu sync.Mutex
	done := 0
	err := ix.parallel(ctx, len(entries), func(i int) error {
		_, one, err := ix.readAndPut(ctx, entries[i].Hash, gen)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		done++
		report.Points += one.Points
		report.Bytes += one.Bytes
		ix.step(entries[i].Hash, one.Bytes)
		if progress != nil {
			progress(done, len(entries), report.Points, report.Bytes)
		}
		return nil
	})
	return report, err
}

// publish swaps the new generation in and counts what it changed.
func (ix *Indexer) publish(ctx context.Context, gen store.Generation, report *Report) error {
	if err := gen.Publish(ctx); err != nil {
		return fmt.Errorf("publish new index: %w", err)
	}
	ctx = context.WithoutCancel(ctx) // there is no way back: take over what was published
	var runs []*store.Run
	if err := ix.cfg.Store.Runs(ctx, func(r *store.Run) error { runs = append(runs, r); return nil }); err != nil {
		return fmt.Errorf("read new index: %w", err)
	}
	fresh := make(map[string]known, len(runs))
	for _, r := range runs {
		k := knownOf(r)
		if !k.settled && ix.stalled(ctx, r) {
			k.settled = true
			report.Stalled++
		}
		fresh[r.Hash] = k
		report.Unreadable = append(report.Unreadable, Problems(r)...)
	}
	ix.mu.Lock()
	for hash, k := range fresh {
		old, had := ix.known[hash]
		switch {
		case !had:
			report.New++
		case old.meta != k.meta || old.seqs != k.seqs || old.props != k.props:
			report.Changed++
		}
	}
	for hash := range ix.known {
		if _, there := fresh[hash]; !there {
			report.Gone++
		}
	}
	ix.known = fresh
	ix.queue.clear()
	ix.mu.Unlock()
	sort.Slice(report.Unreadable, func(i, j int) bool { return report.Unreadable[i].Hash < report.Unreadable[j].Hash })
	ix.cfg.Sink.Replaced(runs)
	ix.retell()
	runtime.GC() // reading everything left much behind; the window stays
	return nil
}

// Problems lists what of a run could not be read.
func Problems(r *store.Run) []Unreadable {
	var out []Unreadable
	if r.Unreadable != nil {
		out = append(out, Unreadable{r.Hash, *r.Unreadable})
	}
	for _, d := range r.Damage {
		out = append(out, Unreadable{r.Hash, d})
	}
	return out
}

// ReindexRuns reads some runs again into the index in use, each atomically.
func (ix *Indexer) ReindexRuns(ctx context.Context, hashes []string, progress Progress) (Report, error) {
	ix.work.Lock()
	defer ix.work.Unlock()
	start := ix.cfg.Now()
	props, err := ix.properties(ctx)
	if err != nil {
		return Report{}, err
	}
	report := Report{Runs: len(hashes)}
	for n, hash := range hashes {
		if p, ok := props[hash]; ok {
			if err := ix.cfg.Store.PutProperties(ctx, []store.Properties{StoreProperties(hash, p)}); err != nil {
				return report, fmt.Errorf("store properties: %w", err)
			}
		}
		ix.mu.Lock()
		old, had := ix.known[hash]
		ix.mu.Unlock()
		bytes, err := ix.indexSeriesInto(ctx, hash, &report)
		if err != nil {
			return report, err
		}
		report.Bytes += bytes
		ix.mu.Lock()
		k := ix.known[hash]
		ix.mu.Unlock()
		switch {
		case !had:
			report.New++
		case old.meta != k.meta || old.seqs != k.seqs:
			report.Changed++
		}
		if progress != nil {
			progress(n+1, len(hashes), report.Points, report.Bytes)
		}
	}
	report.FinishedAt = ix.cfg.Now()
	report.Duration = report.FinishedAt.Sub(start)
	return report, nil
}

func (ix *Indexer) indexSeriesInto(ctx context.Context, hash string, report *Report) (int64, error) {
	r, one, err := ix.readAndPut(ctx, hash, ix.cfg.Store)
	if err != nil {
		return one.Bytes, err
	}
	report.Points += one.Points
	if err := ix.stored(ctx, r, one.moved); err != nil {
		return one.Bytes, err
	}
	report.Unreadable = append(report.Unreadable, Problems(r)...)
	if r.Unreadable == nil && r.EndTime == nil && ix.stalled(ctx, r) {
		report.Stalled++
	}
	return one.Bytes, nil
}
