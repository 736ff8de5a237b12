package desk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// WriteExport writes a file that a person chose a place for: whole or not at
// all. A place inside of a repository's .aim folder is refused.
func WriteExport(path string, data []byte) error {
	if InsideAim(path) {
		return &Error{Kind: KindInvalid, Message: "Aimdesk writes nothing below .aim", Hint: "Choose another folder.", File: path}
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("create file: %w", err)
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Close()); err == nil {
		if err = os.Chmod(tmp.Name(), 0o644); err == nil {
			err = os.Rename(tmp.Name(), path)
		}
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(tmp.Name()))
	}
	return nil
}

// InsideAim tells whether a path lies inside of a folder named .aim, also
// through symbolic links.
func InsideAim(path string) bool {
	abs, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	if hasAim(abs) {
		return true
	}
	// The path itself may not exist yet: follow the part of it that does.
	for dir := abs; ; {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return hasAim(real)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

func hasAim(path string) bool {
	for dir := path; ; {
		if filepath.Base(dir) == ".aim" {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}
