// Package bustest gives tests a session bus of their own and stand-ins for what
// a desktop has on it: a notification daemon and a watcher of tray icons.
package bustest

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// config is a bus that starts no services: only what a test puts there is there.
const config = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// Bus is a running session bus.
type Bus struct {
	// Address is where it listens.
	Address string
	stop    func()
}

// Start runs a bus until the test ends and makes it the session bus of this
// process and its children.
func Start(t testing.TB) *Bus {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Fatal("dbus-daemon is missing: install the package dbus (make test does)")
	}
	file := filepath.Join(t.TempDir(), "bus.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(daemon, "--config-file="+file, "--nofork", "--nopidfile", "--print-address=1")
	var said bytes.Buffer // it warns of its limits where all is well
	cmd.Stderr = &said
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b := &Bus{stop: func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // killed
		}
	}}
	t.Cleanup(b.Stop)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Stop()
		t.Fatalf("dbus-daemon says no address: %v\n%s", err, said.Bytes())
	}
	b.Address = strings.TrimSpace(line)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", b.Address)
	return b
}

// Session is the bus that the test was started in (by dbus-run-session).
func Session(t testing.TB) *Bus {
	t.Helper()
	address := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if address == "" {
		t.Fatal("there is no session bus: run the test by dbus-run-session")
	}
	return &Bus{Address: address, stop: func() {}}
}

// Stop ends the bus, as at the end of a session.
func (b *Bus) Stop() { b.stop() }

// None makes this process and its children have no session bus.
func None(t testing.TB) {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
}

// Connect returns a connection that ends with the test.
func (b *Bus) Connect(t testing.TB) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(b.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil && !errors.Is(err, dbus.ErrClosed) {
			t.Error(err)
		}
	})
	return conn
}

// own takes a well-known name.
func own(t testing.TB, conn *dbus.Conn, name string) {
	t.Helper()
	reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue)
	if err != nil {
		t.Fatal(err)
	}
	if reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%s is taken", name)
	}
}

// release gives a well-known name back.
func release(t testing.TB, conn *dbus.Conn, name string) {
	t.Helper()
	if _, err := conn.ReleaseName(name); err != nil {
		t.Fatal(err)
	}
}
