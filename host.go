//go:build desktop || bindings

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"aimdesk/backend/desk"
)

// eventName carries every desk.Event to the page.
const eventName = "aimdesk:event"

// readyFileVariable names a file that gets the number of rows on screen, once
// there are any: how a script knows that the window shows what it opened.
const readyFileVariable = "AIMDESK_READY_FILE"

// host is the window as the rest of the program sees it. Calls of Wails with
// any context but the one from OnStartup end the process, so all of them go
// through here and do nothing while there is no window.
type host struct {
	mu    sync.Mutex
	ctx   context.Context
	ready sync.Once
}

var errNoWindow = &desk.Error{Kind: desk.KindInternal, Message: "The window is not open", Hint: "Open Aimdesk and try again."}

func (h *host) attach(ctx context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ctx = ctx
}

func (h *host) detach() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ctx = nil
}

func (h *host) window() (context.Context, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ctx, h.ctx != nil
}

func (h *host) emit(e desk.Event) {
	if ctx, ok := h.window(); ok {
		runtime.EventsEmit(ctx, eventName, e)
	}
}

func (h *host) chooseFolder() (string, error) {
	ctx, ok := h.window()
	if !ok {
		return "", errNoWindow
	}
	// .aim is a hidden folder: a person must be able to see and choose it.
	return runtime.OpenDirectoryDialog(ctx, runtime.OpenDialogOptions{Title: "Open an Aim repository", ShowHiddenFiles: true})
}

func (h *host) saveFile(name string, data []byte) (string, error) {
	ctx, ok := h.window()
	if !ok {
		return "", errNoWindow
	}
	path, err := runtime.SaveFileDialog(ctx, runtime.SaveDialogOptions{DefaultFilename: filepath.Base(name), Title: "Save"})
	if err != nil || path == "" {
		return "", err
	}
	if err := desk.WriteExport(path, data); err != nil {
		return "", err
	}
	return path, nil
}

func (h *host) openExternal(address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return &desk.Error{Kind: desk.KindInvalid, Message: fmt.Sprintf("%q is not a web address", address), Hint: "Only http and https addresses are opened."}
	}
	ctx, ok := h.window()
	if !ok {
		return errNoWindow
	}
	runtime.BrowserOpenURL(ctx, u.String())
	return nil
}

func (h *host) copyText(text string) error {
	ctx, ok := h.window()
	if !ok {
		return errNoWindow
	}
	return runtime.ClipboardSetText(ctx, text)
}

func (h *host) pageReady(rows int) error {
	path := os.Getenv(readyFileVariable)
	if path == "" {
		return nil
	}
	var err error
	h.ready.Do(func() { err = os.WriteFile(path, []byte(strconv.Itoa(rows)), 0o600) })
	return err
}

// show brings the window to the front, also when it is hidden or minimised:
// WindowShow alone does neither on Linux.
func (h *host) show() {
	if ctx, ok := h.window(); ok {
		runtime.WindowShow(ctx)
		runtime.WindowUnminimise(ctx)
	}
}

func (h *host) quit() {
	if ctx, ok := h.window(); ok {
		runtime.Quit(ctx)
	}
}

// formatError gives the page one shape of error, whatever went wrong: JSON
// text, since Wails makes a JavaScript Error of it, which keeps only text.
func formatError(err error) any {
	data, failed := json.Marshal(desk.AsError(err))
	if failed != nil {
		return err.Error() // strings and numbers always marshal
	}
	return string(data)
}
