package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"aimdesk/backend/internal/guard"
	"aimdesk/backend/store"
	"aimdesk/backend/store/badgerstore"
)

// renewEvery is the least time between two rebuilds of one index: a disk that
// ruins every index must not keep the machine busy.
const renewEvery = time.Minute

// checkIndex looks whether the index is still on disk.
func (s *session) checkIndex() {
	st, ok := s.st.(interface{ Present() error })
	if !ok {
		return
	}
	var damaged *store.DamagedError
	if err := st.Present(); errors.As(err, &damaged) {
		s.indexFailed(err)
	}
}

// readFailed hears of an error of reading the index for one run. A run whose
// record is damaged is read again from the repository.
func (s *session) readFailed(hash string, err error) {
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrClosed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case errors.Is(err, store.ErrDamagedRecord):
		s.ix.Renew(hash)
	default:
		s.indexFailed(err)
	}
}

// answered tells whether an error of reading a series from the index is the
// answer; otherwise the repository has it.
func (s *session) answered(r *store.Run, err error) bool {
	if errors.Is(err, store.ErrNotFound) {
		return r.SeriesDone
	}
	s.readFailed(r.Hash, err)
	return false
}

// indexFailed has the index rebuilt, in the background. Requests go on meanwhile
// with what is in memory.
func (s *session) indexFailed(cause error) {
	d := s.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	open := d.ctx == nil || d.ctx.Err() == nil
	if s.dir == "" || s.renewing || !open || !slices.Contains(d.sessions, s) || now.Sub(d.renewed[s.id]) < renewEvery {
		return
	}
	s.renewing = true
	d.renewed[s.id] = now
	d.wg.Go(func() {
		d.background(context.Background(), "rebuild index", func() error { return d.renew(s, cause) })
	})
}

// renew puts a new session with an empty index in the place of one whose index
// cannot be used any more.
func (d *Desk) renew(old *session, cause error) error {
	d.cfg.Log.Warn("rebuild index", "error", cause)
	// Whatever closing a ruined index says or does, it is thrown away.
	if err := guard.Do(old.close); err != nil {
		d.cfg.Log.Warn("close ruined index", "error", err)
	}
	if err := badgerstore.Remove(old.dir); err != nil {
		return err
	}
	s, err := d.open(context.Background(), old.id, old.repo.Root())
	if err != nil {
		return err
	}
	s.note = "The index was damaged or deleted while it was in use (" + cause.Error() + ") and is being rebuilt from the repository. Nothing is lost."
	// The runs stay in sight until they are read again.
	for _, r := range old.cat.Rows() {
		run := *r.Run
		run.SeriesDone = false
		s.cat.Put(&run, r.State)
	}
	d.mu.Lock()
	i := slices.Index(d.sessions, old)
	if i < 0 { // closed meanwhile
		d.mu.Unlock()
		return s.close()
	}
	d.sessions = slices.Clone(d.sessions)
	d.sessions[i] = s
	s.startLocked()
	d.mu.Unlock()
	d.events.add(Event{Type: "repositories", Repository: s.id})
	s.runsChanged("")
	return nil
}
