package autostart_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aimdesk/backend/shell/autostart"
)

const entryName = "io.github.aimdesk.Aimdesk.desktop"

func enabled(t *testing.T, a autostart.Autostart, want bool) {
	t.Helper()
	if got, err := a.Enabled(); err != nil || got != want {
		t.Errorf("enabled %v, %v; want %v", got, err, want)
	}
}

func TestOnAndOff(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	t.Setenv("XDG_CONFIG_HOME", config)
	a := autostart.New(autostart.Config{Program: "/opt/Aim desk/aimdesk", Args: []string{"--hidden"}})
	enabled(t, a, false)
	if err := a.Disable(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := a.Enable(); err != nil {
			t.Fatal(err)
		}
		enabled(t, a, true)
	}
	files, err := os.ReadDir(filepath.Join(config, "autostart"))
	if err != nil || len(files) != 1 || files[0].Name() != entryName {
		t.Errorf("%v, %v", files, err)
	}
	data, err := os.ReadFile(filepath.Join(config, "autostart", entryName))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "\nExec=\"/opt/Aim desk/aimdesk\" \"--hidden\"\n") {
		t.Errorf("%s", data)
	}
	if err := a.Disable(); err != nil {
		t.Fatal(err)
	}
	enabled(t, a, false)
}

func TestSwitchedOffElsewhere(t *testing.T) {
	dir := t.TempDir()
	a := autostart.New(autostart.Config{Program: "/aimdesk", Dir: dir})
	for content, want := range map[string]bool{
		"[Desktop Entry]\nExec=/aimdesk\n":                                    true,
		"[Desktop Entry]\nExec=/aimdesk\nHidden=true\n":                       false,
		"[Desktop Entry]\nExec=/aimdesk\nX-GNOME-Autostart-enabled = false\n": false,
		"[Desktop Entry]\nExec=/aimdesk\nX-GNOME-Autostart-enabled=true\n":    true,
		"": false,
	} {
		if err := os.WriteFile(filepath.Join(dir, entryName), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := a.Enabled(); err != nil || got != want {
			t.Errorf("%q: %v, %v", content, got, err)
		}
	}
	if err := a.Enable(); err != nil {
		t.Fatal(err)
	}
	enabled(t, a, true)
}

// The desktop's own reader starts what was meant.
func TestArgumentsSurvive(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "a b$HOME`x`\"q\"\\n%f'é")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	a := autostart.New(autostart.Config{Program: program, Args: []string{"%u", ""}, Dir: dir})
	if err := a.Enable(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, entryName))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "\nExec=")
	line, _, _ := strings.Cut(rest, "\n")
	want := `"` + dir + `/a b\\$HOME\\` + "`x\\\\`" + `\\"q\\"\\\\n%%f'é" "%%u" ""`
	if line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
	validator, err := exec.LookPath("desktop-file-validate")
	if err != nil {
		t.Log("desktop-file-validate is not here to compare with")
		return
	}
	if out, err := exec.Command(validator, filepath.Join(dir, entryName)).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestRefused(t *testing.T) {
	for _, cfg := range []autostart.Config{{}, {Program: "/a\nExec=/b"}, {Program: "/a", Args: []string{"x\r"}}} {
		cfg.Dir = t.TempDir()
		if err := autostart.New(cfg).Enable(); err == nil {
			t.Errorf("%+v was taken", cfg)
		}
		if files, err := os.ReadDir(cfg.Dir); err != nil || len(files) != 0 {
			t.Errorf("%v, %v", files, err)
		}
	}
}
