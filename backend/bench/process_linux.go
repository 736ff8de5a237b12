package main

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// peakMemory is the most memory that a process that ended had at a time.
func peakMemory(p *os.ProcessState) int64 {
	if u, ok := p.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss << 10
	}
	return 0
}

// cpuTime is what this process has used so far.
func cpuTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// forget drops a file from the page cache, if the system does as it is asked.
func forget(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // opened for reading
	return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
}

// fewFiles is a command that runs another one with at most n open files.
func fewFiles(n string, name string, args ...string) (string, []string) {
	return "sh", append([]string{"-c", `ulimit -n "$0" && exec "$@"`, n, name}, args...)
}
