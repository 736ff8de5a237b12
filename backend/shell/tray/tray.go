// Package tray shows Aimdesk beside the clock: an icon that tells the state of
// indexing, and a menu. A person who closed the window comes back by it.
//
// On Linux the icon is a StatusNotifierItem on the session bus. Many desktops
// show such icons, some do not, and a panel can end at any time: HostPresent
// tells whether one shows the icon now. Only then may closing the window hide
// it. Windows always has a place for icons. On macOS there is no tray: the Dock
// brings the window back.
package tray

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
)

// Phase is what the icon shows.
type Phase int

// All phases.
const (
	// Idle: nothing to do.
	Idle Phase = iota
	// Indexing runs.
	Indexing
	// Paused by the person.
	Paused
	// Attention: something is to be looked at, such as an unreadable run.
	Attention
)

func (p Phase) String() string {
	switch p {
	case Indexing:
		return "indexing"
	case Paused:
		return "paused"
	case Attention:
		return "attention"
	default:
		return "idle"
	}
}

// Repository is a line of the menu.
type Repository struct {
	// ID is handed to OpenRepository.
	ID string
	// Name and Status are for the person: "cifar", "1,000 runs · 1 live".
	Name, Status string
}

// Run is a line of the submenu of live runs.
type Run struct {
	// Repository and Hash are handed to OpenRun.
	Repository, Hash string
	// Name is for the person.
	Name string
}

// State is all that the tray shows.
type State struct {
	Phase Phase
	// Percent done while Indexing; below zero: not known.
	Percent int
	// Note explains Attention in a few words.
	Note string
	// Paused tells which of Pause and Resume the menu offers.
	Paused bool
	// Repositories that are open; more than a menu can hold are counted.
	Repositories []Repository
	// Live runs, newest first; the first ten are listed.
	Live []Run
}

// Config says whom the tray calls. Callbacks are made one after the other from
// a goroutine of the tray; nil ones are not made.
type Config struct {
	Open           func()
	OpenRepository func(id string)
	OpenRun        func(repository, hash string)
	Pause, Resume  func()
	ReindexAll     func()
	Quit           func()
	// HostChanged hears that the icon began or ceased to be shown. A window
	// that is hidden when it ceases must be shown.
	HostChanged func(present bool)
}

// Tray is the icon and its menu. Its methods may be called concurrently. There
// is one in the life of a program: after Stop it cannot start again.
type Tray interface {
	// Start shows the icon as soon as there is a place for it. An error means
	// that there will never be one; the program goes on without.
	Start() error
	// Update shows another state. What is as it was costs next to nothing.
	Update(State)
	// HostPresent tells whether the icon is shown now.
	HostPresent() bool
	// Stop takes the icon away. It may be called without Start.
	Stop()
}

// New returns the tray of this system, not started.
func New(cfg Config) Tray { return newTray(cfg) }

// Bounds of the menu.
const (
	maxRepositories = 10
	maxLive         = 10
	maxLabel        = 60 // runes
)

// tooltip is the text under the pointer.
func (s State) tooltip() string {
	switch s.Phase {
	case Indexing:
		if s.Percent >= 0 {
			return fmt.Sprintf("Aimdesk · indexing, %d%%", min(s.Percent, 100))
		}
		return "Aimdesk · indexing"
	case Paused:
		return "Aimdesk · indexing is paused"
	case Attention:
		if s.Note != "" {
			return "Aimdesk · " + plain(s.Note)
		}
		return "Aimdesk · something needs your attention"
	default:
		return "Aimdesk"
	}
}

// line is a menu item as it should look.
type line struct {
	key     string // what it stands for, among its kind
	label   string
	hidden  bool
	enabled bool
	act     func() // nil: nothing happens
}

// menu is the state as lines, in an order that never changes; lines that are
// not used are hidden.
type menu struct {
	open         line
	repositories [maxRepositories]line
	live         line
	runs         [maxLive]line
	pause        line
	reindex      line
	quit         line
}

// menu says what the menu holds.
func (s State) menu(cfg Config) menu {
	m := menu{
		open:    line{label: "Open Aimdesk", enabled: true, act: cfg.Open},
		pause:   line{label: "Pause indexing", enabled: true, act: cfg.Pause},
		reindex: line{label: "Reindex All", enabled: len(s.Repositories) > 0, act: cfg.ReindexAll},
		quit:    line{label: "Quit", enabled: true, act: cfg.Quit},
	}
	if s.Paused {
		m.pause = line{label: "Resume indexing", enabled: true, act: cfg.Resume}
	}
	for i := range m.repositories {
		l := &m.repositories[i]
		switch left := len(s.Repositories) - i; {
		case left <= 0:
			l.hidden = true
		case i == maxRepositories-1 && left > 1:
			*l = line{key: "more", label: fmt.Sprintf("and %d more", left), enabled: true, act: cfg.Open}
		default:
			r := s.Repositories[i]
			l.key, l.label, l.enabled = "id "+r.ID, plain(r.Name), true
			if r.Status != "" {
				l.label += " — " + plain(r.Status)
			}
			if cfg.OpenRepository != nil {
				l.act = func() { cfg.OpenRepository(r.ID) }
			}
		}
	}
	m.live = line{label: fmt.Sprintf("Live runs (%d)", len(s.Live)), enabled: len(s.Live) > 0}
	for i := range m.runs {
		l := &m.runs[i]
		if i >= len(s.Live) {
			l.hidden = true
			continue
		}
		r := s.Live[i]
		l.key, l.label, l.enabled = r.Repository+" "+r.Hash, plain(r.Name), true
		if cfg.OpenRun != nil {
			l.act = func() { cfg.OpenRun(r.Repository, r.Hash) }
		}
	}
	return m
}

// lines lists the menu in a fixed order.
func (m *menu) lines() []*line {
	out := []*line{&m.open}
	for i := range m.repositories {
		out = append(out, &m.repositories[i])
	}
	out = append(out, &m.live)
	for i := range m.runs {
		out = append(out, &m.runs[i])
	}
	return append(out, &m.pause, &m.reindex, &m.quit)
}

// plain makes one short line of a text: names of runs are anybody's.
func plain(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if r := []rune(s); len(r) > maxLabel {
		s = string(r[:maxLabel-1]) + "…"
	}
	return s
}

// caller makes callbacks in order, in a goroutine of its own: whoever hears of
// a click is free for the next one at once.
type caller struct {
	queue chan func()
	once  sync.Once
	stop  chan struct{}
}

func newCaller() *caller {
	c := &caller{queue: make(chan func(), 64), stop: make(chan struct{})}
	go func() {
		for {
			select {
			case f := <-c.queue:
				f()
			case <-c.stop:
				return
			}
		}
	}()
	return c
}

// call queues a callback; when a person has clicked 64 times without an answer,
// the click is dropped.
func (c *caller) call(f func()) {
	if f == nil {
		return
	}
	select {
	case c.queue <- f:
	default:
	}
}

// end stops callbacks. It does not wait for one under way: Quit stops the tray.
func (c *caller) end() { c.once.Do(func() { close(c.stop) }) }
