package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"aimdesk/backend/shell/internal/sessionbus"
)

// The Desktop Notifications Specification, version 1.2.
const (
	busName  = "org.freedesktop.Notifications"
	busPath  = "/org/freedesktop/Notifications"
	busIface = "org.freedesktop.Notifications"

	// defaultAction is chosen by a click on the notification itself.
	defaultAction = "default"
	// unspecified leaves it to the daemon how long a notification stays.
	unspecified   = int32(-1)
	urgencyNormal = byte(1)
)

const (
	// sendTime is how long a daemon has to take a notification; the bus may
	// have to start it first.
	sendTime = 5 * time.Second
	// maxShown bounds how many notifications wait for a click.
	maxShown = 256
)

// AppID names the program to the desktop: its desktop entry and icon.
const AppID = "io.github.aimdesk.Aimdesk"

// DBus shows notifications by the daemon of a freedesktop.org desktop. It
// connects at the first message, and again after the bus or the daemon was
// restarted. Its methods may be called concurrently.
type DBus struct {
	mu     sync.Mutex
	conn   *dbus.Conn
	done   chan struct{} // closed when the goroutine of conn has ended
	owner  string        // the daemon's unique name; "" when it is not known
	markup bool
	clicks bool
	shown  map[uint32]func()
	closed bool
}

// NewDBus returns a Sender that is not connected yet.
func NewDBus() *DBus { return &DBus{shown: map[uint32]func(){}} }

// errClosed tells that Send was called after Close.
var errClosed = errors.New("notifications are closed")

// Send implements Sender. It fails when there is no bus or no daemon.
func (d *DBus) Send(ctx context.Context, m Message, clicked func()) error {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	// Held until the answer is there: a click that is faster waits for it.
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return errClosed
	}
	if err := d.connect(ctx); err != nil {
		return err
	}
	daemon := d.conn.Object(busName, busPath)
	if err := d.meet(ctx, daemon); err != nil {
		return err
	}
	body := m.Body
	if d.markup {
		body = escape(body)
	}
	actions := []string{}
	if d.clicks && clicked != nil {
		actions = []string{defaultAction, "Open"}
	}
	hints := map[string]dbus.Variant{
		"desktop-entry": dbus.MakeVariant(AppID),
		"urgency":       dbus.MakeVariant(urgencyNormal),
	}
	var id uint32
	err := daemon.CallWithContext(ctx, busIface+".Notify", 0, "Aimdesk", uint32(0), AppID, m.Title, body, actions, hints, unspecified).Store(&id)
	if err != nil {
		d.owner = "" // it may have gone between the calls
		return fmt.Errorf("call notification daemon: %w", err)
	}
	if len(actions) > 0 {
		if len(d.shown) >= maxShown {
			clear(d.shown) // a daemon that never tells of closing
		}
		d.shown[id] = clicked
	}
	return nil
}

// connect makes sure of a connection. The lock is held.
func (d *DBus) connect(ctx context.Context) error {
	if d.conn != nil && d.conn.Connected() {
		return nil
	}
	d.disconnect()
	conn, err := sessionbus.Connect(ctx)
	if err != nil {
		return err
	}
	for _, match := range [][]dbus.MatchOption{
		sessionbus.OwnerChanges(busName),
		{dbus.WithMatchSender(busName), dbus.WithMatchInterface(busIface), dbus.WithMatchObjectPath(busPath)},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			return errors.Join(fmt.Errorf("listen to notification daemon: %w", err), conn.Close())
		}
	}
	signals := make(chan *dbus.Signal, 64)
	conn.Signal(signals)
	d.conn, d.done, d.owner = conn, make(chan struct{}), ""
	go d.listen(conn, signals, d.done)
	return nil
}

// meet learns who the daemon is and what it can do. The lock is held.
func (d *DBus) meet(ctx context.Context, daemon dbus.BusObject) error {
	if d.owner != "" {
		return nil
	}
	var caps []string
	// The first call also makes the bus start a daemon that it can start.
	if err := daemon.CallWithContext(ctx, busIface+".GetCapabilities", 0).Store(&caps); err != nil {
		return fmt.Errorf("ask notification daemon: %w", err)
	}
	owner, err := sessionbus.Owner(ctx, d.conn, busName)
	if err != nil {
		return err
	}
	d.owner = owner
	d.markup, d.clicks = slices.Contains(caps, "body-markup"), slices.Contains(caps, "actions")
	return nil
}

// listen follows the daemon's signals until the connection ends.
func (d *DBus) listen(conn *dbus.Conn, signals <-chan *dbus.Signal, done chan<- struct{}) {
	defer close(done)
	for sig := range signals {
		if clicked := d.signal(conn, sig); clicked != nil {
			clicked()
		}
	}
}

// signal returns what to call because of a signal, nil for most.
func (d *DBus) signal(conn *dbus.Conn, sig *dbus.Signal) (clicked func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if conn != d.conn {
		return nil
	}
	if owner, ok := sessionbus.OwnerChange(sig, busName); ok {
		if owner != d.owner { // another daemon: its numbers mean other notifications
			d.owner = ""
			clear(d.shown)
		}
		return nil
	}
	// Anybody on the bus can send a signal to this program alone.
	if d.owner == "" || sig.Sender != d.owner || sig.Path != busPath || len(sig.Body) != 2 {
		return nil
	}
	id, ok := sig.Body[0].(uint32)
	if !ok {
		return nil
	}
	switch sig.Name {
	case busIface + ".ActionInvoked":
		if sig.Body[1] == defaultAction {
			clicked = d.shown[id]
			delete(d.shown, id)
		}
	case busIface + ".NotificationClosed": // expired, dismissed or closed: no click
		delete(d.shown, id)
	}
	return clicked
}

// disconnect ends the connection without waiting. The lock is held.
func (d *DBus) disconnect() {
	if d.conn != nil {
		_ = d.conn.Close() // nothing is lost: messages were answered
		d.conn, d.owner = nil, ""
		clear(d.shown)
	}
}

// Close ends the connection; notifications stay on the screen. Clicks are not
// heard afterwards. It must not be called from clicked.
func (d *DBus) Close() error {
	d.mu.Lock()
	d.closed = true
	done := d.done
	d.disconnect()
	d.mu.Unlock()
	if done != nil {
		<-done
	}
	return nil
}

// escape keeps text from being read as markup, which bodies may hold.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
