package tray

import (
	"embed"
	"errors"
	"runtime"
	"strings"
	"sync"

	"fyne.io/systray"
)

//go:embed icons/*.ico
var icons embed.FS

// icon is the Tray of Windows, whose place for icons is always there.
type icon struct {
	cfg Config

	mu      sync.Mutex
	state   State
	started bool
	stopped bool
	caller  *caller
	shown   *shown        // nil until the icon is there
	ended   chan struct{} // closed by Stop
	done    chan struct{} // closed when the icon is gone
}

// shown is what the system was told last. Its menus grow at the end only:
// lines that are not used are hidden.
type shown struct {
	phase   Phase
	tooltip string
	menu    menu
	items   []*systray.MenuItem // in the order of menu.lines
}

func newTray(cfg Config) *icon {
	return &icon{cfg: cfg, ended: make(chan struct{}), done: make(chan struct{})}
}

func (t *icon) HostPresent() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shown != nil && !t.stopped
}

func (t *icon) Start() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.started || t.stopped {
		return errors.New("start tray: it was started before")
	}
	t.started = true
	t.caller = newCaller()
	systray.SetOnTapped(func() { t.caller.call(t.cfg.Open) })
	go func() {
		defer close(t.done)
		// The icon's window gets its messages on the thread that made it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		systray.Run(t.build, nil)
	}()
	return nil
}

func (t *icon) Stop() {
	t.mu.Lock()
	first := t.started && !t.stopped
	t.stopped = true
	t.mu.Unlock()
	if !first {
		return
	}
	systray.Quit()
	<-t.done
	close(t.ended)
	t.caller.end()
}

func (t *icon) Update(s State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state = s
	if t.shown != nil && !t.stopped {
		t.show()
	}
}

// build makes the menu; the library calls it when it is ready.
func (t *icon) build() {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &shown{phase: -1}
	add := func(item *systray.MenuItem) {
		i := len(s.items)
		s.items = append(s.items, item)
		// Clicks that nobody waits for are lost: somebody always does.
		go func() {
			for {
				select {
				case <-item.ClickedCh:
					t.clicked(i)
				case <-t.ended:
					return
				}
			}
		}()
	}
	add(systray.AddMenuItem("", ""))
	systray.AddSeparator()
	for range maxRepositories {
		add(systray.AddMenuItem("", ""))
	}
	live := systray.AddMenuItem("", "")
	add(live)
	for range maxLive {
		add(live.AddSubMenuItem("", ""))
	}
	systray.AddSeparator()
	for range 2 {
		add(systray.AddMenuItem("", ""))
	}
	systray.AddSeparator()
	add(systray.AddMenuItem("", ""))
	t.shown = s
	t.show()
	if t.cfg.HostChanged != nil {
		t.caller.call(func() { t.cfg.HostChanged(true) })
	}
}

// clicked calls what a line stands for now.
func (t *icon) clicked(i int) {
	t.mu.Lock()
	act := t.shown.menu.lines()[i].act
	t.mu.Unlock()
	t.caller.call(act)
}

// show tells the system what differs from what it was told. The lock is held.
func (t *icon) show() {
	s := t.shown
	if s.phase != t.state.Phase {
		s.phase = t.state.Phase
		if data, err := icons.ReadFile("icons/" + s.phase.String() + ".ico"); err == nil { // part of the program
			systray.SetIcon(data)
		}
	}
	if tip := t.state.tooltip(); s.tooltip != tip {
		s.tooltip = tip
		systray.SetTooltip(tip)
	}
	next := t.state.menu(t.cfg)
	was, lines := s.menu.lines(), next.lines()
	for i, l := range lines {
		item, w := s.items[i], was[i]
		if l.hidden {
			if !w.hidden {
				item.Hide()
			}
			l.label = w.label // it keeps its text
			continue
		}
		if l.label != w.label {
			item.SetTitle(strings.ReplaceAll(l.label, "&", "&&")) // one alone marks a key
		}
		if l.enabled && item.Disabled() {
			item.Enable()
		} else if !l.enabled && !item.Disabled() {
			item.Disable()
		}
		if w.hidden {
			item.Show()
		}
	}
	s.menu = next
}
