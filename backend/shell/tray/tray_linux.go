package tray

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/godbus/dbus/v5"

	"aimdesk/backend/shell/internal/sessionbus"
)

const (
	watcherName  = "org.kde.StatusNotifierWatcher"
	watcherPath  = "/StatusNotifierWatcher"
	watcherIface = "org.kde.StatusNotifierWatcher"

	// askTime is how long a watcher has to answer.
	askTime = 3 * time.Second
)

// icon is the Tray of Linux: an item on a connection of its own, registered
// with whichever watcher there is.
type icon struct {
	cfg     Config
	present atomic.Bool
	item    item
	menu    busMenu

	mu      sync.Mutex
	stopped bool
	conn    *dbus.Conn // nil until Start
	cancel  context.CancelFunc
	caller  *caller
	wg      sync.WaitGroup
}

func newTray(cfg Config) *icon {
	t := &icon{cfg: cfg}
	t.item.open = func() { t.call(cfg.Open) }
	t.menu.call = t.call
	t.Update(State{})
	return t
}

func (t *icon) HostPresent() bool { return t.present.Load() }

func (t *icon) Start() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conn != nil || t.stopped {
		return errors.New("start tray: it was started before")
	}
	ctx, cancel := context.WithCancel(context.Background())
	conn, err := sessionbus.Connect(ctx)
	if err != nil {
		cancel()
		return fmt.Errorf("start tray: %w", err)
	}
	signals := make(chan *dbus.Signal, 64)
	conn.Signal(signals)
	err = errors.Join(
		t.item.export(conn), t.menu.export(conn),
		conn.AddMatchSignalContext(ctx, sessionbus.OwnerChanges(watcherName)...),
		conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(watcherName), dbus.WithMatchInterface(watcherIface), dbus.WithMatchObjectPath(watcherPath)),
	)
	if err != nil {
		cancel()
		return errors.Join(fmt.Errorf("start tray: %w", err), conn.Close())
	}
	t.conn, t.cancel, t.caller = conn, cancel, newCaller()
	t.wg.Go(func() { t.watch(ctx, conn, signals) })
	return nil
}

func (t *icon) Stop() {
	t.mu.Lock()
	first := t.conn != nil && !t.stopped
	t.stopped = true
	t.mu.Unlock()
	if !first {
		return
	}
	t.cancel()
	_ = t.conn.Close() // the icon goes with the connection
	t.wg.Wait()
	t.menu.stop()
	t.present.Store(false)
	t.caller.end()
}

func (t *icon) Update(s State) {
	t.item.update(s)
	t.menu.update(s.menu(t.cfg))
}

// watch registers the icon with each new watcher and asks again whenever
// something was heard from the watcher or about it.
func (t *icon) watch(ctx context.Context, conn *dbus.Conn, signals <-chan *dbus.Signal) {
	registered := "" // the watcher that has the icon
	for {
		owner, shown := t.ask(ctx, conn, registered)
		registered = owner
		t.setPresent(shown)
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

// ask finds the watcher, registers with it unless it is the one that has the
// icon, and tells whether a panel shows icons. A watcher that does not answer
// shows nothing; it is asked again.
func (t *icon) ask(ctx context.Context, conn *dbus.Conn, registered string) (owner string, shown bool) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	owner, err := sessionbus.Owner(ctx, conn, watcherName)
	if err != nil || owner == "" {
		return "", false
	}
	watcher := conn.Object(owner, watcherPath)
	if owner != registered {
		if err := watcher.CallWithContext(ctx, watcherIface+".RegisterStatusNotifierItem", 0, itemPath).Err; err != nil {
			return "", false
		}
	}
	err = watcher.CallWithContext(ctx, propertiesIface+".Get", 0, watcherIface, "IsStatusNotifierHostRegistered").Store(&shown)
	return owner, err == nil && shown
}

// setPresent tells the program when the icon begins or ceases to be shown.
func (t *icon) setPresent(present bool) {
	if t.present.Swap(present) != present && t.cfg.HostChanged != nil {
		t.call(func() { t.cfg.HostChanged(present) })
	}
}

func (t *icon) call(f func()) {
	t.mu.Lock()
	caller := t.caller
	t.mu.Unlock()
	if caller != nil {
		caller.call(f)
	}
}
