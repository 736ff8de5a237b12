package aim

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// StateName names what a run is doing.
type StateName string

// The states of a run.
const (
	// StateFinished has an end time.
	StateFinished StateName = "finished"
	// StateLive has no end time, and its writer shows signs of life.
	StateLive StateName = "live"
	// StateStalled has no end time, and its writer shows none.
	StateStalled StateName = "stalled"
	// StateUnreadable has no metadata that could be read.
	StateUnreadable StateName = "unreadable"
)

// State says what a run is doing, and why that is thought.
type State struct {
	Name StateName
	// Evidence gives the reasons as sentences without a full stop. It stays
	// the same as long as nothing happens.
	Evidence []string
	// HolderPID is the process on this machine that holds the run's database
	// or that its lock names and that is alive; 0 if there is none or it is
	// not known.
	HolderPID int
	// HeartbeatDue is when the writer's next check-in is due, in unix seconds;
	// nil if none is expected.
	HeartbeatDue *float64
}

// heartbeatGrace is how long a check-in may be overdue.
const heartbeatGrace = 10 * time.Second

// maxClockAhead is how far the clock of a writer may be ahead before its
// check-ins are not believed.
const maxClockAhead = time.Hour

// State judges what a run is doing. A run with an end time is finished, one
// without metadata (meta is nil) unreadable. Any other is live if
//
//   - its RocksDB LOCK is held, or
//   - its newest check-in is not overdue by more than 10 seconds, or
//   - its soft lock names a process that runs on this machine and was started
//     before the lock was written;
//
// otherwise it is stalled. The times of files never make a run live.
func (r *Repo) State(ctx context.Context, hash string, meta *Meta) State {
	if meta == nil {
		return State{Name: StateUnreadable, Evidence: []string{"its metadata could not be read"}}
	}
	if !meta.Active() {
		return State{Name: StateFinished, Evidence: []string{"it ended at " + clock(*meta.EndTime)}}
	}
	s := State{Name: StateStalled, Evidence: []string{"it has no end time"}}
	if checkHash(hash) != nil || ctx.Err() != nil {
		return s
	}
	r.probeDatabaseLocks(&s, hash)
	r.probeHeartbeat(&s, hash)
	r.probeSoftLock(&s, hash)
	r.probeOldLocks(&s, hash)
	return s
}

func (s *State) because(format string, args ...any) {
	s.Evidence = append(s.Evidence, fmt.Sprintf(format, args...))
}

// clock shows unix seconds for people.
func clock(seconds float64) string {
	return time.UnixMilli(int64(seconds * 1000)).UTC().Format("2006-01-02 15:04:05 UTC")
}

// probeDatabaseLocks asks whether a process has the run's databases open.
func (r *Repo) probeDatabaseLocks(s *State, hash string) {
	if r.cfg.Prober == nil {
		s.because("whether its database is locked cannot be known here")
		return
	}
	for _, dir := range []string{r.metaDir(hash), r.seqsDir(hash)} {
		pid, held, err := r.cfg.Prober.LockHolder(filepath.Join(dir, lockFile))
		switch {
		case err != nil:
			s.because("whether its database is locked cannot be known: %v", err)
			return
		case held:
			s.Name, s.HolderPID = StateLive, pid
			if pid == 0 {
				s.because("its database is locked by a writer")
			} else {
				s.because("its database is locked by process %d", pid)
			}
			return
		}
	}
	s.because("nobody holds the lock of its database")
}

// probeHeartbeat looks at the newest check-in that expects another one.
func (r *Repo) probeHeartbeat(s *State, hash string) {
	beat, ok, err := r.beat(hash)
	if err != nil {
		s.because("its heartbeats could not be read: %v", err)
		return
	}
	if !ok {
		s.because("there is no heartbeat")
		return
	}
	due, _ := beat.Due()
	s.HeartbeatDue = &due
	now := float64(r.cfg.Now().UnixNano()) / 1e9
	switch {
	case beat.Time > now+maxClockAhead.Seconds():
		s.because("its newest heartbeat is dated %s, which is ahead of this machine's clock", clock(beat.Time))
	case now <= due+heartbeatGrace.Seconds():
		s.Name = StateLive
		s.because("its heartbeat is due at %s", clock(due))
	default:
		s.because("its heartbeat was due at %s", clock(due))
	}
}

// startTolerance is the precision with which the start of a process is known.
const startTolerance = time.Second

// probeSoftLock asks whether the process that locked the run is alive.
func (r *Repo) probeSoftLock(s *State, hash string) {
	lock, ok, err := r.softLock(hash)
	switch {
	case errors.Is(err, errForeignLock):
		s.because("%v", err)
		return
	case err != nil:
		s.because("its lock could not be read: %v", err)
		return
	case !ok:
		s.because("there is no run lock")
		return
	case r.cfg.Prober == nil:
		s.because("its lock names process %d, of which nothing can be known here", lock.PID)
		return
	case !slices.Contains(r.cfg.Prober.MachineIDs(), lock.Machine):
		s.because("its lock names process %d of another machine", lock.PID)
		return
	}
	start, alive, err := r.cfg.Prober.ProcessStarted(lock.PID)
	locked := time.UnixMicro(int64(lock.Time * 1e6))
	switch {
	case err != nil:
		s.because("its lock names process %d, of which it cannot be known when it was started: %v", lock.PID, err)
	case !alive:
		s.because("its lock names process %d, which does not run any more", lock.PID)
	case start.After(locked.Add(startTolerance)):
		s.because("its lock names process %d, but the one of that number was started later", lock.PID)
	default:
		s.Name = StateLive
		if s.HolderPID == 0 {
			s.HolderPID = lock.PID
		}
		s.because("process %d, which locked it, is running", lock.PID)
	}
}

// probeOldLocks mentions the flock locks of Aim before 3.15. They decide
// nothing: such a writer holds the lock of its database as well.
func (r *Repo) probeOldLocks(s *State, hash string) {
	p, ok := r.cfg.Prober.(FlockProber)
	if !ok {
		return
	}
	for _, kind := range []string{metaName, seqsName} {
		if held, known := p.FlockHeld(filepath.Join(r.AimDir(), kind, locksName, hash)); known && held {
			s.because("a process holds its lock in %s/%s", kind, locksName)
		}
	}
}
