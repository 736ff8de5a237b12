//go:build desktop || bindings

package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	goruntime "runtime"
	"sync/atomic"
	"syscall"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"aimdesk/backend/cli"
	"aimdesk/backend/desk"
)

//go:embed all:frontend/dist
var page embed.FS

//go:embed build/appicon.png
var appIcon []byte

// contentPolicy lets the page load nothing from elsewhere and run no inline
// script; 'wasm-unsafe-eval' is for the chart rasteriser, inline styles for
// the component library.
const contentPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; frame-src 'none'; base-uri 'none'; form-action 'none'"

func init() { openWindow = runWindow }

// runWindow opens the window on some folders and returns the exit status.
func runWindow(req cli.WindowRequest) int {
	if !bindingsBuild && !hasDisplay() {
		fmt.Fprintln(req.Err, "aimdesk: no display: set DISPLAY or WAYLAND_DISPLAY, or use a verb (aimdesk --help).")
		return 1
	}
	h := &host{}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	log := slog.New(slog.NewTextHandler(req.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	d, err := newDesk(req, h.emit, log)
	if err != nil {
		fmt.Fprintf(req.Err, "aimdesk: %v\n", err)
		return 1
	}
	app := &App{ctx: ctx, desk: d, host: h}
	var quitting atomic.Bool

	err = wails.Run(&options.App{
		Title: "Aimdesk", Width: 1280, Height: 800, MinWidth: 900, MinHeight: 600,
		BackgroundColour: options.NewRGB(0x1b, 0x1c, 0x1f),
		AssetServer:      &assetserver.Options{Assets: pageFiles(), Middleware: middleware(d)},
		Logger:           logger.NewDefaultLogger(), LogLevel: logger.ERROR, LogLevelProduction: logger.ERROR,
		ErrorFormatter: formatError,
		Bind:           []any{app},
		DragAndDrop:    &options.DragAndDrop{EnableFileDrop: true},
		Linux:          &linux.Options{Icon: appIcon, ProgramName: "io.github.aimdesk.Aimdesk", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Mac:            &mac.Options{About: &mac.AboutInfo{Title: "Aimdesk", Message: "Version " + cli.Version, Icon: appIcon}},
		OnStartup: func(wctx context.Context) {
			h.attach(wctx)
			watchSignals(ctx, &quitting, h)
			onFileDrop(ctx, wctx, d)
			d.Start(ctx, req.Paths)
		},
		OnShutdown: func(context.Context) {
			h.attach(nil) //nolint:staticcheck // nil marks the window as gone
			cancel()
			if err := d.Close(); err != nil {
				log.Warn("close", "error", err)
			}
		},
	})
	if err != nil {
		fmt.Fprintf(req.Err, "aimdesk: open window: %v\n", err)
		return 1
	}
	return 0
}

// watchSignals makes SIGINT and SIGTERM end the program the way Quit does;
// WebKit replaces handlers, so Go's are put back first.
func watchSignals(ctx context.Context, quitting *atomic.Bool, h *host) {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt, syscall.SIGTERM)
	go func() {
		defer signal.Stop(ch)
		select {
		case <-ch:
			quitting.Store(true)
			h.quit()
		case <-ctx.Done():
		}
	}()
}

// hasDisplay tells whether a window can be opened: without a display GTK ends
// the process.
func hasDisplay() bool {
	if goruntime.GOOS != "linux" {
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

func pageFiles() fs.FS {
	sub, err := fs.Sub(page, "frontend/dist")
	if err != nil {
		panic(err) // the folder is embedded by name
	}
	return sub
}

// middleware serves binary series and adds the content policy to everything.
func middleware(d *desk.Desk) assetserver.Middleware {
	return func(next http.Handler) http.Handler {
		series := d.SeriesHandler()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", contentPolicy)
			w.Header().Set("X-Content-Type-Options", "nosniff")
			if r.URL.Path == "/api/series" {
				series.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// onFileDrop opens every dropped folder; the page hears of it by events.
func onFileDrop(ctx context.Context, wctx context.Context, d *desk.Desk) {
	runtime.OnFileDrop(wctx, func(_, _ int, paths []string) {
		for _, path := range paths {
			if _, err := d.OpenRepository(ctx, path); err != nil {
				var e *desk.Error
				if !errors.As(err, &e) {
					e = desk.AsError(err)
				}
				d.Notice(e)
			}
		}
	})
}
