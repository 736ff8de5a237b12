package structured

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// queryCopy copies the files that before has into a private folder and reads
// them there, where SQLite rolls back or replays as it would in place.
func (r *reader) queryCopy(ctx context.Context, before State) (runs map[string]Properties, err error) {
	dir, err := os.MkdirTemp(r.tempDir, "aimdesk-sqlite-")
	if err != nil {
		return nil, fmt.Errorf("make folder for a copy: %w", err)
	}
	defer func() {
		if rerr := os.RemoveAll(dir); err == nil && rerr != nil {
			err = fmt.Errorf("remove copy: %w", rerr)
		}
	}()
	target := filepath.Join(dir, FileName)
	// The database goes first: what is in it but not committed is in a journal
	// already, and so in the copy of the journal that is made later.
	for i, suffix := range suffixes {
		if before.files[i] == absent {
			continue
		}
		if err := r.copyFile(ctx, r.path+suffix, target+suffix); err != nil {
			return nil, err
		}
	}
	after, err := Look(r.fs, r.path)
	if err != nil {
		return nil, err
	}
	if before != after {
		return nil, errChanged
	}
	return query(ctx, fileURI(target, nil))
}

func (r *reader) copyFile(ctx context.Context, from, to string) (err error) {
	in, err := r.fs.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return errChanged
	}
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	n, err := io.Copy(out, contextReader{ctx, io.NewSectionReader(in, 0, maxCopy+1)})
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	if n > maxCopy {
		return fmt.Errorf("copy database: %s is larger than %d bytes", from, int64(maxCopy))
	}
	return nil
}

// contextReader ends reading when its context is done.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// immutableURI names a database that SQLite reads without locks and without
// looking for other files.
func immutableURI(path string) string {
	return fileURI(path, url.Values{"immutable": {"1"}, "mode": {"ro"}})
}

// fileURI names a database with the pragmas that distrust its content.
func fileURI(path string, options url.Values) string {
	if options == nil {
		options = url.Values{}
	}
	options["_pragma"] = []string{"query_only(1)", "trusted_schema(0)", "cell_size_check(1)", "mmap_size(0)", "temp_store(2)"}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/… on Windows
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}
	return u.String()
}
