package desk

import (
	"fmt"

	"aimdesk/backend/aim"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/indexer"
	"aimdesk/backend/store"
)

// Kinds of Happening.
const (
	// RunCrashed: a run that was live ended without closing.
	RunCrashed = "crashed"
	// RunUnreadable: a run that was read before, or began since, cannot be read.
	RunUnreadable = "unreadable"
	// Reindexed: Reindex All is done.
	Reindexed = "reindexed"
)

// Happening is something in the background that a person may want to be told.
type Happening struct {
	Kind string
	// Repository is the id, Name what the repository is called.
	Repository, Name string
	// Hash is the run, "" for Reindexed.
	Hash string
	// Subject is the run's name, or a line about the report.
	Subject string
}

// happen tells of something, if anybody listens.
func (s *session) happen(kind, hash, subject string) {
	if f := s.desk.cfg.Happened; f != nil {
		f(Happening{Kind: kind, Repository: s.id, Name: s.name, Hash: hash, Subject: subject})
	}
}

// compared tells of what changed between two states of a run; old is nil for a
// run that is new here.
func (s *session) compared(old *catalog.Row, r *store.Run, now aim.State) {
	switch {
	case old == nil:
		// What a repository holds when it is opened is no news.
	case now.Name == aim.StateStalled && old.State.Name == aim.StateLive:
		s.happen(RunCrashed, r.Hash, old.Name())
	case now.Name == aim.StateUnreadable && old.State.Name != aim.StateUnreadable:
		s.happen(RunUnreadable, r.Hash, old.Name())
	}
}

// reindexed tells of a report in a line.
func (s *session) reindexed(r indexer.Report) {
	line := fmt.Sprintf("%d runs: %d new, %d changed, %d gone", r.Runs, r.New, r.Changed, r.Gone)
	if n := len(r.Unreadable); n > 0 {
		line += fmt.Sprintf(", %d places unreadable", n)
	}
	s.happen(Reindexed, "", line)
}

// Repositories describes what is open.
func (d *Desk) Repositories() []Repository {
	sessions, err := d.sessionsOf(nil)
	if err != nil {
		return nil // all of them are always known
	}
	out := make([]Repository, 0, len(sessions))
	for _, s := range sessions {
		out = append(out, s.describe())
	}
	return out
}

// LiveRun is a run that is being written.
type LiveRun struct{ Repository, Hash, Name string }

// LiveRuns lists the runs that are being written, newest first.
func (d *Desk) LiveRuns() []LiveRun {
	sessions, err := d.sessionsOf(nil)
	if err != nil {
		return nil // all of them are always known
	}
	var out []LiveRun
	for _, s := range sessions {
		for _, r := range s.cat.Rows() {
			if r.State.Name == aim.StateLive {
				out = append(out, LiveRun{s.id, r.Run.Hash, r.Name()})
			}
		}
	}
	return out
}

// ShowRun asks the page to show a run.
func (d *Desk) ShowRun(repository, hash string) {
	d.events.add(Event{Type: "open-run", Repository: repository, Runs: []string{hash}})
}
