//go:build dbus && linux

package shell_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"aimdesk/backend/shell/internal/bustest"
	"aimdesk/backend/shell/notify"
	"aimdesk/backend/shell/tray"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A run crashes while the window is hidden: the icon shows it, a notification
// tells it, and a click on either leads there. All of it on the session's bus.
func TestSession(t *testing.T) {
	bus := bustest.Session(t)
	watcher := bustest.StartWatcher(t, bus, true)
	daemon := bustest.StartDaemon(t, bus, "body", "body-markup", "actions")
	heard := make(chan string, 16)
	expect := func(want string) {
		t.Helper()
		select {
		case got := <-heard:
			if got != want {
				t.Fatalf("heard %q, want %q", got, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%q is not heard", want)
		}
	}

	icon := tray.New(tray.Config{
		Open:        func() { heard <- "open" },
		HostChanged: func(present bool) { heard <- map[bool]string{true: "shown", false: "not shown"}[present] },
	})
	if err := icon.Start(); err != nil {
		t.Fatal(err)
	}
	defer icon.Stop()
	expect("shown")
	item := watcher.Item(t, <-watcher.Registered)

	sender := notify.NewDBus()
	notifier := notify.New(notify.Config{
		Sender: sender, Window: 50 * time.Millisecond,
		Focused: func() bool { return false },
		Clicked: func(target string) { heard <- "notification of " + target },
		Failed:  func(err error) { t.Error(err) },
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- notifier.Serve(ctx) }()
	defer func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := sender.Close(); err != nil {
			t.Error(err)
		}
	}()

	icon.Update(tray.State{Phase: tray.Attention, Note: "1 run ended without closing"})
	notifier.Notify(notify.Event{Kind: notify.Crashed, Repository: "r&d", Subject: "resnet", Target: "resnet"})
	shown := <-daemon.Shown
	if shown.Body != "resnet in r&amp;d. Indexed up to its last record." {
		t.Errorf("told %q", shown.Body)
	}
	var tip bustest.ToolTip
	item.Property(t, "ToolTip", &tip)
	if tip.Title != "Aimdesk · 1 run ended without closing" {
		t.Errorf("tooltip %q", tip.Title)
	}
	daemon.Invoke(t, shown.ID, "default")
	expect("notification of resnet")
	item.Activate(t)
	expect("open")
	watcher.Stop(t)
	expect("not shown")
}
