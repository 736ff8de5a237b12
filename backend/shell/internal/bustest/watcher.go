package bustest

import (
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

const (
	watcherName  = "org.kde.StatusNotifierWatcher"
	watcherPath  = "/StatusNotifierWatcher"
	watcherIface = "org.kde.StatusNotifierWatcher"
)

// Watcher keeps the list of tray icons, as the panel of a desktop does.
type Watcher struct {
	// Registered hears the unique name of each program that registers an icon.
	Registered chan string

	conn  *dbus.Conn
	props *prop.Properties
}

// StartWatcher puts a watcher on the bus, with or without a panel that shows
// the icons.
func StartWatcher(t testing.TB, b *Bus, host bool) *Watcher {
	t.Helper()
	w := &Watcher{Registered: make(chan string, 16), conn: b.Connect(t)}
	var err error
	w.props, err = prop.Export(w.conn, watcherPath, prop.Map{watcherIface: {
		"IsStatusNotifierHostRegistered": {Value: host, Emit: prop.EmitTrue},
		"ProtocolVersion":                {Value: int32(0), Emit: prop.EmitTrue},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.conn.Export(watcher{w}, watcherPath, watcherIface); err != nil {
		t.Fatal(err)
	}
	own(t, w.conn, watcherName)
	return w
}

// Stop takes the watcher off the bus, as when a panel crashes.
func (w *Watcher) Stop(t testing.TB) {
	t.Helper()
	release(t, w.conn, watcherName)
}

// SetHost tells that a panel came, or that the last one went.
func (w *Watcher) SetHost(t testing.TB, host bool) {
	t.Helper()
	w.props.SetMust(watcherIface, "IsStatusNotifierHostRegistered", host)
	name := ".StatusNotifierHostUnregistered"
	if host {
		name = ".StatusNotifierHostRegistered"
	}
	Emit(t, w.conn, watcherPath, watcherIface+name)
}

// watcher has what the bus may call.
type watcher struct{ w *Watcher }

func (w watcher) RegisterStatusNotifierItem(sender dbus.Sender, _ string) *dbus.Error {
	w.w.Registered <- string(sender)
	return nil
}

func (w watcher) RegisterStatusNotifierHost(string) *dbus.Error { return nil }
