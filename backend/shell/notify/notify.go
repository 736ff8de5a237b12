// Package notify tells a person of what happened in the background: runs that
// ended without closing or cannot be read, a finished Reindex All.
//
// A Notifier decides whether and in what words: nothing while the window has
// the focus or the kind is switched off, and what happens within a few seconds
// becomes one notification. A Sender shows it: DBus on Linux, elsewhere a
// function that the program is given.
package notify

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Kind of something that happened; each has a setting of its own.
type Kind int

// All kinds.
const (
	// Crashed is a run that ended without closing.
	Crashed Kind = iota
	// Unreadable is a run whose data cannot be read.
	Unreadable
	// Reindexed is a finished Reindex All.
	Reindexed
	kinds
)

// Event is something that happened.
type Event struct {
	Kind Kind
	// Repository is its name, for a person.
	Repository string
	// Subject is the run's name, or for Reindexed what was found.
	Subject string
	// Target is handed to Clicked as it is: what to show.
	Target string
}

// Message is what a Sender shows.
type Message struct {
	// ID is a name of its own among the messages of a program's life.
	ID string
	// Title is one line of plain text, Body a few.
	Title, Body string
}

// Sender shows messages. Send must return within seconds; clicked is called
// from any goroutine, at most once, when a person chooses the message, and not
// when it is dismissed or expires. Both may be called concurrently.
type Sender interface {
	Send(ctx context.Context, m Message, clicked func()) error
}

// SenderFunc is a function as a Sender.
type SenderFunc func(ctx context.Context, m Message, clicked func()) error

// Send calls the function.
func (f SenderFunc) Send(ctx context.Context, m Message, clicked func()) error {
	return f(ctx, m, clicked)
}

// Config of a Notifier.
type Config struct {
	// Sender shows messages. Required.
	Sender Sender
	// Enabled is the setting of a kind. Nil: all are on.
	Enabled func(Kind) bool
	// Focused tells whether the window is what the person looks at. Nil: never.
	Focused func() bool
	// Clicked is called when a person chooses a message, with the target of the
	// event, or of the first of several. Nil: nothing happens.
	Clicked func(target string)
	// Failed hears that a message could not be shown. Nil: nobody does.
	Failed func(error)
	// Window is how long events are gathered. 0: three seconds.
	Window time.Duration
}

// named is how many runs a message names; more are counted.
const named = 3

// batch gathers events of one kind.
type batch struct {
	count  int
	events []Event // the first ones
	repos  map[string]bool
	due    time.Time
}

// Notifier turns events into messages. Notify may be called concurrently.
type Notifier struct {
	cfg  Config
	wake chan struct{}

	mu      sync.Mutex
	batches [kinds]batch
	sent    int
}

// New returns a Notifier; Serve makes it work.
func New(cfg Config) *Notifier {
	if cfg.Enabled == nil {
		cfg.Enabled = func(Kind) bool { return true }
	}
	if cfg.Focused == nil {
		cfg.Focused = func() bool { return false }
	}
	if cfg.Clicked == nil {
		cfg.Clicked = func(string) {}
	}
	if cfg.Failed == nil {
		cfg.Failed = func(error) {}
	}
	if cfg.Window <= 0 {
		cfg.Window = 3 * time.Second
	}
	return &Notifier{cfg: cfg, wake: make(chan struct{}, 1)}
}

// Notify takes an event and returns at once.
func (n *Notifier) Notify(e Event) {
	if e.Kind < 0 || e.Kind >= kinds || !n.cfg.Enabled(e.Kind) {
		return
	}
	n.mu.Lock()
	b := &n.batches[e.Kind]
	if b.count++; b.count == 1 {
		b.due = time.Now().Add(n.cfg.Window)
		b.repos = map[string]bool{}
	}
	if len(b.events) < named {
		b.events = append(b.events, e)
	}
	if len(b.repos) < named {
		b.repos[e.Repository] = true
	}
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default: // it will look at this event as well
	}
}

// Serve shows messages until ctx is done; what was not shown then is dropped.
func (n *Notifier) Serve(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		next := n.flush(ctx)
		timer.Reset(next)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-n.wake:
		case <-timer.C:
		}
	}
}

// flush shows what is due and returns how long until something is.
func (n *Notifier) flush(ctx context.Context) time.Duration {
	next := time.Hour
	for kind := range kinds {
		n.mu.Lock()
		b := n.batches[kind]
		wait := time.Until(b.due)
		due := b.count > 0 && wait <= 0
		if due {
			n.batches[kind] = batch{}
			n.sent++
		} else if b.count > 0 {
			next = min(next, wait)
		}
		id := fmt.Sprintf("aimdesk-%d", n.sent)
		n.mu.Unlock()
		// Asked now, not when it happened: the person may have come or gone,
		// or have changed the settings.
		if !due || n.cfg.Focused() || !n.cfg.Enabled(kind) {
			continue
		}
		m := b.message(kind)
		m.ID = id
		if err := n.cfg.Sender.Send(ctx, m, func() { n.cfg.Clicked(b.events[0].Target) }); err != nil && ctx.Err() == nil {
			n.cfg.Failed(fmt.Errorf("show notification: %w", err))
		}
	}
	return next
}

// message says what happened to one or several.
func (b batch) message(kind Kind) Message {
	first := b.events[0]
	if b.count == 1 {
		switch kind {
		case Crashed:
			return Message{Title: "A run ended without closing", Body: fmt.Sprintf("%s in %s. Indexed up to its last record.", first.Subject, first.Repository)}
		case Unreadable:
			return Message{Title: "A run cannot be read", Body: fmt.Sprintf("%s in %s. All other runs are shown.", first.Subject, first.Repository)}
		default:
			return Message{Title: "Reindex All is done", Body: fmt.Sprintf("%s: %s", first.Repository, first.Subject)}
		}
	}
	var names []string
	for _, e := range b.events {
		if kind == Reindexed {
			names = append(names, e.Repository)
		} else {
			names = append(names, e.Subject)
		}
	}
	list := strings.Join(names, ", ")
	if more := b.count - len(names); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	if len(b.repos) == 1 && kind != Reindexed {
		list += " in " + first.Repository
	}
	switch kind {
	case Crashed:
		return Message{Title: fmt.Sprintf("%d runs ended without closing", b.count), Body: list + ". Indexed up to their last records."}
	case Unreadable:
		return Message{Title: fmt.Sprintf("%d runs cannot be read", b.count), Body: list + ". All other runs are shown."}
	default:
		return Message{Title: "Reindex All is done", Body: list}
	}
}
