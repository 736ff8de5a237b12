package tray

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"go.uber.org/goleak"

	"aimdesk/backend/shell/internal/bustest"
	"aimdesk/backend/shell/internal/sessionbus"
)

// programVariable makes the test binary a program with a tray: there can be
// only one in the life of a process.
const programVariable = "AIMDESK_TEST_TRAY"

func TestMain(m *testing.M) {
	if os.Getenv(programVariable) != "" {
		program()
	}
	goleak.VerifyTestMain(m)
}

// program reads commands, a JSON state or a word a line, and writes what
// happens, a line each.
func program() {
	out := make(chan string, 100)
	say := func(s string) func() { return func() { out <- s } }
	slow := make(chan struct{})
	t := New(Config{
		Open: say("open"), Pause: say("pause"), Resume: say("resume"), Quit: say("quit"),
		ReindexAll: func() {
			out <- "reindex"
			<-slow
		},
		OpenRepository: func(id string) { out <- "repository " + id },
		OpenRun:        func(repository, hash string) { out <- "run " + repository + " " + hash },
		HostChanged:    func(present bool) { out <- fmt.Sprint("host ", present) },
	})
	printed := make(chan struct{})
	go func() {
		defer close(printed)
		for s := range out {
			fmt.Println(s)
		}
	}()
	if err := t.Start(); err != nil {
		out <- fmt.Sprint("no bus: ", errors.Is(err, sessionbus.ErrNoBus))
	} else {
		out <- "started"
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var s State
		switch line := in.Text(); line {
		case "go on":
			slow <- struct{}{}
		case "present?":
			out <- fmt.Sprint("present ", t.HostPresent())
		default:
			if err := json.Unmarshal([]byte(line), &s); err != nil {
				out <- err.Error()
				continue
			}
			t.Update(s)
			out <- "updated"
		}
	}
	t.Stop()
	t.Stop()
	out <- fmt.Sprint("present ", t.HostPresent())
	if err := t.Start(); err == nil {
		out <- "started again"
	}
	t.Update(State{Phase: Paused})
	close(out)
	<-printed
	if err := goleak.Find(); err != nil {
		fmt.Println(err)
	}
	fmt.Println("end")
	os.Exit(0)
}

type running struct {
	t     *testing.T
	stdin io.WriteCloser
	lines chan string
	cmd   *exec.Cmd
}

func start(t *testing.T) *running {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), programVariable+"=1")
	cmd.Stderr = os.Stderr
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
	r := &running{t: t, stdin: stdin, lines: make(chan string, 100), cmd: cmd}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(r.lines)
		s := bufio.NewScanner(stdout)
		for s.Scan() {
			r.lines <- s.Text()
		}
	}()
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // killed
		}
		<-done
	})
	return r
}

func (r *running) send(line string) {
	r.t.Helper()
	if _, err := io.WriteString(r.stdin, line+"\n"); err != nil {
		r.t.Fatal(err)
	}
}

func (r *running) update(s State) {
	r.t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		r.t.Fatal(err)
	}
	r.send(string(data))
	r.expect("updated")
}

func (r *running) expect(want ...string) {
	r.t.Helper()
	for _, w := range want {
		select {
		case got := <-r.lines:
			if got != w {
				for len(r.lines) > 0 {
					got += "\n" + <-r.lines
				}
				r.t.Fatalf("the program says %q, want %q", got, w)
			}
		case <-time.After(10 * time.Second):
			r.t.Fatalf("the program does not say %q", w)
		}
	}
}

// quit ends the program as its end should be.
func (r *running) quit() {
	r.t.Helper()
	if err := r.stdin.Close(); err != nil {
		r.t.Fatal(err)
	}
	r.expect("present false", "end")
	if err := r.cmd.Wait(); err != nil {
		r.t.Fatal(err)
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
	r := start(t)
	r.expect("started", "host true")
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
		r.update(s)
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
	r.update(State{
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
	r.send("go on")
	r.expect("open", "open", "open", "open", "open")

	r.update(State{Paused: true})
	lines = menuWith(t, item, "Resume indexing")
	if _, ok := lines["resnet"]; ok || lines["Reindex All"].Enabled || lines["Live runs (0)"].Enabled {
		t.Errorf("with nothing open: %+v", lines)
	}
	item.Click(t, lines["Resume indexing"].ID)
	r.expect("resume")
	r.quit()
}

func TestHostComesAndGoes(t *testing.T) {
	bus := bustest.Start(t)
	r := start(t)
	r.expect("started")
	r.send("present?")
	r.expect("present false")
	r.update(State{Phase: Indexing, Percent: 5})

	first := bustest.StartWatcher(t, bus, false) // without a panel that shows
	item := registered(t, first)
	var tip bustest.ToolTip
	item.Property(t, "ToolTip", &tip)
	if tip.Title != "Aimdesk · indexing, 5%" {
		t.Errorf("tooltip %q", tip.Title)
	}
	r.send("present?")
	r.expect("present false")
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
	r.quit()
}

func TestNoBus(t *testing.T) {
	bustest.None(t)
	r := start(t)
	r.expect("no bus: true")
	r.update(State{Phase: Indexing})
	r.send("present?")
	r.expect("present false")
	if err := r.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	r.expect("present false", "end")
}

func TestNeverAHost(t *testing.T) {
	bustest.Start(t)
	r := start(t)
	r.expect("started")
	r.update(State{Phase: Attention})
	r.quit()
}

func TestNoBusIsStarted(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	launcher := t.TempDir()
	if err := os.WriteFile(launcher+"/dbus-launch", []byte("#!/bin/sh\ntouch "+launcher+"/launched\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", launcher+string(os.PathListSeparator)+os.Getenv("PATH"))
	r := start(t)
	r.expect("no bus: true")
	if _, err := os.Stat(launcher + "/launched"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a bus was launched: %v", err)
	}
	if err := r.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	r.expect("present false", "end")
}

func TestMnemonics(t *testing.T) {
	if got := mnemonics("my_run & co"); got != "my__run & co" {
		t.Errorf("%q", got)
	}
}
