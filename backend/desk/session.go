package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/indexer"
	"aimdesk/backend/indexer/throttle"
	"aimdesk/backend/settings"
	"aimdesk/backend/store"
	"aimdesk/backend/store/badgerstore"
	"aimdesk/backend/store/memstore"
)

// session is one open repository: its reader, index, indexer and catalog.
type session struct {
	desk *Desk
	id   string
	name string
	repo *aim.Repo
	st   store.Store
	dir  string // of the index; "" when it is in memory
	note string // why the index was rebuilt, or is not used
	ix   *indexer.Indexer
	cat  *catalog.Catalog

	renewing bool // its index is being rebuilt; guarded by desk.mu

	pyramids pyramidCache

	cancel context.CancelFunc
	done   chan struct{}

	mu         sync.Mutex
	lastReport *ReindexReport
	statusWait bool
	changed    []string
	changeWait bool
	size       int64
	sizeAt     time.Time
}

// eventInterval is how often the page hears of progress and changed runs.
const eventInterval = 150 * time.Millisecond

// reportKey names the last report of Reindex All in the index.
const reportKey = "last-report"

// OpenRepository opens the repository at or above path. One that is open
// already is answered as it is.
func (d *Desk) OpenRepository(ctx context.Context, path string) (Repository, error) {
	root, err := d.locate(path)
	if err != nil {
		return Repository{}, err
	}
	id := repositoryID(root)
	for {
		d.mu.Lock()
		for _, s := range d.sessions {
			if s.id == id {
				d.mu.Unlock()
				return s.describe(), nil
			}
		}
		wait, busy := d.opening[id]
		if !busy {
			d.opening[id] = make(chan struct{})
			d.mu.Unlock()
			break
		}
		d.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return Repository{}, ctx.Err()
		}
	}
	s, err := d.open(ctx, id, root)
	d.mu.Lock()
	close(d.opening[id])
	delete(d.opening, id)
	if err == nil {
		d.sessions = append(d.sessions, s)
	}
	d.mu.Unlock()
	if err != nil {
		return Repository{}, err
	}
	s.start()
	if err := d.remember(s); err != nil {
		d.Notice(AsError(err))
	}
	d.events.add(Event{Type: "repositories", Repository: id})
	return s.describe(), nil
}

func (d *Desk) locate(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	root, err := aim.Locate(d.fs, abs)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	return root, nil
}

// repositoryID is a short stable name of a repository's real path.
func repositoryID(root string) string {
	sum := sha256.Sum256([]byte(root))
	return hex.EncodeToString(sum[:6])
}

func (d *Desk) open(ctx context.Context, id, root string) (*session, error) {
	repo, err := aim.Open(ctx, root, aim.Config{FS: d.fs, Prober: d.cfg.Prober, Now: d.cfg.Now})
	if err != nil {
		return nil, err
	}
	s := &session{desk: d, id: id, name: filepath.Base(root), repo: repo, cat: catalog.New(id), done: make(chan struct{})}
	if err := s.openStore(root); err != nil {
		return nil, err
	}
	s.ix = indexer.New(indexer.Config{Repo: repo, Store: s.st, Sink: sink{s}, Failed: s.indexFailed, Throttle: d.throttle, Scan: d.cfg.Scan, Poll: d.cfg.Poll, Now: d.cfg.Now, Log: d.cfg.Log})
	runs, err := allRuns(ctx, s.st)
	if err != nil {
		return nil, errors.Join(err, s.st.Close())
	}
	s.ix.Load(runs)
	s.cat.Replace(runs, func(r *store.Run) aim.State { return s.state(ctx, r) })
	if data, err := s.st.GetMeta(ctx, reportKey); err == nil {
		var report ReindexReport
		if json.Unmarshal(data, &report) == nil {
			s.lastReport = &report
		}
	}
	return s, nil
}

func allRuns(ctx context.Context, st store.Reader) ([]*store.Run, error) {
	var runs []*store.Run
	err := st.Runs(ctx, func(r *store.Run) error { runs = append(runs, r); return nil })
	return runs, err
}

// openStore opens the index of a repository. One that is of another schema or
// damaged is rebuilt; while another process has it, the repository is read into
// memory instead.
func (s *session) openStore(root string) error {
	s.dir = store.Dir(s.desk.cfg.IndexDir, root)
	st, note, err := OpenIndex(s.dir, root)
	var locked *store.LockedError
	if errors.As(err, &locked) {
		s.st, s.dir = memstore.New(root), ""
		s.note = "Another Aimdesk has the index of this repository open; this window reads the repository itself."
		return nil
	}
	if err != nil {
		return err
	}
	s.st, s.note = st, note
	return nil
}

// OpenIndex opens the index in dir for writing. One of another schema, or a
// damaged one, is made anew, and note says so in a sentence.
func OpenIndex(dir, root string) (st store.Store, note string, err error) {
	st, err = badgerstore.Open(dir, indexOptions(root))
	var schema *store.SchemaError
	var damaged *store.DamagedError
	switch {
	case errors.As(err, &schema):
		note = "The index was made by another version of Aimdesk and is being rebuilt."
	case errors.As(err, &damaged):
		note = "The index was damaged and is being rebuilt from the repository. Nothing is lost."
	default:
		return st, "", err
	}
	if err := badgerstore.Remove(dir); err != nil {
		return nil, "", err
	}
	st, err = badgerstore.Open(dir, indexOptions(root))
	return st, note, err
}

// indexReserve is the free space of a disk below which no index is written:
// Badger maps its files, and a full disk would end the process.
const indexReserve = 256 << 20

func indexOptions(root string) badgerstore.Options {
	return badgerstore.Options{Repository: root, ReserveBytes: indexReserve, FreeBytes: throttle.FreeBytes}
}

// start lets the indexer and the watcher run until the session is closed.
func (s *session) start() {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	s.startLocked()
}

// startLocked is start; desk.mu is held.
func (s *session) startLocked() {
	parent := s.desk.ctx
	if parent == nil {
		parent = context.Background()
	}
	ctx, cancel := context.WithCancel(parent)
	s.cancel = cancel
	var wg sync.WaitGroup
	wg.Go(func() {
		s.desk.background(ctx, "index", func() error { return s.ix.Serve(ctx) })
	})
	wg.Go(func() {
		s.desk.background(ctx, "watch", func() error {
			indexer.Watch(ctx, s.repo.AimDir(), s.ix.Hint, s.desk.cfg.Log)
			return nil
		})
	})
	go func() {
		wg.Wait()
		close(s.done)
	}()
}

func (s *session) close() error {
	if s.cancel != nil {
		s.cancel()
		<-s.done
	}
	return s.st.Close()
}

// CloseRepository closes an open repository; its index stays.
func (d *Desk) CloseRepository(id string) error {
	d.mu.Lock()
	i := slices.IndexFunc(d.sessions, func(s *session) bool { return s.id == id })
	if i < 0 {
		d.mu.Unlock()
		return unknownRepository(id)
	}
	s := d.sessions[i]
	d.sessions = slices.Delete(slices.Clone(d.sessions), i, i+1)
	d.mu.Unlock()
	err := s.close()
	d.events.add(Event{Type: "repositories", Repository: id})
	return errors.Join(err, d.cfg.Settings.Update(func(c *settings.Settings) { c.Open = d.openPaths() }))
}

func unknownRepository(id string) error {
	return &Error{Kind: KindNotFound, Message: fmt.Sprintf("No open repository has the id %q", id), Hint: "Open it again."}
}

func (d *Desk) session(id string) (*session, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.sessions {
		if s.id == id {
			return s, nil
		}
	}
	return nil, unknownRepository(id)
}

// sessionsOf answers the named sessions, all of them for an empty list.
func (d *Desk) sessionsOf(ids []string) ([]*session, error) {
	d.mu.Lock()
	all := slices.Clone(d.sessions)
	d.mu.Unlock()
	if len(ids) == 0 {
		return all, nil
	}
	out := make([]*session, 0, len(ids))
	for _, id := range ids {
		i := slices.IndexFunc(all, func(s *session) bool { return s.id == id })
		if i < 0 {
			return nil, unknownRepository(id)
		}
		out = append(out, all[i])
	}
	return out, nil
}

func (d *Desk) openPaths() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	paths := []string{}
	for _, s := range d.sessions {
		paths = append(paths, s.repo.Root())
	}
	return paths
}

// remember puts a repository at the top of the recents.
func (d *Desk) remember(s *session) error {
	recent := settings.Recent{Path: s.repo.Root(), Name: s.name, OpenedAt: unixSeconds(d.cfg.Now()), Runs: s.cat.Len()}
	return d.cfg.Settings.Update(func(c *settings.Settings) {
		c.Recents = slices.DeleteFunc(c.Recents, func(r settings.Recent) bool { return r.Path == recent.Path })
		c.Recents = append([]settings.Recent{recent}, c.Recents...)
		if len(c.Recents) > maxRecents {
			c.Recents = c.Recents[:maxRecents]
		}
		c.Open = d.openPaths()
	})
}

// countRecents keeps how many runs the repositories have now.
func (d *Desk) countRecents(sessions []*session) error {
	if len(sessions) == 0 {
		return nil
	}
	return d.cfg.Settings.Update(func(c *settings.Settings) {
		for _, s := range sessions {
			for i := range c.Recents {
				if c.Recents[i].Path == s.repo.Root() {
					c.Recents[i].Runs = s.cat.Len()
				}
			}
		}
	})
}

// maxRecents is how many repositories the start page offers.
const maxRecents = 20

func (s *session) describe() Repository {
	return Repository{ID: s.id, Path: s.repo.Root(), Name: s.name, Index: s.status()}
}

// state is a run's state now: liveness is asked, not stored.
func (s *session) state(ctx context.Context, r *store.Run) aim.State {
	return s.repo.State(ctx, r.Hash, indexer.StateMeta(r))
}

// sink takes what the indexer stored into the catalog and tells the page.
type sink struct{ s *session }

func (k sink) RunStored(r *store.Run) {
	old, _ := k.s.cat.Row(r.Hash)
	now := k.s.state(context.Background(), r)
	k.s.cat.Put(r, now)
	k.s.compared(old, r, now)
	k.s.runsChanged(r.Hash)
}

func (k sink) RunGone(hash string) {
	k.s.cat.Remove(hash)
	k.s.runsChanged(hash)
}

func (k sink) Replaced(runs []*store.Run) {
	k.s.cat.Replace(runs, func(r *store.Run) aim.State { return k.s.state(context.Background(), r) })
	k.s.runsChanged("")
}

func (k sink) StatusChanged() { k.s.statusChanged() }

// maxEventRuns is how many runs an event names; more are named by none.
const maxEventRuns = 100

// runsChanged tells of changed runs, many at a time.
func (s *session) runsChanged(hash string) {
	s.mu.Lock()
	s.changed = append(s.changed, hash)
	wait := s.changeWait
	s.changeWait = true
	s.mu.Unlock()
	if wait {
		return
	}
	s.desk.later(func() {
		s.mu.Lock()
		runs := s.changed
		s.changed, s.changeWait = nil, false
		s.mu.Unlock()
		if len(runs) > maxEventRuns || slices.Contains(runs, "") {
			runs = nil
		}
		s.desk.events.add(Event{Type: "runs", Repository: s.id, Runs: runs, Revision: s.cat.Revision()})
	})
}

// statusChanged tells of the indexer's progress, not too often.
func (s *session) statusChanged() {
	s.mu.Lock()
	wait := s.statusWait
	s.statusWait = true
	s.mu.Unlock()
	if wait {
		return
	}
	s.desk.later(func() {
		s.mu.Lock()
		s.statusWait = false
		s.mu.Unlock()
		status := s.status()
		s.desk.events.add(Event{Type: "index", Repository: s.id, Status: &status})
	})
}

// watchStates asks again for the state of runs that have not ended: a writer
// can die without a file changing.
func (d *Desk) watchStates(ctx context.Context) {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		sessions, err := d.sessionsOf(nil)
		if err != nil {
			return
		}
		for _, s := range sessions {
			s.checkIndex()
			for _, r := range s.cat.Rows() {
				if r.State.Name != aim.StateLive {
					continue
				}
				now := s.state(ctx, r.Run)
				if now.Name != r.State.Name || !slices.Equal(now.Evidence, r.State.Evidence) {
					s.cat.SetState(r.Run.Hash, now)
					s.compared(r, r.Run, now)
					s.runsChanged(r.Run.Hash)
				}
			}
		}
	}
}

func unixSeconds(t time.Time) float64 { return float64(t.UnixNano()) / 1e9 }

// evidence joins how a state is known into one line.
func evidence(s aim.State) string { return strings.Join(s.Evidence, "; ") }
