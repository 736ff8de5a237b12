// Package testutil holds what tests of several packages share: the recorded
// repositories and checks that reading left them alone.
package testutil

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Fixtures names every recorded repository, as Fixture takes them.
var Fixtures = []string{
	"aim-3.29.1/basic", "aim-3.29.1/media", "aim-3.29.1/oddities", "aim-3.29.1/crashed",
	"aim-3.29.1/defaults", "aim-3.29.1/edge", "aim-3.10.3/legacy", "aim-3.17.5/legacy",
}

// Testdata returns the path of backend/testdata joined with elem.
func Testdata(elem ...string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(append([]string{filepath.Dir(file), "..", "..", "testdata"}, elem...)...)
}

// Fixture unpacks a recorded repository into a folder of the test's own and
// returns the folder that holds .aim. A bare name means aim-3.29.1/NAME.
func Fixture(tb testing.TB, name string) string {
	tb.Helper()
	if !strings.Contains(name, "/") {
		name = "aim-3.29.1/" + name
	}
	return Unpack(tb, Testdata("repos", filepath.FromSlash(name)+".tar.gz"))
}

// Unpack extracts a .tar.gz with one top folder into the test's own folder
// and returns that top folder.
func Unpack(tb testing.TB, archive string) string {
	tb.Helper()
	dir := tb.TempDir()
	top, err := unpack(archive, dir)
	if err != nil {
		tb.Fatalf("unpack %s: %v", archive, err)
	}
	return filepath.Join(dir, top)
}

func unpack(archive, dir string) (top string, err error) {
	f, err := os.Open(archive)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	zr, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	type dirTime struct {
		path string
		h    *tar.Header
	}
	var dirs []dirTime
	tr := tar.NewReader(zr)
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		name := filepath.Clean(filepath.FromSlash(h.Name))
		if !filepath.IsLocal(name) {
			return "", fmt.Errorf("entry %q leaves the folder", h.Name)
		}
		if top == "" {
			top = strings.Split(filepath.ToSlash(name), "/")[0]
		}
		path := filepath.Join(dir, name)
		switch h.Typeflag {
		case tar.TypeDir:
			if err := os.MkdirAll(path, 0o755); err != nil {
				return "", err
			}
			dirs = append(dirs, dirTime{path, h})
		case tar.TypeReg:
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return "", err
			}
			out, err := os.Create(path)
			if err != nil {
				return "", err
			}
			if _, err := io.Copy(out, tr); err != nil {
				return "", errors.Join(err, out.Close())
			}
			if err := out.Close(); err != nil {
				return "", err
			}
			if err := os.Chtimes(path, h.ModTime, h.ModTime); err != nil {
				return "", err
			}
		}
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		if err := os.Chtimes(dirs[i].path, dirs[i].h.ModTime, dirs[i].h.ModTime); err != nil {
			return "", err
		}
	}
	return top, nil
}

// TreeDigest describes every file and folder below root: type, mode, size,
// modification time and content. Two equal maps mean nothing was touched.
func TreeDigest(tb testing.TB, root string) map[string]string {
	tb.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%v %d", info.Mode(), info.ModTime().UnixNano())
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(data)
			line += fmt.Sprintf(" %d %s", len(data), hex.EncodeToString(sum[:]))
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		out[rel] = line
		return nil
	})
	if err != nil {
		tb.Fatalf("digest %s: %v", root, err)
	}
	return out
}
