// Package instance lets one Aimdesk run per user. The first start holds a lock
// and listens; a later one hands its arguments over and ends. Command-line verbs
// ask the running program by the same way while it holds an index.
//
// On Unix that is a lock file (flock) and a socket in a folder of mode 0700,
// in $XDG_RUNTIME_DIR or, without it, the folder for temporary files; the
// kernel tells whose process is at the other end. On Windows it is a named pipe
// that only the user's own processes may open. A program that died leaves
// nothing in the way: its lock is gone with it, its socket is replaced.
//
// A connection carries one request and one answer, each a line of JSON:
//
//	{"name":"open","body":{"args":["L3Rt…"],"dir":"L3Rt…"}}
//	{"body":…} or {"error":"…"}
package instance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

var (
	// ErrRunning tells that another Aimdesk of this user runs.
	ErrRunning = errors.New("another Aimdesk is running")
	// ErrNotRunning tells that no other Aimdesk of this user runs.
	ErrNotRunning = errors.New("no other Aimdesk is running")
)

// RemoteError is an error that the running program answered.
type RemoteError struct{ Message string }

func (e *RemoteError) Error() string { return e.Message }

// Config says where instances meet.
type Config struct {
	// Dir is the folder of the lock and the socket, or on Windows part of the
	// pipe's name. Made if it is missing; it must belong to the user alone.
	// Empty: aimdesk in $XDG_RUNTIME_DIR or in the folder for temporary files.
	Dir string
	// Patience is how long the running program has to answer a hand-over.
	// 0: ten seconds.
	Patience time.Duration
}

func (c Config) patience() time.Duration {
	if c.Patience > 0 {
		return c.Patience
	}
	return 10 * time.Second
}

// Handover is what a later start gives to the running program.
type Handover struct {
	// Args are the arguments without the program's name, as they were typed.
	Args []string
	// Dir is the folder that relative ones start from.
	Dir string
}

// openRequest carries bytes: names of files need not be text.
type openRequest struct {
	Args [][]byte `json:"args"`
	Dir  []byte   `json:"dir"`
}

// openName is the request of a hand-over.
const openName = "open"

// Start makes this program the running one, or hands over to the one that is.
// With handed true there is nothing left to do: the caller exits with status 0.
// An error wrapping ErrRunning: another one runs, but does not answer.
func Start(ctx context.Context, cfg Config, h Handover) (s *Server, handed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, cfg.patience())
	defer cancel()
	for {
		s, err = Acquire(cfg)
		if !errors.Is(err, ErrRunning) {
			return s, false, err
		}
		// The other may be just starting, or just ending: its lock is held
		// while nothing listens. Then it is worth trying again.
		err = HandOver(ctx, cfg, h)
		if err == nil {
			return nil, true, nil
		}
		if !errors.Is(err, ErrNotRunning) {
			return nil, false, fmt.Errorf("hand over: %w: %w", ErrRunning, err)
		}
		select {
		case <-ctx.Done():
			return nil, false, fmt.Errorf("hand over: %w: %w", ErrRunning, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// HandOver gives arguments to the running program.
func HandOver(ctx context.Context, cfg Config, h Handover) error {
	req := openRequest{Dir: []byte(h.Dir), Args: [][]byte{}}
	for _, arg := range h.Args {
		req.Args = append(req.Args, []byte(arg))
	}
	return (&Client{cfg: cfg}).Call(ctx, openName, req, nil)
}

// Here is the hand-over of this process.
func Here() (Handover, error) {
	dir, err := os.Getwd()
	if err != nil {
		return Handover{}, fmt.Errorf("find current folder: %w", err)
	}
	return Handover{Args: os.Args[1:], Dir: dir}, nil
}

// Handler answers a request; it may be called concurrently. Its context ends
// when the program that asked goes away, or the server.
type Handler func(ctx context.Context, body json.RawMessage) (any, error)

// Server is the running program's end. Its methods may be called concurrently.
type Server struct {
	end *endpoint

	mu       sync.Mutex
	handlers map[string]Handler
	closed   bool
}

// Acquire makes this program the running one; ErrRunning when another is. From
// now on requests queue; Serve answers them.
func Acquire(cfg Config) (*Server, error) {
	end, err := listen(cfg)
	if err != nil {
		return nil, err
	}
	return &Server{end: end, handlers: map[string]Handler{}}, nil
}

// Handle sets who answers the requests of a name.
func (s *Server) Handle(name string, h Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[name] = h
}

// HandleOpen sets who takes the arguments of later starts. It should only
// start the work: the later start waits for it.
func (s *Server) HandleOpen(open func(Handover)) {
	s.Handle(openName, func(_ context.Context, body json.RawMessage) (any, error) {
		var req openRequest
		if err := json.Unmarshal(body, &req); err != nil {
			return nil, fmt.Errorf("decode arguments: %w", err)
		}
		h := Handover{Dir: string(req.Dir)}
		for _, arg := range req.Args {
			h.Args = append(h.Args, string(arg))
		}
		open(h)
		return nil, nil
	})
}

func (s *Server) handler(name string) (Handler, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.handlers[name]
	return h, ok
}

// Close gives up being the running program. Close after Serve has returned, or
// without Serve; it may be called twice.
func (s *Server) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	return s.end.close()
}
