//go:build !linux

package liveness

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shirou/gopsutil/v3/process"
)

func askProcess(pid int) processAnswer {
	exists, err := process.PidExists(int32(pid))
	if err != nil {
		return processAnswer{err: fmt.Errorf("look for process %d: %w", pid, err)}
	}
	if !exists {
		return processAnswer{}
	}
	proc := &process.Process{Pid: int32(pid)}
	// Windows has no states; there the start alone decides.
	if states, err := proc.Status(); err == nil && slices.Contains(states, process.Zombie) {
		return processAnswer{}
	}
	ms, err := proc.CreateTime()
	if err != nil {
		if exists, err := process.PidExists(int32(pid)); err == nil && !exists {
			return processAnswer{} // it ended between the questions
		}
		return processAnswer{alive: true, err: fmt.Errorf("read start of process %d: %w: %w", pid, err, errors.ErrUnsupported)}
	}
	return processAnswer{started: time.UnixMilli(ms), alive: true}
}
