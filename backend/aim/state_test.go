package aim_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/internal/testutil"
)

// machine is a Prober with fixed answers.
type machine struct {
	ids     []uint64
	started map[int]time.Time // of the processes that run
	locked  map[string]int    // holders by the end of the path
	err     error
	flock   bool
}

func (m *machine) MachineIDs() []uint64 { return m.ids }

func (m *machine) ProcessStarted(pid int) (time.Time, bool, error) {
	start, ok := m.started[pid]
	return start, ok, m.err
}

func (m *machine) LockHolder(path string) (int, bool, error) {
	for end, pid := range m.locked {
		if strings.HasSuffix(filepath.ToSlash(path), end) {
			return pid, true, m.err
		}
	}
	return 0, false, m.err
}

func (m *machine) FlockHeld(string) (held, known bool) { return m.flock, true }

// now is the clock of these tests, in unix seconds.
const now = 1_800_000_000

func unixTime(seconds float64) time.Time { return time.UnixMicro(int64(seconds * 1e6)) }

func TestState(t *testing.T) {
	const me, pid = 3281355014145, 4711
	running := map[int]time.Time{pid: unixTime(now - 1000)}
	lock := func(machine uint64, at float64) string { return fmt.Sprintf("%d-%d-%.7f", machine, pid, at) }
	checkIn := func(index int, flag string, at float64, expect int) string {
		return fmt.Sprintf("%s-%016d-%s-%011.2f-%05d", testHash, index, flag, at, expect)
	}
	for _, c := range []struct {
		name     string
		prober   aim.Prober
		softLock string
		checkIns []string
		want     aim.StateName
		holder   int
		because  string
	}{
		{"nothing at all", nil, "", nil, aim.StateStalled, 0, "there is no heartbeat"},
		{"database locked", &machine{locked: map[string]int{"meta/chunks/" + testHash + "/LOCK": pid}}, "", nil, aim.StateLive, pid, "locked by process 4711"},
		{"series locked by who knows", &machine{locked: map[string]int{"seqs/chunks/" + testHash + "/LOCK": 0}}, "", nil, aim.StateLive, 0, "locked by a writer"},
		{"lock unknown", &machine{err: errors.ErrUnsupported}, "", nil, aim.StateStalled, 0, "cannot be known"},
		{"heartbeat in time", nil, "", []string{checkIn(2, "progress", now-25, 30)}, aim.StateLive, 0, "is due at"},
		{"heartbeat within grace", nil, "", []string{checkIn(2, "progress", now-39, 30)}, aim.StateLive, 0, "is due at"},
		{"heartbeat overdue", nil, "", []string{checkIn(2, "progress", now-41, 30)}, aim.StateStalled, 0, "was due at 2027-01-15 07:59:49 UTC"},
		{"start expects nothing", nil, "", []string{checkIn(1, "starting", now-1, 0)}, aim.StateStalled, 0, "there is no heartbeat"},
		{"newest by index", nil, "", []string{checkIn(9, "progress", now-100, 30), checkIn(8, "check_in", now-5, 300)}, aim.StateStalled, 0, "was due"},
		{"expects nothing after all", nil, "", []string{checkIn(9, "new_logs", now-100, 0), checkIn(8, "progress", now-5, 30)}, aim.StateLive, 0, "is due"},
		{"clock ahead", nil, "", []string{checkIn(2, "progress", now+1e6, 30)}, aim.StateStalled, 0, "ahead of this machine's clock"},
		{"heartbeat of another run", nil, "", []string{"f" + checkIn(2, "progress", now, 30)}, aim.StateStalled, 0, "no heartbeat"},
		{"process runs", &machine{ids: []uint64{1, me}, started: running}, lock(me, now-900), nil, aim.StateLive, pid, "process 4711, which locked it, is running"},
		{"process started with the lock", &machine{ids: []uint64{me}, started: running}, lock(me, now-1000.5), nil, aim.StateLive, pid, "is running"},
		{"process is another one", &machine{ids: []uint64{me}, started: running}, lock(me, now-2000), nil, aim.StateStalled, 0, "started later"},
		{"process is gone", &machine{ids: []uint64{me}}, lock(me, now-900), nil, aim.StateStalled, 0, "does not run any more"},
		{"process of another machine", &machine{ids: []uint64{5}, started: running}, lock(me, now-900), nil, aim.StateStalled, 0, "another machine"},
		{"nobody to ask", nil, lock(me, now-900), nil, aim.StateStalled, 0, "nothing can be known here"},
		{"start unknown", &machine{ids: []uint64{me}, started: running, err: errors.ErrUnsupported}, lock(me, now-900), nil, aim.StateStalled, 0, "cannot be known when"},
		{"another kind of lock", nil, "4711\nhost\n", nil, aim.StateStalled, 0, "tells nothing"},
		{"empty lock", nil, " ", nil, aim.StateStalled, 0, "tells nothing"},
		{"huge lock", nil, strings.Repeat("1", 5000), nil, aim.StateStalled, 0, "could not be read"},
		{"old lock held", &machine{flock: true}, "", nil, aim.StateStalled, 0, "holds its lock in meta/locks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, root := newRun().write(t)
			for _, name := range c.checkIns {
				writeFile(t, filepath.Join(root, ".aim", "check_ins", name), "")
			}
			if c.softLock != "" {
				writeFile(t, filepath.Join(root, ".aim", "locks", testHash+".softlock"), c.softLock)
			}
			r, err := aim.Open(context.Background(), root, aim.Config{Prober: c.prober, Now: func() time.Time { return unixTime(now) }})
			if err != nil {
				t.Fatal(err)
			}
			s := r.State(context.Background(), testHash, readMeta(t, r))
			if s.Name != c.want || s.HolderPID != c.holder || !strings.Contains(strings.Join(s.Evidence, "; "), c.because) {
				t.Errorf("got %+v, want %s, holder %d, %q", s, c.want, c.holder, c.because)
			}
		})
	}
}

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestStateOfWhatNeedsNoProof(t *testing.T) {
	run := newRun()
	run.metaPut(codec.FloatValue(now-5), "end_time")
	_, root := run.write(t)
	// A writer that lives on after its run was closed does not make it live.
	r, err := aim.Open(context.Background(), root, aim.Config{Prober: &machine{locked: map[string]int{"LOCK": 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if s := r.State(context.Background(), testHash, readMeta(t, r)); s.Name != aim.StateFinished || s.Evidence[0] != "it ended at 2027-01-15 07:59:55 UTC" {
		t.Errorf("got %+v", s)
	}
	if s := r.State(context.Background(), testHash, nil); s.Name != aim.StateUnreadable {
		t.Errorf("got %+v", s)
	}
}

func TestStateNoticesNewHeartbeats(t *testing.T) {
	_, root := newRun().write(t)
	dir := filepath.Join(root, ".aim", "check_ins")
	clock := unixTime(now)
	r, err := aim.Open(context.Background(), root, aim.Config{Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	m := readMeta(t, r)
	if s := r.State(context.Background(), testHash, m); s.Name != aim.StateStalled {
		t.Fatalf("got %+v", s)
	}
	writeFile(t, filepath.Join(dir, testHash+"-0000000000000002-progress-1800000000.00-00030"), "")
	deadline := time.Now().Add(5 * time.Second)
	for r.State(context.Background(), testHash, m).Name != aim.StateLive {
		if time.Now().After(deadline) {
			t.Fatal("the heartbeat was not noticed")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestFixtureStates(t *testing.T) {
	ctx := context.Background()
	for _, fixture := range testutil.Fixtures {
		r := openFixture(t, fixture)
		for _, run := range recorded(t, fixture) {
			m, err := r.ReadMeta(ctx, run.Hash)
			if err != nil {
				t.Fatal(err)
			}
			want := aim.StateFinished
			if run.Active {
				want = aim.StateStalled
			}
			if s := r.State(ctx, run.Hash, m); s.Name != want {
				t.Errorf("%s: run %s is %+v, want %s", fixture, run.Hash, s, want)
			}
		}
	}
}

func TestParseCheckIn(t *testing.T) {
	c, ok := aim.ParseCheckIn("2e18-x-0000000000000003-progress-1795352166.34-00030")
	if want := (aim.CheckIn{Hash: "2e18-x", Index: 3, Flag: "progress", Time: 1795352166.34, Expect: 30}); !ok || c != want {
		t.Errorf("got %+v, %v", c, ok)
	}
	for _, bad := range []string{"", "a", "a-b-c-d-e", "h-1-progress-1.0-", "-1-progress-1.0-2", "h--progress-1.0-2", "h-1-progress-nan-2", "h-1-progress-1e300-2", "h-1-progress-0x1p3-2", "h-1--1.0-2"} {
		if c, ok := aim.ParseCheckIn(bad); ok {
			t.Errorf("%q was taken for %+v", bad, c)
		}
	}
}

func FuzzParseCheckIn(f *testing.F) {
	f.Add("2e18f0-0000000000000003-progress-1795352166.34-00030")
	f.Add("a-1-starting-0.00-00000")
	f.Add("----")
	f.Fuzz(func(t *testing.T, name string) {
		c, ok := aim.ParseCheckIn(name)
		if ok && (c.Hash == "" || c.Time < 0 || c.Expect < 0 || !strings.HasPrefix(name, c.Hash+"-")) {
			t.Errorf("%q was taken for %+v", name, c)
		}
	})
}

func FuzzParseSoftLock(f *testing.F) {
	f.Add("3281355014145-5883-1795352161.2864876")
	f.Add("5883\nhost\n")
	f.Add("-1-2-3")
	f.Fuzz(func(t *testing.T, content string) {
		if l, ok := aim.ParseSoftLock(content); ok && (l.PID <= 0 || l.Time < 0) {
			t.Errorf("%q was taken for %+v", content, l)
		}
	})
}
