//go:build unix && !linux

package liveness_test

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// waitForZombie waits until a child has ended without taking its status.
func waitForZombie(t *testing.T, pid int) {
	t.Helper()
	for range 500 {
		out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
		if err == nil && strings.HasPrefix(strings.TrimSpace(string(out)), "Z") {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("process %d does not end", pid)
}
