package tray

import (
	"context"
	"embed"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"

	"aimdesk/backend/shell/internal/sessionbus"
)

//go:embed icons/*.png
var icons embed.FS

func picture(p Phase) []byte { return mustRead(icons, "icons/"+p.String()+".png") }

// mnemonics keeps an underscore from marking a key, as menus on the bus do.
func mnemonics(label string) string { return strings.ReplaceAll(label, "_", "__") }

const (
	watcherName  = "org.kde.StatusNotifierWatcher"
	watcherPath  = "/StatusNotifierWatcher"
	watcherIface = "org.kde.StatusNotifierWatcher"

	// askTime is how long a watcher has to answer.
	askTime = 3 * time.Second
)

// host follows the watcher of tray icons on the session bus. It has a
// connection of its own, as the library tells nothing of how it fares.
type host struct {
	conn   *dbus.Conn
	cancel context.CancelFunc
	wg     sync.WaitGroup
	end    func() // takes the icon away; nil until it is there
}

// start connects and begins to watch. The icon itself waits for a watcher: on
// a desktop that has none nothing more is put on the bus.
func (h *host) start(t *icon) error {
	ctx, cancel := context.WithCancel(context.Background())
	conn, err := sessionbus.Connect(ctx)
	if err != nil {
		cancel()
		return fmt.Errorf("start tray: %w", err)
	}
	signals := make(chan *dbus.Signal, 64)
	conn.Signal(signals)
	for _, match := range [][]dbus.MatchOption{
		sessionbus.OwnerChanges(watcherName),
		{dbus.WithMatchSender(watcherName), dbus.WithMatchInterface(watcherIface), dbus.WithMatchObjectPath(watcherPath)},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			cancel()
			_ = conn.Close() // of no use without
			return fmt.Errorf("start tray: watch for panels: %w", err)
		}
	}
	h.conn, h.cancel = conn, cancel
	h.wg.Go(func() { h.watch(ctx, t, signals) })
	return nil
}

// watch asks again whenever something was heard from the watcher or about it.
func (h *host) watch(ctx context.Context, t *icon, signals <-chan *dbus.Signal) {
	for {
		there, shown := h.ask(ctx)
		if there && h.end == nil && ctx.Err() == nil {
			h.end = showIcon(t)
		}
		t.setPresent(shown && h.end != nil)
		select {
		case <-ctx.Done():
			return
		case _, ok := <-signals:
			if !ok { // the session ended, or the bus did
				t.setPresent(false)
				return
			}
		}
	}
}

// ask tells whether there is a watcher, and a panel that shows icons.
func (h *host) ask(ctx context.Context) (there, shown bool) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	owner, err := sessionbus.Owner(ctx, h.conn, watcherName)
	if err != nil || owner == "" {
		return false, false
	}
	// A watcher that does not answer shows nothing.
	err = h.conn.Object(owner, watcherPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
		watcherIface, "IsStatusNotifierHostRegistered").Store(&shown)
	return true, err == nil && shown
}

func (h *host) stop() {
	h.cancel()
	_ = h.conn.Close() // only listened
	h.wg.Wait()
	if h.end != nil {
		h.end()
	}
}

// showIcon puts the icon on the bus; the library registers it with each new
// watcher. Its functions set values that it reads when it starts: they come
// first.
func showIcon(t *icon) (end func()) {
	// The library starts a bus when it finds none: it must find ours.
	if address, err := sessionbus.Address(); err == nil && os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		_ = os.Setenv("DBUS_SESSION_BUS_ADDRESS", address) // fails for bad names only
	}
	systray.SetTitle("Aimdesk")
	systray.SetOnTapped(func() { t.call(t.cfg.Open) })
	ready := make(chan struct{})
	begin, finish := systray.RunWithExternalLoop(func() {
		t.build()
		close(ready)
	}, func() {})
	begin()
	<-ready
	t.refresh() // what was set while the library began may be lost
	return func() {
		// The library panics when its connection was never made.
		defer func() { _ = recover() }()
		finish()
	}
}
