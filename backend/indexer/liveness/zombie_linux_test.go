package liveness_test

import (
	"testing"

	"golang.org/x/sys/unix"
)

// waitForZombie waits until a child has ended without taking its status.
func waitForZombie(t *testing.T, pid int) {
	t.Helper()
	if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
}
