package notify_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"aimdesk/backend/shell/internal/bustest"
	"aimdesk/backend/shell/internal/sessionbus"
	"aimdesk/backend/shell/notify"
)

func sender(t *testing.T) *notify.DBus {
	t.Helper()
	d := notify.NewDBus()
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

var message = notify.Message{ID: "1", Title: "A <b>title</b>", Body: "<i>a</i> & b in r"}

// show sends a message and returns what the daemon got.
func show(t *testing.T, d *notify.DBus, daemon *bustest.Daemon, clicked func()) bustest.Shown {
	t.Helper()
	if err := d.Send(t.Context(), message, clicked); err != nil {
		t.Fatal(err)
	}
	return <-daemon.Shown
}

// quiet tells that nothing comes; a message sent later and answered proves that
// earlier signals were seen.
func quiet(t *testing.T, d *notify.DBus, daemon *bustest.Daemon, clicks <-chan string) {
	t.Helper()
	done := make(chan struct{})
	s := show(t, d, daemon, func() { close(done) })
	daemon.Invoke(t, s.ID, "default")
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("a click was lost")
	}
	select {
	case c := <-clicks:
		t.Errorf("clicked: %s", c)
	default:
	}
}

func TestShown(t *testing.T) {
	bus := bustest.Start(t)
	d := sender(t)
	daemon := bustest.StartDaemon(t, bus, "body", "body-markup", "actions")
	s := show(t, d, daemon, func() {})
	if s.App != "Aimdesk" || s.Icon != "io.github.aimdesk.Aimdesk" || s.Title != message.Title || s.Body != "&lt;i&gt;a&lt;/i&gt; &amp; b in r" {
		t.Errorf("%+v", s)
	}
	if len(s.Actions) != 2 || s.Actions[0] != "default" {
		t.Errorf("actions %q", s.Actions)
	}
	if got := s.Hints["desktop-entry"].Value(); got != "io.github.aimdesk.Aimdesk" {
		t.Errorf("desktop entry %v", got)
	}
	if got := s.Hints["urgency"].Value(); got != byte(1) {
		t.Errorf("urgency %v", got)
	}
}

func TestSimpleDaemon(t *testing.T) {
	bus := bustest.Start(t)
	daemon := bustest.StartDaemon(t, bus, "body")
	if s := show(t, sender(t), daemon, func() {}); s.Body != message.Body || len(s.Actions) != 0 {
		t.Errorf("a daemon without markup and actions got %+v", s)
	}
}

func TestClicks(t *testing.T) {
	bus := bustest.Start(t)
	daemon := bustest.StartDaemon(t, bus, "actions")
	d := sender(t)
	clicks := make(chan string, 8)
	click := func(what string) func() { return func() { clicks <- what } }

	s := show(t, d, daemon, click("chosen"))
	daemon.Invoke(t, s.ID, "default")
	if got := <-clicks; got != "chosen" {
		t.Errorf("clicked %s", got)
	}
	daemon.Invoke(t, s.ID, "default") // once only

	for _, reason := range []uint32{bustest.Expired, bustest.Dismissed, bustest.Closed} {
		s := show(t, d, daemon, click("dismissed"))
		daemon.Close(t, s.ID, reason)
		daemon.Invoke(t, s.ID, "default")
	}
	s = show(t, d, daemon, click("another action"))
	daemon.Invoke(t, s.ID, "other")
	daemon.Invoke(t, 4711, "default")

	s = show(t, d, daemon, click("a stranger"))
	stranger := bus.Connect(t)
	bustest.Emit(t, stranger, "/org/freedesktop/Notifications", "org.freedesktop.Notifications.ActionInvoked", s.ID, "default")
	bustest.Emit(t, stranger, "/org/freedesktop/DBus", "org.freedesktop.DBus.NameOwnerChanged", "org.freedesktop.Notifications", "", stranger.Names()[0])
	bustest.Emit(t, stranger, "/org/freedesktop/Notifications", "org.freedesktop.Notifications.ActionInvoked", s.ID, "default")
	quiet(t, d, daemon, clicks)
}

func TestDaemonComesAndGoes(t *testing.T) {
	bus := bustest.Start(t)
	d := sender(t)
	if err := d.Send(t.Context(), message, func() {}); err == nil {
		t.Fatal("no daemon took the message")
	}
	first := bustest.StartDaemon(t, bus, "actions", "body-markup")
	clicks := make(chan string, 8)
	old := show(t, d, first, func() { clicks <- "of the first daemon" })
	first.Stop(t)
	if err := d.Send(t.Context(), message, func() {}); err == nil {
		t.Error("a daemon that is gone took the message")
	}
	second := bustest.StartDaemon(t, bus, "actions")
	second.Invoke(t, old.ID, "default")
	quiet(t, d, second, clicks)
	if s := show(t, d, second, func() {}); s.Body != message.Body {
		t.Errorf("the second daemon knows no markup: %q", s.Body)
	}
}

func TestBusRestarts(t *testing.T) {
	bus := bustest.Start(t)
	d := sender(t)
	show(t, d, bustest.StartDaemon(t, bus), func() {})
	bus.Stop()
	if err := d.Send(t.Context(), message, func() {}); err == nil {
		t.Fatal("no bus took the message")
	}
	bus = bustest.Start(t)
	show(t, d, bustest.StartDaemon(t, bus), func() {})
}

func TestDaemonHangs(t *testing.T) {
	bus := bustest.Start(t)
	daemon := bustest.StartDaemon(t, bus)
	daemon.Hang(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := sender(t).Send(ctx, message, func() {}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestNoBus(t *testing.T) {
	bustest.None(t)
	if err := sender(t).Send(t.Context(), message, func() {}); !errors.Is(err, sessionbus.ErrNoBus) {
		t.Errorf("%v", err)
	}
	d := sender(t)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Send(t.Context(), message, func() {}); err == nil {
		t.Error("sent after closing")
	}
}
