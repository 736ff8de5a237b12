package indexer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"sort"
	"sync"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/guard"
	"aimdesk/backend/store"
)

// change is a run whose files differ from what the index holds.
type change struct {
	entry      aim.Entry
	meta, seqs store.Fingerprint
	cause      error // why the fingerprints could not be taken
	metaNew    bool
	created    float64
}

// pass compares the whole repository with the index, reads the metadata of
// what is new or changed, and queues the series.
func (ix *Indexer) pass(ctx context.Context) {
	ix.work.Lock()
	defer ix.work.Unlock()
	ix.mu.Lock()
	phase, notes := ix.status.Phase, ix.notes
	ix.mu.Unlock()
	if err := guard.Do(func() error { return ix.scan(ctx) }); err != nil && ctx.Err() == nil {
		var list *listError
		if errors.As(err, &list) && errors.Is(err, fs.ErrNotExist) {
			ix.setPhase(PhaseOffline)
			return
		}
		ix.problem(fmt.Errorf("scan repository: %w", err))
		return
	}
	ix.mu.Lock()
	if p := ix.status.Phase; p == phase && (p == PhaseOffline || p == PhaseFailed) {
		ix.status.Phase = PhaseIdle
	}
	if ix.notes == notes {
		ix.status.Note = "" // what it told of did not happen again
	}
	ix.mu.Unlock()
	ix.settle()
}

// listError marks an error of the repository itself, not of one run nor of the
// index.
type listError struct{ cause error }

func (e *listError) Error() string { return e.cause.Error() }
func (e *listError) Unwrap() error { return e.cause }

func (ix *Indexer) scan(ctx context.Context) error {
	entries, err := ix.cfg.Repo.List(ctx)
	if err != nil {
		return &listError{err}
	}
	props, err := ix.properties(ctx)
	if err != nil {
		return err
	}
	changes, err := ix.compare(ctx, entries, props)
	if err != nil {
		return err
	}
	if err := ix.forget(ctx, entries, props != nil); err != nil {
		return err
	}
	if err := ix.storeProperties(ctx, entries, props); err != nil {
		return err
	}
	return ix.apply(ctx, changes)
}

// properties reads run_metadata.sqlite. A damaged file costs names and tags,
// never the runs.
func (ix *Indexer) properties(ctx context.Context) (map[string]aim.Properties, error) {
	props, err := ix.cfg.Repo.Properties(ctx)
	if err == nil || ctx.Err() != nil {
		return props, err
	}
	ix.mu.Lock()
	ix.note(fmt.Sprintf("names, tags and experiments could not be read: %v", err))
	ix.mu.Unlock()
	return nil, nil
}

// compare takes the fingerprint of every run, in parallel, and returns those
// that differ, newest first.
func (ix *Indexer) compare(ctx context.Context, entries []aim.Entry, props map[string]aim.Properties) ([]change, error) {
	found := make([]*change, len(entries))
	start := ix.cfg.Now()
	full := start.Sub(ix.fullScan) >= fullScanEvery*ix.cfg.Scan
	err := ix.parallel(ctx, len(entries), func(i int) error {
		e := entries[i]
		folders, told := ix.cfg.Repo.FolderTimes(e.Hash)
		if told && !full && ix.asKnown(e.Hash, folders) {
			return nil
		}
		c, err := ix.look(ctx, e.Hash)
		if err != nil {
			return err
		}
		ix.mu.Lock()
		k, have := ix.known[e.Hash]
		followed := ix.live[e.Hash] != nil
		ix.mu.Unlock()
		if followed {
			return nil
		}
		c.metaNew = !have || k.meta != c.meta
		if !c.metaNew && k.seqs == c.seqs && k.seriesDone {
			if told {
				ix.keepFolders(e.Hash, k, folders)
			}
			return nil
		}
		if p := props[e.Hash]; p.CreationTime != nil {
			c.created = *p.CreationTime
		}
		found[i] = &c
		return nil
	})
	if err != nil {
		return nil, err
	}
	if full {
		ix.fullScan = start
	}
	var changes []change
	for _, c := range found {
		if c != nil {
			changes = append(changes, *c)
		}
	}
	sort.SliceStable(changes, func(i, j int) bool { return changes[i].created > changes[j].created })
	return changes, nil
}

// fullScanEvery is how many scans there are to one that looks at all files.
const fullScanEvery = 10

// asKnown tells whether the folders of a run that ended are as they were when
// its files were found unchanged. Nobody appends to the logs of such a run: who
// resumes it makes new files first, which changes the folders.
func (ix *Indexer) asKnown(hash string, folders aim.FolderTimes) bool {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	k, have := ix.known[hash]
	return have && k.ended && k.settled && k.seriesDone && k.folders == folders
}

// keepFolders remembers the times of folders, taken before the fingerprints
// were found to be those of k.
func (ix *Indexer) keepFolders(hash string, k known, folders aim.FolderTimes) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if now, have := ix.known[hash]; have && now == k {
		k.folders = folders
		ix.known[hash] = k
	}
}

// forget removes runs that are not in the repository any more. When SQLite
// could not be read, those that it alone may name are kept.
func (ix *Indexer) forget(ctx context.Context, entries []aim.Entry, all bool) error {
	there := make(map[string]bool, len(entries))
	for _, e := range entries {
		there[e.Hash] = true
	}
	var gone []string
	ix.mu.Lock()
	for hash, k := range ix.known {
		if !there[hash] && (all || !k.unreadable) {
			gone = append(gone, hash)
		}
	}
	ix.mu.Unlock()
	if len(gone) == 0 {
		return nil
	}
	if err := ix.cfg.Store.Delete(ctx, gone...); err != nil {
		return fmt.Errorf("forget runs: %w", err)
	}
	ix.mu.Lock()
	for _, hash := range gone {
		delete(ix.known, hash)
		delete(ix.slow, hash)
		ix.queue.remove(hash)
	}
	ix.mu.Unlock()
	for _, hash := range gone {
		if l := ix.liveRun(hash); l != nil {
			ix.unfollow(l)
		}
		ix.cfg.Sink.RunGone(hash)
	}
	return nil
}

// storeProperties writes the properties that changed, forgets those of runs
// that SQLite does not know any more, and tells of runs whose chunk did not
// change with them.
func (ix *Indexer) storeProperties(ctx context.Context, entries []aim.Entry, props map[string]aim.Properties) error {
	if props == nil {
		return nil
	}
	var changed []store.Properties
	var lost []string
	hashes := map[string]uint64{} // of known runs
	ix.mu.Lock()
	for _, e := range entries {
		k, have := ix.known[e.Hash]
		p, has := props[e.Hash]
		if !has {
			if k.props != 0 {
				lost = append(lost, e.Hash)
				hashes[e.Hash] = 0
			}
			continue
		}
		sp := StoreProperties(e.Hash, p)
		if h := propsHash(sp); !have || k.props != h {
			changed = append(changed, sp)
			if have {
				hashes[e.Hash] = h
			}
		}
	}
	ix.mu.Unlock()
	if len(changed) > 0 {
		if err := ix.cfg.Store.PutProperties(ctx, changed); err != nil {
			return fmt.Errorf("store properties: %w", err)
		}
	}
	if len(lost) > 0 {
		if err := ix.cfg.Store.DeleteProperties(ctx, lost...); err != nil {
			return fmt.Errorf("forget properties: %w", err)
		}
	}
	for hash, h := range hashes {
		r, err := ix.cfg.Store.Run(ctx, hash)
		if err != nil {
			return fmt.Errorf("read run back: %w", err)
		}
		ix.mu.Lock()
		k := ix.known[hash]
		k.props = h
		ix.known[hash] = k
		ix.mu.Unlock()
		ix.tell(r)
	}
	return nil
}

// apply reads the metadata of changed runs at full speed and queues series.
func (ix *Indexer) apply(ctx context.Context, changes []change) error {
	metas := 0
	for _, c := range changes {
		if c.metaNew {
			metas++
		}
	}
	if metas > 0 {
		ix.begin(PhaseMetadata, metas)
	}
	err := ix.parallel(ctx, len(changes), func(i int) error {
		if !changes[i].metaNew {
			return nil
		}
		err := ix.indexMeta(ctx, changes[i])
		ix.step(changes[i].entry.Hash, 0)
		return err
	})
	if err != nil {
		return err
	}
	ix.mu.Lock()
	for _, c := range changes {
		if k := ix.known[c.entry.Hash]; !k.unreadable && !(k.seriesDone && k.seqs == c.seqs) {
			ix.queue.push(c.entry.Hash)
		}
	}
	n := ix.queue.len()
	ix.mu.Unlock()
	if n > 0 {
		ix.begin(PhaseSeries, n)
	}
	return nil
}

// indexMeta reads and stores the metadata of one run.
func (ix *Indexer) indexMeta(ctx context.Context, c change) error {
	r, err := ix.readMeta(ctx, c)
	if err != nil {
		return err
	}
	if err := ix.cfg.Store.PutMeta(ctx, r); err != nil {
		return fmt.Errorf("store metadata of run %s: %w", c.entry.Hash, err)
	}
	return ix.stored(ctx, r, false)
}

// readMeta makes the record of a run; damage in its files is in the record,
// not an error.
func (ix *Indexer) readMeta(ctx context.Context, c change) (*store.Run, error) {
	root, hash, now := ix.cfg.Repo.Root(), c.entry.Hash, unix(ix.cfg.Now())
	if c.cause != nil {
		return UnreadableRecord(root, hash, "", "", now, c.cause), nil //nolint:nilerr // the cause is in the record
	}
	m, err := guard.Get(func() (*aim.Meta, error) { return ix.cfg.Repo.ReadMeta(ctx, hash) })
	switch {
	case err == nil:
		return Record(root, m, c.meta, c.seqs, now), nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	default:
		return UnreadableRecord(root, hash, c.meta, c.seqs, now, err), nil
	}
}

// stored reads a run back, so that properties and what the store fills in are
// there, and tells of it. moved tells that the run's files changed while they
// were read.
func (ix *Indexer) stored(ctx context.Context, r *store.Run, moved bool) error {
	full, err := ix.cfg.Store.Run(ctx, r.Hash)
	if err != nil {
		return fmt.Errorf("read run %s back: %w", r.Hash, err)
	}
	k := knownOf(full)
	if !k.settled {
		k.settled = ix.stalled(ctx, full)
	}
	over := k.settled
	ix.mu.Lock()
	if old, have := ix.known[r.Hash]; moved || (have && !old.settled) {
		// A writer that ends goes on to flush its databases: look once more
		// before the run is left alone.
		k.settled = false
	}
	ix.known[r.Hash] = k
	ix.mu.Unlock()
	if over && !moved {
		ix.ended(full)
	} else {
		ix.tell(full)
	}
	return nil
}

// stalled tells whether a run without an end time has a dead writer: such a
// run is not polled.
func (ix *Indexer) stalled(ctx context.Context, r *store.Run) bool {
	return ix.cfg.Repo.State(ctx, r.Hash, StateMeta(r)).Name == aim.StateStalled
}

// parallel runs f for 0..n-1 on the foreground workers. The first error ends it.
func (ix *Indexer) parallel(ctx context.Context, n int, f func(i int) error) error {
	workers := ix.cfg.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next sync.Mutex
	at := 0
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			for {
				next.Lock()
				i := at
				at++
				next.Unlock()
				if i >= n || ctx.Err() != nil {
					return
				}
				if err := guard.Do(func() error { return f(i) }); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
