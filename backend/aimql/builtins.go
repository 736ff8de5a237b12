package aimql

import (
	"math"
	"math/big"
	"unicode/utf8"
)

func makeBuiltinFuncs() map[string]builtinFunc {
	return map[string]builtinFunc{
		"abs": unaryFunc(absValue), "all": anyAll(false), "any": anyAll(true),
		"callable": func(_ *machine, a *args) (Value, error) {
			if err := a.done(1, 1); err != nil {
				return Value{}, err
			}
			switch a.pos[0].kind {
			case KindFunc, KindType, KindProxy, KindSafeNone:
				return Bool(true), nil
			}
			return Bool(false), nil
		},
		"chr": unaryFunc(func(m *machine, v Value) (Value, error) {
			i, err := m.index(v)
			if err != nil {
				return Value{}, err
			}
			if i < 0 || i > utf8.MaxRune {
				return Value{}, valueErr("chr() arg not in range(0x110000)")
			}
			return Str(runeText(rune(i))), nil
		}),
		"ord": func(_ *machine, a *args) (Value, error) {
			if err := a.done(1, 1); err != nil {
				return Value{}, err
			}
			v := a.pos[0]
			switch {
			case v.kind == KindStr && strLen(v.str) == 1:
				r, _ := codeAt(v.str)
				return Int(int64(r)), nil
			case v.kind == KindBytes && len(v.str) == 1:
				return Int(int64(v.str[0])), nil
			}
			return Value{}, typeErr("ord() expected a character")
		},
		"divmod": divmod,
		"hash": unaryFunc(func(m *machine, v Value) (Value, error) {
			h, err := m.hashKey(v)
			if err != nil {
				return Value{}, err
			}
			if v, err = m.force(v); err != nil {
				return Value{}, err
			}
			if v.isNumber() {
				return Int(hashNumber(v)), nil
			}
			return Int(hashOther(h)), nil
		}),
		"hex": baseFunc(16, "0x"), "oct": baseFunc(8, "0o"),
		"id":         unaryFunc(func(m *machine, v Value) (Value, error) { return Int(1 << 46), nil }),
		"isinstance": isinstance, "issubclass": issubclass,
		"len": unaryFunc(func(m *machine, v Value) (Value, error) {
			v, err := m.force(v)
			if err != nil {
				return Value{}, err
			}
			n := m.lengthOf(v)
			if n < 0 {
				return Value{}, typeErr("object of type '%s' has no len()", typeName(v))
			}
			return Int(int64(n)), m.steps(len(v.str) / 64)
		}),
		"list": limitedSeq(KindList), "tuple": limitedSeq(KindTuple),
		"max": minMax(">"), "min": minMax("<"),
		"pow": power, "range": limitedRange,
		"repr": unaryFunc(func(m *machine, v Value) (Value, error) {
			s, err := m.reprOf(v)
			return Str(s), err
		}),
		"round": round,
		"sorted": func(m *machine, a *args) (Value, error) {
			if len(a.pos) != 1 {
				return Value{}, errArgs
			}
			items, err := m.collectIter(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			items, err = sortValues(m, items, a)
			return listOf(items...), err
		},
		"sum": sum,
		"same_type": func(m *machine, a *args) (Value, error) {
			if len(a.pos) == 0 {
				return Value{}, errArgs
			}
			names := map[string]bool{}
			for _, v := range a.pos {
				f, err := m.force(v)
				if err != nil {
					return Value{}, err
				}
				names[typeName(f)] = true
			}
			return Bool(len(names) == 1), nil
		},
		"test": func(m *machine, a *args) (Value, error) {
			for i := 1; i < len(a.pos); i += 2 {
				if t, err := m.truth(a.pos[i-1]); err != nil || t {
					return a.pos[i], err
				}
			}
			if n := len(a.pos); n%2 == 1 {
				return a.pos[n-1], nil
			}
			return Value{}, nil
		},
		"setattr": readOnlyFunc, "delattr": readOnlyFunc,
		"reorder": func(*machine, *args) (Value, error) {
			return Value{}, raise("NotImplementedError", "reorder is not supported")
		},
	}
}

func readOnlyFunc(*machine, *args) (Value, error) {
	return Value{}, typeErr("attribute-less object (assign or del)")
}

func unaryFunc(f func(m *machine, v Value) (Value, error)) builtinFunc {
	return func(m *machine, a *args) (Value, error) {
		if err := a.done(1, 1); err != nil {
			return Value{}, err
		}
		return f(m, a.pos[0])
	}
}

func absValue(m *machine, v Value) (Value, error) {
	v, err := m.force(v)
	if err != nil {
		return Value{}, err
	}
	switch {
	case v.isInt() && !v.isBig() && v.int() != math.MinInt64:
		return Int(max(v.int(), -v.int())), nil
	case v.isInt():
		return BigInt(new(big.Int).Abs(v.big())), nil
	case v.kind == KindFloat:
		return Float(math.Abs(v.float())), nil
	case v.kind == KindComplex:
		return Float(math.Hypot(real(v.complex()), imag(v.complex()))), nil
	case v.kind == KindTimeDelta:
		return absTimedelta(v)
	}
	return Value{}, typeErr("bad operand type for abs()")
}

func anyAll(want bool) builtinFunc {
	return unaryFunc(func(m *machine, v Value) (Value, error) {
		it, err := m.iterate(v)
		if err != nil {
			return Value{}, err
		}
		for {
			x, ok, err := it.next(m)
			if err != nil {
				return Value{}, err
			}
			if !ok {
				return Bool(!want), nil
			}
			if err := m.step(); err != nil {
				return Value{}, err
			}
			t, err := m.truth(x)
			if err != nil {
				return Value{}, err
			}
			if t == want {
				return Bool(want), nil
			}
		}
	})
}

func divmod(m *machine, a *args) (Value, error) {
	if err := a.done(2, 2); err != nil {
		return Value{}, err
	}
	x, y, err := m.force2(a.pos[0], a.pos[1])
	if err != nil {
		return Value{}, err
	}
	if x.kind == KindTimeDelta && y.kind == KindTimeDelta {
		return divmodTimedelta(x, y)
	}
	if !x.isNumber() || !y.isNumber() {
		return Value{}, errOperands
	}
	q, err := m.numeric("//", x, y)
	if err != nil {
		return Value{}, err
	}
	r, err := m.numeric("%", x, y)
	return Tuple(q, r), err
}

func baseFunc(base int, prefix string) builtinFunc {
	return unaryFunc(func(m *machine, v Value) (Value, error) {
		v, err := m.force(v)
		if err != nil {
			return Value{}, err
		}
		if !v.isInt() {
			return Value{}, typeErr("an integer is required")
		}
		s := new(big.Int).Abs(v.big()).Text(base)
		if v.big().Sign() < 0 {
			return Str("-" + prefix + s), m.alloc(len(s))
		}
		return Str(prefix + s), m.alloc(len(s))
	})
}

// limitedSeq is list or tuple: strings are refused, as in RestrictedPython.
func limitedSeq(kind ValueKind) builtinFunc {
	return unaryFunc(func(m *machine, v Value) (Value, error) {
		f, err := m.force(v)
		if err != nil {
			return Value{}, err
		}
		if f.kind == KindStr {
			return Value{}, typeErr("cannot convert string to %s", map[ValueKind]string{KindList: "list", KindTuple: "tuple"}[kind])
		}
		items, err := m.collectIter(f)
		return Value{kind: kind, obj: &list{items: items}}, err
	})
}

const rangeLimit = 1000 // of RestrictedPython

func limitedRange(m *machine, a *args) (Value, error) {
	if err := a.done(1, 3); err != nil {
		return Value{}, err
	}
	var n [3]int64
	for i, v := range a.pos {
		f, err := m.force(v)
		if err != nil {
			return Value{}, err
		}
		if f.isBig() {
			return Value{}, valueErr("To be created range() object would be to large")
		}
		if n[i], err = m.index(f); err != nil {
			return Value{}, err
		}
	}
	start, stop, step := int64(0), n[0], int64(1)
	if len(a.pos) > 1 {
		start, stop = n[0], n[1]
	}
	if len(a.pos) > 2 {
		step = n[2]
	}
	if step == 0 {
		return Value{}, valueErr("zero step for range()")
	}
	if int64((float64(stop)-float64(start))/float64(step)) >= rangeLimit {
		return Value{}, valueErr("To be created range() object would be to large")
	}
	count := int64(0)
	if step > 0 && stop > start {
		count = (stop-start-1)/step + 1
	} else if step < 0 && stop < start {
		count = (start-stop-1)/(-step) + 1
	}
	return Value{kind: KindRange, obj: &rangeObj{start, stop, step, count}}, nil
}

func minMax(op string) builtinFunc {
	return func(m *machine, a *args) (Value, error) {
		key, fallback, hasDefault := Value{}, Value{}, false
		for _, k := range a.kw {
			switch k.name {
			case "key":
				key = k.v
			case "default":
				fallback, hasDefault = k.v, true
			default:
				return Value{}, errArgs
			}
		}
		var it iterator = &sliceIter{items: a.pos}
		switch {
		case len(a.pos) == 0 || len(a.pos) > 1 && hasDefault:
			return Value{}, errArgs
		case len(a.pos) == 1:
			var err error
			if it, err = m.iterate(a.pos[0]); err != nil {
				return Value{}, err
			}
		}
		var best, bestKey Value
		for first := true; ; first = false {
			x, ok, err := it.next(m)
			if err != nil {
				return Value{}, err
			}
			if !ok {
				if !first {
					return best, nil
				}
				if hasDefault {
					return fallback, nil
				}
				return Value{}, valueErr("the sequence is empty")
			}
			if err := m.step(); err != nil {
				return Value{}, err
			}
			k := x
			if key.kind != KindNone {
				if k, err = m.call(key, &args{pos: []Value{x}}); err != nil {
					return Value{}, err
				}
			}
			if first {
				best, bestKey = x, k
				continue
			}
			better, err := m.compare(op, k, bestKey)
			if err != nil {
				return Value{}, err
			}
			if better {
				best, bestKey = x, k
			}
		}
	}
}

func power(m *machine, a *args) (Value, error) {
	v, err := a.bind(m, 2, opt("base", Value{}), opt("exp", Value{}), opt("mod", Value{}))
	if err != nil {
		return Value{}, err
	}
	if v[2].kind == KindNone {
		return m.arith("**", v[0], v[1])
	}
	x, y, err := m.force2(v[0], v[1])
	if err != nil {
		return Value{}, err
	}
	z, err := m.force(v[2])
	if err != nil {
		return Value{}, err
	}
	if !x.isInt() || !y.isInt() || !z.isInt() {
		return Value{}, typeErr("pow() 3rd argument not allowed unless all arguments are integers")
	}
	if z.big().Sign() == 0 {
		return Value{}, valueErr("pow() 3rd argument cannot be 0")
	}
	n := x.big().BitLen() + y.big().BitLen() + z.big().BitLen()
	if n > 1<<14 {
		return Value{}, errMemory
	}
	if err := m.steps(n); err != nil {
		return Value{}, err
	}
	mod := new(big.Int).Abs(z.big())
	r := new(big.Int).Exp(x.big(), y.big(), mod)
	if r == nil {
		return Value{}, valueErr("base is not invertible for the given modulus")
	}
	if r.Sign() != 0 && z.big().Sign() < 0 {
		r.Add(r, z.big())
	}
	return BigInt(r), nil
}

func round(m *machine, a *args) (Value, error) {
	v, err := a.bind(m, 1, opt("number", Value{}), opt("ndigits", Value{}))
	if err != nil {
		return Value{}, err
	}
	if v[0].kind == KindProxy && len(a.pos)+len(a.kw) > 1 {
		return Value{}, typeErr("AimObjectProxy.__round__() takes 1 positional argument but 2 were given")
	}
	x, err := m.force(v[0])
	if err != nil {
		return Value{}, err
	}
	digits, err := m.force(v[1])
	if err != nil {
		return Value{}, err
	}
	switch {
	case x.isInt():
		if digits.kind == KindNone {
			return BigInt(x.big()), nil
		}
		n, err := m.index(digits)
		if err != nil {
			return Value{}, err
		}
		if n >= 0 {
			return BigInt(x.big()), nil
		}
		if -n > int64(x.big().BitLen()) {
			return Int(0), nil
		}
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(-n), nil)
		q := roundRat(new(big.Rat).SetFrac(x.big(), unit))
		return BigInt(q.Mul(q, unit)), nil
	case x.kind == KindFloat && digits.kind == KindNone:
		if _, err := truncate(x.float()); err != nil {
			return Value{}, err
		}
		return truncate(math.RoundToEven(x.float()))
	case x.kind == KindFloat:
		n, err := m.index(digits)
		if err != nil {
			return Value{}, err
		}
		return roundFloat(x.float(), n)
	}
	return Value{}, typeErr("type %s doesn't define __round__ method", typeName(x))
}

// roundFloat rounds the exact decimal value half to even, as CPython does.
func roundFloat(x float64, n int64) (Value, error) {
	switch {
	case x != x || math.IsInf(x, 0) || n > 323:
		return Float(x), nil
	case n < -308:
		return Float(math.Copysign(0, x)), nil
	}
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(max(n, -n)), nil))
	if n < 0 {
		unit.Inv(unit)
	}
	r := new(big.Rat).SetFloat64(x)
	q := new(big.Rat).SetInt(roundRat(r.Mul(r, unit)))
	f, _ := q.Quo(q, unit).Float64()
	if math.IsInf(f, 0) {
		return Value{}, raise("OverflowError", "rounded value too large to represent")
	}
	if f == 0 {
		f = math.Copysign(0, x)
	}
	return Float(f), nil
}

func sum(m *machine, a *args) (Value, error) {
	v, err := a.bind(m, 1, opt("iterable", Value{}), opt("start", Int(0)))
	if err != nil {
		return Value{}, err
	}
	if v[1].kind == KindStr || v[1].kind == KindBytes {
		return Value{}, typeErr("sum() can't sum strings")
	}
	it, err := m.iterate(v[0])
	if err != nil {
		return Value{}, err
	}
	acc := v[1]
	for {
		x, ok, err := it.next(m)
		if err != nil || !ok {
			return acc, err
		}
		if err := m.step(); err != nil {
			return Value{}, err
		}
		if acc, err = m.arith("+", acc, x); err != nil {
			return Value{}, err
		}
	}
}
