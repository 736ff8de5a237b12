//go:build interop

package interop

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/indexer"
	"aimdesk/backend/indexer/liveness"
	"aimdesk/backend/indexer/throttle"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/store"
	"aimdesk/backend/store/badgerstore"
)

// screen is a sink that notes how old the points are that it hears of.
type screen struct {
	mu      sync.Mutex
	shown   float64   // time of the newest point that was told, unix seconds
	worst   []float64 // age of the oldest point of each update, in seconds
	points  int
	updates int
}

func (s *screen) RunStored(r *store.Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	points := 0
	for i := range r.Traces {
		points += r.Traces[i].Summary.Count
	}
	if r.LastRecord == nil || points <= s.points {
		return
	}
	if s.shown > 0 {
		s.worst = append(s.worst, float64(time.Now().UnixNano())/1e9-s.shown)
	}
	s.shown, s.points = *r.LastRecord, points
	s.updates++
}

func (*screen) RunGone(string)        {}
func (*screen) Replaced([]*store.Run) {}
func (*screen) StatusChanged()        {}

// busy is the time that this process has worked.
func busy(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A real writer tracks 500 points a second: each is told within two seconds,
// and the indexer works as little at the end as at the beginning.
func TestSteadyWriter(t *testing.T) {
	const metrics, rate, window = 5, 100, 10 * time.Second
	seconds := max(liveSeconds(t), 3*window.Seconds())
	root := t.TempDir()
	cmd := exec.Command(python(t), "testdata/steady.py", root, fmt.Sprint(seconds), fmt.Sprint(metrics), fmt.Sprint(rate))
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
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		t.Fatal("the writer did not start")
	}
	hash := lines.Text()

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	repo, err := aim.Open(ctx, root, aim.Config{FS: vfs.NewOS(0), Prober: liveness.New(liveness.Config{})})
	if err != nil {
		t.Fatal(err)
	}
	st, err := badgerstore.Open(t.TempDir(), badgerstore.Options{Repository: root})
	if err != nil {
		t.Fatal(err)
	}
	out := &screen{}
	ix := indexer.New(indexer.Config{Repo: repo, Store: st, Sink: out, Throttle: throttle.New(throttle.Config{})})
	done := make(chan error, 1)
	go func() { done <- ix.Serve(ctx) }()

	var worked []time.Duration
	begin, before := time.Now(), busy(t)
	for n := 1; time.Duration(n)*window <= time.Duration(seconds)*time.Second; n++ {
		time.Sleep(time.Until(begin.Add(time.Duration(n) * window)))
		now := busy(t)
		worked = append(worked, now-before)
		before = now
	}
	if !lines.Scan() {
		t.Fatal("the writer was cut off")
	}
	var steps, got int
	if _, err := fmt.Sscan(lines.Text(), &steps, &got); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	out.mu.Lock()
	worst, points, updates := slices.Sorted(slices.Values(out.worst)), out.points, out.updates
	out.mu.Unlock()
	if points != steps*metrics {
		t.Errorf("%d of %d points were told two seconds after the last", points, steps*metrics)
	}
	first, last := worked[0].Seconds()/window.Seconds(), worked[len(worked)-1].Seconds()/window.Seconds()
	p99 := worst[len(worst)*99/100]
	t.Logf("%d points at %d/s in %d updates; age of the oldest point of an update: median %.2f s, p99 %.2f s, most %.2f s; share of a core in the first and last %v: %.3f, %.3f",
		points, got, updates, worst[len(worst)/2], p99, worst[len(worst)-1], window, first, last)
	if got < metrics*rate*9/10 {
		t.Errorf("the writer got to %d points a second only", got)
	}
	if p99 > 2 {
		t.Errorf("points were told %.2f s late", p99)
	}
	if last > 0.25 || last > 2*first+0.02 {
		t.Errorf("worked %.3f of a core at first, %.3f at the end", first, last)
	}

	// The run ends: the index has all of it.
	if _, err := io.WriteString(stdin, "\n"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(stdin.Close(), cmd.Wait()); err != nil {
		t.Fatal(err)
	}
	stored := 0
	for end := time.Now().Add(20 * time.Second); stored != points && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		r, err := st.Run(ctx, hash)
		if err != nil {
			t.Fatal(err)
		}
		if stored = 0; r.EndTime != nil {
			for i := range r.Traces {
				stored += r.Traces[i].Summary.Count
			}
		}
	}
	if stored != points {
		t.Errorf("the index has %d of %d points", stored, points)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the indexer ended with %v", err)
	}
	if err := st.Close(); err != nil {
		t.Error(err)
	}
}
