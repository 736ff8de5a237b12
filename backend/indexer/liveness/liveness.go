// Package liveness asks the machine what it knows of the writers of a
// repository: which process holds a lock, whether a process still runs and
// since when, and by which numbers Python may name this machine.
//
// Nothing here takes a lock, waits for one or opens a file for writing. Package
// aim gathers what a repository says of a run and asks a Prober for the rest.
package liveness

import (
	"net"
	"sync"
	"time"
)

// Config of a Prober.
type Config struct {
	// Now tells the time. Nil: time.Now.
	Now func() time.Time
	// MaxAge is how long an answer about processes and flock locks is
	// repeated before the machine is asked again. 0: half a second.
	MaxAge time.Duration
}

// interfacesAge is how long the list of network interfaces is kept: they
// change when a cable, a virtual machine or a VPN comes or goes.
const interfacesAge = 30 * time.Second

// maxProcesses bounds the cache of processes.
const maxProcesses = 4096

// Prober answers questions about this machine. Its methods may be called
// concurrently.
type Prober struct {
	now    func() time.Time
	maxAge time.Duration

	mu         sync.Mutex
	machineIDs []uint64
	machineAt  time.Time
	processes  map[int]processAnswer
	flocks     flockTable
	flocksErr  error
	flocksAt   time.Time
}

type processAnswer struct {
	started time.Time
	alive   bool
	err     error
	at      time.Time
}

// New returns a Prober. It asks nothing yet.
func New(cfg Config) *Prober {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.MaxAge <= 0 {
		cfg.MaxAge = 500 * time.Millisecond
	}
	return &Prober{now: cfg.Now, maxAge: cfg.MaxAge, processes: map[int]processAnswer{}}
}

// MachineIDs returns what Python's uuid.getnode may answer on this machine: the
// hardware address of each network interface as a number. The caller must not
// change it. Python on a machine without any address invents one per process,
// with the multicast bit set (bit 40): that one is found nowhere.
func (p *Prober) MachineIDs() []uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); !fresh(p.machineAt, now, interfacesAge) {
		interfaces, err := net.Interfaces()
		if err != nil {
			return p.machineIDs // what was known before is the best guess
		}
		p.machineIDs, p.machineAt = p.machineIDs[:0:0], now
		for _, i := range interfaces {
			if id := machineID(i.HardwareAddr); id != 0 {
				p.machineIDs = append(p.machineIDs, id)
			}
		}
	}
	return p.machineIDs
}

// machineID is the number of the first six bytes, most significant first; of a
// longer address libuuid, which Python asks, takes these, too. 0: no address.
func machineID(addr net.HardwareAddr) (id uint64) {
	if len(addr) < 6 {
		return 0
	}
	for _, b := range addr[:6] {
		id = id<<8 | uint64(b)
	}
	return id
}

// ProcessStarted tells since when a process runs; a zombie does not run any
// more. On Linux the time is right to about 10 ms as long as nobody sets the
// clock, elsewhere to a second. An error wrapping errors.ErrUnsupported: there
// is such a process, but its start cannot be known.
func (p *Prober) ProcessStarted(pid int) (started time.Time, alive bool, err error) {
	if pid <= 0 || int(int32(pid)) != pid {
		return time.Time{}, false, nil // no system has such a process
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if a, ok := p.processes[pid]; ok && fresh(a.at, now, p.maxAge) {
		return a.started, a.alive, a.err
	}
	if len(p.processes) >= maxProcesses {
		clear(p.processes)
	}
	a := askProcess(pid)
	a.at = now
	p.processes[pid] = a
	return a.started, a.alive, a.err
}

// FlockHeld tells whether somebody holds a lock taken by flock(2) on a file, as
// Aim did before 3.15. known is false where the system does not tell. In a
// container, locks of processes outside of it are not seen.
func (p *Prober) FlockHeld(path string) (held, known bool) {
	ids, err := lockIDs(path)
	if err != nil {
		return false, false
	}
	if len(ids) == 0 {
		return false, true // no file, no lock
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); !fresh(p.flocksAt, now, p.maxAge) {
		p.flocks, p.flocksErr = readFlocks()
		p.flocksAt = now
	}
	if p.flocksErr != nil {
		return false, false
	}
	for _, id := range ids {
		if p.flocks[id] {
			return true, true
		}
	}
	return false, true
}

// fresh tells whether an answer given at a time still holds; a clock set back
// makes it stale.
func fresh(at, now time.Time, maxAge time.Duration) bool {
	age := now.Sub(at)
	return !at.IsZero() && age >= 0 && age < maxAge
}
