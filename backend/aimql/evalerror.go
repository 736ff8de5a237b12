package aimql

import (
	"errors"
	"fmt"
)

// EvalError is a Python exception raised while a query was evaluated. It means
// that the row does not match.
type EvalError struct {
	Class string // "TypeError", "KeyError", …; "Limit" when a bound was exceeded
	Msg   string
}

func (e *EvalError) Error() string { return e.Class + ": " + e.Msg }

// Bounds and cancellation, which no part of a query can catch.
var (
	errSteps     error = &EvalError{"Limit", "the query needs too many steps"}
	errMemory    error = &EvalError{"Limit", "the query needs too much memory"}
	errRecursion error = &EvalError{"RecursionError", "maximum recursion depth exceeded"}
)

// Frequent errors are made once: they are raised row after row.
var (
	errMissingKey  error = &EvalError{"KeyError", "no such key"}
	errCompare     error = &EvalError{"TypeError", "these values cannot be ordered"}
	errOperands    error = &EvalError{"TypeError", "unsupported operand types"}
	errNotIterable error = &EvalError{"TypeError", "the value is not iterable"}
	errNotCallable error = &EvalError{"TypeError", "the value is not callable"}
	errNoIndex     error = &EvalError{"IndexError", "index out of range"}
	errUnhashable  error = &EvalError{"TypeError", "the value is not hashable"}
	errZeroDiv     error = &EvalError{"ZeroDivisionError", "division by zero"}
	errArgs        error = &EvalError{"TypeError", "wrong arguments"}
	errOverflow    error = &EvalError{"OverflowError", "result too large"}
)

func raise(class, format string, args ...any) error {
	return &EvalError{class, fmt.Sprintf(format, args...)}
}

func typeErr(format string, args ...any) error  { return raise("TypeError", format, args...) }
func valueErr(format string, args ...any) error { return raise("ValueError", format, args...) }

// isTypeError: what a comparison with a stored value turns into False.
func isTypeError(err error) bool {
	var e *EvalError
	return errors.As(err, &e) && e.Class == "TypeError"
}
