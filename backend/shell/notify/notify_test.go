package notify_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"aimdesk/backend/shell/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen is a Sender that remembers.
type screen struct {
	mu    sync.Mutex
	shown []notify.Message
	click []func()
	err   error
}

func (s *screen) Send(_ context.Context, m notify.Message, clicked func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.shown, s.click = append(s.shown, m), append(s.click, clicked)
	return nil
}

func (s *screen) take() []notify.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	shown := s.shown
	s.shown = nil
	return shown
}

func (s *screen) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *screen) choose(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.click[i]()
}

// run calls f beside a working Notifier whose time is simulated.
func run(t *testing.T, cfg notify.Config, f func(t *testing.T, n *notify.Notifier)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		n := notify.New(cfg)
		done := make(chan error, 1)
		go func() { done <- n.Serve(ctx) }()
		f(t, n)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func crash(run, repo string) notify.Event {
	return notify.Event{Kind: notify.Crashed, Repository: repo, Subject: run, Target: repo + "/" + run}
}

func TestWords(t *testing.T) {
	many := []notify.Event{}
	for i := range 12 {
		many = append(many, notify.Event{Kind: notify.Unreadable, Subject: fmt.Sprint("run", i), Repository: "cifar"})
	}
	for _, c := range []struct {
		events      []notify.Event
		title, body string
	}{
		{[]notify.Event{crash("resnet", "cifar")}, "A run ended without closing", "resnet in cifar. Indexed up to its last record."},
		{[]notify.Event{crash("a", "cifar"), crash("b", "cifar"), crash("c", "cifar")}, "3 runs ended without closing", "a, b, c in cifar. Indexed up to their last records."},
		{[]notify.Event{crash("a", "cifar"), crash("b", "mnist")}, "2 runs ended without closing", "a, b. Indexed up to their last records."},
		{many[:1], "A run cannot be read", "run0 in cifar. All other runs are shown."},
		{many, "12 runs cannot be read", "run0, run1, run2 and 9 more in cifar. All other runs are shown."},
		{[]notify.Event{{Kind: notify.Reindexed, Repository: "cifar", Subject: "3 new runs"}}, "Reindex All is done", "cifar: 3 new runs"},
		{[]notify.Event{{Kind: notify.Reindexed, Repository: "cifar"}, {Kind: notify.Reindexed, Repository: "mnist"}}, "Reindex All is done", "cifar, mnist"},
	} {
		s := &screen{}
		run(t, notify.Config{Sender: s}, func(t *testing.T, n *notify.Notifier) {
			for _, e := range c.events {
				n.Notify(e)
			}
			after(4 * time.Second)
			shown := s.take()
			if len(shown) != 1 || shown[0].Title != c.title || shown[0].Body != c.body {
				t.Errorf("got %+v, want %q, %q", shown, c.title, c.body)
			}
		})
	}
}

func TestWindow(t *testing.T) {
	s := &screen{}
	run(t, notify.Config{Sender: s, Window: 2 * time.Second}, func(t *testing.T, n *notify.Notifier) {
		n.Notify(crash("a", "r"))
		after(1900 * time.Millisecond)
		n.Notify(crash("b", "r"))
		n.Notify(notify.Event{Kind: notify.Reindexed, Repository: "r", Subject: "nothing new"})
		if got := s.take(); len(got) != 0 {
			t.Errorf("shown too early: %+v", got)
		}
		after(200 * time.Millisecond)
		first := s.take()
		if len(first) != 1 || first[0].Title != "2 runs ended without closing" {
			t.Errorf("got %+v", first)
		}
		n.Notify(crash("c", "r"))
		after(1900 * time.Millisecond)
		second := s.take()
		if len(second) != 1 || second[0].Title != "Reindex All is done" || second[0].ID == first[0].ID {
			t.Errorf("got %+v after %+v", second, first)
		}
		after(time.Second)
		if got := s.take(); len(got) != 1 || got[0].Title != "A run ended without closing" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestSettingsAndFocus(t *testing.T) {
	s := &screen{}
	var crashesOff, focused atomic.Bool
	cfg := notify.Config{
		Sender:  s,
		Enabled: func(k notify.Kind) bool { return k != notify.Crashed || !crashesOff.Load() },
		Focused: focused.Load,
	}
	run(t, cfg, func(t *testing.T, n *notify.Notifier) {
		crashesOff.Store(true)
		n.Notify(crash("a", "r"))
		n.Notify(notify.Event{Kind: notify.Unreadable, Subject: "x"})
		n.Notify(notify.Event{Kind: notify.Kind(99)})
		n.Notify(notify.Event{Kind: notify.Kind(-1)})
		after(5 * time.Second)
		if got := s.take(); len(got) != 1 || got[0].Title != "A run cannot be read" {
			t.Errorf("switched off: got %+v", got)
		}
		crashesOff.Store(false)
		n.Notify(crash("a", "r"))
		synctest.Wait()
		focused.Store(true) // before it is shown
		after(5 * time.Second)
		if got := s.take(); len(got) != 0 {
			t.Errorf("with the focus: got %+v", got)
		}
		focused.Store(false)
		n.Notify(crash("b", "r"))
		after(5 * time.Second)
		if got := s.take(); len(got) != 1 || got[0].Body != "b in r. Indexed up to its last record." {
			t.Errorf("got %+v", got)
		}
	})
}

func TestClickAndFailure(t *testing.T) {
	s := &screen{}
	clicks, failures := make(chan string, 4), make(chan error, 4)
	cfg := notify.Config{Sender: s, Clicked: func(target string) { clicks <- target }, Failed: func(err error) { failures <- err }}
	run(t, cfg, func(t *testing.T, n *notify.Notifier) {
		n.Notify(crash("a", "r"))
		n.Notify(crash("b", "r"))
		after(5 * time.Second)
		s.choose(0)
		if len(clicks) != 1 || <-clicks != "r/a" {
			t.Error("the click led elsewhere")
		}
		noDaemon := errors.New("no daemon")
		s.fail(noDaemon)
		n.Notify(crash("c", "r"))
		after(5 * time.Second)
		if len(failures) != 1 || !errors.Is(<-failures, noDaemon) {
			t.Error("the failure was not told")
		}
		s.fail(nil)
		n.Notify(crash("d", "r"))
		after(5 * time.Second)
		if shown := s.take(); len(shown) != 2 {
			t.Errorf("shown %+v", shown)
		}
	})
}
