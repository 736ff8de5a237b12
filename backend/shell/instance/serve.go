package instance

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

const (
	// maxLine bounds a request and an answer, in bytes.
	maxLine = 8 << 20
	// maxConns bounds how many requests are answered at once.
	maxConns = 16
	// lineTime is how long the other end has to send or take a line.
	lineTime = 10 * time.Second
)

type request struct {
	Name string          `json:"name"`
	Body json.RawMessage `json:"body,omitempty"`
}

type answer struct {
	Body  json.RawMessage `json:"body,omitempty"`
	Error string          `json:"error,omitempty"`
}

// Serve answers requests until ctx is done; then it waits for those under way,
// whose contexts end, and gives up the lock.
func (s *Server) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { _ = s.end.listener.Close() }) // ends Accept below
	defer func() {
		cancel()
		wg.Wait()
		stop()
	}()
	slots := make(chan struct{}, maxConns)
	for {
		conn, err := s.end.listener.Accept()
		if ctx.Err() != nil {
			if err == nil {
				_ = conn.Close()
			}
			return s.Close()
		}
		if err != nil {
			// Too many open files, for one, passes; a closed listener does not.
			if errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("accept request: %w", err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
			continue
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			_ = conn.Close()
			continue
		}
		wg.Go(func() {
			defer func() { <-slots }()
			s.answer(ctx, conn)
		})
	}
}

// answer serves one connection. Errors of the connection concern only the other
// end, which sees it closed.
func (s *Server) answer(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) }) // wakes readers
	var wg sync.WaitGroup
	defer func() {
		cancel()
		stop()
		_ = conn.Close()
		wg.Wait()
	}()
	if checkPeer(conn) != nil {
		return // another user's process gets no answer
	}
	if err := conn.SetDeadline(time.Now().Add(lineTime)); err != nil || ctx.Err() != nil {
		return
	}
	in := bufio.NewReader(conn)
	var req request
	if err := readLine(in, &req); err != nil {
		s.reply(conn, answer{Error: fmt.Sprintf("read request: %v", err)})
		return
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return
	}
	// Nothing more is sent: a read that ends means that nobody waits any more.
	wg.Go(func() {
		if _, err := in.ReadByte(); err != nil {
			cancel()
		}
	})
	s.reply(conn, s.ask(ctx, req))
}

func (s *Server) reply(conn net.Conn, a answer) {
	if err := conn.SetWriteDeadline(time.Now().Add(lineTime)); err == nil {
		_ = writeLine(conn, a)
	}
}

// ask calls the handler; one that panics answers an error, too.
func (s *Server) ask(ctx context.Context, req request) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{Error: fmt.Sprintf("answer %s: panic: %v", req.Name, r)}
		}
	}()
	h, ok := s.handler(req.Name)
	if !ok {
		return answer{Error: fmt.Sprintf("unknown request %q", req.Name)}
	}
	out, err := h(ctx, req.Body)
	if err != nil {
		return answer{Error: err.Error()}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return answer{Error: fmt.Sprintf("encode answer: %v", err)}
	}
	return answer{Body: body}
}

// Client asks the running program. Its methods may be called concurrently.
type Client struct{ cfg Config }

// Dial finds the running program; the error wraps ErrNotRunning if there is none.
func Dial(ctx context.Context, cfg Config) (*Client, error) {
	conn, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	// Leaving without a request is no error at the other end.
	if err := conn.Close(); err != nil {
		return nil, fmt.Errorf("close connection: %w", err)
	}
	return &Client{cfg: cfg}, nil
}

// Call asks for something by name: in is encoded as JSON, the answer is decoded
// into out, unless that is nil. What the other program refuses is a *RemoteError.
func (c *Client) Call(ctx context.Context, name string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode request %s: %w", name, err)
	}
	conn, err := connect(ctx, c.cfg)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // the answer is there, or an error is
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	var a answer
	err = writeLine(conn, request{Name: name, Body: body})
	if err == nil {
		err = readLine(bufio.NewReader(conn), &a)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("ask for %s: %w", name, ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("ask for %s: %w", name, err)
	}
	if a.Error != "" {
		return &RemoteError{a.Error}
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(a.Body, out); err != nil {
		return fmt.Errorf("decode answer to %s: %w", name, err)
	}
	return nil
}

func writeLine(w io.Writer, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(data) >= maxLine {
		return fmt.Errorf("message of %d bytes exceeds %d", len(data), maxLine)
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// readLine reads one line of JSON of a bounded length.
func readLine(r *bufio.Reader, v any) error {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return fmt.Errorf("message exceeds %d bytes", maxLine)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		return json.Unmarshal(line, v)
	}
}
