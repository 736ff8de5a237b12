//go:build !unix && !windows

package instance

import (
	"context"
	"errors"
	"net"
)

type endpoint struct{ listener net.Listener }

func listen(Config) (*endpoint, error) { return nil, errors.ErrUnsupported }

func (e *endpoint) close() error { return nil }

func connect(context.Context, Config) (net.Conn, error) { return nil, errors.ErrUnsupported }
