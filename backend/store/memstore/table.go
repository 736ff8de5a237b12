package memstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// entry is a stored run. It is immutable: a write replaces it, so a reader
// that holds it sees one state. Records are kept encoded, so that nothing is
// shared with callers.
type entry struct {
	record []byte // nil for a hash of which only properties are known
	props  []byte
	series *packed
}

// packed are the series of one version of a run. Immutable once it is stored.
type packed struct {
	chunks   map[int][][]byte // by slot
	pyramids map[int][]byte
}

func (p *packed) Chunk(slot, _ int, b []byte) error {
	p.chunks[slot] = append(p.chunks[slot], slices.Clone(b))
	return nil
}

func (p *packed) Pyramid(slot int, b []byte) error {
	p.pyramids[slot] = slices.Clone(b)
	return nil
}

// table holds the runs of one generation.
type table struct {
	owner *Store
	mu    sync.Mutex // guards runs
	runs  map[string]entry
	// writing keeps writes of runs apart, in whatever order they come.
	writing sync.Mutex
}

func (t *table) get(hash string) entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.runs[hash]
}

func (t *table) set(hash string, e entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.record == nil && e.props == nil {
		delete(t.runs, hash)
		return
	}
	t.runs[hash] = e
}

func (t *table) snapshot() map[string]entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.runs)
}

func (t *table) putMeta(r *store.Run) error {
	if err := store.CheckRun(r); err != nil {
		return fmt.Errorf("put metadata: %w", err)
	}
	t.writing.Lock()
	defer t.writing.Unlock()
	e := t.get(r.Hash)
	var old *store.Run
	if e.record != nil {
		var err error
		if old, err = store.DecodeRun(slices.Clone(e.record), nil); err != nil {
			return fmt.Errorf("put metadata of run %s: %w", r.Hash, err)
		}
	}
	store.CarrySeries(r, old)
	e.record = store.AppendRun(nil, r)
	t.set(r.Hash, e)
	return nil
}

func (t *table) putRun(ctx context.Context, r *store.Run, each func(put store.PutSeries) error) error {
	if err := store.CheckRun(r); err != nil {
		return fmt.Errorf("put run: %w", err)
	}
	series := &packed{chunks: map[int][][]byte{}, pyramids: map[int][]byte{}}
	if err := store.PackSeries(r, each, series); err != nil {
		return fmt.Errorf("put run %s: %w", r.Hash, err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("put run %s: %w", r.Hash, err)
	}
	t.writing.Lock()
	defer t.writing.Unlock()
	e := t.get(r.Hash)
	r.SeriesVersion = t.owner.nextVersion()
	e.record, e.series = store.AppendRun(nil, r), series
	t.set(r.Hash, e)
	return nil
}

func (t *table) putProperties(props []store.Properties) error {
	for i := range props {
		if err := store.CheckHash(props[i].Hash); err != nil {
			return fmt.Errorf("put properties: %w", err)
		}
	}
	t.writing.Lock()
	defer t.writing.Unlock()
	for i := range props {
		e := t.get(props[i].Hash)
		e.props = store.AppendProperties(nil, &props[i])
		t.set(props[i].Hash, e)
	}
	return nil
}

func (t *table) change(hashes []string, fn func(*entry)) error {
	t.writing.Lock()
	defer t.writing.Unlock()
	for _, hash := range hashes {
		e := t.get(hash)
		fn(&e)
		t.set(hash, e)
	}
	return nil
}

// decode returns the run of an entry that has a record.
func (e entry) decode(names map[string]string) (*store.Run, error) {
	r, err := store.DecodeRun(slices.Clone(e.record), names)
	if err != nil {
		return nil, err
	}
	r.Props = store.Properties{Hash: r.Hash}
	if e.props != nil {
		p, err := store.DecodeProperties(e.props)
		if err != nil {
			return nil, err
		}
		r.HasRow, r.Props = true, *p
	}
	return r, nil
}

// rows appends rows [from, to) of a trace to c.
func (e entry) rows(c *series.Columns, trace, from, to int) error {
	if e.record == nil {
		return store.ErrNotFound
	}
	layout, err := store.DecodeLayout(e.record)
	if err != nil {
		return err
	}
	slot, count, ok := layout.Locate(trace)
	if !ok {
		return store.ErrNotFound
	}
	from, to = store.Rows(from, to, count)
	for at := from; at < to; {
		chunk, row := at/series.ChunkRows, at%series.ChunkRows
		chunks := e.series.chunks[slot]
		if chunk >= len(chunks) {
			return fmt.Errorf("%w: chunk %d of %d", store.ErrDamagedRecord, chunk, len(chunks))
		}
		end := min(row+to-at, series.ChunkRows)
		if err := series.UnpackRows(c, chunks[chunk], row, end); err != nil {
			return err
		}
		at += end - row
	}
	return nil
}
