package lint

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "aimdesk/"

// layer is a folder and the packages of the module that it may import besides
// its own sub-packages.
type layer struct {
	dir   string
	allow []string
	why   string
}

// layers goes down: a package may import what stands below it, as listed.
var layers = []layer{
	{"backend/internal", nil, "everything may use it, so it may use nothing"},
	{"backend/internal/gen", []string{"backend/aim/codec"}, "it writes repositories; sharing a reader's code would hide its mistakes"},
	{"backend/rocks", []string{"backend/internal"}, "it knows nothing of Aim and could stand alone"},
	{"backend/aim/codec", nil, "values and paths are pure"},
	{"backend/series", nil, "columns of numbers are pure"},
	{"backend/aimql", nil, "the language reaches repositories through its own interface"},
	{"backend/settings", nil, "a person's choices do not depend on what is opened"},
	{"backend/aim", []string{"backend/rocks", "backend/series", "backend/internal"}, "reading a repository must not know the index"},
	{"backend/store", []string{"backend/series", "backend/aim/codec", "backend/internal"}, "the index keeps records, it does not read repositories"},
	{"backend/indexer/liveness", []string{"backend/internal"}, "it asks the machine, not a repository"},
	{"backend/indexer/throttle", []string{"backend/internal"}, "it slows work down without knowing which"},
	{"backend/indexer", []string{"backend/aim", "backend/store", "backend/series", "backend/rocks", "backend/internal"}, "it reads repositories into the index"},
	{"backend/shell", []string{"backend/internal"}, "tray and notifications are fed, they ask nothing"},
	{"backend/desk", []string{"backend/indexer", "backend/store", "backend/aimql", "backend/series", "backend/aim", "backend/rocks", "backend/settings", "backend/internal"}, "use cases know no transport"},
	{"backend/cli", []string{"backend/desk", "backend/indexer", "backend/store", "backend/aimql", "backend/series", "backend/aim", "backend/settings", "backend/shell", "backend/internal"}, "verbs call the desk and print"},
	{"backend/bench", []string{"backend/desk", "backend/indexer", "backend/store", "backend/aimql", "backend/series", "backend/aim", "backend/settings", "backend/internal"}, "it measures what the window does, without one"},
}

// owners are modules that one folder alone may import.
var owners = map[string][]string{
	"github.com/dgraph-io/badger":   {"backend/store/badgerstore"},
	"github.com/shirou/gopsutil":    {"backend/indexer/liveness", "backend/indexer/throttle", "backend/store/badgerstore"},
	"github.com/wailsapp/wails":     {"", "backend/shell"},
	"fyne.io/systray":               {"backend/shell"},
	"github.com/godbus/dbus":        {"backend/shell"},
	"modernc.org/sqlite":            {"backend/aim/structured", "backend/internal/gen"},
	"github.com/klauspost/compress": {"backend/rocks", "backend/internal/gen"},
	"github.com/fsnotify/fsnotify":  {"backend/indexer"},
	"github.com/spf13/cobra":        {"backend/cli"},
}

func TestLayers(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		dir := strings.TrimPrefix(filepath.ToSlash(rel), ".")
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, path, dir, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Fatalf("only %d files were looked at: the test is in the wrong place", files)
	}
}

func checkImport(t *testing.T, file, dir, name string) {
	t.Helper()
	for prefix, dirs := range owners {
		if strings.HasPrefix(name, prefix) && !slices.ContainsFunc(dirs, func(d string) bool { return dir == d || (d != "" && within(dir, d)) }) {
			t.Errorf("%s imports %s: only %q may", file, name, dirs)
		}
	}
	inner, ours := strings.CutPrefix(name, module)
	if !ours {
		return
	}
	l := layerOf(dir)
	if l == nil || within(inner, l.dir) {
		return
	}
	for _, allowed := range l.allow {
		if within(inner, allowed) {
			return
		}
	}
	t.Errorf("%s imports %s: %s may not, because %s", file, inner, l.dir, l.why)
}

// layerOf is the innermost layer that a folder belongs to.
func layerOf(dir string) *layer {
	var best *layer
	for i := range layers {
		if within(dir, layers[i].dir) && (best == nil || len(layers[i].dir) > len(best.dir)) {
			best = &layers[i]
		}
	}
	return best
}

func within(dir, parent string) bool { return dir == parent || strings.HasPrefix(dir, parent+"/") }

// TestNoForeignPlaces keeps paths of one machine and addresses of package
// registries out of what is committed.
func TestNoForeignPlaces(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	words := []string{"registry." + "npmjs", "proxy." + "golang.org", "/home/" + "runner"}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && slices.Contains([]string{"node_modules", ".git", "dist", "testdata", "bin", "screenshots"}, d.Name()):
			return fs.SkipDir
		case path == filepath.Join(root, "build", "interop"):
			return fs.SkipDir // a Python environment, and what Aim wrote
		case d.IsDir() || !d.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, w := range words {
			if strings.Contains(string(data), w) {
				t.Errorf("%s names %s", path, w)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
