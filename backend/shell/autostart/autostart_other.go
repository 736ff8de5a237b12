//go:build !linux

package autostart

import (
	"errors"
	"fmt"
)

var errUnsupported = fmt.Errorf("start with the session: %w", errors.ErrUnsupported)

type none struct{}

func newAutostart(Config) none { return none{} }

func (none) Enabled() (bool, error) { return false, errUnsupported }
func (none) Enable() error          { return errUnsupported }
func (none) Disable() error         { return errUnsupported }
