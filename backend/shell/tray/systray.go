//go:build linux || windows

package tray

import (
	"errors"
	"sync"
	"sync/atomic"

	"fyne.io/systray"
)

// errOnce tells that the tray was started before: the library underneath works
// once in the life of a process.
var errOnce = errors.New("the tray was started before")

// icon is the Tray of Linux and Windows.
type icon struct {
	cfg     Config
	present atomic.Bool
	host    host          // what finds out whether the icon is shown
	ended   chan struct{} // closed by Stop

	mu      sync.Mutex
	state   State
	started bool
	stopped bool
	caller  *caller
	shown   *shown // nil until the icon is there
}

// shown is what the library was told last.
type shown struct {
	phase   Phase
	tooltip string
	menu    menu
	items   []*systray.MenuItem // in the order of menu.lines
}

func newTray(cfg Config) *icon { return &icon{cfg: cfg, ended: make(chan struct{})} }

func (t *icon) HostPresent() bool { return t.present.Load() }

func (t *icon) Start() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.started || t.stopped {
		return errOnce
	}
	if err := t.host.start(t); err != nil {
		return err
	}
	t.started = true
	t.caller = newCaller()
	return nil
}

func (t *icon) Stop() {
	t.mu.Lock()
	first := t.started && !t.stopped
	t.stopped = true
	caller := t.caller
	t.mu.Unlock()
	if !first {
		return
	}
	t.present.Store(false)
	t.host.stop()
	close(t.ended)
	caller.end()
}

func (t *icon) Update(s State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state = s
	if t.shown != nil && !t.stopped {
		t.show()
	}
}

// setPresent tells the program when the icon begins or ceases to be shown.
func (t *icon) setPresent(present bool) {
	if t.present.Swap(present) == present || t.cfg.HostChanged == nil {
		return
	}
	t.call(func() { t.cfg.HostChanged(present) })
}

func (t *icon) call(f func()) {
	t.mu.Lock()
	caller := t.caller
	t.mu.Unlock()
	if caller != nil {
		caller.call(f)
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
	add(systray.AddMenuItem("Open Aimdesk", ""))
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
}

// clicked calls what a line stands for now.
func (t *icon) clicked(i int) {
	t.mu.Lock()
	act := t.shown.menu.lines()[i].act
	t.mu.Unlock()
	t.call(act)
}

// refresh tells the library the icon and its text again.
func (t *icon) refresh() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shown != nil {
		t.shown.phase, t.shown.tooltip = -1, ""
		t.show()
	}
}

// show tells the library what differs from what it was told. The lock is held.
func (t *icon) show() {
	s := t.shown
	if s.phase != t.state.Phase {
		s.phase = t.state.Phase
		systray.SetIcon(picture(s.phase))
	}
	if tip := t.state.tooltip(); s.tooltip != tip {
		s.tooltip = tip
		systray.SetTooltip(tip)
	}
	next := t.state.menu(t.cfg)
	was, lines := s.menu.lines(), next.lines()
	for i, l := range lines {
		item, w := s.items[i], was[i]
		if label := mnemonics(l.label); !l.hidden && label != mnemonics(w.label) {
			item.SetTitle(label)
		}
		if l.enabled != !item.Disabled() && !l.hidden {
			if l.enabled {
				item.Enable()
			} else {
				item.Disable()
			}
		}
		if l.hidden != w.hidden {
			if l.hidden {
				item.Hide()
			} else {
				item.Show()
			}
		}
		if l.hidden {
			l.label = w.label // it keeps its text
		}
	}
	s.menu = next
}
