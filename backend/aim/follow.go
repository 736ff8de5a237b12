package aim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"aimdesk/backend/aim/tree"
	"aimdesk/backend/rocks"
	"aimdesk/backend/series"
)

// ErrNotFollowed reports a run that cannot be followed: its series are in a
// layout that Aim does not write any more, or its logs are damaged. It can be
// read all the same.
var ErrNotFollowed = errors.New("the run cannot be followed")

// Follower keeps the metadata and the metrics of one run in memory and takes
// what its writer appends, at a cost that grows with what was appended. What it
// answers is what ReadMeta and ReadSeries would, but for LastRecord, which does
// not grow less when an object's row is tracked again.
//
// Poll must not be called by two goroutines at once; the other methods may be
// called at any time.
type Follower struct {
	repo *Repo
	hash string

	metaTail, seqsTail *rocks.Tail
	keep               bool

	mu     sync.Mutex
	meta   *followedMeta
	series *followedSeries
	traces []*liveSeries // by position in the metadata's traces, nil without rows
	bytes  int64         // read for tails that are gone
}

// Change tells what a poll brought.
type Change struct {
	// Meta: the metadata was read anew, traces may have been added.
	Meta bool
	// Series: all series were read anew.
	Series bool
	// Stored and Rows name the traces, by position, whose stored entries and
	// whose rows changed. They are not filled where Meta and Series are set.
	Stored, Rows []int
	// Time: LastRecord changed.
	Time bool
}

// Any reports whether anything changed.
func (c Change) Any() bool {
	return c.Meta || c.Series || c.Time || len(c.Stored) > 0 || len(c.Rows) > 0
}

// Follow reads a run whole and begins to follow it. The error wraps
// ErrNotFollowed if that is not possible, else it is one of those of ReadMeta
// and ReadSeries. The follower has to be closed.
func (r *Repo) Follow(ctx context.Context, hash string) (*Follower, error) {
	if err := checkHash(hash); err != nil {
		return nil, err
	}
	f := &Follower{repo: r, hash: hash}
	var c Change
	err := f.readMeta(ctx, &c)
	if err == nil {
		err = f.readSeries(ctx, &c)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("follow run %s: %w", hash, err)
	}
	f.match()
	return f, nil
}

// Keep says whether the newest logs of the run are kept open between polls, as
// is needed to follow a writer that fills logs faster than they are looked at.
// It takes two open files.
func (f *Follower) Keep(on bool) {
	f.keep = on
	for _, t := range []*rocks.Tail{f.metaTail, f.seqsTail} {
		if t != nil {
			t.Keep(on)
		}
	}
}

// Switches counts the logs that the run's writer has begun while it was
// followed; it is reset when the run is read anew.
func (f *Follower) Switches() int { return f.metaTail.Switches() + f.seqsTail.Switches() }

// Close lets go of files. What was answered stays valid.
func (f *Follower) Close() {
	for _, t := range []*rocks.Tail{f.metaTail, f.seqsTail} {
		if t != nil {
			t.Close()
		}
	}
}

// Poll takes what was written since the last call. After an error it can be
// called again; the error wraps ErrNotFollowed if there is no use in that.
func (f *Follower) Poll(ctx context.Context) (Change, error) {
	var c Change
	err := f.pollMeta(ctx, &c)
	if err == nil {
		err = f.pollSeries(ctx, &c)
	}
	if err != nil {
		return c, fmt.Errorf("follow run %s: %w", f.hash, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if c.Meta || f.series.added {
		f.match()
	}
	f.finish(&c)
	return c, nil
}

func (f *Follower) pollMeta(ctx context.Context, c *Change) error {
	f.mu.Lock()
	err := f.metaTail.Next(ctx, f.meta.op)
	f.mu.Unlock()
	switch {
	case err == nil && !f.meta.stale:
		return nil
	case err == nil || rereads(ctx, err):
		return f.readMeta(ctx, c)
	}
	return err
}

func (f *Follower) pollSeries(ctx context.Context, c *Change) error {
	f.mu.Lock()
	err := f.seqsTail.Next(ctx, f.series.op)
	f.mu.Unlock()
	if err != nil && rereads(ctx, err) {
		return f.readSeries(ctx, c)
	}
	return err
}

// errUnclear ends a tail at an op that a follower cannot carry out.
var errUnclear = errors.New("op of unknown effect")

// rereads reports whether reading the database whole helps against an error.
func rereads(ctx context.Context, err error) bool {
	return ctx.Err() == nil && (errors.Is(err, rocks.ErrTailLost) || errors.Is(err, errUnclear))
}

// readMeta reads the metadata whole and begins to follow it from there on.
func (f *Follower) readMeta(ctx context.Context, c *Change) error {
	return f.repo.view(ctx, f.repo.metaDir(f.hash), func(v *rocks.View) error {
		reader := newMetaReader(f.hash, v)
		if err := reader.read(v); err != nil {
			return err
		}
		m := reader.finish()
		m.Damage, m.Bytes = v.Damage(), bytesOf(v)
		for i := range m.Traces {
			if t := &m.Traces[i]; t.keyedBySteps() {
				return fmt.Errorf("metric %q: %w", t.Name, ErrNotFollowed)
			}
		}
		tail, err := f.newTail(v)
		if err != nil {
			return err
		}
		f.mu.Lock()
		f.replace(&f.metaTail, tail)
		f.meta = newFollowedMeta(m)
		f.mu.Unlock()
		c.Meta = true
		return nil
	})
}

// readSeries reads all rows and begins to follow them from there on.
func (f *Follower) readSeries(ctx context.Context, c *Change) error {
	return f.repo.view(ctx, f.repo.seqsDir(f.hash), func(v *rocks.View) error {
		s := newFollowedSeries(f.hash)
		if err := f.readRows(ctx, v, s); err != nil {
			return err
		}
		for _, l := range s.all {
			l.settle()
		}
		tail, err := f.newTail(v)
		if err != nil {
			return err
		}
		f.mu.Lock()
		f.replace(&f.seqsTail, tail)
		f.series = s
		f.bytes += bytesOf(v)
		f.mu.Unlock()
		c.Series = true
		return nil
	})
}

func (f *Follower) readRows(ctx context.Context, v *rocks.View, s *followedSeries) error {
	it := v.NewIter(rocks.IterOptions{Lower: s.v2, Upper: tree.End(s.v2)})
	n := 0
	for ok := it.First(); ok; ok = it.Next() {
		if n++; n%checkEvery == 0 && ctx.Err() != nil {
			break
		}
		s.put(it.Key(), it.Value())
	}
	if err := errors.Join(ctx.Err(), it.Close()); err != nil {
		return err
	}
	// Of objects the times count alone.
	plan := newSeriesPlan(f.hash, f.meta.Traces)
	buffers := f.repo.borrowBuffers()
	defer f.repo.buffers.Put(buffers)
	reader := seriesReader{ctx: ctx, plan: plan, view: v, seriesBuffers: buffers}
	if err := reader.readSteps(); err != nil {
		return err
	}
	s.newest, s.hasTime = plan.newest, plan.hasTime
	return nil
}

// newTail begins a tail that goes on after a view.
func (f *Follower) newTail(v *rocks.View) (*rocks.Tail, error) {
	t, err := rocks.NewTail(v, rocks.Options{FS: f.repo.cfg.FS, Files: f.repo.files})
	if errors.Is(err, rocks.ErrTailLost) {
		return nil, fmt.Errorf("%w: %w", ErrNotFollowed, err)
	}
	if err != nil {
		return nil, err
	}
	t.Keep(f.keep)
	return t, nil
}

// replace puts a tail in the place of another. f.mu is held.
func (f *Follower) replace(old **rocks.Tail, t *rocks.Tail) {
	if *old != nil {
		f.bytes += (*old).Bytes()
		(*old).Close()
	}
	*old = t
}

// keyedBySteps reports whether a trace is a metric of an Aim before 3.11. One
// whose entry is just being written is not.
func (t *Trace) keyedBySteps() bool {
	if t.Kind != KindMetric || t.Version == versionHashes {
		return false
	}
	_, version := t.Field("version")
	_, last := t.Field("last")
	return version || last
}

// match finds the rows of the traces. f.mu is held, or f is not shared yet.
func (f *Follower) match() {
	f.traces = make([]*liveSeries, len(f.meta.Traces))
	for i := range f.meta.Traces {
		if t := &f.meta.Traces[i]; t.Kind == KindMetric {
			if l := f.series.byPath[string(appendTracePath(nil, t))]; l != nil {
				f.traces[i] = l
				l.trace = i
			}
		}
	}
	f.series.added = false
}

// finish puts the new rows in their places and says what changed. f.mu is held.
func (f *Follower) finish(c *Change) {
	for _, l := range f.series.changed {
		if l.settle() && !c.Series && l.trace >= 0 && l.trace < len(f.traces) && f.traces[l.trace] == l {
			c.Rows = append(c.Rows, l.trace)
		}
		l.queued = false
	}
	f.series.changed = f.series.changed[:0]
	slices.Sort(c.Rows)
	stored := f.meta.take()
	if !c.Meta {
		c.Stored = stored
	}
	c.Time = f.series.moved
	f.series.moved = false
}

// Meta is the metadata as it is now. It must not be modified.
func (f *Follower) Meta() *Meta {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := *f.meta.Meta
	m.Traces = slices.Clone(m.Traces)
	return &m
}

// Trace is one trace as it is now, by its position in the metadata.
func (f *Follower) Trace(i int) Trace {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.meta.Traces[i]
}

// Summary is the summary of a trace's rows, by its position in the metadata;
// false if there are none.
func (f *Follower) Summary(i int) (series.Summary, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l := f.traces[i]; l != nil && l.cols.Len() > 0 {
		return l.running.Summary(), true
	}
	return series.Summary{}, false
}

// Columns are the rows of a metric as they are now; nil if there are none. They
// never change and must not be modified.
func (f *Follower) Columns(name string, contextID int64) *series.Columns {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.traces {
		if l == nil {
			continue
		}
		if t := &f.meta.Traces[l.trace]; t.Name == name && t.ContextID == contextID {
			return l.snapshot()
		}
	}
	return nil
}

// Rows is the number of rows of all metrics.
func (f *Follower) Rows() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, l := range f.traces {
		if l != nil {
			n += l.cols.Len()
		}
	}
	return n
}

// LastRecord is the newest time of any row; nil if there is none.
func (f *Follower) LastRecord() *float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	newest, ok := f.series.newest, f.series.hasTime
	for _, l := range f.traces {
		if l != nil && l.hasTime && (!ok || l.newest > newest) {
			newest, ok = l.newest, true
		}
	}
	if !ok {
		return nil
	}
	return &newest
}

// Memory estimates the memory that the rows take, in bytes.
func (f *Follower) Memory() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	var n int64
	for _, l := range f.series.all {
		n += l.memory()
	}
	return n
}

// Bytes is how much of the run's files was read since Follow began.
func (f *Follower) Bytes() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bytes + f.metaTail.Bytes() + f.seqsTail.Bytes()
}
