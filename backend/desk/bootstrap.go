package desk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aimdesk/backend/aim"
	"aimdesk/backend/settings"
)

// Bootstrap answers what the page needs to draw itself for the first time.
func (d *Desk) Bootstrap(context.Context) (Bootstrap, error) {
	s := d.cfg.Settings.Get()
	out := Bootstrap{
		Version: d.cfg.Version, Platform: d.cfg.Platform, Settings: settingsOf(s),
		Recents: d.Recents(), Open: []Repository{}, Notices: []Error{},
	}
	if s.ViewState != "" {
		out.ViewState = &s.ViewState
	}
	d.mu.Lock()
	sessions := slices.Clone(d.sessions)
	out.Notices = append(out.Notices, d.notices...)
	d.mu.Unlock()
	for _, s := range sessions {
		out.Open = append(out.Open, s.describe())
	}
	return out, nil
}

func settingsOf(s settings.Settings) Settings {
	return Settings{
		Theme: s.Theme, Density: s.Density, IndexerShare: Num(s.IndexerShare), IndexerBytesPerSecond: s.IndexerBytesPerSecond,
		CloseToTray: s.CloseToTray, NotifyCrashed: s.NotifyCrashed, NotifyReindexed: s.NotifyReindexed,
		NotifyUnreadable: s.NotifyUnreadable, ReopenLast: s.ReopenLast,
	}
}

// SaveSettings stores settings and answers them as they are in force.
func (d *Desk) SaveSettings(in Settings) (Settings, error) {
	err := d.cfg.Settings.Update(func(s *settings.Settings) {
		s.Theme, s.Density = in.Theme, in.Density
		s.IndexerShare, s.IndexerBytesPerSecond = float64(in.IndexerShare), in.IndexerBytesPerSecond
		s.CloseToTray, s.ReopenLast = in.CloseToTray, in.ReopenLast
		s.NotifyCrashed, s.NotifyReindexed, s.NotifyUnreadable = in.NotifyCrashed, in.NotifyReindexed, in.NotifyUnreadable
	})
	if err != nil {
		return Settings{}, err
	}
	s := d.cfg.Settings.Get()
	d.throttle.SetLimits(s.IndexerShare, s.IndexerBytesPerSecond)
	d.events.add(Event{Type: "settings"})
	return settingsOf(s), nil
}

// maxViewState bounds what the page keeps between two starts.
const maxViewState = 4 << 20

// SaveViewState stores the page's own state, an opaque text.
func (d *Desk) SaveViewState(state string) error {
	if len(state) > maxViewState {
		return &Error{Kind: KindInvalid, Message: "The state of the view is too large to keep", Hint: "Close some views."}
	}
	return d.cfg.Settings.Update(func(s *settings.Settings) { s.ViewState = state })
}

// Recents lists repositories that were opened before, newest first.
func (d *Desk) Recents() []Recent {
	out := []Recent{}
	for _, r := range d.cfg.Settings.Get().Recents {
		_, err := os.Stat(filepath.Join(r.Path, ".aim"))
		out = append(out, Recent{Path: r.Path, Name: r.Name, OpenedAt: Num(r.OpenedAt), Runs: r.Runs, Exists: err == nil})
	}
	return out
}

// ForgetRecent takes a path off the list of recents.
func (d *Desk) ForgetRecent(path string) error {
	return d.cfg.Settings.Update(func(s *settings.Settings) {
		s.Recents = slices.DeleteFunc(s.Recents, func(r settings.Recent) bool { return r.Path == path })
	})
}

// OpenSample opens a small sample repository.
func (d *Desk) OpenSample(ctx context.Context) (Repository, error) {
	if d.cfg.Sample == nil {
		return Repository{}, &Error{Kind: KindNotFound, Message: "This build has no sample repository"}
	}
	path, err := d.cfg.Sample()
	if err != nil {
		return Repository{}, err
	}
	return d.OpenRepository(ctx, path)
}

// Bounds of a search for repositories.
const (
	searchDepth   = 4
	searchFolders = 20000
	searchFound   = 50
)

// SearchBelow lists repositories below a folder: a bounded search that follows
// no symbolic link and passes over hidden folders.
func (d *Desk) SearchBelow(ctx context.Context, path string) ([]string, error) {
	found := []string{}
	seen := 0
	err := filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || !e.IsDir() {
			return nil //nolint:nilerr // a folder that cannot be read hides nothing of the others
		}
		if seen++; seen > searchFolders || len(found) >= searchFound {
			return fs.SkipAll
		}
		if root, err := aim.Locate(d.fs, p); err == nil && root == p {
			found = append(found, p)
		}
		rel, err := filepath.Rel(path, p)
		if err != nil || strings.Count(rel, string(filepath.Separator)) >= searchDepth {
			return fs.SkipDir
		}
		if name := e.Name(); p != path && (strings.HasPrefix(name, ".") || name == "node_modules") {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.SkipAll) {
		return nil, err
	}
	return found, nil
}
