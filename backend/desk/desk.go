// Package desk holds the use cases of Aimdesk: open a repository, list and
// query its runs, chart its metrics, keep its index, reindex it. The window and
// the command line both call it; it knows neither.
//
// All methods of Desk may be called concurrently.
package desk

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"aimdesk/backend/aim"
	"aimdesk/backend/aimql"
	"aimdesk/backend/indexer/throttle"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/settings"
	"aimdesk/backend/store"
)

// Config says where a Desk keeps things and whom it tells.
type Config struct {
	// Version of the program, for the page.
	Version string
	// Platform is the operating system's name as Go has it.
	Platform string
	// IndexDir is the folder under which indexes live. Required.
	IndexDir string
	// Settings of the person. Required.
	Settings *settings.Store
	// Prober asks the machine about processes and locks. Nil: nothing can be known.
	Prober aim.Prober
	// Conditions tell the throttle of load, battery and memory. Nil: none are known.
	Conditions throttle.Conditions
	// Sample makes a sample repository and answers its folder. Nil: there is none.
	Sample func() (string, error)
	// Emit hears every event. Nil: nobody does.
	Emit func(Event)
	// Happened hears of what a person may want to be told. It must return soon.
	// Nil: nobody does.
	Happened func(Happening)
	// Now tells the time. Nil: time.Now.
	Now func() time.Time
	// FS reads repositories. Nil: the operating system's files.
	FS vfs.FS
	// Scan is how often a whole repository is compared with its index, Poll
	// how often runs under way are looked at. 0: as the indexer has it.
	Scan, Poll time.Duration
	// Log gets what a person cannot act on. Nil: nothing is logged.
	Log *slog.Logger
}

// Desk is all that is open.
type Desk struct {
	cfg      Config
	fs       vfs.FS
	throttle *throttle.Throttle
	events   *eventLog
	views    *viewCache

	mu       sync.Mutex
	ctx      context.Context // of Start: background work ends with it
	sessions []*session
	opening  map[string]chan struct{}
	jobs     map[string]context.CancelFunc
	notices  []Error
	renewed  map[string]time.Time // when an index was last rebuilt, by repository
	wg       sync.WaitGroup
}

// New returns a Desk with nothing open. It starts nothing.
func New(cfg Config) (*Desk, error) {
	if cfg.IndexDir == "" || cfg.Settings == nil {
		return nil, errors.New("desk: a folder for indexes and settings are required")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Emit == nil {
		cfg.Emit = func(Event) {}
	}
	if cfg.FS == nil {
		cfg.FS = vfs.NewOS(0)
	}
	s := cfg.Settings.Get()
	d := &Desk{
		cfg: cfg, fs: cfg.FS, events: newEventLog(cfg.Emit), views: newViewCache(),
		throttle: throttle.New(throttle.Config{Share: s.IndexerShare, BytesPerSecond: s.IndexerBytesPerSecond, Conditions: cfg.Conditions}),
		opening:  map[string]chan struct{}{}, jobs: map[string]context.CancelFunc{},
		renewed: map[string]time.Time{},
	}
	return d, nil
}

// Start opens the given folders, or those of the last time, and lets background
// work run until ctx is done. What cannot be opened becomes a notice.
func (d *Desk) Start(ctx context.Context, paths []string) {
	d.mu.Lock()
	d.ctx = ctx
	d.mu.Unlock()
	if s := d.cfg.Settings.Get(); len(paths) == 0 && s.ReopenLast {
		for _, path := range s.Open {
			if _, err := os.Stat(path); err == nil {
				paths = append(paths, path)
			}
		}
	}
	d.wg.Go(func() {
		for _, path := range paths {
			d.background(ctx, "open", func() error {
				_, err := d.OpenRepository(ctx, path)
				return err
			})
		}
	})
	d.wg.Go(func() {
		d.background(ctx, "watch states", func() error { d.watchStates(ctx); return nil })
	})
}

// Close ends background work and closes every index. The context of Start must
// be done.
func (d *Desk) Close() error {
	d.mu.Lock()
	sessions := d.sessions
	d.sessions = nil
	for _, cancel := range d.jobs {
		cancel()
	}
	d.mu.Unlock()
	errs := []error{d.countRecents(sessions)}
	for _, s := range sessions {
		errs = append(errs, s.close())
	}
	d.wg.Wait()
	return errors.Join(errs...)
}

// Notice shows an error to the person.
func (d *Desk) Notice(e *Error) {
	d.mu.Lock()
	d.notices = append(d.notices, *e)
	d.mu.Unlock()
	d.events.add(Event{Type: "notice", Notice: e})
}

// Foreground keeps background work out of the way of a person's request until
// the result is called.
func (d *Desk) Foreground() (done func()) { return d.throttle.Foreground() }

// AsError gives any error the shape in which the page gets it.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	var notRepo *aim.NotRepositoryError
	if errors.As(err, &notRepo) {
		return &Error{Kind: KindNotARepository, Message: notRepo.Reason, Hint: notRepo.Hint, File: notRepo.Path, Candidates: notRepo.Candidates, cause: err}
	}
	var syntax *aimql.SyntaxError
	if errors.As(err, &syntax) {
		return &Error{Kind: KindQuerySyntax, Message: syntax.Msg, Hint: syntax.Hint, Start: &syntax.Start, End: &syntax.End, cause: err}
	}
	var locked *store.LockedError
	if errors.As(err, &locked) {
		return &Error{Kind: KindIndex, Message: err.Error(), Hint: "Close the other Aimdesk, or choose another folder with --index-dir.", File: locked.Dir, cause: err}
	}
	var space *store.NoSpaceError
	if errors.As(err, &space) {
		return &Error{Kind: KindIndex, Message: err.Error(), Hint: "Free some space; indexing goes on by itself.", File: space.Dir, cause: err}
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Error{Kind: KindCancelled, Message: "Cancelled", cause: err}
	case errors.Is(err, store.ErrNotFound):
		return &Error{Kind: KindNotFound, Message: err.Error(), Hint: "It may have been deleted meanwhile.", cause: err}
	case errors.Is(err, fs.ErrPermission):
		return &Error{Kind: KindUnreadable, Message: err.Error(), Hint: "Ask for permission to read it.", cause: err}
	}
	return &Error{Kind: KindInternal, Message: err.Error(), cause: err}
}
