// Package sessionbus connects to the message bus of a desktop session (D-Bus),
// if there is one: it never starts a bus, which would outlive the program, and
// never waits long for one that does not answer.
package sessionbus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// ErrNoBus tells that there is no session bus.
var ErrNoBus = errors.New("no session bus")

// patience is how long a bus has to take a new client.
const patience = 5 * time.Second

// Address returns where the session bus listens: what the environment says, or
// the socket that systemd puts in the user's runtime folder.
func Address() (string, error) {
	if a := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); a != "" {
		if strings.HasPrefix(a, "autolaunch:") {
			return "", fmt.Errorf("%w: the address asks to start one", ErrNoBus)
		}
		return a, nil
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		path := filepath.Join(dir, "bus")
		if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
			return "unix:path=" + dbus.EscapeBusAddressValue(path), nil
		}
	}
	return "", ErrNoBus
}

// Connect returns a connection of its own, which the caller closes. The error
// wraps ErrNoBus when there is no bus or nobody listens.
func Connect(ctx context.Context) (*dbus.Conn, error) {
	address, err := Address()
	if err != nil {
		return nil, err
	}
	conn, err := dbus.Dial(address)
	if err != nil {
		return nil, fmt.Errorf("%w: connect: %w", ErrNoBus, err)
	}
	// The handshake knows no deadline: closing the connection ends it.
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	err = conn.Auth(nil)
	if err == nil {
		err = conn.Hello()
	}
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close() // of use to nobody
		return nil, fmt.Errorf("greet session bus: %w", err)
	}
	return conn, nil
}

// Owner returns the unique name of who owns a well-known one, "" if nobody does.
func Owner(ctx context.Context, conn *dbus.Conn, name string) (string, error) {
	var owner string
	err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, name).Store(&owner)
	var derr dbus.Error
	if errors.As(err, &derr) && derr.Name == "org.freedesktop.DBus.Error.NameHasNoOwner" {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find owner of %s: %w", name, err)
	}
	return owner, nil
}

// OwnerChanges is the match for changes of the owner of a well-known name.
func OwnerChanges(name string) []dbus.MatchOption {
	return []dbus.MatchOption{
		dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchInterface("org.freedesktop.DBus"),
		dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name),
	}
}

// OwnerChange reads a signal as a change of the owner of a name. ok is false for
// all other signals, also for such that only look alike: only the bus itself
// knows who owns what.
func OwnerChange(sig *dbus.Signal, name string) (owner string, ok bool) {
	if sig.Sender != "org.freedesktop.DBus" || sig.Name != "org.freedesktop.DBus.NameOwnerChanged" || len(sig.Body) != 3 {
		return "", false
	}
	owner, isText := sig.Body[2].(string)
	return owner, isText && sig.Body[0] == name
}
