package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// program builds the program without its window, once a run.
func (s *suite) program() (string, error) {
	path := filepath.Join(s.dir, "aimdesk-cli")
	cmd := exec.CommandContext(s.ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "aimdesk")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build program: %w\n%s", err, out)
	}
	return path, nil
}

// usage is what a process took.
type usage struct {
	wall  time.Duration
	cpu   time.Duration
	bytes int64 // most memory at a time; 0 where the system does not tell
}

// child runs a process to its end.
func (s *suite) child(name string, args ...string) (usage, error) {
	cmd := exec.CommandContext(s.ctx, name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	u := usage{wall: time.Since(start)}
	if err != nil {
		return u, fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, out.Bytes())
	}
	u.cpu = cmd.ProcessState.SystemTime() + cmd.ProcessState.UserTime()
	u.bytes = peakMemory(cmd.ProcessState)
	return u, nil
}
