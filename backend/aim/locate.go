package aim

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"aimdesk/backend/internal/vfs"
)

// NotRepositoryError says that a path leads to no Aim repository.
type NotRepositoryError struct {
	// Path is where was looked.
	Path string
	// Reason says what was found instead.
	Reason string
	// Hint says what can be done.
	Hint string
	// Candidates are repositories in folders below Path.
	Candidates []string
}

func (e *NotRepositoryError) Error() string {
	return fmt.Sprintf("open %s: %s", e.Path, e.Reason)
}

// maxLook bounds how many folders below a path are looked into for candidates.
const maxLook = 500

// Locate returns the nearest folder at or above path that holds .aim/meta, as
// an absolute path. path may also be that .aim or lie in it, or be a file. The
// error is a *NotRepositoryError unless the file system failed.
func Locate(fsys vfs.FS, path string) (root string, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("locate repository at %s: %w", path, err)
	}
	if _, err := fsys.Stat(abs); errors.Is(err, fs.ErrNotExist) {
		return "", &NotRepositoryError{Path: abs, Reason: "there is no such folder", Hint: "Check the path; a disk or share may not be mounted."}
	} else if err != nil {
		return "", fmt.Errorf("locate repository at %s: %w", abs, err)
	}
	var foreign *NotRepositoryError // what the nearest .aim is instead
	for dir := abs; ; dir = filepath.Dir(dir) {
		aimDir := filepath.Join(dir, aimName)
		if isFolder(fsys, filepath.Join(aimDir, metaName)) {
			return dir, nil
		}
		if foreign == nil && isFolder(fsys, aimDir) {
			foreign = describeForeign(fsys, abs, aimDir)
		}
		if filepath.Dir(dir) == dir {
			break
		}
	}
	if foreign != nil {
		return "", foreign
	}
	return "", &NotRepositoryError{
		Path: abs, Reason: "neither it nor any folder above it holds an Aim repository (.aim/meta)",
		Hint:       "Choose the folder that holds .aim, the one in which the training ran or that its Run(repo=…) names.",
		Candidates: candidates(fsys, abs),
	}
}

// isFolder reports whether name is a folder, or a link that leads somewhere.
func isFolder(fsys vfs.FS, name string) bool {
	info, err := fsys.Stat(name)
	if err != nil {
		return false
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		_, err := fsys.ReadDir(name)
		return err == nil
	}
	return info.IsDir()
}

// describeForeign says what a folder .aim without meta is.
func describeForeign(fsys vfs.FS, path, aimDir string) *NotRepositoryError {
	e := &NotRepositoryError{Path: path}
	if _, err := fsys.Stat(filepath.Join(aimDir, versionName)); errors.Is(err, fs.ErrNotExist) {
		e.Reason = fmt.Sprintf("%s was written by Aim 2 or older, whose format cannot be read", aimDir)
		e.Hint = "Log the runs again with Aim 3, or open them with the Aim that wrote them."
		return e
	}
	e.Reason = fmt.Sprintf("%s holds no metadata (the folder meta is missing)", aimDir)
	e.Hint = "Was the repository copied completely? Copy all of .aim."
	return e
}

// candidates lists repositories in the folders directly below dir.
func candidates(fsys vfs.FS, dir string) []string {
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return nil // a file, or not readable: nothing to propose
	}
	var found []string
	for i, e := range entries {
		if i == maxLook {
			break
		}
		if sub := filepath.Join(dir, e.Name()); isFolder(fsys, filepath.Join(sub, aimName, metaName)) {
			found = append(found, sub)
		}
	}
	return found
}
