package tray

import (
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	menuIface = "com.canonical.dbusmenu"
	menuPath  = "/StatusNotifierItem/menu"
	// menuVersion is the version of the protocol.
	menuVersion = uint32(3)
	// nextLayout is when a panel that was given the upper lines alone is told
	// to read again.
	nextLayout = 150 * time.Millisecond
	// maxReaders bounds how many panels are remembered.
	maxReaders = 64
)

// layout is a line and what is below it, as com.canonical.dbusmenu has it.
type layout struct {
	ID       int32
	Props    map[string]dbus.Variant
	Children []dbus.Variant
}

// props are the properties of a line.
type props struct {
	ID    int32
	Props map[string]dbus.Variant
}

// removed are properties that a line has no more.
type removed struct {
	ID    int32
	Names []string
}

// event is what a person did with a line.
type event struct {
	ID   int32
	Name string
	Data dbus.Variant
	Time uint32
}

// node is a line of the menu that is shown.
type node struct {
	id       int32
	props    map[string]dbus.Variant
	act      func()
	children []*node
}

// busMenu is the menu on the bus. Its methods may be called concurrently.
type busMenu struct {
	call func(func())

	mu       sync.Mutex
	conn     *dbus.Conn
	root     *node
	revision uint32
	ids      map[string]int32 // by what a line stands for: a line never takes over another's number
	lastID   int32
	readers  map[string]bool // panels that have read the menu
	timers   map[*time.Timer]bool
}

func (b *busMenu) export(conn *dbus.Conn) error {
	err := export(conn, menuPath, menuIface, menuMethods{b}, properties{menuIface: func() map[string]any {
		return map[string]any{"Version": menuVersion, "TextDirection": "ltr", "Status": "normal", "IconThemePath": []string{}}
	}})
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.conn = conn
	return nil
}

// update shows another menu: changed texts are told line by line, changed
// lines as a new layout.
func (b *busMenu) update(m menu) {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.root
	b.root = b.build(m)
	if old == nil {
		return
	}
	changes, same := compare(old, b.root, nil)
	if !same {
		b.changed()
	} else if len(changes) > 0 && b.conn != nil {
		_ = b.conn.Emit(menuPath, menuIface+".ItemsPropertiesUpdated", changes, []removed{}) // fails without a bus only
	}
}

// changed tells panels to read the menu again. The lock is held.
func (b *busMenu) changed() {
	b.revision++
	if b.conn != nil {
		_ = b.conn.Emit(menuPath, menuIface+".LayoutUpdated", b.revision, int32(0)) // fails without a bus only
	}
}

// compare collects lines of other properties; same tells whether there are the
// same lines in the same order.
func compare(a, b *node, changes []props) (out []props, same bool) {
	if a.id != b.id || len(a.children) != len(b.children) {
		return nil, false
	}
	if !reflect.DeepEqual(a.props, b.props) {
		changes = append(changes, props{b.id, b.props})
	}
	for i := range a.children {
		if changes, same = compare(a.children[i], b.children[i], changes); !same {
			return nil, false
		}
	}
	return changes, true
}

// build makes the lines that are not hidden.
func (b *busMenu) build(m menu) *node {
	root := &node{props: map[string]dbus.Variant{"children-display": dbus.MakeVariant("submenu")}}
	used := map[string]int32{}
	id := func(key string) int32 {
		n, ok := b.ids[key]
		if !ok {
			b.lastID++
			n = b.lastID
		}
		used[key] = n
		return n
	}
	add := func(parent *node, key string, l line) *node {
		n := &node{id: id(key), act: l.act, props: map[string]dbus.Variant{
			// An underscore alone marks a key.
			"label":   dbus.MakeVariant(strings.ReplaceAll(l.label, "_", "__")),
			"enabled": dbus.MakeVariant(l.enabled), "visible": dbus.MakeVariant(true),
		}}
		if !l.hidden {
			parent.children = append(parent.children, n)
		}
		return n
	}
	separate := func(key string) {
		root.children = append(root.children, &node{id: id(key), props: map[string]dbus.Variant{"type": dbus.MakeVariant("separator")}})
	}
	add(root, "open", m.open)
	separate("above repositories")
	for _, l := range m.repositories {
		if !l.hidden {
			add(root, "repository "+l.key, l)
		}
	}
	live := add(root, "live", m.live)
	for _, l := range m.runs {
		if !l.hidden {
			add(live, "run "+l.key, l)
		}
	}
	if len(live.children) > 0 {
		live.props["children-display"] = dbus.MakeVariant("submenu")
	}
	separate("above pause")
	add(root, "pause", m.pause)
	add(root, "reindex", m.reindex)
	separate("above quit")
	add(root, "quit", m.quit)
	b.ids = used
	return root
}

// stop ends what waits.
func (b *busMenu) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for t := range b.timers {
		t.Stop()
	}
	b.conn, b.timers = nil, nil
}

func (n *node) find(id int32) *node {
	if n.id == id {
		return n
	}
	for _, c := range n.children {
		if found := c.find(id); found != nil {
			return found
		}
	}
	return nil
}

// layout gives a line and some levels below it; below zero: all.
func (n *node) layout(depth int32) layout {
	l := layout{ID: n.id, Props: n.props, Children: []dbus.Variant{}}
	if depth != 0 {
		for _, c := range n.children {
			l.Children = append(l.Children, dbus.MakeVariant(c.layout(depth-1)))
		}
	}
	return l
}

func unknownLine() *dbus.Error {
	return dbus.NewError("org.freedesktop.DBus.Error.InvalidArgs", []any{"no such line"})
}

// menuMethods has what a panel may call.
type menuMethods struct{ b *busMenu }

// GetLayout reads the menu. A panel's first reading gets one level: GTK's
// reader (libdbusmenu) loses lines of a submenu that come before the submenu
// itself is made. Then it is told to read again.
func (m menuMethods) GetLayout(sender dbus.Sender, parent, depth int32, _ []string) (uint32, layout, *dbus.Error) {
	b := m.b
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.root.find(parent)
	if n == nil {
		return 0, layout{}, unknownLine()
	}
	if reader := string(sender); !b.readers[reader] && depth != 1 && b.conn != nil {
		if len(b.readers) >= maxReaders || b.readers == nil {
			b.readers = map[string]bool{}
		}
		b.readers[reader] = true
		depth = 1
		b.later()
	}
	return b.revision, n.layout(depth), nil
}

// later tells of a new layout after a moment. The lock is held.
func (b *busMenu) later() {
	if b.timers == nil {
		b.timers = map[*time.Timer]bool{}
	}
	var t *time.Timer
	t = time.AfterFunc(nextLayout, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.timers[t] {
			delete(b.timers, t)
			b.changed()
		}
	})
	b.timers[t] = true
}

// GetGroupProperties reads lines; without numbers, all.
func (m menuMethods) GetGroupProperties(ids []int32, _ []string) ([]props, *dbus.Error) {
	m.b.mu.Lock()
	defer m.b.mu.Unlock()
	out := []props{}
	if len(ids) == 0 {
		var all func(n *node)
		all = func(n *node) {
			out = append(out, props{n.id, n.props})
			for _, c := range n.children {
				all(c)
			}
		}
		all(m.b.root)
	}
	for _, id := range ids {
		if n := m.b.root.find(id); n != nil {
			out = append(out, props{n.id, n.props})
		}
	}
	return out, nil
}

// GetProperty reads one property of a line.
func (m menuMethods) GetProperty(id int32, name string) (dbus.Variant, *dbus.Error) {
	m.b.mu.Lock()
	defer m.b.mu.Unlock()
	if n := m.b.root.find(id); n != nil {
		if v, ok := n.props[name]; ok {
			return v, nil
		}
	}
	return dbus.Variant{}, unknownLine()
}

// Event is what a person did.
func (m menuMethods) Event(id int32, name string, _ dbus.Variant, _ uint32) *dbus.Error {
	if !m.b.event(id, name) {
		return unknownLine()
	}
	return nil
}

// EventGroup is several of them.
func (m menuMethods) EventGroup(events []event) ([]int32, *dbus.Error) {
	unknown := []int32{}
	for _, e := range events {
		if !m.b.event(e.ID, e.Name) {
			unknown = append(unknown, e.ID)
		}
	}
	return unknown, nil
}

func (b *busMenu) event(id int32, name string) (known bool) {
	b.mu.Lock()
	n := b.root.find(id)
	b.mu.Unlock()
	if n == nil {
		return false
	}
	if name == "clicked" {
		b.call(n.act)
	}
	return true
}

// AboutToShow tells that what was read is up to date.
func (m menuMethods) AboutToShow(int32) (bool, *dbus.Error) { return false, nil }

// AboutToShowGroup is the same for several lines.
func (m menuMethods) AboutToShowGroup([]int32) (updates, unknown []int32, err *dbus.Error) {
	return []int32{}, []int32{}, nil
}
