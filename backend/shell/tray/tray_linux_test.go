package tray

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"aimdesk/backend/shell/internal/bustest"
	"aimdesk/backend/shell/internal/sessionbus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a started tray and what it calls.
type running struct {
	t     *testing.T
	tray  Tray
	calls chan string
	slow  chan struct{}
}

// start makes a tray and starts it.
func start(t *testing.T) (*running, error) {
	t.Helper()
	r := &running{t: t, calls: make(chan string, 100), slow: make(chan struct{})}
	say := func(s string) func() { return func() { r.calls <- s } }
	r.tray = New(Config{
		Open: say("open"), Pause: say("pause"), Resume: say("resume"), Quit: say("quit"),
		ReindexAll: func() {
			r.calls <- "reindex"
			<-r.slow
		},
		OpenRepository: func(id string) { r.calls <- "repository " + id },
		OpenRun:        func(repository, hash string) { r.calls <- "run " + repository + " " + hash },
		HostChanged:    func(present bool) { r.calls <- fmt.Sprint("host ", present) },
	})
	t.Cleanup(r.tray.Stop)
	return r, r.tray.Start()
}

func mustStart(t *testing.T) *running {
	t.Helper()
	r, err := start(t)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *running) expect(want ...string) {
	r.t.Helper()
	for _, w := range want {
		select {
		case got := <-r.calls:
			if got != w {
				r.t.Fatalf("called %q, want %q", got, w)
			}
		case <-time.After(10 * time.Second):
			r.t.Fatalf("%q is not called", w)
		}
	}
}

func (r *running) present(want bool) {
	r.t.Helper()
	if got := r.tray.HostPresent(); got != want {
		r.t.Errorf("host present %v, want %v", got, want)
	}
}

// registered waits for the icon.
func registered(t *testing.T, w *bustest.Watcher) *bustest.Item {
	t.Helper()
	select {
	case sender := <-w.Registered:
		return w.Item(t, sender)
	case <-time.After(10 * time.Second):
		t.Fatal("no icon was registered")
		return nil
	}
}

// menuWith reads the menu until it holds a label: the first answer of the
// library leaves submenus out.
func menuWith(t *testing.T, item *bustest.Item, label string) map[string]bustest.Line {
	t.Helper()
	for range 100 {
		lines := map[string]bustest.Line{}
		var add func([]bustest.Line)
		add = func(ls []bustest.Line) {
			for _, l := range ls {
				if !l.Separator {
					lines[l.Label] = l
				}
				add(l.Lines)
			}
		}
		add(item.Menu(t))
		if _, ok := lines[label]; ok {
			return lines
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("the menu has no %q", label)
	return nil
}

func TestIconAndMenu(t *testing.T) {
	bus := bustest.Start(t)
	watcher := bustest.StartWatcher(t, bus, true)
	r := mustStart(t)
	r.expect("host true")
	item := registered(t, watcher)

	var title string
	item.Property(t, "Title", &title)
	var isMenu bool
	item.Property(t, "ItemIsMenu", &isMenu)
	if title != "Aimdesk" || isMenu {
		t.Errorf("title %q, only a menu %v", title, isMenu)
	}
	pictures := map[string]Phase{}
	for _, s := range []State{{}, {Phase: Indexing, Percent: 42}, {Phase: Paused}, {Phase: Attention}} {
		r.tray.Update(s)
		var tip bustest.ToolTip
		item.Property(t, "ToolTip", &tip)
		if tip.Title != s.tooltip() {
			t.Errorf("tooltip %q, want %q", tip.Title, s.tooltip())
		}
		var pic []bustest.Pixmap
		item.Property(t, "IconPixmap", &pic)
		if len(pic) != 1 || pic[0].W != 48 || len(pic[0].Data) != 4*48*48 {
			t.Fatalf("%v: %d pictures", s.Phase, len(pic))
		}
		if other, ok := pictures[string(pic[0].Data)]; ok {
			t.Errorf("%v looks like %v", s.Phase, other)
		}
		pictures[string(pic[0].Data)] = s.Phase
	}

	item.Activate(t)
	r.expect("open")
	r.tray.Update(State{
		Repositories: []Repository{{ID: "7", Name: "my_repo", Status: "3 runs"}},
		Live:         []Run{{Repository: "7", Hash: "abc", Name: "resnet"}},
	})
	lines := menuWith(t, item, "resnet")
	for label, want := range map[string]string{
		"Open Aimdesk": "open", "my__repo — 3 runs": "repository 7", "resnet": "run 7 abc", "Pause indexing": "pause", "Quit": "quit",
	} {
		l, ok := lines[label]
		if !ok || !l.Enabled {
			t.Fatalf("%q is not there to click: %+v", label, lines)
		}
		item.Click(t, l.ID)
		r.expect(want)
	}
	if len(lines) != 7 {
		t.Errorf("%d lines: %+v", len(lines), lines)
	}

	// A callback that takes its time costs no click.
	item.Click(t, lines["Reindex All"].ID)
	r.expect("reindex")
	for range 5 {
		item.Click(t, lines["Open Aimdesk"].ID)
		time.Sleep(5 * time.Millisecond) // as fast as nobody clicks
	}
	close(r.slow)
	r.expect("open", "open", "open", "open", "open")

	r.tray.Update(State{Paused: true})
	lines = menuWith(t, item, "Resume indexing")
	if _, ok := lines["resnet"]; ok || lines["Reindex All"].Enabled || lines["Live runs (0)"].Enabled {
		t.Errorf("with nothing open: %+v", lines)
	}
	item.Click(t, lines["Resume indexing"].ID)
	r.expect("resume")
}

func TestHostComesAndGoes(t *testing.T) {
	bus := bustest.Start(t)
	r := mustStart(t)
	r.present(false)
	r.tray.Update(State{Phase: Indexing, Percent: 5})

	first := bustest.StartWatcher(t, bus, false) // without a panel that shows
	item := registered(t, first)
	var tip bustest.ToolTip
	item.Property(t, "ToolTip", &tip)
	if tip.Title != "Aimdesk · indexing, 5%" {
		t.Errorf("tooltip %q", tip.Title)
	}
	r.present(false)
	first.SetHost(t, true)
	r.expect("host true")
	first.SetHost(t, false)
	r.expect("host false")
	first.SetHost(t, true)
	r.expect("host true")
	first.Stop(t)
	r.expect("host false")

	second := bustest.StartWatcher(t, bus, true)
	r.expect("host true")
	registered(t, second).Activate(t)
	r.expect("open")

	bus.Stop() // the end of the session
	r.expect("host false")
}

func TestStop(t *testing.T) {
	bus := bustest.Start(t)
	watcher := bustest.StartWatcher(t, bus, true)
	r := mustStart(t)
	r.expect("host true")
	registered(t, watcher)
	r.present(true)
	if err := r.tray.Start(); err == nil {
		t.Error("started twice")
	}
	r.tray.Stop()
	r.tray.Stop()
	r.present(false)
	r.tray.Update(State{Phase: Paused})
	if err := r.tray.Start(); err == nil {
		t.Error("started after its end")
	}
	// Another one takes its place.
	again := mustStart(t)
	again.expect("host true")
	registered(t, watcher).Activate(t)
	again.expect("open")
}

// Quit in the menu stops the tray from within a callback.
func TestStopFromACallback(t *testing.T) {
	bus := bustest.Start(t)
	watcher := bustest.StartWatcher(t, bus, true)
	stopped := make(chan struct{})
	var tray Tray
	tray = New(Config{Quit: func() {
		tray.Stop()
		close(stopped)
	}})
	if err := tray.Start(); err != nil {
		t.Fatal(err)
	}
	item := registered(t, watcher)
	item.Click(t, menuWith(t, item, "Quit")["Quit"].ID)
	select {
	case <-stopped:
	case <-time.After(10 * time.Second):
		t.Fatal("the tray does not stop")
	}
}

// A line that is gone is not taken for the one in its place.
func TestStaleClick(t *testing.T) {
	bus := bustest.Start(t)
	watcher := bustest.StartWatcher(t, bus, true)
	r := mustStart(t)
	r.expect("host true")
	item := registered(t, watcher)
	r.tray.Update(State{Repositories: []Repository{{ID: "1", Name: "one"}, {ID: "2", Name: "two"}}})
	lines := menuWith(t, item, "two")
	r.tray.Update(State{Repositories: []Repository{{ID: "2", Name: "two", Status: "7 runs"}}})
	if err := item.TryClick(lines["one"].ID); err == nil {
		t.Error("a line that is gone was clicked")
	}
	item.Click(t, lines["two"].ID)
	r.expect("repository 2")
}

func TestNoBus(t *testing.T) {
	bustest.None(t)
	r, err := start(t)
	if !errors.Is(err, sessionbus.ErrNoBus) {
		t.Errorf("%v", err)
	}
	r.tray.Update(State{Phase: Indexing})
	r.present(false)
}

func TestNeverAHost(t *testing.T) {
	bustest.Start(t)
	r := mustStart(t)
	r.tray.Update(State{Phase: Attention})
	r.present(false)
}

func TestNoBusIsStarted(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "dbus-launch"), []byte("#!/bin/sh\ntouch "+dir+"/launched\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	if _, err := start(t); !errors.Is(err, sessionbus.ErrNoBus) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "launched")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a bus was launched: %v", err)
	}
}

func TestPictures(t *testing.T) {
	for _, p := range []Phase{Idle, Indexing, Paused, Attention} {
		if pic, err := picture(p); err != nil || pic.W != 48 || pic.H != 48 || len(pic.Pixels) != 4*48*48 {
			t.Errorf("%v: %d×%d, %v", p, pic.W, pic.H, err)
		}
	}
	img := image.NewNRGBA(image.Rect(5, 5, 6, 6))
	img.SetNRGBA(5, 5, color.NRGBA{R: 200, G: 100, B: 50, A: 128})
	if got := pixels(img).Pixels; !bytes.Equal(got, []byte{128, 200, 100, 50}) {
		t.Errorf("pixel %v", got)
	}
}
