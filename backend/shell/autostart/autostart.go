// Package autostart makes Aimdesk start with the desktop session, hidden: off
// until a person wants it. On Linux that is an entry in the user's autostart
// folder (XDG autostart specification); other systems are not supported yet.
package autostart

// Autostart is whether the program starts with the session. Its methods may be
// called concurrently; an error wrapping errors.ErrUnsupported tells that this
// system cannot.
type Autostart interface {
	Enabled() (bool, error)
	Enable() error
	// Disable removes what Enable made; it is no error when there is nothing.
	Disable() error
}

// Config says what to start.
type Config struct {
	// Program is the path of the program. Required.
	Program string
	// Args are its arguments.
	Args []string
	// Dir is the autostart folder. Empty: the user's.
	Dir string
}

// New returns the autostart of this system. It looks at nothing yet.
func New(cfg Config) Autostart { return newAutostart(cfg) }
