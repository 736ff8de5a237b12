package memstore

import (
	"context"
	"fmt"

	"aimdesk/backend/store"
)

// generation is a table that is not in use yet.
type generation struct {
	writable
	owner *Store
	table *table
}

// NewGeneration implements store.Store.
func (s *Store) NewGeneration(ctx context.Context) (store.Generation, error) {
	if err := s.usable(ctx); err != nil {
		return nil, fmt.Errorf("new generation: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != nil {
		return nil, fmt.Errorf("new generation: %w", store.ErrBusy)
	}
	g := &generation{owner: s, table: s.newTable()}
	g.writable = writable{find: g.building}
	s.next = g
	return g, nil
}

// building returns the table if the generation is neither published nor
// discarded.
func (g *generation) building(ctx context.Context) (*table, error) {
	if err := g.owner.usable(ctx); err != nil {
		return nil, err
	}
	g.owner.mu.RLock()
	defer g.owner.mu.RUnlock()
	if g.owner.next != g {
		return nil, store.ErrGenerationOver
	}
	return g.table, nil
}

// Publish implements store.Generation.
func (g *generation) Publish(ctx context.Context) error {
	if _, err := g.building(ctx); err != nil {
		return fmt.Errorf("publish generation: %w", err)
	}
	s := g.owner
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != g {
		return fmt.Errorf("publish generation: %w", store.ErrGenerationOver)
	}
	s.current, s.next = g.table, nil
	s.info.Generation++
	return nil
}

// Discard implements store.Generation.
func (g *generation) Discard() error {
	s := g.owner
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == g {
		s.next = nil
	}
	return nil
}
