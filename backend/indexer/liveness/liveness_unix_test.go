//go:build unix

package liveness_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"aimdesk/backend/indexer/liveness"
)

// holderVariable makes the test binary a process that holds locks.
const holderVariable = "AIMDESK_TEST_HOLD"

func TestMain(m *testing.M) {
	if what := os.Getenv(holderVariable); what != "" {
		hold(what, os.Args[len(os.Args)-1])
	}
	goleak.VerifyTestMain(m)
}

// hold takes a lock, says so and waits until standard input ends.
func hold(what, path string) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		whole := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
		switch what {
		case "fcntl":
			err = unix.FcntlFlock(f.Fd(), unix.F_SETLK, &whole)
		case "read":
			whole.Type = unix.F_RDLCK
			err = unix.FcntlFlock(f.Fd(), unix.F_SETLK, &whole)
		case "flock":
			err = unix.Flock(int(f.Fd()), unix.LOCK_EX)
		case "shared":
			err = unix.Flock(int(f.Fd()), unix.LOCK_SH)
		}
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("held")
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

type holder struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.WriteCloser
}

func startHolder(t *testing.T, what, path string) *holder {
	t.Helper()
	cmd := exec.Command(os.Args[0], path)
	cmd.Env = append(os.Environ(), holderVariable+"="+what)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || line != "held\n" {
		t.Fatalf("holder said %q, %v", line, err)
	}
	h := &holder{t, cmd, stdin}
	t.Cleanup(h.end)
	return h
}

func (h *holder) end() {
	if h.cmd.ProcessState != nil {
		return
	}
	if err := h.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		h.t.Error(err)
	}
	if err := h.cmd.Wait(); err != nil {
		h.t.Error(err)
	}
}

// clock is a time that moves by hand.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func TestLockHolder(t *testing.T) {
	p := liveness.New(liveness.Config{})
	path := filepath.Join(t.TempDir(), "LOCK")
	if pid, held, err := p.LockHolder(path); pid != 0 || held || err != nil {
		t.Errorf("no file: %d, %v, %v", pid, held, err)
	}
	if err := os.WriteFile(path, nil, 0o400); err != nil {
		t.Fatal(err)
	}
	if pid, held, err := p.LockHolder(path); pid != 0 || held || err != nil {
		t.Errorf("nobody: %d, %v, %v", pid, held, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"fcntl", "read"} {
		h := startHolder(t, what, path)
		for range 2 { // asking does not disturb the lock
			if pid, held, err := p.LockHolder(path); pid != h.cmd.Process.Pid || !held || err != nil {
				t.Errorf("%s: %d, %v, %v; want process %d", what, pid, held, err, h.cmd.Process.Pid)
			}
		}
		h.end()
		if pid, held, err := p.LockHolder(path); pid != 0 || held || err != nil {
			t.Errorf("%s, released: %d, %v, %v", what, pid, held, err)
		}
	}
	// Asking leaves nothing behind: a writer gets the lock at once.
	startHolder(t, "fcntl", path)
}

func TestLockHolderRefusesWhatIsNoFile(t *testing.T) {
	p := liveness.New(liveness.Config{})
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(fifo, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, fifo, link} {
		if _, held, err := p.LockHolder(path); held || err == nil {
			t.Errorf("%s: held %v, %v", path, held, err)
		}
	}
}

func TestLockHolderDoesNotSeeFlock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "LOCK")
	startHolder(t, "flock", path)
	if _, held, err := liveness.New(liveness.Config{}).LockHolder(path); held || err != nil {
		t.Errorf("held %v, %v", held, err)
	}
}

func TestProcessStarted(t *testing.T) {
	c := &clock{time.Now()}
	p := liveness.New(liveness.Config{Now: c.now})
	before := time.Now()
	h := startHolder(t, "fcntl", filepath.Join(t.TempDir(), "LOCK"))
	pid := h.cmd.Process.Pid
	started, alive, err := p.ProcessStarted(pid)
	if err != nil || !alive {
		t.Fatalf("alive %v, %v", alive, err)
	}
	slack := time.Second
	if runtime.GOOS == "linux" {
		slack = 50 * time.Millisecond
	}
	if started.Before(before.Add(-slack)) || started.After(time.Now()) {
		t.Errorf("started at %v, asked for it between %v and %v", started, before, time.Now())
	}
	if err := h.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	waitForZombie(t, pid)
	if again, alive, err := p.ProcessStarted(pid); !alive || err != nil || !again.Equal(started) {
		t.Errorf("within half a second the answer changed: %v, %v, %v", again, alive, err)
	}
	c.t = c.t.Add(time.Second)
	if _, alive, err := p.ProcessStarted(pid); alive || err != nil {
		t.Errorf("a zombie: alive %v, %v", alive, err)
	}
	if err := h.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	c.t = c.t.Add(-time.Hour) // a clock set back does not freeze answers
	if _, alive, err := p.ProcessStarted(pid); alive || err != nil {
		t.Errorf("ended: alive %v, %v", alive, err)
	}
	for _, pid := range []int{0, -1, 1 << 40} {
		if _, alive, err := p.ProcessStarted(pid); alive || err != nil {
			t.Errorf("process %d: alive %v, %v", pid, alive, err)
		}
	}
}

func TestFlockHeld(t *testing.T) {
	c := &clock{time.Now()}
	p := liveness.New(liveness.Config{Now: c.now})
	path := filepath.Join(t.TempDir(), "hash")
	if runtime.GOOS != "linux" {
		if held, known := p.FlockHeld(path); held || known {
			t.Errorf("held %v, known %v", held, known)
		}
		return
	}
	check := func(what string, want bool) {
		t.Helper()
		c.t = c.t.Add(time.Minute)
		if held, known := p.FlockHeld(path); held != want || !known {
			t.Errorf("%s: held %v, known %v", what, held, known)
		}
	}
	check("no file", false)
	for _, what := range []string{"flock", "shared"} {
		h := startHolder(t, what, path)
		check(what, true)
		h.end()
		if held, _ := p.FlockHeld(path); !held {
			t.Error("the answer changed within half a second")
		}
		check(what+", released", false)
	}
	startHolder(t, "fcntl", path)
	check("fcntl", false)
}

func TestMachineIDs(t *testing.T) {
	p := liveness.New(liveness.Config{})
	ids := p.MachineIDs()
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range interfaces {
		if len(i.HardwareAddr) != 6 || slices.Max(i.HardwareAddr) == 0 {
			continue
		}
		var want uint64
		for _, b := range i.HardwareAddr {
			want = want*256 + uint64(b)
		}
		if !slices.Contains(ids, want) {
			t.Errorf("%s of %s is not among %v", i.HardwareAddr, i.Name, ids)
		}
	}
	if slices.Contains(ids, 0) {
		t.Error("the loopback's empty address counts")
	}
}

func TestMachineIDsHoldPythons(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Log("python3 is not here to compare with")
		return
	}
	out, err := exec.Command(python, "-c", "import uuid; print(uuid.getnode())").Output()
	if err != nil {
		t.Fatal(err)
	}
	var node uint64
	if _, err := fmt.Sscan(string(out), &node); err != nil {
		t.Fatal(err)
	}
	if node>>40&1 == 1 {
		return // invented, because no interface has an address
	}
	if ids := liveness.New(liveness.Config{}).MachineIDs(); !slices.Contains(ids, node) {
		t.Errorf("Python names this machine %d, which is not among %v", node, ids)
	}
}

func TestInitRunsForever(t *testing.T) {
	started, alive, err := liveness.New(liveness.Config{}).ProcessStarted(1)
	if !alive || (err != nil && !errors.Is(err, errors.ErrUnsupported)) || (err == nil && started.After(time.Now())) {
		t.Errorf("process 1: %v, %v, %v", started, alive, err)
	}
	if syscall.Getppid() == 0 {
		return // the outermost process of a container
	}
	if _, alive, err := liveness.New(liveness.Config{}).ProcessStarted(os.Getppid()); !alive || err != nil {
		t.Errorf("parent: %v, %v", alive, err)
	}
}

func BenchmarkLockHolder(b *testing.B) {
	path := filepath.Join(b.TempDir(), "LOCK")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		b.Fatal(err)
	}
	p := liveness.New(liveness.Config{})
	for b.Loop() {
		if _, _, err := p.LockHolder(path); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProcessStarted(b *testing.B) {
	p := liveness.New(liveness.Config{MaxAge: time.Nanosecond})
	for b.Loop() {
		if _, _, err := p.ProcessStarted(os.Getpid()); err != nil {
			b.Fatal(err)
		}
	}
}
