//go:build interop

package interop

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// writer is a process in which real Aim tracks metrics.
type writer struct {
	t      *testing.T
	cmd    *exec.Cmd
	stderr *bytes.Buffer
	hash   string

	mu    sync.Mutex
	steps int // tracked in all; 0 while it tracks
	ended chan struct{}
	err   error
}

// startWriter starts testdata/writer.py and waits until its run exists.
func startWriter(t *testing.T, repo string, seconds float64, end string, resume ...string) *writer {
	t.Helper()
	args := append([]string{"testdata/writer.py", repo, fmt.Sprint(seconds), end}, resume...)
	w := &writer{t: t, cmd: exec.Command(python(t), args...), stderr: &bytes.Buffer{}, ended: make(chan struct{})}
	w.cmd.Stderr = w.stderr
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = w.cmd.Process.Kill() // it has ended, unless the test failed
		<-w.ended
	})
	started := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var n int
			if hash, ok := strings.CutPrefix(lines.Text(), "run "); ok {
				started <- hash
			} else if _, err := fmt.Sscanf(lines.Text(), "steps %d", &n); err == nil {
				w.mu.Lock()
				w.steps = n
				w.mu.Unlock()
			}
		}
		w.err = w.cmd.Wait()
		close(w.ended)
		close(started)
	}()
	if w.hash = <-started; w.hash == "" {
		t.Fatalf("the writer did not start: %s", w.stderr)
	}
	return w
}

// tracked answers how many steps were tracked; false while it still tracks.
func (w *writer) tracked() (int, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.steps, w.steps > 0
}

// idle waits until everything is tracked.
func (w *writer) idle() int {
	w.t.Helper()
	for range 600 {
		if n, ok := w.tracked(); ok {
			return n
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.t.Fatal("the writer tracks without end")
	return 0
}

// signal ends the writer by a signal.
func (w *writer) signal(s os.Signal) {
	w.t.Helper()
	if err := w.cmd.Process.Signal(s); err != nil {
		w.t.Fatal(err)
	}
	<-w.ended
}

// finished waits for a writer that must end without an error of its own.
func (w *writer) finished() {
	w.t.Helper()
	select {
	case <-w.ended:
	case <-time.After(2 * time.Minute):
		w.t.Fatal("the writer does not end")
	}
	if w.err != nil || strings.Contains(w.stderr.String(), "Traceback") {
		w.t.Errorf("the writer ended with %v:\n%s", w.err, w.stderr)
	}
}

var (
	kill      os.Signal = syscall.SIGKILL
	terminate os.Signal = syscall.SIGTERM
	interrupt os.Signal = syscall.SIGINT
)
