package desk

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/indexer"
	"aimdesk/backend/internal/guard"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/store"
	"aimdesk/backend/store/badgerstore"
)

// LoadConfig says how a repository is read once, without a window.
type LoadConfig struct {
	// IndexDir is the folder under which indexes live.
	IndexDir string
	// NoIndex reads the repository alone.
	NoIndex bool
	// LastRecords asks for the time of the newest record of every run, which
	// takes reading series where the index does not have it.
	LastRecords bool
	// Prober asks the machine about processes and locks.
	Prober aim.Prober
	// Now tells the time. Nil: time.Now.
	Now func() time.Time
	// FS reads the repository. Nil: the operating system's files.
	FS vfs.FS
	// Warn hears, in a sentence, why the index is not used. Nil: nobody does.
	Warn func(string)
}

// Loaded is a repository read once: runs whose index is up to date come from
// there, all others from the repository.
type Loaded struct {
	Repo *aim.Repo
	Cat  *catalog.Catalog
	// Info describes the index; nil when none is used.
	Info *store.Info
	// IndexDir is where the index of this repository is, used or not.
	IndexDir string
	// Indexed counts the runs that came from the index, Stale those that it
	// has, but not as they are now.
	Indexed, Stale int
	// InUse tells that another Aimdesk has the index open.
	InUse bool

	st      store.Store
	indexed map[string]bool
	close   func() error
}

// Load reads the repository at or above path.
func Load(ctx context.Context, path string, cfg LoadConfig) (*Loaded, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Warn == nil {
		cfg.Warn = func(string) {}
	}
	fsys := cfg.FS
	if fsys == nil {
		fsys = vfs.NewOS(0)
	}
	root, err := aim.Locate(fsys, path)
	if err != nil {
		return nil, err
	}
	repo, err := aim.Open(ctx, root, aim.Config{FS: fsys, Prober: cfg.Prober, Now: cfg.Now})
	if err != nil {
		return nil, err
	}
	l := &Loaded{Repo: repo, Cat: catalog.New(""), IndexDir: store.Dir(cfg.IndexDir, root), indexed: map[string]bool{}, close: func() error { return nil }}
	if !cfg.NoIndex {
		l.openIndex(cfg.Warn)
	}
	if err := l.load(ctx, cfg); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// openIndex opens the index if there is one that can be used now.
func (l *Loaded) openIndex(warn func(string)) {
	st, err := badgerstore.Open(l.IndexDir, badgerstore.Options{Repository: l.Repo.Root(), ReadOnly: true})
	var locked *store.LockedError
	switch {
	case err == nil:
		info := st.Info()
		l.st, l.Info, l.close = st, &info, st.Close
	case errors.Is(err, store.ErrNotFound):
		// Nothing was indexed yet: reading directly is the normal way.
	case errors.As(err, &locked):
		l.InUse = true
		warn("the index is in use by another Aimdesk; reading the repository itself")
	default:
		warn(fmt.Sprintf("the index cannot be used (%v); reading the repository itself; `aimdesk reindex` rebuilds it", err))
	}
}

// Close closes the index.
func (l *Loaded) Close() error { return l.close() }

func (l *Loaded) load(ctx context.Context, cfg LoadConfig) error {
	entries, err := l.Repo.List(ctx)
	if err != nil {
		return fmt.Errorf("list runs: %w", err)
	}
	props, err := l.Repo.Properties(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		cfg.Warn(fmt.Sprintf("names, tags and experiments cannot be read: %v", err))
	}
	have := map[string]*store.Run{}
	if l.st != nil {
		if err := l.st.Runs(ctx, func(r *store.Run) error { have[r.Hash] = r; return nil }); err != nil {
			cfg.Warn(fmt.Sprintf("the index cannot be used (%v); reading the repository itself", err))
			have = map[string]*store.Run{}
		}
	}
	runs := make([]*store.Run, len(entries))
	fresh := make([]bool, len(entries))
	err = each(ctx, len(entries), func(i int) error {
		r, indexed, err := l.loadRun(ctx, entries[i].Hash, have[entries[i].Hash], cfg)
		if err != nil {
			return err
		}
		if p, ok := props[r.Hash]; ok {
			r.Props, r.HasRow = indexer.StoreProperties(r.Hash, p), true
		} else {
			r.Props, r.HasRow = store.Properties{}, false
		}
		runs[i], fresh[i] = r, indexed
		return nil
	})
	if err != nil {
		return err
	}
	for i, r := range runs {
		switch {
		case fresh[i]:
			l.Indexed++
			l.indexed[r.Hash] = true
		case have[r.Hash] != nil:
			l.Stale++
		}
	}
	l.Cat.Replace(runs, func(r *store.Run) aim.State { return l.Repo.State(ctx, r.Hash, indexer.StateMeta(r)) })
	return nil
}

// loadRun answers a run from the index if its files are as they were indexed,
// else from the repository.
func (l *Loaded) loadRun(ctx context.Context, hash string, have *store.Run, cfg LoadConfig) (*store.Run, bool, error) {
	now, root := unixSeconds(cfg.Now()), l.Repo.Root()
	meta, seqs, err := l.Repo.Fingerprint(ctx, hash)
	if err != nil {
		if ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		return indexer.UnreadableRecord(root, hash, "", "", now, err), false, nil
	}
	mp, sp := store.Fingerprint(meta), store.Fingerprint(seqs)
	if have != nil && have.MetaPrint == mp && have.SeqsPrint == sp && have.SeriesDone {
		return have, true, nil
	}
	m, err := guard.Get(func() (*aim.Meta, error) { return l.Repo.ReadMeta(ctx, hash) })
	if err != nil {
		if ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		return indexer.UnreadableRecord(root, hash, mp, sp, now, err), false, nil
	}
	r := indexer.Record(root, m, mp, sp, now)
	if cfg.LastRecords {
		last, damage, err := l.Repo.LastRecord(ctx, hash, m.Traces)
		if err != nil {
			if ctx.Err() != nil {
				return nil, false, ctx.Err()
			}
			r.Damage = append(r.Damage, *indexer.DamageOf(root, err))
		}
		r.LastRecord = last
		for _, d := range damage {
			r.Damage = append(r.Damage, indexer.DamageAt(root, d))
		}
	}
	return r, false, nil
}

// each runs f for 0..n-1 on all cores; the first error ends it.
func each(ctx context.Context, n int, f func(i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := range work {
				if err := guard.Do(func() error { return f(i) }); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		work <- i
	}
	close(work)
	wg.Wait()
	return context.Cause(ctx)
}
