// Package catalog keeps what is known of all runs of one repository in memory,
// in a form in which they are listed, sorted, searched and queried without
// touching the repository or the index.
//
// A Row never changes: an update puts another Row in its place, so an answer
// under way stays consistent. All methods may be called concurrently.
package catalog

import (
	"sort"
	"sync"
	"sync/atomic"

	"aimdesk/backend/aim"
	"aimdesk/backend/store"
)

// Row is one run. Nothing in it may be modified.
type Row struct {
	// Repository is the id of the repository that the run is in.
	Repository string
	Run        *store.Run
	State      aim.State

	cat    *Catalog
	params []paramRef // by column
	traces []traceRef // by column
	text   atomic.Pointer[string]
}

// Catalog holds the runs of one repository.
type Catalog struct {
	id string

	mu       sync.RWMutex
	rows     map[string]*Row
	sorted   []*Row // newest first, nil after a change
	revision uint64
	params   interner
	traces   interner
	columns  []Column // nil after a change
}

// New returns an empty catalog of the repository with that id.
func New(id string) *Catalog {
	return &Catalog{id: id, rows: map[string]*Row{}}
}

// Put adds or replaces a run.
func (c *Catalog) Put(r *store.Run, state aim.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(r, state)
	c.changed()
}

// Replace makes runs the only ones; state answers the state of each.
func (c *Catalog) Replace(runs []*store.Run, state func(*store.Run) aim.State) {
	states := make([]aim.State, len(runs))
	for i, r := range runs {
		states[i] = state(r)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows = make(map[string]*Row, len(runs))
	c.params, c.traces = interner{}, interner{}
	for i, r := range runs {
		c.put(r, states[i])
	}
	c.changed()
}

func (c *Catalog) put(r *store.Run, state aim.State) {
	c.rows[r.Hash] = &Row{
		Repository: c.id, Run: r, State: state, cat: c,
		params: internParams(&c.params, r.Params), traces: internTraces(&c.traces, r.Traces),
	}
}

// SetState replaces the state of a run.
func (c *Catalog) SetState(hash string, state aim.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, ok := c.rows[hash]
	if !ok {
		return
	}
	c.rows[hash] = &Row{Repository: c.id, Run: old.Run, State: state, cat: c, params: old.params, traces: old.traces}
	c.changed()
}

// Remove forgets a run.
func (c *Catalog) Remove(hash string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.rows, hash)
	c.changed()
}

func (c *Catalog) changed() {
	c.revision++
	c.sorted, c.columns = nil, nil
}

// Revision grows with every change.
func (c *Catalog) Revision() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.revision
}

// Len is the number of runs.
func (c *Catalog) Len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.rows)
}

// Row answers one run.
func (c *Catalog) Row(hash string) (*Row, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	r, ok := c.rows[hash]
	return r, ok
}

// Rows lists all runs, newest first; runs without a creation time come last.
// The slice is shared and must not be modified.
func (c *Catalog) Rows() []*Row {
	c.mu.RLock()
	sorted := c.sorted
	c.mu.RUnlock()
	if sorted != nil {
		return sorted
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sorted != nil {
		return c.sorted
	}
	sorted = make([]*Row, 0, len(c.rows))
	for _, r := range c.rows {
		sorted = append(sorted, r)
	}
	sort.Slice(sorted, func(i, j int) bool { return newer(sorted[i], sorted[j]) })
	c.sorted = sorted
	return sorted
}

func newer(a, b *Row) bool {
	x, y := a.Run.Props.CreationTime, b.Run.Props.CreationTime
	switch {
	case x == nil && y == nil:
		return a.Run.Hash < b.Run.Hash
	case x == nil || y == nil:
		return y == nil
	case *x != *y:
		return *x > *y
	}
	return a.Run.Hash < b.Run.Hash
}

// Archived tells whether a run is archived; unknown is not.
func (r *Row) Archived() bool { return r.Run.Props.Archived != nil && *r.Run.Props.Archived }

// Name is the run's name; a run without one is named after its hash, as Aim does.
func (r *Row) Name() string {
	if r.Run.Props.Name != nil {
		return *r.Run.Props.Name
	}
	return "Run: " + r.Run.Hash
}

// Ended is when the run ended as far as is known: Aim's end time, else the last
// record of a run that does not write any more; nil for a live one.
func (r *Row) Ended() *float64 {
	if r.Run.EndTime != nil && *r.Run.EndTime != 0 {
		return r.Run.EndTime
	}
	if r.State.Name == aim.StateLive {
		return nil
	}
	return r.Run.LastRecord
}

// interner numbers byte strings in the order in which they come.
type interner struct {
	ids   map[string]uint32
	names []string
}

func (in *interner) id(name []byte) uint32 {
	if id, ok := in.ids[string(name)]; ok {
		return id
	}
	if in.ids == nil {
		in.ids = map[string]uint32{}
	}
	id := uint32(len(in.names))
	text := string(name)
	in.ids[text] = id
	in.names = append(in.names, text)
	return id
}

func (in *interner) lookup(name []byte) (uint32, bool) {
	id, ok := in.ids[string(name)]
	return id, ok
}
