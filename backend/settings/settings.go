// Package settings keeps what a person chose: one JSON file in the user's
// configuration folder, versioned, replaced as a whole and readable by that
// user alone.
//
// Keys of the file that this version does not know are kept, so that an older
// program does not lose what a newer one stored. A damaged file never keeps
// Aimdesk from starting: it is set aside with the ending .bad and what can be
// read of it, or the defaults, take its place.
package settings

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// Version of the file's layout. A file of a newer version keeps its number.
const Version = 1

// Bounds of what is kept.
const (
	// MinShare is the least share of one core that indexing is given.
	MinShare = 0.05
	// MaxShare is a whole core.
	MaxShare = 1.0
	// MaxRecents is how many recently opened repositories are remembered.
	MaxRecents = 30
	// MaxOpen is how many open repositories are remembered.
	MaxOpen = 64
	// MaxViewState is the size in bytes of the page's own state.
	MaxViewState = 4 << 20
	// maxFile is the size in bytes up to which a file is taken for settings.
	maxFile = 16 << 20
	// maxPixels bounds coordinates and sizes of the window.
	maxPixels = 1 << 16
)

// Settings are all choices of a person. The zero value is not useful: see
// Default.
type Settings struct {
	// Theme is "system", "light", "dark" or "contrast".
	Theme string `json:"theme"`
	// Density is "compact", "normal" or "relaxed".
	Density string `json:"density"`
	// IndexerShare is the share of one core that indexing may use, MinShare to MaxShare.
	IndexerShare float64 `json:"indexerShare"`
	// IndexerBytesPerSecond bounds what indexing reads a second; 0: no bound.
	IndexerBytesPerSecond int64 `json:"indexerBytesPerSecond"`
	// CloseToTray keeps the program running when its window is closed.
	CloseToTray bool `json:"closeToTray"`
	// CloseExplained tells that a person has read what closing to the tray does.
	CloseExplained bool `json:"closeExplained"`
	// NotifyCrashed shows a notification when a run ended without closing.
	NotifyCrashed bool `json:"notifyCrashed"`
	// NotifyReindexed shows a notification when Reindex All is done.
	NotifyReindexed bool `json:"notifyReindexed"`
	// NotifyUnreadable shows a notification when a run cannot be read.
	NotifyUnreadable bool `json:"notifyUnreadable"`
	// ReopenLast opens at start what was open at the end.
	ReopenLast bool `json:"reopenLast"`
	// Recents are repositories opened before, newest first.
	Recents []Recent `json:"recents"`
	// Open are the folders of the repositories that are open.
	Open []string `json:"open"`
	// Window is where the window was; a zero size: never placed.
	Window Window `json:"window"`
	// ViewState belongs to the page, which alone reads it.
	ViewState string `json:"viewState"`
}

// Recent is a repository that was opened before.
type Recent struct {
	Path string `json:"path"`
	Name string `json:"name"`
	// OpenedAt is in seconds since 1970, UTC.
	OpenedAt float64 `json:"openedAt"`
	// Runs is how many it held then.
	Runs int `json:"runs"`
}

// Window is a place on the screen, in the window system's pixels.
type Window struct {
	X         int  `json:"x"`
	Y         int  `json:"y"`
	W         int  `json:"w"`
	H         int  `json:"h"`
	Maximised bool `json:"maximised"`
}

var (
	themes    = []string{"system", "light", "dark", "contrast"}
	densities = []string{"compact", "normal", "relaxed"}
)

// Default is what holds until a person chooses otherwise.
func Default() Settings {
	return Settings{
		Theme: "system", Density: "normal",
		IndexerShare: 0.25, IndexerBytesPerSecond: 50 << 20,
		CloseToTray: true, NotifyCrashed: true, NotifyReindexed: true, NotifyUnreadable: true,
		ReopenLast: true,
		Recents:    []Recent{}, Open: []string{},
	}
}

// validate reports choices that exist in no version. Numbers are never
// refused: clamp brings them into range.
func (s *Settings) validate() error {
	var errs []error
	if !slices.Contains(themes, s.Theme) {
		errs = append(errs, fmt.Errorf("theme %q is none of %q", s.Theme, themes))
	}
	if !slices.Contains(densities, s.Density) {
		errs = append(errs, fmt.Errorf("density %q is none of %q", s.Density, densities))
	}
	if len(s.ViewState) > MaxViewState {
		errs = append(errs, fmt.Errorf("view state of %d bytes exceeds %d", len(s.ViewState), MaxViewState))
	}
	return errors.Join(errs...)
}

// clamp brings every number into its range and bounds the lists.
func (s *Settings) clamp() {
	if math.IsNaN(s.IndexerShare) {
		s.IndexerShare = Default().IndexerShare
	}
	s.IndexerShare = min(max(s.IndexerShare, MinShare), MaxShare)
	s.IndexerBytesPerSecond = max(s.IndexerBytesPerSecond, 0)
	s.Recents = distinct(s.Recents, MaxRecents, func(r Recent) string { return r.Path })
	for i := range s.Recents {
		r := &s.Recents[i]
		if math.IsNaN(r.OpenedAt) || math.IsInf(r.OpenedAt, 0) {
			r.OpenedAt = 0
		}
		r.Runs = max(r.Runs, 0)
	}
	s.Open = distinct(s.Open, MaxOpen, func(path string) string { return path })
	w := &s.Window
	w.X, w.Y = min(max(w.X, -maxPixels), maxPixels), min(max(w.Y, -maxPixels), maxPixels)
	w.W, w.H = min(max(w.W, 0), maxPixels), min(max(w.H, 0), maxPixels)
}

// distinct returns a new list of the first n items that have a path of their own.
func distinct[T any](items []T, n int, path func(T) string) []T {
	out := make([]T, 0, min(len(items), n))
	seen := make(map[string]bool, cap(out))
	for _, item := range items {
		if p := path(item); p != "" && !seen[p] && len(out) < n {
			seen[p] = true
			out = append(out, item)
		}
	}
	return out
}

func (s *Settings) clone() Settings {
	c := *s
	c.Recents, c.Open = slices.Clone(s.Recents), slices.Clone(s.Open)
	return c
}

// DefaultPath is where settings are kept: aimdesk/settings.json in the user's
// configuration folder.
func DefaultPath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find configuration folder: %w", err)
	}
	return filepath.Join(dir, "aimdesk", "settings.json"), nil
}

// CacheDir is the folder under which indexes are kept: aimdesk/index in the
// user's cache folder. It need not exist.
func CacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache folder: %w", err)
	}
	return filepath.Join(dir, "aimdesk", "index"), nil
}
