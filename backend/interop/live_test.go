//go:build interop

package interop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/desk"
	"aimdesk/backend/indexer"
	"aimdesk/backend/indexer/liveness"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
	"aimdesk/backend/store/badgerstore"
)

// liveSeconds is how long the long-lived writer tracks.
func liveSeconds(t *testing.T) float64 {
	t.Helper()
	text := os.Getenv("INTEROP_SECONDS")
	if text == "" {
		return 60
	}
	s, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// counts are the numbers of points of the two metrics.
type counts map[string]int

// prefix checks that a series is the beginning of what the writer tracks.
func prefix(name string, c *series.Columns) error {
	every, value := 1.0, func(s float64) float64 { return s/2 + 1 }
	if name == "square" {
		every, value = 10, func(s float64) float64 { return s * s }
	}
	for i, step := range c.Steps {
		if step != float64(i)*every || c.Values[i] != value(step) {
			return fmt.Errorf("%s: row %d is step %v with value %v", name, i, step, c.Values[i])
		}
		if name == "half" && c.Epochs[i] != float64(int(step)/100) {
			return fmt.Errorf("%s: row %d is of epoch %v", name, i, c.Epochs[i])
		}
		if !(c.Times[i] > 1e9) {
			return fmt.Errorf("%s: row %d has the time %v", name, i, c.Times[i])
		}
	}
	return nil
}

// forward checks that no count is lower than before, and takes it over.
func (before counts) forward(now counts) error {
	for name, n := range before {
		if now[name] < n {
			return fmt.Errorf("%s had %d points and has %d", name, n, now[name])
		}
	}
	for name, n := range now {
		before[name] = n
	}
	return nil
}

// readDirectly reads a run from the repository. ahead moves the clock.
func readDirectly(t *testing.T, root, hash string, ahead time.Duration) (aim.State, counts, error) {
	ctx := context.Background()
	l, err := desk.Load(ctx, root, desk.LoadConfig{
		NoIndex: true, LastRecords: true, Prober: liveness.New(liveness.Config{}),
		Now:  func() time.Time { return time.Now().Add(ahead) },
		Warn: func(s string) { t.Errorf("warning: %s", s) },
	})
	if err != nil {
		return aim.State{}, nil, err
	}
	defer func() { _ = l.Close() }() // there is no index to close
	row, ok := l.Cat.Row(hash)
	if !ok {
		return aim.State{}, nil, store.ErrNotFound
	}
	if problems := desk.Problems(row.Run); len(problems) > 0 {
		return row.State, nil, fmt.Errorf("problems: %+v", problems)
	}
	_, metrics, damage := l.Metrics(ctx, row, true)
	if len(damage) > 0 {
		return row.State, nil, fmt.Errorf("damage: %+v", damage)
	}
	got := counts{}
	for _, m := range metrics {
		if m.Columns == nil {
			continue
		}
		if err := prefix(m.Trace.Name, m.Columns); err != nil {
			return row.State, nil, err
		}
		got[m.Trace.Name] = m.Columns.Len()
	}
	return row.State, got, nil
}

// follower is a running indexer.
type follower struct {
	t    *testing.T
	repo *aim.Repo
	st   store.Store
	ix   *indexer.Indexer
}

func follow(t *testing.T, root string) *follower {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	repo, err := aim.Open(ctx, root, aim.Config{FS: vfs.NewOS(0), Prober: liveness.New(liveness.Config{})})
	if err != nil {
		t.Fatal(err)
	}
	st, err := badgerstore.Open(t.TempDir(), badgerstore.Options{Repository: root})
	if err != nil {
		t.Fatal(err)
	}
	f := &follower{t, repo, st, indexer.New(indexer.Config{Repo: repo, Store: st, Poll: 200 * time.Millisecond, Scan: 2 * time.Second})}
	done := make(chan error, 1)
	go func() { done <- f.ix.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("the indexer ended with %v", err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// read reads a run from the index.
func (f *follower) read(hash string) (aim.State, counts, error) {
	ctx := context.Background()
	if note := f.ix.Status().Note; note != "" {
		return aim.State{}, nil, fmt.Errorf("the indexer says: %s", note)
	}
	r, err := f.st.Run(ctx, hash)
	if err != nil {
		return aim.State{}, nil, err
	}
	if r.Unreadable != nil || len(r.Damage) > 0 {
		return aim.State{}, nil, fmt.Errorf("damage: %+v %+v", r.Unreadable, r.Damage)
	}
	got := counts{}
	for i, trace := range r.Traces {
		c, err := f.st.Series(ctx, hash, i, 0, -1)
		if errors.Is(err, store.ErrNotFound) {
			continue // not read yet
		}
		if err != nil {
			return aim.State{}, nil, err
		}
		if err := prefix(trace.Name, c); err != nil {
			return aim.State{}, nil, err
		}
		got[trace.Name] = c.Len()
	}
	return f.repo.State(ctx, hash, indexer.StateMeta(r)), got, nil
}

// eventually waits until the index answers a state and the points of n steps.
func (f *follower) eventually(hash string, state aim.StateName, n int) aim.State {
	f.t.Helper()
	var last string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		s, got, err := f.read(hash)
		if err == nil && s.Name == state && got["half"] == n && got["square"] == (n+9)/10 {
			return s
		}
		last = fmt.Sprint(s, got, err)
	}
	f.t.Fatalf("the index does not become %s with %d steps: %s", state, n, last)
	return aim.State{}
}

// A writer tracks hundreds of points a second while it is read over and over:
// every answer is a beginning of what it tracks, and it never notices.
func TestLiveWriter(t *testing.T) {
	root := t.TempDir()
	w := startWriter(t, root, liveSeconds(t), "close")
	f := follow(t, root)
	direct, indexed := counts{}, counts{}
	var reads, answers int
	for tracking := true; tracking; {
		_, done := w.tracked()
		tracking = !done
		state, got, err := readDirectly(t, root, w.hash, 0)
		if err == nil {
			err = direct.forward(got)
		}
		if err != nil {
			t.Fatalf("direct, read %d: %v", reads, err)
		}
		reads++
		// The writer may have closed the run since tracked was asked.
		if _, done := w.tracked(); !done && (state.Name != aim.StateLive || !says(state, "locked by")) {
			t.Fatalf("read %d: state %+v", reads, state)
		}
		_, got, err = f.read(w.hash)
		if errors.Is(err, store.ErrNotFound) && answers == 0 {
			continue // the first scan is under way
		}
		if err == nil {
			err = indexed.forward(got)
		}
		if err != nil {
			t.Fatalf("indexed, read %d: %v", reads, err)
		}
		answers++
	}
	w.finished()
	n := w.idle()
	t.Logf("%d steps tracked, %d direct reads, %d reads of the index; last counts %v and %v", n, reads, answers, direct, indexed)
	if reads < 10 || indexed["half"] == 0 {
		t.Error("the writer was hardly followed")
	}
	state, got, err := readDirectly(t, root, w.hash, 0)
	if err != nil || state.Name != aim.StateFinished || !says(state, "ended at") || got["half"] != n {
		t.Errorf("at the end: %+v, %v of %d steps, %v", state, got, n, err)
	}
	f.eventually(w.hash, aim.StateFinished, n)

	// The run is resumed: it lives again, goes on, and ends again.
	w = startWriter(t, root, 3, "close", w.hash, fmt.Sprint(n))
	if state, _, err := readDirectly(t, root, w.hash, 0); err != nil || state.Name != aim.StateLive {
		t.Errorf("resumed: %+v, %v", state, err)
	}
	w.finished()
	if more := w.idle(); more <= n {
		t.Errorf("%d steps, had %d", more, n)
	} else {
		n = more
	}
	f.eventually(w.hash, aim.StateFinished, n)
}

func says(s aim.State, text string) bool {
	return strings.Contains(strings.Join(s.Evidence, "; "), text)
}

// afterHeartbeat is more than an Aim writer is given before it counts as dead:
// a heartbeat is due 30 seconds after the last, and may be 10 seconds late.
const afterHeartbeat = 45 * time.Second

// How writers end, and what is known of it.
func TestEndsOfWriters(t *testing.T) {
	for _, test := range []struct {
		name   string
		signal os.Signal
		state  aim.StateName
	}{
		{"SIGKILL", kill, aim.StateStalled},
		{"SIGTERM", terminate, aim.StateStalled},
		{"SIGINT", interrupt, aim.StateFinished},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			w := startWriter(t, root, 1.5, "wait")
			f := follow(t, root)
			n := w.idle()
			f.eventually(w.hash, aim.StateLive, n)
			if s, _, err := readDirectly(t, root, w.hash, afterHeartbeat); err != nil || s.Name != aim.StateLive {
				t.Errorf("a writer that is there: %+v, %v", s, err)
			}
			w.signal(test.signal)
			s, got, err := readDirectly(t, root, w.hash, afterHeartbeat)
			if err != nil || s.Name != test.state || got["half"] != n {
				t.Fatalf("%+v, %v of %d steps, %v", s, got, n, err)
			}
			if test.state == aim.StateFinished {
				f.eventually(w.hash, aim.StateFinished, n)
				return
			}
			for _, reason := range []string{"it has no end time", "nobody holds the lock", "its heartbeat was due at", "does not run any more"} {
				if !says(s, reason) {
					t.Errorf("evidence lacks %q: %q", reason, s.Evidence)
				}
			}
			// Until the heartbeat is overdue it might be another machine's.
			if s, _, err := readDirectly(t, root, w.hash, 0); err != nil || s.Name != aim.StateLive || !says(s, "its heartbeat is due at") {
				t.Errorf("just after its end: %+v, %v", s, err)
			}
			// Aim deletes it while the indexer still follows it.
			script := "import sys; from aim import Repo; ok, left = Repo(sys.argv[1]).delete_runs([sys.argv[2]]); sys.exit(0 if ok else str(left))"
			if out, err := exec.Command(python(t), "-c", script, root, w.hash).CombinedOutput(); err != nil {
				t.Fatalf("delete: %v\n%s", err, out)
			}
			if _, _, err := readDirectly(t, root, w.hash, 0); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("direct, after its deletion: %v", err)
			}
			for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
				_, err := f.st.Run(context.Background(), w.hash)
				if errors.Is(err, store.ErrNotFound) {
					break
				}
				if err != nil || time.Now().After(end) {
					t.Fatalf("the index after its deletion: %v", err)
				}
			}
			if note := f.ix.Status().Note; note != "" {
				t.Errorf("the indexer says: %s", note)
			}
		})
	}
}
