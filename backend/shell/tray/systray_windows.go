package tray

import (
	"embed"
	"runtime"
	"strings"

	"fyne.io/systray"
)

//go:embed icons/*.ico
var icons embed.FS

func picture(p Phase) []byte { return mustRead(icons, "icons/"+p.String()+".ico") }

// mnemonics keeps an ampersand from marking a key.
func mnemonics(label string) string { return strings.ReplaceAll(label, "&", "&&") }

// host is the notification area, which is always there.
type host struct{ done chan struct{} }

func (h *host) start(t *icon) error {
	h.done = make(chan struct{})
	systray.SetOnTapped(func() { t.call(t.cfg.Open) })
	go func() {
		defer close(h.done)
		// The icon's window gets its messages on the thread that made it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		systray.Run(func() {
			t.build()
			t.setPresent(true)
		}, nil)
	}()
	return nil
}

func (h *host) stop() {
	systray.Quit()
	<-h.done
}
