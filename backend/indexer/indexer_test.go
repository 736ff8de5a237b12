package indexer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"aimdesk/backend/aim"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/store"
	"aimdesk/backend/store/memstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is an indexer over a copy of a recorded repository.
type rig struct {
	t     *testing.T
	ctx   context.Context
	root  string
	store *spyStore
	sink  *recorder
	ix    *Indexer
	now   time.Time // zero: the machine's
}

// newRig unpacks a repository. with changes the configuration; it may be nil.
func newRig(t *testing.T, fixture string, with func(r *rig, c *Config, repo *aim.Config)) *rig {
	t.Helper()
	r := &rig{t: t, ctx: context.Background(), root: testutil.Fixture(t, fixture), sink: &recorder{}}
	r.store = &spyStore{Store: memstore.New(r.root)}
	now := func() time.Time {
		if r.now.IsZero() {
			return time.Now()
		}
		return r.now
	}
	cfg, repoCfg := Config{Store: r.store, Sink: r.sink, Workers: 2, Now: now}, aim.Config{FS: vfs.NewOS(0), Now: now}
	if with != nil {
		with(r, &cfg, &repoCfg)
	}
	repo, err := aim.Open(r.ctx, r.root, repoCfg)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Repo = repo
	r.ix = New(cfg)
	return r
}

// settle scans and indexes everything that is queued.
func (r *rig) settle() {
	r.t.Helper()
	r.ix.pass(r.ctx)
	for r.ix.next(r.ctx) {
	}
	if s := r.ix.Status(); s.Phase != PhaseIdle || s.Note != "" {
		r.t.Fatalf("phase %s, note %q", s.Phase, s.Note)
	}
}

// hashes lists the runs of the repository.
func (r *rig) hashes() []string {
	r.t.Helper()
	entries, err := r.ix.cfg.Repo.List(r.ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Hash)
	}
	return out
}

func (r *rig) chunk(kind, hash string) string {
	return filepath.Join(r.root, ".aim", kind, "chunks", hash)
}

// touch changes the fingerprint of a chunk and nothing else.
func (r *rig) touch(kind, hash string) {
	r.t.Helper()
	at := time.Unix(1_700_000_000, 0)
	if err := os.Chtimes(filepath.Join(r.chunk(kind, hash), "CURRENT"), at, at); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) run(hash string) *store.Run {
	r.t.Helper()
	run, err := r.store.Run(r.ctx, hash)
	if err != nil {
		r.t.Fatal(err)
	}
	return run
}

// withoutSQLite leaves the folders alone to say which runs there are.
func (r *rig) withoutSQLite() {
	r.t.Helper()
	if err := os.Remove(filepath.Join(r.root, ".aim", "run_metadata.sqlite")); err != nil {
		r.t.Fatal(err)
	}
}

// recorder is a Sink that remembers.
type recorder struct {
	mu       sync.Mutex
	stored   []*store.Run
	gone     []string
	replaced int
}

func (s *recorder) RunStored(r *store.Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stored = append(s.stored, r)
}

func (s *recorder) RunGone(hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = append(s.gone, hash)
}

func (s *recorder) Replaced([]*store.Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replaced++
}

func (s *recorder) StatusChanged() {}

// take answers the hashes of the runs that were told since the last call.
func (s *recorder) take() (stored, gone []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.stored {
		stored = append(stored, r.Hash)
	}
	gone = s.gone
	s.stored, s.gone = nil, nil
	return stored, gone
}

// spyStore counts writes and fails on demand.
type spyStore struct {
	store.Store
	mu     sync.Mutex
	writes []string // VERB HASH
	fail   func(verb, hash string) error
}

func (s *spyStore) write(verb, hash string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes = append(s.writes, verb+" "+hash)
	if s.fail != nil {
		return s.fail(verb, hash)
	}
	return nil
}

func (s *spyStore) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.writes
	s.writes = nil
	slices.Sort(w)
	return w
}

func (s *spyStore) failing(f func(verb, hash string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = f
}

func (s *spyStore) PutMeta(ctx context.Context, r *store.Run) error {
	return errors.Join(s.write("meta", r.Hash), s.Store.PutMeta(ctx, r))
}

func (s *spyStore) PutRun(ctx context.Context, r *store.Run, each func(store.PutSeries) error) error {
	if err := s.write("run", r.Hash); err != nil {
		return err
	}
	return s.Store.PutRun(ctx, r, each)
}

func (s *spyStore) PutProperties(ctx context.Context, p []store.Properties) error {
	for i := range p {
		if err := s.write("props", p[i].Hash); err != nil {
			return err
		}
	}
	return s.Store.PutProperties(ctx, p)
}

func (s *spyStore) NewGeneration(ctx context.Context) (store.Generation, error) {
	g, err := s.Store.NewGeneration(ctx)
	if err != nil {
		return nil, err
	}
	return &spyGeneration{g, s}, nil
}

type spyGeneration struct {
	store.Generation
	spy *spyStore
}

func (g *spyGeneration) PutRun(ctx context.Context, r *store.Run, each func(store.PutSeries) error) error {
	if err := g.spy.write("new run", r.Hash); err != nil {
		return err
	}
	return g.Generation.PutRun(ctx, r, each)
}

// Publish tells of itself before and after.
func (g *spyGeneration) Publish(ctx context.Context) error {
	if err := g.spy.write("publish", ""); err != nil {
		return err
	}
	if err := g.Generation.Publish(ctx); err != nil {
		return err
	}
	return g.spy.write("published", "")
}
