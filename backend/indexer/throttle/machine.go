package throttle

import (
	"runtime"

	"github.com/shirou/gopsutil/v3/load"
	"github.com/shirou/gopsutil/v3/mem"
)

// lowMemory is the share of memory below which little is left.
const lowMemory = 0.05

// Machine observes this machine: load and memory everywhere but on Windows,
// which has no load; power and pressure on Linux. What cannot be read counts as
// quiet.
type Machine struct {
	sys, proc string // where Linux has its file systems
}

// NewMachine returns the conditions of this machine.
func NewMachine() *Machine { return &Machine{sys: "/sys", proc: "/proc"} }

// Observe implements Conditions.
func (m *Machine) Observe() Observation {
	o := Observation{OnBattery: onBattery(m.sys), MemoryPressure: pressure(m.proc, "memory"), IOPressure: pressure(m.proc, "io")}
	if runtime.GOOS != "windows" { // there, gopsutil would count in a goroutine without end
		if avg, err := load.Avg(); err == nil {
			o.LoadPerCore = avg.Load1 / float64(runtime.NumCPU())
		}
	}
	if v, err := mem.VirtualMemory(); err == nil && v.Total > 0 && float64(v.Available) < lowMemory*float64(v.Total) {
		o.MemoryPressure = 1
	}
	return o
}
