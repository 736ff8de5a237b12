package bustest

import (
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

const (
	notificationsName  = "org.freedesktop.Notifications"
	notificationsPath  = "/org/freedesktop/Notifications"
	notificationsIface = "org.freedesktop.Notifications"
)

// Shown is a notification that a daemon was asked to show.
type Shown struct {
	ID      uint32
	App     string
	Icon    string
	Title   string
	Body    string
	Actions []string
	Hints   map[string]dbus.Variant
}

// Daemon is a notification daemon.
type Daemon struct {
	// Shown hears what is to be shown.
	Shown chan Shown

	conn *dbus.Conn
	mu   sync.Mutex
	last uint32
	caps []string
	hold chan struct{}
}

// StartDaemon puts a daemon of some capabilities on the bus.
func StartDaemon(t testing.TB, b *Bus, caps ...string) *Daemon {
	t.Helper()
	d := &Daemon{Shown: make(chan Shown, 64), conn: b.Connect(t), caps: caps}
	if err := d.conn.Export(notifications{d}, notificationsPath, notificationsIface); err != nil {
		t.Fatal(err)
	}
	own(t, d.conn, notificationsName)
	return d
}

// Stop takes the daemon off the bus.
func (d *Daemon) Stop(t testing.TB) {
	t.Helper()
	release(t, d.conn, notificationsName)
}

// Hang makes the daemon answer no more until the test ends.
func (d *Daemon) Hang(t testing.TB) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hold = make(chan struct{})
	t.Cleanup(func() { close(d.hold) })
}

// Invoke tells that a person chose an action.
func (d *Daemon) Invoke(t testing.TB, id uint32, action string) {
	t.Helper()
	Emit(t, d.conn, notificationsPath, notificationsIface+".ActionInvoked", id, action)
}

// Reasons for a notification to close.
const (
	Expired   = uint32(1)
	Dismissed = uint32(2)
	Closed    = uint32(3)
)

// Close tells that a notification is gone.
func (d *Daemon) Close(t testing.TB, id, reason uint32) {
	t.Helper()
	Emit(t, d.conn, notificationsPath, notificationsIface+".NotificationClosed", id, reason)
}

// Emit sends a signal.
func Emit(t testing.TB, conn *dbus.Conn, path dbus.ObjectPath, name string, values ...any) {
	t.Helper()
	if err := conn.Emit(path, name, values...); err != nil {
		t.Fatal(err)
	}
}

// notifications has what the bus may call.
type notifications struct{ d *Daemon }

func (n notifications) GetCapabilities() ([]string, *dbus.Error) { return n.d.caps, nil }

func (n notifications) Notify(app string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	n.d.mu.Lock()
	hold := n.d.hold
	if replaces == 0 {
		n.d.last++
		replaces = n.d.last
	}
	n.d.mu.Unlock()
	if hold != nil {
		<-hold
	}
	n.d.Shown <- Shown{replaces, app, icon, title, body, actions, hints}
	return replaces, nil
}
