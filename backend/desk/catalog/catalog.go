// Package catalog keeps what is known of all runs of one repository in memory,
// in a form in which they are listed, sorted, searched and queried without
// touching the repository or the index.
//
// A Row never changes: an update puts another Row in its place, so an answer
// under way stays consistent. All methods may be called concurrently.
package catalog

import (
	"bytes"
	"slices"
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

	revision atomic.Uint64

	mu      sync.RWMutex
	rows    map[string]*Row
	sorted  []*Row              // newest first, but for stale
	stale   map[string]struct{} // hashes of rows that changed since
	params  interner
	traces  interner
	columns []Column // nil when they are to be found out again
	shape   uint64   // grows when columns become outdated

	contexts sync.Map // of string, leaves of a context, to string, its text
	kept     atomic.Int32
}

// New returns an empty catalog of the repository with that id.
func New(id string) *Catalog {
	return &Catalog{id: id, rows: map[string]*Row{}, stale: map[string]struct{}{}}
}

// Put adds or replaces a run.
func (c *Catalog) Put(r *store.Run, state aim.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(r, state)
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
	c.sorted, c.stale = nil, map[string]struct{}{}
	c.reshape()
	c.params, c.traces = interner{}, interner{}
	for i, r := range runs {
		c.put(r, states[i])
	}
	c.revision.Add(1)
}

// put puts a row in its place. c.mu is held.
func (c *Catalog) put(r *store.Run, state aim.State) {
	row := &Row{Repository: c.id, Run: r, State: state, cat: c}
	old := c.rows[r.Hash]
	sameParams := old != nil && bytes.Equal(old.Run.Params, r.Params)
	if sameParams {
		row.params = old.params // and with it the columns
	} else {
		row.params = internParams(&c.params, r.Params)
	}
	row.traces = internTraces(&c.traces, r.Traces)
	if !sameParams || !slices.Equal(old.traces, row.traces) {
		c.reshape()
	}
	c.rows[r.Hash] = row
	c.touch(r.Hash)
}

// touch tells that the row of a hash is another one. c.mu is held.
func (c *Catalog) touch(hash string) {
	c.stale[hash] = struct{}{}
	c.revision.Add(1)
}

// reshape tells that the columns may be others. c.mu is held.
func (c *Catalog) reshape() {
	c.columns = nil
	c.shape++
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
	c.touch(hash)
}

// Remove forgets a run.
func (c *Catalog) Remove(hash string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.rows[hash]; !ok {
		return
	}
	delete(c.rows, hash)
	c.reshape()
	c.touch(hash)
}

// Revision grows with every change.
func (c *Catalog) Revision() uint64 { return c.revision.Load() }

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
	sorted, clean := c.sorted, len(c.stale) == 0
	c.mu.RUnlock()
	if clean {
		return sorted
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.stale) > 0 {
		c.resort()
	}
	return c.sorted
}

// resort merges the rows that changed with those that did not. c.mu is held.
func (c *Catalog) resort() {
	fresh := make([]*Row, 0, len(c.stale))
	for hash := range c.stale {
		if r, ok := c.rows[hash]; ok {
			fresh = append(fresh, r)
		}
	}
	sort.Slice(fresh, func(i, j int) bool { return newer(fresh[i], fresh[j]) })
	merged := make([]*Row, 0, len(c.rows))
	for _, r := range c.sorted {
		if _, changed := c.stale[r.Run.Hash]; changed {
			continue
		}
		for len(fresh) > 0 && newer(fresh[0], r) {
			merged, fresh = append(merged, fresh[0]), fresh[1:]
		}
		merged = append(merged, r)
	}
	merged = append(merged, fresh...)
	c.sorted = merged
	clear(c.stale)
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

// ContextText is the text of the context of a sequence of the row's: see the
// function. Runs share a few contexts, whose texts are kept.
func (r *Row) ContextText(t *store.Trace) string {
	c := r.cat
	if text, ok := c.contexts.Load(string(t.Context)); ok {
		return text.(string)
	}
	text := ContextText(t.Context)
	if c.kept.Add(1) <= maxContexts {
		c.contexts.Store(string(t.Context), text)
	}
	return text
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

// interner numbers byte strings in the order in which they come. Runs have much
// the same params in the same order, so that what followed a string the last
// time is tried first.
type interner struct {
	ids   map[string]uint32
	names []string
	next  []uint32 // by number: the one that followed, plus one
	last  uint32   // the one before, plus one
}

// begin tells that the strings of another run follow.
func (in *interner) begin() { in.last = 0 }

func (in *interner) id(name []byte) uint32 {
	if guess := in.guess(); guess > 0 && in.names[guess-1] == string(name) {
		in.last = guess
		return guess - 1
	}
	id, ok := in.ids[string(name)]
	if !ok {
		if in.ids == nil {
			in.ids = map[string]uint32{}
		}
		id = uint32(len(in.names))
		text := string(name)
		in.ids[text] = id
		in.names = append(in.names, text)
		in.next = append(in.next, 0)
	}
	if in.last > 0 {
		in.next[in.last-1] = id + 1
	}
	in.last = id + 1
	return id
}

// guess answers the number, plus one, that likely comes next; 0 for none.
func (in *interner) guess() uint32 {
	switch {
	case in.last > 0:
		return in.next[in.last-1]
	case len(in.names) > 0:
		return 1
	}
	return 0
}

func (in *interner) lookup(name []byte) (uint32, bool) {
	id, ok := in.ids[string(name)]
	return id, ok
}
