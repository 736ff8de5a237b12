package aimql

// args are the arguments of a call.
type args struct {
	pos []Value
	kw  []kwarg
}

type kwarg struct {
	name string
	v    Value
}

type builtinFunc func(m *machine, a *args) (Value, error)

// function is a callable value: a builtin, a bound method, a lambda.
type function struct {
	name string
	fn   builtinFunc
}

func funcValue(name string, fn builtinFunc) Value {
	return Value{kind: KindFunc, obj: &function{name, fn}}
}

// done checks for between lo and hi positional arguments and no keywords.
func (a *args) done(lo, hi int) error {
	if len(a.kw) > 0 || len(a.pos) < lo || hi >= 0 && len(a.pos) > hi {
		return errArgs
	}
	return nil
}

type argSpec struct {
	name     string
	fallback Value
}

func opt(name string, fallback Value) argSpec { return argSpec{name, fallback} }

// bind assigns arguments to parameters by position and name; the first required
// ones must be given.
func (a *args) bind(m *machine, required int, specs ...argSpec) ([]Value, error) {
	if len(a.pos) > len(specs) {
		return nil, errArgs
	}
	out := make([]Value, len(specs))
	given := make([]bool, len(specs))
	copy(out, a.pos)
	for i := range a.pos {
		given[i] = true
	}
outer:
	for _, k := range a.kw {
		for i, s := range specs {
			if s.name == k.name {
				if given[i] {
					return nil, errArgs
				}
				out[i], given[i] = k.v, true
				continue outer
			}
		}
		return nil, errArgs
	}
	for i, s := range specs {
		if !given[i] {
			if i < required {
				return nil, errArgs
			}
			out[i] = s.fallback
		}
	}
	return out, nil
}

// call is fn(args…).
func (m *machine) call(fn Value, a *args) (Value, error) {
	if err := m.step(); err != nil {
		return Value{}, err
	}
	fn, err := m.force(fn)
	if err != nil {
		return Value{}, err
	}
	switch fn.kind {
	case KindFunc:
		return fn.obj.(*function).fn(m, a)
	case KindType:
		t := fn.obj.(*typeObj)
		if t.construct == nil {
			return Value{}, errNotCallable
		}
		return t.construct(m, a)
	case KindSafeNone:
		return safeNone, nil
	}
	return Value{}, errNotCallable
}
