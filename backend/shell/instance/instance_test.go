package instance_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"aimdesk/backend/shell/instance"
)

// helperVariable makes the test binary a program that starts in some folder.
const helperVariable = "AIMDESK_TEST_INSTANCE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperVariable); dir != "" {
		helper(dir)
	}
	goleak.VerifyTestMain(m)
}

// helper starts; as the running program it says what is handed over until it is
// killed or standard input ends.
func helper(dir string) {
	ctx, cancel := context.WithCancel(context.Background())
	h, err := instance.Here()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	s, handed, err := instance.Start(ctx, instance.Config{Dir: dir}, h)
	switch {
	case err != nil:
		fmt.Println(err)
		os.Exit(1)
	case handed:
		os.Exit(0)
	}
	s.HandleOpen(func(h instance.Handover) { fmt.Printf("open %q in %q\n", h.Args, h.Dir) })
	fmt.Println("running")
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadByte()
		cancel()
	}()
	if err := s.Serve(ctx); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), helperVariable+"="+dir)
	return cmd
}

// shortDir is a folder whose path leaves room for the name of a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ad")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// serve runs a server until the test ends.
func serve(t *testing.T, s *instance.Server) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func acquire(t *testing.T, dir string) *instance.Server {
	t.Helper()
	s, err := instance.Acquire(instance.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestProcesses(t *testing.T) {
	dir := shortDir(t)
	for range 2 { // the second time after the first was killed
		first := command(t, dir)
		stdin, err := first.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		stdout, err := first.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := first.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(stdout)
		if line, err := lines.ReadString('\n'); line != "running\n" {
			t.Fatalf("%q, %v", line, err)
		}
		second := command(t, dir, "données/a b", "-x", "\xff\n")
		second.Dir = t.TempDir()
		if out, err := second.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("second start: %v, %s", err, out)
		}
		real, err := filepath.EvalSymlinks(second.Dir)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("open %q in %q\n", []string{"données/a b", "-x", "\xff\n"}, real)
		if line, err := lines.ReadString('\n'); line != want {
			t.Errorf("handed over %q, %v; want %q", line, err, want)
		}
		if err := first.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = first.Wait() // killed
		_ = stdin.Close()
	}
}

func TestOneAtATime(t *testing.T) {
	dir := shortDir(t)
	s := acquire(t, dir)
	if _, err := instance.Acquire(instance.Config{Dir: dir}); !errors.Is(err, instance.ErrRunning) {
		t.Errorf("second: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	stop := serve(t, acquire(t, dir))
	stop()
	if err := acquire(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
}

func TestManyStartAtOnce(t *testing.T) {
	dir := shortDir(t)
	var mu sync.Mutex
	var first []*instance.Server
	handed := 0
	opened := make(chan string, 20)
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			s, ok, err := instance.Start(t.Context(), instance.Config{Dir: dir}, instance.Handover{Args: []string{fmt.Sprint(i)}})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if ok {
				handed++
				return
			}
			first = append(first, s)
			s.HandleOpen(func(h instance.Handover) { opened <- h.Args[0] })
			serve(t, s)
		})
	}
	wg.Wait()
	if len(first) != 1 || handed != 9 || len(opened) != 9 {
		t.Errorf("%d run, %d handed over, %d were heard", len(first), handed, len(opened))
	}
}

func TestRunningButSilent(t *testing.T) {
	dir := shortDir(t)
	s := acquire(t, dir) // nobody serves
	start := time.Now()
	_, handed, err := instance.Start(t.Context(), instance.Config{Dir: dir, Patience: 200 * time.Millisecond}, instance.Handover{})
	if handed || !errors.Is(err, instance.ErrRunning) || time.Since(start) > 5*time.Second {
		t.Errorf("handed over %v, %v after %v", handed, err, time.Since(start))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRequests(t *testing.T) {
	dir := shortDir(t)
	cfg := instance.Config{Dir: dir}
	if _, err := instance.Dial(t.Context(), cfg); !errors.Is(err, instance.ErrNotRunning) {
		t.Errorf("nobody runs: %v", err)
	}
	s := acquire(t, dir)
	s.Handle("double", func(_ context.Context, body json.RawMessage) (any, error) {
		var n int
		err := json.Unmarshal(body, &n)
		return 2 * n, err
	})
	s.Handle("fail", func(context.Context, json.RawMessage) (any, error) { return nil, errors.New("no such repository") })
	s.Handle("panic", func(context.Context, json.RawMessage) (any, error) { panic("oh") })
	s.Handle("nan", func(context.Context, json.RawMessage) (any, error) { return func() {}, nil })
	s.Handle("big", func(context.Context, json.RawMessage) (any, error) { return strings.Repeat("x", 1<<20), nil })
	serve(t, s)
	c, err := instance.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			var got int
			if err := c.Call(t.Context(), "double", i, &got); err != nil || got != 2*i {
				t.Errorf("double %d: %d, %v", i, got, err)
			}
		})
	}
	wg.Wait()
	var big string
	if err := c.Call(t.Context(), "big", nil, &big); err != nil || len(big) != 1<<20 {
		t.Errorf("big: %d bytes, %v", len(big), err)
	}
	for name, want := range map[string]string{"fail": "no such repository", "panic": "panic: oh", "nan": "encode answer", "other": `unknown request "other"`} {
		var remote *instance.RemoteError
		if err := c.Call(t.Context(), name, nil, nil); !errors.As(err, &remote) || !strings.Contains(remote.Message, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.Call(t.Context(), "double", strings.Repeat("x", 9<<20), nil); err == nil {
		t.Error("a request of 9 MB was sent")
	}
	var n int
	if err := c.Call(t.Context(), "big", nil, &n); err == nil {
		t.Error("a text was taken for a number")
	}
}

func TestCancelReachesTheHandler(t *testing.T) {
	dir := shortDir(t)
	s := acquire(t, dir)
	started, ended := make(chan struct{}, 2), make(chan struct{}, 2)
	s.Handle("wait", func(ctx context.Context, _ json.RawMessage) (any, error) {
		started <- struct{}{}
		<-ctx.Done()
		ended <- struct{}{}
		return nil, ctx.Err()
	})
	stop := serve(t, s)
	c, err := instance.Dial(t.Context(), instance.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 2)
	go func() { result <- c.Call(ctx, "wait", nil, nil) }()
	<-started
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("caller: %v", err)
	}
	<-ended
	// The end of the server ends handlers, too.
	go func() { result <- c.Call(t.Context(), "wait", nil, nil) }()
	<-started
	stop()
	<-ended
	if err := <-result; err == nil {
		t.Error("a handler that was stopped answered")
	}
}

func TestHandoverIsExact(t *testing.T) {
	dir := shortDir(t)
	s := acquire(t, dir)
	got := make(chan instance.Handover, 1)
	s.HandleOpen(func(h instance.Handover) { got <- h })
	serve(t, s)
	want := instance.Handover{Args: []string{"", "\x00\xfe", "é"}, Dir: "/\xff"}
	if err := instance.HandOver(t.Context(), instance.Config{Dir: dir}, want); err != nil {
		t.Fatal(err)
	}
	if h := <-got; !reflect.DeepEqual(h, want) {
		t.Errorf("got %q, want %q", h, want)
	}
}
