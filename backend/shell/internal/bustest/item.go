package bustest

import (
	"fmt"
	"testing"

	"github.com/godbus/dbus/v5"
)

const (
	itemIface = "org.kde.StatusNotifierItem"
	itemPath  = "/StatusNotifierItem"
	menuIface = "com.canonical.dbusmenu"
)

// Item is a tray icon as a panel sees it.
type Item struct {
	conn *dbus.Conn
	dest string
	menu dbus.ObjectPath
}

// Pixmap is a picture: width, height, and pixels of alpha, red, green and blue.
type Pixmap struct {
	W, H int32
	Data []byte
}

// ToolTip is the text under the pointer.
type ToolTip struct {
	Icon  string
	Pics  []Pixmap
	Title string
	Text  string
}

// Line is an item of a menu.
type Line struct {
	ID        int32
	Label     string
	Enabled   bool
	Separator bool
	Lines     []Line
}

// Item returns the icon that a program registered.
func (w *Watcher) Item(t testing.TB, sender string) *Item {
	t.Helper()
	i := &Item{conn: w.conn, dest: sender}
	i.Property(t, "Menu", &i.menu)
	return i
}

// Property reads a property of the icon.
func (i *Item) Property(t testing.TB, name string, into any) {
	t.Helper()
	v, err := i.conn.Object(i.dest, itemPath).GetProperty(itemIface + "." + name)
	if err == nil {
		err = v.Store(into)
	}
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
}

// Activate is a click on the icon.
func (i *Item) Activate(t testing.TB) {
	t.Helper()
	if err := i.conn.Object(i.dest, itemPath).Call(itemIface+".Activate", 0, int32(0), int32(0)).Err; err != nil {
		t.Fatal(err)
	}
}

// layout is a menu on the bus.
type layout struct {
	ID       int32
	Props    map[string]dbus.Variant
	Children []dbus.Variant
}

// Menu reads the visible lines of the menu.
func (i *Item) Menu(t testing.TB) []Line {
	t.Helper()
	var revision uint32
	var root layout
	err := i.conn.Object(i.dest, i.menu).Call(menuIface+".GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := visible(root)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func visible(parent layout) (lines []Line, err error) {
	for _, child := range parent.Children {
		var l layout
		if err := dbus.Store([]any{child.Value()}, &l); err != nil {
			return nil, fmt.Errorf("read menu: %w", err)
		}
		if v, ok := l.Props["visible"]; ok && v.Value() == false {
			continue
		}
		line := Line{ID: l.ID, Enabled: true}
		if v, ok := l.Props["label"]; ok {
			line.Label, _ = v.Value().(string)
		}
		if v, ok := l.Props["enabled"]; ok {
			line.Enabled, _ = v.Value().(bool)
		}
		if v, ok := l.Props["type"]; ok {
			line.Separator = v.Value() == "separator"
		}
		if line.Lines, err = visible(l); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// Click chooses a line of the menu.
func (i *Item) Click(t testing.TB, id int32) {
	t.Helper()
	if err := i.TryClick(id); err != nil {
		t.Fatal(err)
	}
}

// TryClick chooses a line that may be gone.
func (i *Item) TryClick(id int32) error {
	return i.conn.Object(i.dest, i.menu).Call(menuIface+".Event", 0, id, "clicked", dbus.MakeVariant(0), uint32(0)).Err
}
