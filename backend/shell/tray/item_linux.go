package tray

import (
	"bytes"
	"embed"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
)

//go:embed icons/*.png
var icons embed.FS

const (
	itemIface       = "org.kde.StatusNotifierItem"
	itemPath        = "/StatusNotifierItem"
	propertiesIface = "org.freedesktop.DBus.Properties"
	appID           = "io.github.aimdesk.Aimdesk"
)

// pixmap is a picture as StatusNotifierItem has it: pixels of four bytes,
// alpha, red, green and blue, not multiplied by alpha.
type pixmap struct {
	W, H   int32
	Pixels []byte
}

// tip is a tooltip: icon, pictures, title, text.
type tip struct {
	Icon  string
	Pics  []pixmap
	Title string
	Text  string
}

// item is the icon on the bus (StatusNotifierItem, as KDE and the others have
// it). Its methods may be called concurrently.
type item struct {
	open func()

	mu      sync.Mutex
	conn    *dbus.Conn
	phase   Phase
	tooltip string
	status  string
}

func (i *item) export(conn *dbus.Conn) error {
	properties := properties{itemIface: i.properties}
	if err := export(conn, itemPath, itemIface, itemMethods{i}, properties); err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.conn = conn
	return nil
}

// update shows another state. A lost signal is no error: the bus is gone then.
func (i *item) update(s State) {
	i.mu.Lock()
	defer i.mu.Unlock()
	phase, tooltip, status := i.phase, i.tooltip, i.status
	i.phase, i.tooltip, i.status = s.Phase, s.tooltip(), "Active"
	if s.Phase == Attention {
		i.status = "NeedsAttention"
	}
	if i.conn == nil {
		return
	}
	if i.phase != phase {
		_ = i.conn.Emit(itemPath, itemIface+".NewIcon")
		_ = i.conn.Emit(itemPath, itemIface+".NewAttentionIcon")
	}
	if i.status != status {
		_ = i.conn.Emit(itemPath, itemIface+".NewStatus", i.status)
	}
	if i.tooltip != tooltip {
		_ = i.conn.Emit(itemPath, itemIface+".NewToolTip")
	}
}

func (i *item) properties() map[string]any {
	i.mu.Lock()
	defer i.mu.Unlock()
	pics := []pixmap{}
	if p, err := picture(i.phase); err == nil { // part of the program
		pics = append(pics, p)
	}
	return map[string]any{
		"Category": "ApplicationStatus", "Id": appID, "Title": "Aimdesk", "Status": i.status, "WindowId": int32(0),
		"IconName": "", "IconThemePath": "", "IconPixmap": pics,
		"AttentionIconName": "", "AttentionIconPixmap": pics, "AttentionMovieName": "",
		"OverlayIconName": "", "OverlayIconPixmap": []pixmap{},
		"ToolTip":    tip{Pics: []pixmap{}, Title: i.tooltip},
		"ItemIsMenu": false, "Menu": dbus.ObjectPath(menuPath),
	}
}

// picture reads the icon of a phase.
func picture(p Phase) (pixmap, error) {
	data, err := icons.ReadFile("icons/" + p.String() + ".png")
	if err != nil {
		return pixmap{}, err
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return pixmap{}, fmt.Errorf("read icon of %v: %w", p, err)
	}
	return pixels(img), nil
}

func pixels(img image.Image) pixmap {
	b := img.Bounds()
	out := pixmap{W: int32(b.Dx()), H: int32(b.Dy()), Pixels: make([]byte, 0, 4*b.Dx()*b.Dy())}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c, _ := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) // never another type
			out.Pixels = append(out.Pixels, c.A, c.R, c.G, c.B)
		}
	}
	return out
}

// itemMethods has what a panel may call.
type itemMethods struct{ i *item }

// Activate is a click on the icon.
func (m itemMethods) Activate(_, _ int32) *dbus.Error {
	m.i.open()
	return nil
}

// SecondaryActivate is a click of the middle button.
func (m itemMethods) SecondaryActivate(_, _ int32) *dbus.Error {
	m.i.open()
	return nil
}

// ContextMenu asks for a menu of our own; panels show the one on the bus.
func (m itemMethods) ContextMenu(_, _ int32) *dbus.Error { return &dbus.ErrMsgUnknownMethod }

// Scroll is a turn of the wheel over the icon.
func (m itemMethods) Scroll(_ int32, _ string) *dbus.Error { return nil }

// properties answers org.freedesktop.DBus.Properties, by interface.
type properties map[string]func() map[string]any

// Get reads one property.
func (p properties) Get(iface, name string) (dbus.Variant, *dbus.Error) {
	if get, ok := p[iface]; ok {
		if v, ok := get()[name]; ok {
			return dbus.MakeVariant(v), nil
		}
	}
	return dbus.Variant{}, dbus.NewError("org.freedesktop.DBus.Error.UnknownProperty", []any{iface + "." + name + " is not here"})
}

// GetAll reads all of an interface.
func (p properties) GetAll(iface string) (map[string]dbus.Variant, *dbus.Error) {
	out := map[string]dbus.Variant{}
	if get, ok := p[iface]; ok {
		for name, v := range get() {
			out[name] = dbus.MakeVariant(v)
		}
	}
	return out, nil
}

// Set changes nothing: all are for reading.
func (p properties) Set(iface, name string, _ dbus.Variant) *dbus.Error {
	return dbus.NewError("org.freedesktop.DBus.Error.PropertyReadOnly", []any{iface + "." + name + " is for reading"})
}

// export puts an object of one interface on the bus, with its properties and
// its description.
func export(conn *dbus.Conn, path dbus.ObjectPath, iface string, methods any, p properties) error {
	described := introspect.Interface{Name: iface, Methods: introspect.Methods(methods)}
	for name, v := range p[iface]() {
		described.Properties = append(described.Properties, introspect.Property{Name: name, Type: dbus.SignatureOf(v).String(), Access: "read"})
	}
	node := introspect.NewIntrospectable(&introspect.Node{Name: string(path), Interfaces: []introspect.Interface{
		introspect.IntrospectData, {Name: propertiesIface, Methods: introspect.Methods(p)}, described,
	}})
	for name, v := range map[string]any{iface: methods, propertiesIface: p, "org.freedesktop.DBus.Introspectable": node} {
		if err := conn.Export(v, path, name); err != nil {
			return fmt.Errorf("export %s: %w", name, err)
		}
	}
	return nil
}
