//go:build desktop || bindings

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"

	"aimdesk/backend/cli"
	"aimdesk/backend/desk"
	"aimdesk/backend/indexer/liveness"
	"aimdesk/backend/indexer/throttle"
	"aimdesk/backend/settings"
)

//go:embed backend/testdata/repos/aim-3.29.1/basic.tar.gz
var sampleArchive []byte

// newDesk puts the program together. A damaged settings file costs the
// settings, not the start.
func newDesk(req cli.WindowRequest, emit func(desk.Event), happened func(desk.Happening), log *slog.Logger) (*desk.Desk, *settings.Store, error) {
	path, err := settings.DefaultPath()
	if err != nil {
		return nil, nil, fmt.Errorf("find settings: %w", err)
	}
	kept, err := settings.Open(path)
	var damaged *settings.DamagedError
	if err != nil && (!errors.As(err, &damaged) || kept == nil) {
		return nil, nil, fmt.Errorf("read settings: %w", err)
	}
	d, deskErr := desk.New(desk.Config{
		Version: cli.Version, Platform: goruntime.GOOS, IndexDir: req.IndexDir, Settings: kept,
		Prober: liveness.New(liveness.Config{}), Conditions: throttle.NewMachine(),
		Sample: unpackSample, Emit: emit, Happened: happened, Log: log,
	})
	if deskErr == nil && damaged != nil {
		d.Notice(desk.AsError(damaged))
	}
	return d, kept, deskErr
}

// unpackSample writes the sample repository into the user's cache folder, once.
func unpackSample() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the sample: %w", err)
	}
	dir := filepath.Join(base, "aimdesk", "sample")
	if _, err := os.Stat(filepath.Join(dir, ".aim", "meta")); err == nil {
		return dir, nil
	}
	tmp := dir + ".new"
	if err := errors.Join(os.RemoveAll(tmp), os.RemoveAll(dir)); err != nil {
		return "", err
	}
	if err := untar(sampleArchive, tmp); err != nil {
		return "", fmt.Errorf("unpack sample: %w", err)
	}
	return dir, os.Rename(tmp, dir)
}

// untar unpacks a .tar.gz without its top folder.
func untar(archive []byte, dir string) error {
	zr, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return err
	}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		_, name, _ := strings.Cut(filepath.ToSlash(filepath.Clean(h.Name)), "/")
		if name == "" {
			continue
		}
		if !filepath.IsLocal(name) {
			return fmt.Errorf("entry %q leaves the folder", h.Name)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if h.Typeflag == tar.TypeDir {
			if err := os.MkdirAll(path, 0o755); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		data, err := io.ReadAll(tr)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
		if err := os.Chtimes(path, h.ModTime, h.ModTime); err != nil {
			return err
		}
	}
}
