//go:build desktop || bindings

package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	goruntime "runtime"
	"sync"
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
	"aimdesk/backend/settings"
	"aimdesk/backend/shell/instance"
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

// runWindow opens the window on some folders and returns the exit status. A
// second start hands its folders to the first one and is done.
func runWindow(req cli.WindowRequest) int {
	if bindingsBuild {
		return generateBindings(req)
	}
	if !hasDisplay() {
		fmt.Fprintln(req.Err, "aimdesk: no display: set DISPLAY or WAYLAND_DISPLAY, or use a verb (aimdesk --help).")
		return 1
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	server, handed, err := instance.Start(ctx, instance.Config{}, instance.Handover{Args: req.Paths})
	if handed {
		return 0
	}
	if err != nil {
		// Running twice is better than not at all: the second one reads without the index.
		fmt.Fprintf(req.Err, "aimdesk: %v\n", err)
	}
	w := &window{req: req, ctx: ctx, cancel: cancel, server: server, host: &host{}}
	return w.run()
}

// generateBindings is what Wails runs to learn of the bound methods: nothing
// is opened.
func generateBindings(req cli.WindowRequest) int {
	if err := wails.Run(&options.App{AssetServer: &assetserver.Options{Assets: pageFiles()}, Bind: []any{&App{}}}); err != nil {
		fmt.Fprintf(req.Err, "aimdesk: generate bindings: %v\n", err)
		return 1
	}
	return 0
}

// window is the program while its window exists.
type window struct {
	req      cli.WindowRequest
	ctx      context.Context // ends when the window is gone
	cancel   context.CancelFunc
	server   *instance.Server
	host     *host
	desk     *desk.Desk
	settings *settings.Store
	log      *slog.Logger
	shell    *shellSeam
	quitting atomic.Bool
	serving  sync.WaitGroup
}

func (w *window) run() int {
	w.log = slog.New(slog.NewTextHandler(w.req.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	w.shell = newShellSeam(w)
	emit := func(e desk.Event) {
		w.host.emit(e)
		w.shell.event(e)
	}
	var err error
	if w.desk, w.settings, err = newDesk(w.req, emit, w.shell.happened, w.log); err != nil {
		fmt.Fprintf(w.req.Err, "aimdesk: %v\n", err)
		return 1
	}
	dressMenus(w.settings.Get().Theme)
	place := w.settings.Get().Window
	state := options.Normal
	if place.Maximised {
		state = options.Maximised
	}
	err = wails.Run(&options.App{
		Title: "Aimdesk", Width: orElse(place.W, 1280), Height: orElse(place.H, 800), MinWidth: 900, MinHeight: 600,
		WindowStartState: state,
		// Hidden until the page has drawn itself: no white flash.
		StartHidden: true, BackgroundColour: background(w.settings.Get().Theme),
		AssetServer: &assetserver.Options{Assets: pageFiles(), Middleware: middleware(w.desk)},
		Logger:      logger.NewDefaultLogger(), LogLevel: logger.ERROR, LogLevelProduction: logger.ERROR,
		ErrorFormatter: formatError,
		Menu:           appMenu(w.desk, w.quit),
		Bind:           []any{&App{ctx: w.ctx, desk: w.desk, host: w.host, focus: &w.shell.focused}},
		DragAndDrop:    &options.DragAndDrop{EnableFileDrop: true},
		Linux:          &linux.Options{Icon: appIcon, ProgramName: "io.github.aimdesk.Aimdesk", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Mac:            &mac.Options{About: &mac.AboutInfo{Title: "Aimdesk", Message: "Version " + cli.Version, Icon: appIcon}},
		OnStartup:      w.startup,
		OnDomReady:     w.domReady,
		OnBeforeClose:  w.beforeClose,
		OnShutdown:     w.shutdown,
	})
	if err != nil {
		fmt.Fprintf(w.req.Err, "aimdesk: open window: %v\n", err)
		return 1
	}
	return 0
}

// dressMenus makes GTK's menus follow a theme that was chosen here rather than
// by the system. It has to come before GTK starts.
func dressMenus(theme string) {
	const variable = "GTK_THEME"
	if goruntime.GOOS != "linux" || os.Getenv(variable) != "" {
		return
	}
	name := map[string]string{"dark": "Adwaita:dark", "light": "Adwaita:light"}[theme]
	if name == "" {
		return
	}
	if err := os.Setenv(variable, name); err != nil {
		slog.Warn("dress menus", "error", err)
	}
}

func orElse(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

// background is the window's colour until the page is drawn.
func background(theme string) *options.RGBA {
	if theme == "light" {
		return options.NewRGB(0xff, 0xff, 0xff)
	}
	return options.NewRGB(0x1b, 0x1c, 0x1f)
}

func (w *window) startup(ctx context.Context) {
	w.host.attach(ctx)
	w.watchSignals()
	w.onFileDrop(ctx)
	if w.server != nil {
		w.serve()
	}
	w.desk.Start(w.ctx, w.req.Paths)
	w.shell.start()
}

// domReady shows the window where it was the last time.
func (w *window) domReady(ctx context.Context) {
	w.host.show()
	if p := w.settings.Get().Window; p.W > 0 && !p.Maximised && onScreen(ctx, p) {
		runtime.WindowSetPosition(ctx, p.X, p.Y)
	}
}

// onScreen tells whether the title bar of a window at that place can be
// reached: a screen may be gone since.
func onScreen(ctx context.Context, p settings.Window) bool {
	screens, err := runtime.ScreenGetAll(ctx)
	if err != nil {
		return false
	}
	width, height := 0, 0
	for _, s := range screens {
		width, height = width+s.Size.Width, max(height, s.Size.Height)
	}
	const reach = 64
	return p.X > -p.W+reach && p.X < width-reach && p.Y >= 0 && p.Y < height-reach
}

// serve answers later starts and verbs of the command line.
func (w *window) serve() {
	w.server.HandleOpen(func(h instance.Handover) {
		w.shell.open()
		w.openAll(h.Args)
	})
	w.server.Handle(cli.ReindexRequestName, func(ctx context.Context, body json.RawMessage) (any, error) {
		var req cli.ReindexRequest
		if err := json.Unmarshal(body, &req); err != nil {
			return nil, fmt.Errorf("read request: %w", err)
		}
		return w.desk.ReindexPath(ctx, req.Path, req.Runs)
	})
	w.server.Handle(cli.StatusRequestName, func(_ context.Context, body json.RawMessage) (any, error) {
		var root string
		if err := json.Unmarshal(body, &root); err != nil {
			return nil, fmt.Errorf("read request: %w", err)
		}
		return w.desk.StatusOf(root)
	})
	w.serving.Go(func() {
		if err := w.server.Serve(w.ctx); err != nil && w.ctx.Err() == nil {
			w.log.Warn("answer other starts", "error", err)
		}
	})
}

// openAll opens folders one after the other; what cannot be opened is said.
func (w *window) openAll(paths []string) {
	w.serving.Go(func() {
		for _, path := range paths {
			if _, err := w.desk.OpenRepository(w.ctx, path); err != nil && w.ctx.Err() == nil {
				w.desk.Notice(desk.AsError(err))
			}
		}
	})
}

func (w *window) quit() {
	w.quitting.Store(true)
	w.host.quit()
}

// beforeClose remembers where the window was, and hides it instead where the
// tray can bring it back. Quit and signals always end the program.
func (w *window) beforeClose(ctx context.Context) (prevent bool) {
	place := settings.Window{Maximised: runtime.WindowIsMaximised(ctx)}
	if place.Maximised {
		// The size to come back to is the one before.
		was := w.settings.Get().Window
		place.W, place.H, place.X, place.Y = was.W, was.H, was.X, was.Y
	} else {
		place.W, place.H = runtime.WindowGetSize(ctx)
		place.X, place.Y = runtime.WindowGetPosition(ctx)
	}
	if err := w.settings.Update(func(s *settings.Settings) { s.Window = place }); err != nil {
		w.log.Warn("keep the window's place", "error", err)
	}
	return !w.quitting.Load() && w.shell.hide(ctx)
}

func (w *window) shutdown(context.Context) {
	w.host.detach()
	w.cancel()
	w.shell.tray.Stop()
	w.serving.Wait()
	if err := w.desk.Close(); err != nil {
		w.log.Warn("close", "error", err)
	}
}

// watchSignals makes SIGINT and SIGTERM end the program the way Quit does, and
// this program alone does it: a second quit, by Wails' own handler, would reach
// GTK after its end.
func (w *window) watchSignals() {
	ch := make(chan os.Signal, 1)
	signal.Reset(os.Interrupt, syscall.SIGTERM)
	signal.Notify(ch, os.Interrupt, syscall.SIGTERM)
	w.serving.Go(func() {
		defer signal.Stop(ch)
		select {
		case <-ch:
			w.quit()
		case <-w.ctx.Done():
		}
	})
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
func (w *window) onFileDrop(ctx context.Context) {
	runtime.OnFileDrop(ctx, func(_, _ int, paths []string) { w.openAll(paths) })
}
