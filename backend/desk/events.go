package desk

import "sync"

// eventsKept is how many events a page that was away can catch up on; older
// ones are gone, and the page asks for everything again.
const eventsKept = 512

// eventLog numbers events, keeps the newest and hands them on.
type eventLog struct {
	emit func(Event)

	mu   sync.Mutex
	seq  uint64
	kept []Event
}

func newEventLog(emit func(Event)) *eventLog { return &eventLog{emit: emit} }

func (l *eventLog) add(e Event) {
	if e.Runs == nil {
		e.Runs = []string{}
	}
	l.mu.Lock()
	l.seq++
	e.Seq = l.seq
	l.kept = append(l.kept, e)
	if len(l.kept) > eventsKept {
		l.kept = append(l.kept[:0], l.kept[len(l.kept)-eventsKept:]...)
	}
	l.mu.Unlock()
	l.emit(e)
}

func (l *eventLog) since(seq uint64) []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := []Event{}
	for _, e := range l.kept {
		if e.Seq > seq {
			out = append(out, e)
		}
	}
	return out
}

// EventsSince lists the events after seq that are still known.
func (d *Desk) EventsSince(seq uint64) []Event { return d.events.since(seq) }

// Command asks the page to run one of its commands by name.
func (d *Desk) Command(name string) { d.events.add(Event{Type: "menu", Command: name}) }
