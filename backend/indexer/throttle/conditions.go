package throttle

import (
	"runtime"
	"time"
)

// Conditions tells how the machine is doing. Observe may be called
// concurrently and must not wait.
type Conditions interface {
	Observe() Observation
}

// Observation is the state of a machine; the zero value is a quiet one, or one
// of which nothing is known.
type Observation struct {
	// OnBattery tells that no power comes in.
	OnBattery bool
	// LoadPerCore is how many tasks want each core, over the last minute.
	LoadPerCore float64
	// MemoryPressure is the share of the last ten seconds in which a task
	// waited for memory; 1 when little of it is left.
	MemoryPressure float64
	// IOPressure is the same for disks.
	IOPressure float64
	// UserBusy tells that a person uses the machine for something else.
	UserBusy bool
}

// Where conditions begin to count.
const (
	busyLoad       = 1.0
	memoryPressure = 0.10
	ioPressure     = 0.50
)

// share is the share of one core that is allowed now, pauses aside, with the
// reasons in words why it is less than the configured one. The lock is held.
func (t *Throttle) share() (share float64, reasons []string) {
	share = t.limit
	slower := func(factor float64, reason string) {
		if next := max(share*factor, Floor); next < share {
			share, reasons = next, append(reasons, reason)
		}
	}
	if t.foreground > 0 {
		slower(0, "you are working")
	}
	o := t.observed
	if o.MemoryPressure > memoryPressure {
		slower(0, "memory is short")
	}
	if o.OnBattery {
		slower(0.5, "on battery")
	}
	if o.UserBusy {
		slower(0.5, "the machine is in use")
	}
	// What this program itself adds to the load is no reason to slow it down.
	if load := o.LoadPerCore - t.limit/float64(runtime.NumCPU()); load > busyLoad {
		slower(busyLoad/load, "the machine is busy")
	}
	if o.IOPressure > ioPressure {
		slower(0.5, "the disk is busy")
	}
	return share, reasons
}

// observe asks for the conditions when the last answer is old.
func (t *Throttle) observe() {
	if t.conditions == nil {
		return
	}
	t.mu.Lock()
	due := t.observedAt.IsZero() || time.Since(t.observedAt) >= t.every
	if due {
		t.observedAt = time.Now() // of several callers, one asks
	}
	t.mu.Unlock()
	if !due {
		return
	}
	o := t.conditions.Observe()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.grow(0)
	t.observed = o
}
