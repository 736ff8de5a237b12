package indexer

import (
	"time"
)

// Phase is what an indexer is doing.
type Phase string

// The phases, in the order in which they come.
const (
	PhaseStarting Phase = "starting"
	PhaseMetadata Phase = "metadata"
	PhaseSeries   Phase = "series"
	PhaseReindex  Phase = "reindex"
	PhaseIdle     Phase = "idle"
	PhasePaused   Phase = "paused"
	PhaseOffline  Phase = "offline"
	PhaseFailed   Phase = "failed"
)

// Status is a snapshot of what an indexer is doing.
type Status struct {
	Phase Phase
	// Done and Total count the runs of the phase.
	Done, Total int
	// Current is the run being read, "" when none is.
	Current string
	// RunsPerSecond and BytesPerSecond are over the last seconds.
	RunsPerSecond, BytesPerSecond float64
	// Remaining is the time the phase still takes; negative when unknown.
	Remaining time.Duration
	// Throttle says why background work goes slower than it could.
	Throttle string
	// PausedUntil is the end of a pause; zero when there is none.
	PausedUntil time.Time
	// Note is something about the index itself that a person should know.
	Note string
	// Stale counts runs whose index is older than their files.
	Stale int
}

// Status answers what the indexer is doing now.
func (ix *Indexer) Status() Status {
	ix.mu.Lock()
	s := ix.status
	s.RunsPerSecond, s.BytesPerSecond = ix.rate.rates()
	s.Stale = ix.queue.len()
	ix.mu.Unlock()
	s.Remaining = -1
	if left := s.Total - s.Done; left > 0 && s.RunsPerSecond > 0 {
		s.Remaining = time.Duration(float64(left) / s.RunsPerSecond * float64(time.Second))
	}
	if t := ix.cfg.Throttle; t != nil {
		s.PausedUntil = t.PausedUntil()
		if s.Phase == PhaseSeries {
			s.Throttle = t.Reason()
		}
	}
	return s
}

func (ix *Indexer) setPhase(p Phase) {
	ix.mu.Lock()
	changed := ix.status.Phase != p
	ix.status.Phase = p
	ix.mu.Unlock()
	if changed {
		ix.cfg.Sink.StatusChanged()
	}
}

// begin starts a phase of total runs.
func (ix *Indexer) begin(p Phase, total int) {
	ix.mu.Lock()
	ix.status.Phase, ix.status.Done, ix.status.Total, ix.status.Current = p, 0, total, ""
	ix.rate.reset()
	ix.mu.Unlock()
	ix.cfg.Sink.StatusChanged()
}

// step counts one run of the phase as done.
func (ix *Indexer) step(hash string, bytes int64) {
	ix.mu.Lock()
	ix.status.Done++
	ix.status.Current = hash
	ix.rate.add(1, bytes)
	ix.mu.Unlock()
	ix.cfg.Sink.StatusChanged()
}

// settle ends a phase when nothing is queued.
func (ix *Indexer) settle() {
	ix.mu.Lock()
	changed := false
	if ix.queue.len() == 0 && ix.status.Phase != PhaseIdle && ix.status.Phase != PhaseOffline && ix.status.Phase != PhaseFailed && ix.status.Phase != PhaseReindex {
		ix.status.Phase, ix.status.Current = PhaseIdle, ""
		ix.status.Done, ix.status.Total = 0, 0
		changed = true
	}
	ix.mu.Unlock()
	if changed {
		ix.cfg.Sink.StatusChanged()
	}
}

// meter measures runs and bytes a second over the last few seconds.
type meter struct {
	now     func() time.Time
	samples []sample
}

type sample struct {
	at    time.Time
	runs  int
	bytes int64
}

// meterWindow is how far back a rate looks.
const meterWindow = 5 * time.Second

func (m *meter) reset() { m.samples = m.samples[:0] }

func (m *meter) add(runs int, bytes int64) {
	now := m.now()
	m.trim(now)
	if n := len(m.samples); n > 0 && now.Sub(m.samples[n-1].at) < 100*time.Millisecond {
		m.samples[n-1].runs += runs
		m.samples[n-1].bytes += bytes
		return
	}
	m.samples = append(m.samples, sample{now, runs, bytes})
}

func (m *meter) trim(now time.Time) {
	i := 0
	for i < len(m.samples) && now.Sub(m.samples[i].at) > meterWindow {
		i++
	}
	m.samples = append(m.samples[:0], m.samples[i:]...)
}

func (m *meter) rates() (runs, bytes float64) {
	now := m.now()
	m.trim(now)
	if len(m.samples) == 0 {
		return 0, 0
	}
	var n int
	var b int64
	for _, s := range m.samples {
		n += s.runs
		b += s.bytes
	}
	span := max(now.Sub(m.samples[0].at), 200*time.Millisecond).Seconds()
	return float64(n) / span, float64(b) / span
}
