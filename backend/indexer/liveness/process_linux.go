package liveness

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// tick is the unit of times in /proc: USER_HZ is 100 on every architecture
// that Go runs on.
const tick = time.Second / 100

// askProcess reads /proc rather than asking gopsutil, which adds the start to
// the boot time of /proc/stat or /proc/uptime: in a container these may speak
// of the container while the start counts from the boot of the machine.
func askProcess(pid int) processAnswer {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) {
		// With the mount option hidepid the processes of others are not seen;
		// a signal of no effect tells whether there is one.
		if err := unix.Kill(pid, 0); err == nil || errors.Is(err, unix.EPERM) {
			return processAnswer{alive: true, err: fmt.Errorf("read start of process %d: hidden: %w", pid, errors.ErrUnsupported)}
		}
		return processAnswer{}
	}
	if err != nil {
		return processAnswer{alive: true, err: fmt.Errorf("read start of process %d: %w: %w", pid, err, errors.ErrUnsupported)}
	}
	state, sinceBoot, err := parseStat(stat)
	if err != nil {
		return processAnswer{alive: true, err: fmt.Errorf("read start of process %d: %w: %w", pid, err, errors.ErrUnsupported)}
	}
	switch state {
	case 'Z', 'X', 'x': // ended; the parent has not asked for its status
		return processAnswer{}
	}
	now := time.Now()
	var boot unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &boot); err != nil {
		return processAnswer{alive: true, err: fmt.Errorf("read time since boot: %w: %w", err, errors.ErrUnsupported)}
	}
	return processAnswer{started: now.Add(sinceBoot - time.Duration(boot.Nano())).Round(0), alive: true}
}

// parseStat takes the state and the start, as time since boot, from
// /proc/PID/stat (man 5 proc_pid_stat): fields 3 and 22. Field 2, the name in
// parentheses, may itself hold spaces and parentheses.
func parseStat(stat []byte) (state byte, sinceBoot time.Duration, err error) {
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(f) < 20 || len(f[0]) != 1 {
		return 0, 0, fmt.Errorf("parse process state: %d fields", len(f))
	}
	ticks, err := strconv.ParseUint(string(f[19]), 10, 56)
	if err != nil {
		return 0, 0, fmt.Errorf("parse process start: %w", err)
	}
	if ticks > uint64(time.Duration(1<<63-1)/tick) {
		return 0, 0, fmt.Errorf("parse process start: %d ticks", ticks)
	}
	return f[0][0], time.Duration(ticks) * tick, nil
}
