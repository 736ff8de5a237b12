package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// DamagedError tells that a settings file, or a part of it, could not be read.
// The Store that comes with it works.
type DamagedError struct {
	// Path of the settings file.
	Path string
	// Kept is where the damaged file lies now; "" when it could not be set aside.
	Kept string
	// Keys that could not be read; empty when nothing could.
	Keys []string
	// Err says what is wrong.
	Err error
}

func (e *DamagedError) Error() string {
	what := "defaults are used"
	if len(e.Keys) > 0 {
		what = "defaults are used for " + strings.Join(e.Keys, ", ")
	}
	return fmt.Sprintf("read settings %s: %v; %s", e.Path, e.Err, what)
}

// Unwrap returns what is wrong.
func (e *DamagedError) Unwrap() error { return e.Err }

// Store holds settings in memory and keeps the file equal to them. Its methods
// may be called concurrently. Two processes must not share a file.
type Store struct {
	path string

	mu      sync.Mutex
	current Settings
	version int
	raw     map[string]json.RawMessage // the whole file, for keys unknown here
}

// Open reads settings from a file that need not exist. With a *DamagedError
// the Store is usable all the same; with any other error there is none.
func Open(path string) (*Store, error) {
	// A link set up by the person stays a link: its target is replaced.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	s := &Store{path: path, current: Default(), version: Version, raw: map[string]json.RawMessage{}}
	data, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case errors.Is(err, errTooLarge):
		return s, s.setAside(&DamagedError{Path: path, Err: err})
	case err != nil:
		return nil, fmt.Errorf("read settings: %w", err)
	}
	if err := s.decode(data); err != nil {
		return s, s.setAside(err)
	}
	return s, nil
}

var errTooLarge = errors.New("larger than settings can be")

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a FIFO would wait for ever
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		return nil, errTooLarge
	}
	return data, err
}

// decode takes every key it can read.
func (s *Store) decode(data []byte) *DamagedError {
	damaged := &DamagedError{Path: s.path}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		damaged.Err = err
		return damaged
	}
	if raw == nil {
		damaged.Err = errors.New("null instead of an object")
		return damaged
	}
	s.raw = raw
	var errs []error
	fail := func(key string, err error) {
		damaged.Keys = append(damaged.Keys, key)
		errs = append(errs, err)
	}
	if v, ok := raw["version"]; ok {
		var n int
		if err := json.Unmarshal(v, &n); err != nil || n < 1 {
			fail("version", fmt.Errorf("version %.20s is not a positive number", v))
		} else {
			s.version = max(n, Version)
		}
	}
	v := reflect.ValueOf(&s.current).Elem()
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("json")
		value, ok := raw[key]
		if !ok {
			continue
		}
		// A fresh value: a failed one must not leave half of itself behind.
		into := reflect.New(v.Field(i).Type())
		into.Elem().Set(v.Field(i))
		if into.Elem().Kind() == reflect.Slice {
			into.Elem().SetZero()
		}
		if err := json.Unmarshal(value, into.Interface()); err != nil {
			fail(key, fmt.Errorf("%s: %w", key, err))
			continue
		}
		v.Field(i).Set(into.Elem())
	}
	for _, choice := range []struct {
		key     string
		value   *string
		choices []string
		instead string
	}{
		{"theme", &s.current.Theme, themes, Default().Theme},
		{"density", &s.current.Density, densities, Default().Density},
	} {
		// A word of a newer version is no damage, but nothing here knows it.
		if !slices.Contains(choice.choices, *choice.value) {
			*choice.value = choice.instead
		}
	}
	if len(s.current.ViewState) > MaxViewState {
		s.current.ViewState = ""
	}
	s.current.clamp()
	if len(errs) == 0 {
		return nil
	}
	damaged.Err = errors.Join(errs...)
	return damaged
}

// setAside keeps the damaged file and writes what could be read in its place.
func (s *Store) setAside(damaged *DamagedError) error {
	kept := s.path + ".bad"
	if err := os.Rename(s.path, kept); err != nil {
		return damaged
	}
	damaged.Kept = kept
	if len(damaged.Keys) > 0 {
		if err := s.write(s.current); err != nil {
			damaged.Err = errors.Join(damaged.Err, err)
		}
	}
	return damaged
}

// Get returns a copy of the settings in force.
func (s *Store) Get() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current.clone()
}

// Update changes settings: change gets a copy, numbers out of range are
// brought into it, and the file is replaced. After an error nothing has
// changed. change must not call the Store.
func (s *Store) Update(change func(*Settings)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.current.clone()
	change(&next)
	if err := next.validate(); err != nil {
		return fmt.Errorf("change settings: %w", err)
	}
	next.clamp()
	if reflect.DeepEqual(next, s.current) {
		return nil
	}
	if err := s.write(next); err != nil {
		return err
	}
	s.current = next
	return nil
}

// write replaces the file by the given settings and the keys unknown here.
func (s *Store) write(next Settings) error {
	known, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("encode settings: %w", err)
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(known, &fields); err != nil {
		return fmt.Errorf("encode settings: %w", err)
	}
	version, err := json.Marshal(s.version)
	if err != nil {
		return fmt.Errorf("encode settings: %w", err)
	}
	fields["version"] = version
	for key, value := range s.raw {
		if _, ok := fields[key]; !ok {
			fields[key] = value
		}
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(fields); err != nil {
		return fmt.Errorf("encode settings: %w", err)
	}
	if err := replace(s.path, buf.Bytes()); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}

// replace puts data in the place of a file so that either the old or the new
// content is there whatever happens.
func replace(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".settings-*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	syncDir(dir)
	return nil
}
