// Package guard keeps one mistake in the program from ending all of it: work
// done in the background turns a panic into an error that says where it was.
package guard

import (
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// PanicError is a panic that was caught.
type PanicError struct {
	// Value is what the panic was called with.
	Value any
	// Place is the file and line of this program that panicked, "" if unknown.
	Place string
	// Stack is the stack of the goroutine, as text.
	Stack string
}

func (e *PanicError) Error() string {
	if e.Place == "" {
		return fmt.Sprintf("mistake in Aimdesk: %v", e.Value)
	}
	return fmt.Sprintf("mistake in Aimdesk at %s: %v", e.Place, e.Value)
}

// Unwrap returns the error that the panic was called with, if it was one.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Do runs f and returns its error; a panic of f becomes a *PanicError.
func Do(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Place: place(), Stack: string(debug.Stack())}
		}
	}()
	return f()
}

// Get is Do for a function with a result.
func Get[T any](f func() (T, error)) (v T, err error) {
	err = Do(func() (ferr error) {
		v, ferr = f()
		return ferr
	})
	return v, err
}

// maxFrames bounds how far up the stack is looked.
const maxFrames = 64

// place finds the innermost frame below the panic.
func place() string {
	pcs := make([]uintptr, maxFrames)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	panicked := false
	for {
		f, more := frames.Next()
		inRuntime := strings.HasPrefix(f.Function, "runtime.")
		if panicked && !inRuntime {
			return fmt.Sprintf("%s/%s:%d", filepath.Base(filepath.Dir(f.File)), filepath.Base(f.File), f.Line)
		}
		panicked = panicked || inRuntime && strings.HasSuffix(f.Function, "panic") || f.Function == "runtime.sigpanic"
		if !more {
			return ""
		}
	}
}
