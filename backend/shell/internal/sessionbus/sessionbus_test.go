//go:build unix

package sessionbus_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"

	"aimdesk/backend/shell/internal/bustest"
	"aimdesk/backend/shell/internal/sessionbus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// listen makes a socket of a name short enough for one.
func listen(t *testing.T) (l net.Listener, dir string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "ad")
	if err != nil {
		t.Fatal(err)
	}
	l, err = net.Listen("unix", filepath.Join(dir, "bus"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(l.Close(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	return l, dir
}

func TestAddress(t *testing.T) {
	_, dir := listen(t)
	for _, c := range []struct{ env, runtime, want string }{
		{"unix:path=/x", dir, "unix:path=/x"},
		{"", dir, "unix:path=" + dir + "/bus"},
		{"autolaunch:", dir, ""},
		{"", "", ""},
		{"", "relative", ""},
		{"", t.TempDir(), ""},
	} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", c.env)
		t.Setenv("XDG_RUNTIME_DIR", c.runtime)
		got, err := sessionbus.Address()
		if got != c.want || (err == nil) != (c.want != "") || (err != nil && !errors.Is(err, sessionbus.ErrNoBus)) {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
}

// A socket that takes connections and says nothing keeps nobody.
func TestSilentBus(t *testing.T) {
	_, dir := listen(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+dir+"/bus")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	if conn, err := sessionbus.Connect(ctx); err == nil {
		t.Errorf("connected: %v", conn.Close())
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("gave up after %v", took)
	}
}

func TestOwner(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // the bus of a desktop session
	}
	bus := bustest.Start(t)
	conn, err := sessionbus.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}()
	const name = "org.freedesktop.Notifications"
	if owner, err := sessionbus.Owner(t.Context(), conn, name); owner != "" || err != nil {
		t.Errorf("nobody's: %q, %v", owner, err)
	}
	if err := conn.AddMatchSignal(sessionbus.OwnerChanges(name)...); err != nil {
		t.Fatal(err)
	}
	signals := make(chan *dbus.Signal, 8)
	conn.Signal(signals)
	daemon := bustest.StartDaemon(t, bus)
	owner, err := sessionbus.Owner(t.Context(), conn, name)
	if owner == "" || err != nil {
		t.Errorf("the daemon's: %q, %v", owner, err)
	}
	daemon.Stop(t)
	var changes []string
	for sig := range signals {
		if changed, ok := sessionbus.OwnerChange(sig, name); ok {
			if changes = append(changes, changed); len(changes) == 2 {
				break
			}
		}
	}
	if changes[0] != owner || changes[1] != "" {
		t.Errorf("changes %q, want %q and none", changes, owner)
	}
}

func TestOwnerChangeOfStrangers(t *testing.T) {
	body := []any{"n", "", ":1.5"}
	for name, sig := range map[string]*dbus.Signal{
		"sender": {Sender: ":1.9", Name: "org.freedesktop.DBus.NameOwnerChanged", Body: body},
		"name":   {Sender: "org.freedesktop.DBus", Name: "org.freedesktop.DBus.NameLost", Body: body},
		"other":  {Sender: "org.freedesktop.DBus", Name: "org.freedesktop.DBus.NameOwnerChanged", Body: []any{"m", "", ":1.5"}},
		"short":  {Sender: "org.freedesktop.DBus", Name: "org.freedesktop.DBus.NameOwnerChanged", Body: []any{"n"}},
		"type":   {Sender: "org.freedesktop.DBus", Name: "org.freedesktop.DBus.NameOwnerChanged", Body: []any{"n", "", 5}},
	} {
		if owner, ok := sessionbus.OwnerChange(sig, "n"); ok {
			t.Errorf("%s: believed %q", name, owner)
		}
	}
}
