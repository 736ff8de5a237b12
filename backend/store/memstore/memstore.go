package memstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// Store is a store.Store in memory.
type Store struct {
	writable
	mu      sync.RWMutex // guards everything below
	info    store.Info
	current *table
	next    *generation // the unpublished generation, if any
	names   map[string][]byte
	version uint64
	closed  bool
}

var _ store.Store = (*Store)(nil)

// New returns an empty index for the repository at the root given.
func New(repository string) *Store {
	id := make([]byte, 16)
	rand.Read(id) // never fails, see its documentation
	s := &Store{
		info: store.Info{
			Schema: store.SchemaVersion, Repository: repository,
			ID: hex.EncodeToString(id), Created: time.Now(),
		},
		names: map[string][]byte{},
	}
	s.current = s.newTable()
	s.writable = writable{find: s.table}
	return s
}

func (s *Store) newTable() *table { return &table{owner: s, runs: map[string]entry{}} }

func (s *Store) usable(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return store.ErrClosed
	}
	return nil
}

func (s *Store) nextVersion() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	return s.version
}

// table returns the generation in use.
func (s *Store) table(ctx context.Context) (*table, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.current, nil
}

// Info implements store.Store.
func (s *Store) Info() store.Info {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.info
}

// Runs implements store.Reader.
func (s *Store) Runs(ctx context.Context, fn func(*store.Run) error) error {
	t, err := s.table(ctx)
	if err != nil {
		return fmt.Errorf("read runs: %w", err)
	}
	entries := t.snapshot()
	names := map[string]string{}
	for _, hash := range slices.Sorted(maps.Keys(entries)) {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read runs: %w", err)
		}
		if entries[hash].record == nil {
			continue
		}
		r, err := entries[hash].decode(names)
		if err != nil {
			return fmt.Errorf("read run %s: %w", hash, err)
		}
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}

// Run implements store.Reader.
func (s *Store) Run(ctx context.Context, hash string) (*store.Run, error) {
	t, err := s.table(ctx)
	if err != nil {
		return nil, fmt.Errorf("read run %s: %w", hash, err)
	}
	e := t.get(hash)
	if e.record == nil {
		return nil, fmt.Errorf("read run %s: %w", hash, store.ErrNotFound)
	}
	r, err := e.decode(nil)
	if err != nil {
		return nil, fmt.Errorf("read run %s: %w", hash, err)
	}
	return r, nil
}

// Series implements store.Reader.
func (s *Store) Series(ctx context.Context, hash string, trace, from, to int) (*series.Columns, error) {
	t, err := s.table(ctx)
	if err != nil {
		return nil, fmt.Errorf("read series %d of run %s: %w", trace, hash, err)
	}
	c := &series.Columns{}
	if err := t.get(hash).rows(c, trace, from, to); err != nil {
		return nil, fmt.Errorf("read series %d of run %s: %w", trace, hash, err)
	}
	return c, nil
}

// SeriesBatch implements store.Reader.
func (s *Store) SeriesBatch(ctx context.Context, reqs []store.SeriesRef, fn func(i int, c *series.Columns, err error) error) error {
	t, err := s.table(ctx)
	if err != nil {
		return fmt.Errorf("read series: %w", err)
	}
	entries := t.snapshot()
	for i, req := range reqs {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read series: %w", err)
		}
		c := &series.Columns{}
		if err := entries[req.Hash].rows(c, req.Trace, req.From, req.To); err != nil {
			c, err = nil, fmt.Errorf("read series %d of run %s: %w", req.Trace, req.Hash, err)
			if err := fn(i, c, err); err != nil {
				return err
			}
			continue
		}
		if err := fn(i, c, nil); err != nil {
			return err
		}
	}
	return nil
}

// Pyramid implements store.Reader.
func (s *Store) Pyramid(ctx context.Context, hash string, trace int) (*series.Pyramid, error) {
	p, err := s.pyramid(ctx, hash, trace)
	if err != nil {
		return nil, fmt.Errorf("read pyramid %d of run %s: %w", trace, hash, err)
	}
	return p, nil
}

func (s *Store) pyramid(ctx context.Context, hash string, trace int) (*series.Pyramid, error) {
	t, err := s.table(ctx)
	if err != nil {
		return nil, err
	}
	e := t.get(hash)
	if e.record == nil {
		return nil, store.ErrNotFound
	}
	layout, err := store.DecodeLayout(e.record)
	if err != nil {
		return nil, err
	}
	slot, count, ok := layout.Locate(trace)
	if !ok {
		return nil, store.ErrNotFound
	}
	if count <= series.PyramidMinRows {
		return nil, nil
	}
	return series.UnpackPyramid(e.series.pyramids[slot])
}

// SetMeta implements store.Store.
func (s *Store) SetMeta(ctx context.Context, name string, value []byte) error {
	if err := s.usable(ctx); err != nil {
		return fmt.Errorf("set value %q: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[name] = slices.Clone(value)
	return nil
}

// GetMeta implements store.Store.
func (s *Store) GetMeta(ctx context.Context, name string) ([]byte, error) {
	if err := s.usable(ctx); err != nil {
		return nil, fmt.Errorf("get value %q: %w", name, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	value, ok := s.names[name]
	if !ok {
		return nil, fmt.Errorf("get value %q: %w", name, store.ErrNotFound)
	}
	return slices.Clone(value), nil
}

// Sync implements store.Store. There is nothing to make durable.
func (s *Store) Sync(ctx context.Context) error { return s.usable(ctx) }

// Size implements store.Store with the bytes of records and series.
func (s *Store) Size() (int64, error) {
	t, err := s.table(context.Background())
	if err != nil {
		return 0, fmt.Errorf("size of index: %w", err)
	}
	var n int64
	for _, e := range t.snapshot() {
		n += int64(len(e.record) + len(e.props))
		if e.series != nil {
			for _, chunks := range e.series.chunks {
				for _, chunk := range chunks {
					n += int64(len(chunk))
				}
			}
			for _, p := range e.series.pyramids {
				n += int64(len(p))
			}
		}
	}
	return n, nil
}

// Check implements store.Store.
func (s *Store) Check(ctx context.Context, fn func(store.Damage) error) error {
	t, err := s.table(ctx)
	if err != nil {
		return fmt.Errorf("check index: %w", err)
	}
	entries := t.snapshot()
	for _, hash := range slices.Sorted(maps.Keys(entries)) {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("check index: %w", err)
		}
		if err := entries[hash].check(); err != nil {
			if err := fn(store.Damage{File: fmt.Sprintf("run %q", hash), Offset: -1, Message: err.Error()}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e entry) check() error {
	if e.record == nil {
		_, err := store.DecodeProperties(e.props)
		return err
	}
	r, err := e.decode(nil)
	if err != nil {
		return err
	}
	for i := range r.Traces {
		if r.Traces[i].HasSeries {
			if err := e.rows(&series.Columns{}, i, 0, -1); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close implements store.Store.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.next = true, nil
	return nil
}
