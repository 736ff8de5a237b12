package autostart

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// file is the entry, named like the program's own.
const file = "io.github.aimdesk.Aimdesk.desktop"

// maxEntry bounds how much of an entry is read.
const maxEntry = 1 << 16

type entry struct{ cfg Config }

func newAutostart(cfg Config) entry { return entry{cfg} }

func (e entry) path() (string, error) {
	dir := e.cfg.Dir
	if dir == "" {
		config, err := os.UserConfigDir()
		if err != nil {
			return "", fmt.Errorf("find configuration folder: %w", err)
		}
		dir = filepath.Join(config, "autostart")
	}
	return filepath.Join(dir, file), nil
}

// Enabled implements Autostart. Desktops switch an entry off by the keys Hidden
// or X-GNOME-Autostart-enabled in place of removing it.
func (e entry) Enabled() (bool, error) {
	path, err := e.path()
	if err != nil {
		return false, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read autostart entry: %w", err)
	}
	defer func() { _ = f.Close() }() // opened for reading
	enabled := false
	lines := bufio.NewScanner(f)
	for read := 0; lines.Scan() && read < maxEntry; read += len(lines.Bytes()) + 1 {
		key, value, _ := strings.Cut(lines.Text(), "=")
		switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
		case "Exec":
			enabled = value != ""
		case "Hidden":
			if value == "true" {
				return false, nil
			}
		case "X-GNOME-Autostart-enabled":
			if value == "false" {
				return false, nil
			}
		}
	}
	if err := lines.Err(); err != nil {
		return false, fmt.Errorf("read autostart entry: %w", err)
	}
	return enabled, nil
}

// Enable implements Autostart.
func (e entry) Enable() error {
	path, err := e.path()
	if err != nil {
		return err
	}
	command, err := commandLine(append([]string{e.cfg.Program}, e.cfg.Args...))
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	buf.WriteString("[Desktop Entry]\nType=Application\nVersion=1.0\nName=Aimdesk\n")
	fmt.Fprintf(&buf, "Exec=%s\nIcon=io.github.aimdesk.Aimdesk\nTerminal=false\nX-GNOME-Autostart-enabled=true\n", command)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make autostart folder: %w", err)
	}
	// Written aside: a session that starts now reads a whole entry or none.
	if err := os.WriteFile(path+".new", buf.Bytes(), 0o644); err != nil { //nolint:gosec // entries are for all to read
		return fmt.Errorf("write autostart entry: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return errors.Join(fmt.Errorf("write autostart entry: %w", err), os.Remove(path+".new"))
	}
	return nil
}

// Disable implements Autostart.
func (e entry) Disable() error {
	path, err := e.path()
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove autostart entry: %w", err)
	}
	return nil
}

// commandLine writes arguments as the key Exec has them (Desktop Entry
// Specification): in double quotes, in which four characters have a backslash
// before them; % doubled; then, as in every value, backslashes doubled.
func commandLine(args []string) (string, error) {
	var out []string
	for _, arg := range args {
		if arg == "" && len(out) == 0 {
			return "", errors.New("write autostart entry: no program")
		}
		if strings.ContainsAny(arg, "\n\r\x00") {
			return "", fmt.Errorf("write autostart entry: %q holds a line break", arg)
		}
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`).Replace(arg)
		out = append(out, `"`+strings.ReplaceAll(quoted, `\`, `\\`)+`"`)
	}
	return strings.Join(out, " "), nil
}
