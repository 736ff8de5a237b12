package settings_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"aimdesk/backend/settings"
)

func open(t *testing.T, content string) (*settings.Store, string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "conf", "settings.json")
	if content != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := settings.Open(path)
	return s, path, err
}

func fileKeys(t *testing.T, path string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestDefaultsAreNotWritten(t *testing.T) {
	s, path, err := open(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Get(); !reflect.DeepEqual(got, settings.Default()) {
		t.Errorf("got %+v, want the defaults", got)
	}
	if err := s.Update(func(*settings.Settings) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was written without a change: %v", err)
	}
}

func TestUpdateLasts(t *testing.T) {
	s, path, err := open(t, "")
	if err != nil {
		t.Fatal(err)
	}
	want := settings.Default()
	change := func(s *settings.Settings) {
		s.Theme, s.Density = "dark", "compact"
		s.IndexerShare, s.IndexerBytesPerSecond = 0.5, 0
		s.CloseToTray, s.CloseExplained, s.ReopenLast = false, true, false
		s.NotifyCrashed, s.NotifyReindexed, s.NotifyUnreadable = false, false, false
		s.Recents = []settings.Recent{{Path: "/données/<a>&b", Name: "b", OpenedAt: 1.5e9, Runs: 7}}
		s.Open = []string{"/données/<a>&b"}
		s.Window = settings.Window{X: -5, Y: 3, W: 1280, H: 800, Maximised: true}
		s.ViewState = `{"a":"\u0000"}`
	}
	change(&want)
	if err := s.Update(change); err != nil {
		t.Fatal(err)
	}
	again, err := settings.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Get(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, want 0600", info.Mode().Perm())
		}
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the settings: %v, %v", left, err)
	}
}

func TestNumbersAreClamped(t *testing.T) {
	s, _, err := open(t, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want float64 }{{0, 0.05}, {-1, 0.05}, {0.3, 0.3}, {2, 1}, {math.NaN(), 0.25}, {math.Inf(1), 1}} {
		if err := s.Update(func(s *settings.Settings) { s.IndexerShare = c.in }); err != nil {
			t.Fatal(err)
		}
		if got := s.Get().IndexerShare; got != c.want {
			t.Errorf("share %v became %v, want %v", c.in, got, c.want)
		}
	}
	err = s.Update(func(s *settings.Settings) {
		s.IndexerBytesPerSecond = -1
		s.Window = settings.Window{X: math.MinInt, Y: math.MaxInt, W: -1, H: math.MaxInt}
		s.Recents = []settings.Recent{{Path: "/a", OpenedAt: math.Inf(1), Runs: -1}, {Path: ""}, {Path: "/a"}}
		s.Open = nil
		for i := range 100 {
			s.Open = append(s.Open, fmt.Sprint("/", i), fmt.Sprint("/", i))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	got := s.Get()
	if got.IndexerBytesPerSecond != 0 || got.Window != (settings.Window{X: -65536, Y: 65536, W: 0, H: 65536}) {
		t.Errorf("bytes %d, window %+v", got.IndexerBytesPerSecond, got.Window)
	}
	if len(got.Recents) != 1 || got.Recents[0] != (settings.Recent{Path: "/a"}) {
		t.Errorf("recents %+v", got.Recents)
	}
	if len(got.Open) != settings.MaxOpen || got.Open[1] != "/1" {
		t.Errorf("%d open: %v", len(got.Open), got.Open[:2])
	}
}

func TestUnknownWordsAreRefused(t *testing.T) {
	s, path, err := open(t, "")
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*settings.Settings){
		"theme":      func(s *settings.Settings) { s.Theme = "pink" },
		"density":    func(s *settings.Settings) { s.Density = "" },
		"view state": func(s *settings.Settings) { s.ViewState = strings.Repeat("x", settings.MaxViewState+1) },
	} {
		if err := s.Update(change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error about %s, got %v", want, err)
		}
	}
	if !reflect.DeepEqual(s.Get(), settings.Default()) {
		t.Error("a refused change was kept")
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a refused change was written: %v", err)
	}
}

func TestUnknownKeysAreKept(t *testing.T) {
	s, path, err := open(t, `{"version": 7, "theme": "neon", "future": {"deep": [1, 2.50]}, "density": "relaxed"}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Get(); got.Theme != "system" || got.Density != "relaxed" {
		t.Errorf("theme %q, density %q", got.Theme, got.Density)
	}
	if err := s.Update(func(s *settings.Settings) { s.ReopenLast = false }); err != nil {
		t.Fatal(err)
	}
	m := fileKeys(t, path)
	if m["version"] != 7.0 || m["reopenLast"] != false || m["density"] != "relaxed" {
		t.Errorf("file holds %v", m)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "2.50") {
		t.Errorf("the unknown key changed: %s", data)
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		keys    []string
		theme   string
	}{
		"cut":        {`{"theme": "dark", "dens`, nil, "system"},
		"not JSON":   {"\x00\x00\x00\x00", nil, "system"},
		"null":       {"null", nil, "system"},
		"list":       {`["dark"]`, nil, "system"},
		"two values": {`{"theme":"dark"}{"theme":"dark"}`, nil, "system"},
		"one key":    {`{"theme": "dark", "open": [1], "x": 1}`, []string{"open"}, "dark"},
		"half a key": {`{"theme": "dark", "window": {"x": 9, "w": "wide"}}`, []string{"window"}, "dark"},
		"version":    {`{"version": "x", "theme": "dark"}`, []string{"version"}, "dark"},
	} {
		t.Run(name, func(t *testing.T) {
			s, path, err := open(t, c.content)
			var damaged *settings.DamagedError
			if !errors.As(err, &damaged) {
				t.Fatalf("got %v, want a DamagedError", err)
			}
			if !reflect.DeepEqual(damaged.Keys, c.keys) {
				t.Errorf("keys %q, want %q", damaged.Keys, c.keys)
			}
			kept, err := os.ReadFile(damaged.Kept)
			if err != nil || string(kept) != c.content || damaged.Kept != path+".bad" {
				t.Errorf("kept %q in %s, %v", kept, damaged.Kept, err)
			}
			want := settings.Default()
			want.Theme = c.theme
			if got := s.Get(); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v", got)
			}
			again, err := settings.Open(path)
			if err != nil {
				t.Fatalf("open again: %v", err)
			}
			if got := again.Get().Theme; got != c.theme {
				t.Errorf("after opening again the theme is %q, want %q", got, c.theme)
			}
		})
	}
}

func TestUnreadableIsAnError(t *testing.T) {
	s, err := settings.Open(t.TempDir())
	var damaged *settings.DamagedError
	if s != nil || err == nil || errors.As(err, &damaged) {
		t.Errorf("a folder as settings: %v, %v", s, err)
	}
}

func TestFailedWriteChangesNothing(t *testing.T) {
	s, path, err := open(t, "")
	if err != nil {
		t.Fatal(err)
	}
	// A file where the folder should be fails for root, too.
	if err := os.WriteFile(filepath.Dir(path), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(func(s *settings.Settings) { s.Theme = "dark" }); err == nil {
		t.Fatal("want an error")
	}
	if got := s.Get().Theme; got != "system" {
		t.Errorf("theme %q after a failed write", got)
	}
}

func TestLinkStaysALink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "dotfiles.json"), filepath.Join(dir, "settings.json")
	if err := os.WriteFile(target, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	s, err := settings.Open(link)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(func(s *settings.Settings) { s.Theme = "dark" }); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
	if fileKeys(t, target)["theme"] != "dark" {
		t.Error("the link's target did not change")
	}
}

func TestConcurrentUse(t *testing.T) {
	s, path, err := open(t, "")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				if err := s.Update(func(s *settings.Settings) { s.IndexerBytesPerSecond++ }); err != nil {
					t.Error(err)
				}
				got := s.Get()
				got.Open = append(got.Open, "mine")
			}
		})
	}
	wg.Wait()
	want := settings.Default().IndexerBytesPerSecond + 40
	if got := fileKeys(t, path)["indexerBytesPerSecond"]; got != float64(want) {
		t.Errorf("file holds %v, want %v", got, want)
	}
	if got := s.Get(); len(got.Open) != 0 || got.IndexerBytesPerSecond != want {
		t.Errorf("got %d and %v", got.IndexerBytesPerSecond, got.Open)
	}
}

func TestCopiesAreIndependent(t *testing.T) {
	s, _, err := open(t, `{"open": ["/a", "/b"]}`)
	if err != nil {
		t.Fatal(err)
	}
	s.Get().Open[0] = "changed"
	if got := s.Get().Open[0]; got != "/a" {
		t.Errorf("a caller changed the store: %q", got)
	}
}

func TestPlaces(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", "/c")
	t.Setenv("XDG_CACHE_HOME", "/k")
	if runtime.GOOS != "linux" {
		return
	}
	if p, err := settings.DefaultPath(); err != nil || p != "/c/aimdesk/settings.json" {
		t.Errorf("%q, %v", p, err)
	}
	if p, err := settings.CacheDir(); err != nil || p != "/k/aimdesk/index" {
		t.Errorf("%q, %v", p, err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(`{"theme":"dark","open":["/a"],"recents":[{"path":"/a","runs":3}],"window":{"x":1}}`)
	f.Add(`{"version":99,"indexerShare":1e308,"indexerBytesPerSecond":null,"open":null}`)
	f.Add(`{"indexerShare":"x","window":[],"recents":{}}`)
	f.Add(`[[[[`)
	f.Fuzz(func(t *testing.T, content string) {
		path := filepath.Join(t.TempDir(), "settings.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := settings.Open(path)
		var damaged *settings.DamagedError
		if err != nil && !errors.As(err, &damaged) {
			t.Fatal(err)
		}
		if err := s.Update(func(s *settings.Settings) { s.ReopenLast = !s.ReopenLast }); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := settings.Open(path)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if a, b := s.Get(), again.Get(); !reflect.DeepEqual(a, b) {
			t.Errorf("wrote %+v\nread  %+v", a, b)
		}
	})
}
