package desk

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/indexer"
	"aimdesk/backend/internal/guard"
)

// maxProblems is how many problems a status names.
const maxProblems = 200

// IndexStatus answers what the indexer of a repository is doing.
func (d *Desk) IndexStatus(repository string) (IndexStatus, error) {
	s, err := d.session(repository)
	if err != nil {
		return IndexStatus{}, err
	}
	return s.status(), nil
}

// StatusOf answers what the indexer of the repository in a folder is doing.
func (d *Desk) StatusOf(root string) (IndexStatus, error) {
	return d.IndexStatus(repositoryID(root))
}

func (s *session) status() IndexStatus {
	st := s.ix.Status()
	out := IndexStatus{
		Repository: s.id, Phase: string(st.Phase), Done: st.Done, Total: st.Total, Current: st.Current,
		RunsPerSecond: Num(st.RunsPerSecond), BytesPerSecond: Num(st.BytesPerSecond), ETA: -1,
		Throttle: strings.TrimPrefix(st.Throttle, "slowed: "), IndexPath: s.dir, IndexBytes: s.indexBytes(), Problems: []RunProblem{},
	}
	if st.Remaining >= 0 {
		out.ETA = Num(st.Remaining.Seconds())
	}
	if !st.PausedUntil.IsZero() {
		out.PausedUntil = Num(unixSeconds(st.PausedUntil))
	}
	for _, r := range s.cat.Rows() {
		out.Counts.Total++
		switch r.State.Name {
		case aim.StateFinished:
			out.Counts.Finished++
		case aim.StateLive:
			out.Counts.Live++
		case aim.StateStalled:
			out.Counts.Stalled++
		default:
			out.Counts.Unreadable++
		}
		if r.Archived() {
			out.Counts.Archived++
		}
		if r.Run.SeriesDone {
			out.Counts.Indexed++
		} else {
			out.Counts.Stale++
		}
		if (r.Run.Unreadable != nil || len(r.Run.Damage) > 0) && len(out.Problems) < maxProblems {
			out.Problems = append(out.Problems, Problems(r.Run)...)
		}
	}
	s.mu.Lock()
	out.LastReport, out.Note = s.lastReport, s.note
	s.mu.Unlock()
	if st.Note != "" {
		out.Note = st.Note
	}
	return out
}

// indexBytes is the size of the index, looked up at most every two seconds.
func (s *session) indexBytes() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.sizeAt) > 2*time.Second {
		if size, err := s.st.Size(); err == nil {
			s.size, s.sizeAt = size, now
		}
	}
	return s.size
}

// ReindexAll starts to rebuild the index of a repository and answers a job id.
// The old index answers until the new one is complete. Progress and the report
// arrive as events.
func (d *Desk) ReindexAll(repository string) (string, error) {
	s, err := d.session(repository)
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	parent := d.ctx
	if parent == nil {
		parent = context.Background()
	}
	if _, running := d.jobs["reindex-"+repository]; running {
		d.mu.Unlock()
		return "reindex-" + repository, nil
	}
	ctx, cancel := context.WithCancel(parent)
	job := "reindex-" + repository
	d.jobs[job] = cancel
	d.mu.Unlock()

	d.wg.Go(func() {
		report, err := guard.Get(func() (indexer.Report, error) { return s.ix.Reindex(ctx, nil) })
		d.mu.Lock()
		delete(d.jobs, job)
		d.mu.Unlock()
		cancel()
		switch {
		case err == nil:
			s.reported(report)
		case !errors.Is(err, context.Canceled):
			d.Notice(AsError(err))
		}
		s.statusChanged()
	})
	return job, nil
}

// ReindexPath opens the repository at or above path if it is not open, reads
// all of it again, or the runs whose hashes begin as given, and waits for that.
func (d *Desk) ReindexPath(ctx context.Context, path string, runs []string) (ReindexReport, error) {
	repo, err := d.OpenRepository(ctx, path)
	if err != nil {
		return ReindexReport{}, err
	}
	s, err := d.session(repo.ID)
	if err != nil {
		return ReindexReport{}, err
	}
	var report indexer.Report
	if len(runs) == 0 {
		report, err = s.ix.Reindex(ctx, nil)
		if err == nil {
			s.reported(report)
		}
	} else {
		var hashes []string
		if hashes, err = findHashes(ctx, s.repo, runs); err == nil {
			report, err = s.ix.ReindexRuns(ctx, hashes, nil)
		}
	}
	s.statusChanged()
	return ReportOf(report), err
}

// reported keeps a report, in the index too.
func (s *session) reported(r indexer.Report) {
	report := ReportOf(r)
	s.mu.Lock()
	s.lastReport, s.note = &report, ""
	s.mu.Unlock()
	s.reindexed(r)
	data, err := json.Marshal(report)
	if err == nil {
		err = s.st.SetMeta(context.Background(), reportKey, data)
	}
	if err != nil {
		s.desk.cfg.Log.Warn("keep report", "error", err)
	}
}

// ReportOf is a report in the form in which it is shown.
func ReportOf(r indexer.Report) ReindexReport {
	out := ReindexReport{
		New: r.New, Changed: r.Changed, Gone: r.Gone, Stalled: r.Stalled, Runs: r.Runs, Points: r.Points, Bytes: r.Bytes,
		Seconds: Num(r.Duration.Seconds()), FinishedAt: Num(unixSeconds(r.FinishedAt)), Unreadable: []RunProblem{},
	}
	for _, u := range r.Unreadable {
		out.Unreadable = append(out.Unreadable, problemAt(u.Hash, u.Damage))
	}
	return out
}

// CancelJob ends a job; what it had not finished is dropped.
func (d *Desk) CancelJob(job string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if cancel, ok := d.jobs[job]; ok {
		cancel()
	}
	return nil // one that is done needs no cancelling
}

// PauseIndexer stops background indexing for some seconds, or with 0 until the
// program starts again.
func (d *Desk) PauseIndexer(seconds float64) error {
	if seconds < 0 || seconds > 366*86400 {
		return &Error{Kind: KindInvalid, Message: "A pause of " + strconv.FormatFloat(seconds, 'g', -1, 64) + " seconds is not possible", Hint: "Use 0 for a pause until the next start."}
	}
	d.throttle.Pause(time.Duration(seconds * float64(time.Second)))
	d.allStatusChanged()
	return nil
}

// ResumeIndexer ends a pause.
func (d *Desk) ResumeIndexer() error {
	d.throttle.Resume()
	d.allStatusChanged()
	return nil
}

func (d *Desk) allStatusChanged() {
	sessions, err := d.sessionsOf(nil)
	if err != nil {
		return // an empty list of ids never fails
	}
	for _, s := range sessions {
		s.ix.Prioritise()
		s.statusChanged()
	}
}
