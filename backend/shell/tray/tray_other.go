//go:build !linux && !windows

package tray

import (
	"errors"
	"fmt"
)

// none is the Tray of systems without one. On macOS the Dock does its work;
// besides, an item of the menu bar must be made on the main thread, which
// belongs to the window.
type none struct{}

func newTray(Config) none { return none{} }

func (none) Start() error      { return fmt.Errorf("start tray: %w", errors.ErrUnsupported) }
func (none) Update(State)      {}
func (none) HostPresent() bool { return false }
func (none) Stop()             {}
