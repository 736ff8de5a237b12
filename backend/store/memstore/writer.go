package memstore

import (
	"context"
	"fmt"

	"aimdesk/backend/store"
)

// writable is where writes go at the moment: the table in use, or that of a
// generation that is being built.
type writable struct {
	find func(ctx context.Context) (*table, error)
}

func (w writable) do(ctx context.Context, what string, fn func(*table) error) error {
	t, err := w.find(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return fn(t)
}

func (w writable) PutMeta(ctx context.Context, r *store.Run) error {
	return w.do(ctx, "put metadata", func(t *table) error { return t.putMeta(r) })
}

func (w writable) PutRun(ctx context.Context, r *store.Run, each func(put store.PutSeries) error) error {
	return w.do(ctx, "put run", func(t *table) error { return t.putRun(ctx, r, each) })
}

func (w writable) PutProperties(ctx context.Context, props []store.Properties) error {
	return w.do(ctx, "put properties", func(t *table) error { return t.putProperties(props) })
}

func (w writable) DeleteProperties(ctx context.Context, hashes ...string) error {
	return w.do(ctx, "delete properties", func(t *table) error {
		return t.change(hashes, func(e *entry) { e.props = nil })
	})
}

func (w writable) Delete(ctx context.Context, hashes ...string) error {
	return w.do(ctx, "delete runs", func(t *table) error {
		return t.change(hashes, func(e *entry) { *e = entry{} })
	})
}
