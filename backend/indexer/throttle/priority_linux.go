package throttle

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// nice is the nice value of background work.
const nice = 10

// Arguments of ioprio_set(2), from the kernel's include/uapi/linux/ioprio.h.
const (
	ioprioWhoProcess = 1
	ioprioClassIdle  = 3
	ioprioClassShift = 13
)

// LowerPriority puts the calling thread behind all others, for the processor
// (nice 10) and for disks (idle class). The goroutine must be locked to its
// thread and never be unlocked, so that the thread ends with it: a nice value
// cannot be taken back.
func LowerPriority() error {
	tid := unix.Gettid()
	// The system call answers 20 minus the nice value. A program that was
	// started with a higher one may not come down to ours.
	if now, err := unix.Getpriority(unix.PRIO_PROCESS, tid); err != nil || 20-now < nice {
		if err := unix.Setpriority(unix.PRIO_PROCESS, tid, nice); err != nil {
			return fmt.Errorf("set nice value: %w", err)
		}
	}
	_, _, errno := unix.Syscall(unix.SYS_IOPRIO_SET, ioprioWhoProcess, uintptr(tid), ioprioClassIdle<<ioprioClassShift)
	if errno != 0 {
		return fmt.Errorf("set input/output priority: %w", errno)
	}
	return nil
}
