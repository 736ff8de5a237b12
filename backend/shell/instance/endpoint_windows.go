package instance

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// endpoint is the named pipe of the running program: Windows lets only one
// program make the first pipe of a name, so the pipe is the lock, too.
type endpoint struct{ listener net.Listener }

// pipe returns the name of the user's pipe and who may open it: the user alone.
func pipe(cfg Config) (name, descriptor string, err error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", "", fmt.Errorf("find user: %w", err)
	}
	sid := user.User.Sid.String()
	name = `\\.\pipe\aimdesk-` + sid
	if cfg.Dir != "" {
		h := fnv.New64a()
		_, _ = h.Write([]byte(cfg.Dir)) // never fails
		name += fmt.Sprintf("-%016x", h.Sum64())
	}
	return name, "D:P(A;;GA;;;" + sid + ")", nil
}

func listen(cfg Config) (*endpoint, error) {
	name, descriptor, err := pipe(cfg)
	if err != nil {
		return nil, err
	}
	listener, err := winio.ListenPipe(name, &winio.PipeConfig{SecurityDescriptor: descriptor})
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_PIPE_BUSY) {
		return nil, ErrRunning
	}
	if err != nil {
		return nil, fmt.Errorf("listen for other starts: %w", err)
	}
	return &endpoint{listener}, nil
}

func (e *endpoint) close() error {
	if err := e.listener.Close(); err != nil && !errors.Is(err, winio.ErrPipeListenerClosed) && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

func connect(ctx context.Context, cfg Config) (net.Conn, error) {
	name, _, err := pipe(cfg)
	if err != nil {
		return nil, err
	}
	conn, err := winio.DialPipeContext(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotRunning
	}
	if err != nil {
		return nil, fmt.Errorf("connect to the running program: %w", err)
	}
	return conn, nil
}
