package aimql

import (
	"context"
	"math"
	"time"
)

// Bounds of one evaluation (one query on one row) when Options sets none.
const (
	DefaultMaxSteps = 200_000
	DefaultMaxBytes = 16 << 20
	valueBytes      = 48
	maxCallDepth    = 200
)

// machine is the state of one evaluation.
type machine struct {
	ctx    context.Context
	run    Run
	stored StoredParams // run, if it offers that
	seq    Sequence
	rest   int   // steps left
	room   int64 // bytes left
	poll   int   // steps until ctx is looked at
	depth  int   // of calls of lambdas
	now    func() time.Time
	tz     time.Duration // subtracted from created_at and finalized_at
	env    *env
	global map[string]Value // names bound by := inside comprehensions
}

// env holds the variables of one scope: the query, a lambda or a comprehension.
type env struct {
	vars   []Value
	bound  []bool
	parent *env
}

func newEnv(n int, parent *env) *env {
	return &env{vars: make([]Value, n), bound: make([]bool, n), parent: parent}
}

// step spends one step and looks at the context now and then.
func (m *machine) step() error {
	m.rest--
	if m.rest < 0 {
		return errSteps
	}
	m.poll--
	if m.poll < 0 {
		m.poll = 1024
		return m.ctx.Err()
	}
	return nil
}

func (m *machine) steps(n int) error {
	if n <= 0 {
		return nil
	}
	if n > m.rest {
		m.rest = 0
		return errSteps
	}
	m.rest -= n
	m.poll -= n
	if m.poll < 0 {
		m.poll = 1024
		return m.ctx.Err()
	}
	return nil
}

// alloc spends memory that a value is about to take.
func (m *machine) alloc(n int) error { return m.alloc64(int64(n)) }

func (m *machine) alloc64(n int64) error {
	if n > m.room {
		m.room = 0
		return errMemory
	}
	m.room -= n
	return m.steps(int(min(n/256, math.MaxInt32)))
}

func (m *machine) allocValues(n int) error { return m.alloc64(int64(n) * valueBytes) }

// force answers the value a proxy stands for, and any other value itself.
func (m *machine) force(v Value) (Value, error) {
	if v.kind != KindProxy {
		return v, nil
	}
	return v.obj.(*proxy).collect(m)
}

func (m *machine) force2(a, b Value) (Value, Value, error) {
	a, err := m.force(a)
	if err != nil {
		return a, b, err
	}
	b, err = m.force(b)
	return a, b, err
}

// index is Python's __index__, as int64; huge values saturate.
func (m *machine) index(v Value) (int64, error) {
	v, err := m.force(v)
	if err != nil {
		return 0, err
	}
	if !v.isInt() {
		return 0, typeErr("an integer is required")
	}
	if v.isBig() {
		return 0, raise("OverflowError", "Python int too large to convert to C long")
	}
	return v.int(), nil
}
