package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/indexer"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/store"
)

// ReindexConfig says how a repository is indexed without a window.
type ReindexConfig struct {
	// IndexDir is the folder under which indexes live.
	IndexDir string
	// Runs are hashes, or beginnings of them; none: Reindex All.
	Runs []string
	// Prober asks the machine about processes and locks.
	Prober aim.Prober
	// Progress is told after every run. Nil: nobody is.
	Progress indexer.Progress
	// Note hears, in a sentence, what became of the index. Nil: nobody does.
	Note func(string)
	// Now tells the time. Nil: time.Now.
	Now func() time.Time
	// FS reads the repository. Nil: the operating system's files.
	FS vfs.FS
}

// Reindex reads every run of the repository at or above path again, or some,
// into its index.
func Reindex(ctx context.Context, path string, cfg ReindexConfig) (_ ReindexReport, err error) {
	fsys := cfg.FS
	if fsys == nil {
		fsys = vfs.NewOS(0)
	}
	root, err := aim.Locate(fsys, path)
	if err != nil {
		return ReindexReport{}, err
	}
	repo, err := aim.Open(ctx, root, aim.Config{FS: fsys, Prober: cfg.Prober, Now: cfg.Now})
	if err != nil {
		return ReindexReport{}, err
	}
	st, note, err := OpenIndex(store.Dir(cfg.IndexDir, repo.Root()), repo.Root())
	if err != nil {
		return ReindexReport{}, AsError(err)
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if note != "" && cfg.Note != nil {
		cfg.Note(note)
	}
	ix := indexer.New(indexer.Config{Repo: repo, Store: st, Now: cfg.Now})
	runs, err := allRuns(ctx, st)
	if err != nil {
		return ReindexReport{}, fmt.Errorf("read index: %w", err)
	}
	ix.Load(runs)
	if len(cfg.Runs) == 0 {
		report, err := ix.Reindex(ctx, cfg.Progress)
		if err != nil {
			return ReindexReport{}, err
		}
		return ReportOf(report), st.Sync(ctx)
	}
	hashes, err := findHashes(ctx, repo, cfg.Runs)
	if err != nil {
		return ReindexReport{}, err
	}
	report, err := ix.ReindexRuns(ctx, hashes, cfg.Progress)
	if err != nil {
		return ReindexReport{}, err
	}
	return ReportOf(report), st.Sync(ctx)
}

// findHashes resolves beginnings of hashes against the repository's runs.
func findHashes(ctx context.Context, repo *aim.Repo, names []string) ([]string, error) {
	entries, err := repo.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	cat := catalog.New("")
	for _, e := range entries {
		cat.Put(&store.Run{Hash: e.Hash}, aim.State{})
	}
	hashes := make([]string, 0, len(names))
	for _, name := range names {
		r, err := FindRun(cat, name)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, r.Run.Hash)
	}
	return hashes, nil
}
