package aimql

import (
	"math"
	"math/big"
	"math/rand/v2"
)

// module is math, string or random.
type module struct {
	name   string
	consts map[string]Value
	funcs  map[string]builtinFunc
}

// attr: what the math module lacks is None; of string an error.
func (x *module) attr(_ *machine, name string) (Value, error) {
	if v, ok := x.consts[name]; ok {
		return v, nil
	}
	if f, ok := x.funcs[name]; ok {
		return funcValue(name, f), nil
	}
	if x == stringModule && name == "Formatter" {
		return Value{}, raise("NotImplementedError", "string.Formatter is not safe")
	}
	return Value{}, nil
}

// nan is one object, equal to itself inside containers as in Python.
var nanValue = Value{kind: KindFloat, num: math.Float64bits(math.NaN()), obj: new(byte)}

func makeMathModule() *module {
	return &module{
		name: "math",
		consts: map[string]Value{
			"pi": Float(math.Pi), "e": Float(math.E), "tau": Float(2 * math.Pi), "inf": Float(math.Inf(1)), "nan": nanValue,
		},
		funcs: map[string]builtinFunc{
			"floor": toInteger(math.Floor), "ceil": toInteger(math.Ceil), "trunc": toInteger(math.Trunc),
			"fabs": floatFunc(math.Abs), "sqrt": domain(math.Sqrt, func(x float64) bool { return x >= 0 }),
			"cbrt": floatFunc(math.Cbrt), "exp": finite(math.Exp), "exp2": finite(math.Exp2), "expm1": finite(math.Expm1),
			"log1p": domain(math.Log1p, func(x float64) bool { return x > -1 }),
			"sin":   domain(math.Sin, notInf), "cos": domain(math.Cos, notInf), "tan": domain(math.Tan, notInf),
			"asin": domain(math.Asin, unit), "acos": domain(math.Acos, unit), "atan": floatFunc(math.Atan),
			"sinh": finite(math.Sinh), "cosh": finite(math.Cosh), "tanh": floatFunc(math.Tanh), "asinh": floatFunc(math.Asinh),
			"acosh": domain(math.Acosh, func(x float64) bool { return x >= 1 }),
			"atanh": domain(math.Atanh, func(x float64) bool { return x > -1 && x < 1 }),
			"erf":   floatFunc(math.Erf), "erfc": floatFunc(math.Erfc), "gamma": domain(math.Gamma, notPole),
			"lgamma":  domain(func(x float64) float64 { r, _ := math.Lgamma(x); return r }, notPole),
			"degrees": floatFunc(func(x float64) float64 { return x * (180 / math.Pi) }),
			"radians": floatFunc(func(x float64) float64 { return x * (math.Pi / 180) }),
			"isnan":   floatTest(math.IsNaN), "isinf": floatTest(func(x float64) bool { return math.IsInf(x, 0) }),
			"isfinite": floatTest(func(x float64) bool { return x-x == 0 }),
			"log":      mathLog, "log2": logBase(ln2), "log10": logBase(ln10),
			"pow": floatFunc2(func(x, y float64) (float64, error) {
				v, err := floatPow(x, y)
				if err != nil || v.kind == KindComplex {
					return 0, valueErr("math domain error")
				}
				return v.float(), nil
			}),
			"atan2":    floatFunc2(func(x, y float64) (float64, error) { return math.Atan2(x, y), nil }),
			"copysign": floatFunc2(func(x, y float64) (float64, error) { return math.Copysign(x, y), nil }),
			"fmod": floatFunc2(func(x, y float64) (float64, error) {
				if y == 0 || math.IsInf(x, 0) {
					return 0, valueErr("math domain error")
				}
				return math.Mod(x, y), nil
			}),
			"remainder": floatFunc2(func(x, y float64) (float64, error) {
				if y == 0 || math.IsInf(x, 0) {
					return 0, valueErr("math domain error")
				}
				return math.Remainder(x, y), nil
			}),
			"nextafter": floatFunc2(func(x, y float64) (float64, error) { return math.Nextafter(x, y), nil }),
			"hypot":     hypot, "isclose": isclose, "fsum": fsum, "prod": prod,
			"gcd": fold(0, func(a, b *big.Int) *big.Int { return new(big.Int).GCD(nil, nil, a, b) }),
			"lcm": fold(1, func(a, b *big.Int) *big.Int {
				g := new(big.Int).GCD(nil, nil, a, b)
				if g.Sign() == 0 {
					return g
				}
				return new(big.Int).Mul(new(big.Int).Quo(a, g), b)
			}),
			"factorial": unaryFunc(func(m *machine, v Value) (Value, error) {
				n, err := m.index(v)
				if err != nil {
					return Value{}, err
				}
				if n < 0 {
					return Value{}, valueErr("factorial() not defined for negative values")
				}
				if n > 5000 {
					return Value{}, errMemory
				}
				return BigInt(new(big.Int).MulRange(1, n)), m.steps(int(n) * 4)
			}),
			"comb": func(m *machine, a *args) (Value, error) { return choose(m, a, false) },
			"perm": func(m *machine, a *args) (Value, error) { return choose(m, a, true) },
			"isqrt": unaryFunc(func(m *machine, v Value) (Value, error) {
				v, err := m.force(v)
				if err != nil {
					return Value{}, err
				}
				if !v.isInt() {
					return Value{}, errArgs
				}
				if v.big().Sign() < 0 {
					return Value{}, valueErr("isqrt() argument must be nonnegative")
				}
				return BigInt(new(big.Int).Sqrt(v.big())), m.steps(v.big().BitLen() / 16)
			}),
			"frexp": unaryFunc(func(m *machine, v Value) (Value, error) {
				f, err := m.real(v)
				mant, exp := math.Frexp(f)
				return Tuple(Float(mant), Int(int64(exp))), err
			}),
			"modf": unaryFunc(func(m *machine, v Value) (Value, error) {
				f, err := m.real(v)
				if math.IsInf(f, 0) {
					return Tuple(Float(math.Copysign(0, f)), Float(f)), err
				}
				i, frac := math.Modf(f)
				return Tuple(Float(math.Copysign(frac, f)), Float(i)), err
			}),
			"ldexp": func(m *machine, a *args) (Value, error) {
				if err := a.done(2, 2); err != nil {
					return Value{}, err
				}
				f, err := m.real(a.pos[0])
				if err != nil {
					return Value{}, err
				}
				n, err := m.index(a.pos[1])
				if err != nil {
					return Value{}, err
				}
				r := math.Ldexp(f, int(min(max(n, -10000), 10000)))
				if math.IsInf(r, 0) && !math.IsInf(f, 0) {
					return Value{}, errOverflow
				}
				return Float(r), nil
			},
		},
	}
}

func notInf(x float64) bool  { return !math.IsInf(x, 0) }
func unit(x float64) bool    { return x >= -1 && x <= 1 }
func notPole(x float64) bool { return x > 0 || x != math.Trunc(x) }

// real is the float a number, or a stored number, stands for.
func (m *machine) real(v Value) (float64, error) {
	f, err := m.force(v)
	if err != nil {
		return 0, err
	}
	if v.kind == KindProxy && f.kind == KindStr { // float(proxy) reads text
		if x, ok := parseFloat(f.str); ok {
			return x, nil
		}
		return 0, valueErr("could not convert string to float")
	}
	if !f.isNumber() {
		return 0, typeErr("must be real number, not %s", typeName(f))
	}
	return toFloat(f)
}

func floatFunc(f func(float64) float64) builtinFunc {
	return domain(f, func(float64) bool { return true })
}

func domain(f func(float64) float64, ok func(float64) bool) builtinFunc {
	return unaryFunc(func(m *machine, v Value) (Value, error) {
		x, err := m.real(v)
		if err != nil {
			return Value{}, err
		}
		if x == x && !ok(x) {
			return Value{}, valueErr("math domain error")
		}
		return Float(f(x)), nil
	})
}

// finite functions overflow instead of answering infinity.
func finite(f func(float64) float64) builtinFunc {
	return unaryFunc(func(m *machine, v Value) (Value, error) {
		x, err := m.real(v)
		if err != nil {
			return Value{}, err
		}
		r := f(x)
		if math.IsInf(r, 0) && !math.IsInf(x, 0) {
			return Value{}, raise("OverflowError", "math range error")
		}
		return Float(r), nil
	})
}

func floatTest(f func(float64) bool) builtinFunc {
	return unaryFunc(func(m *machine, v Value) (Value, error) {
		x, err := m.real(v)
		return Bool(f(x)), err
	})
}

func floatFunc2(f func(x, y float64) (float64, error)) builtinFunc {
	return func(m *machine, a *args) (Value, error) {
		if err := a.done(2, 2); err != nil {
			return Value{}, err
		}
		x, err := m.real(a.pos[0])
		if err != nil {
			return Value{}, err
		}
		y, err := m.real(a.pos[1])
		if err != nil {
			return Value{}, err
		}
		r, err := f(x, y)
		return Float(r), err
	}
}

func toInteger(f func(float64) float64) builtinFunc {
	return unaryFunc(func(m *machine, v Value) (Value, error) {
		if v.isInt() {
			return BigInt(v.big()), nil
		}
		x, err := m.real(v)
		if err != nil {
			return Value{}, err
		}
		if _, err := truncate(x); err != nil {
			return Value{}, err
		}
		return truncate(f(x))
	})
}

func hypot(m *machine, a *args) (Value, error) {
	r := 0.0
	for _, v := range a.pos {
		x, err := m.real(v)
		if err != nil {
			return Value{}, err
		}
		r = math.Hypot(r, x)
	}
	return Float(r), a.done(0, -1)
}

func isclose(m *machine, a *args) (Value, error) {
	v, err := a.bind(m, 2, opt("a", Value{}), opt("b", Value{}), opt("rel_tol", Float(1e-9)), opt("abs_tol", Float(0)))
	if err != nil || len(a.pos) != 2 {
		return Value{}, errArgs
	}
	var f [4]float64
	for i := range f {
		if f[i], err = m.real(v[i]); err != nil {
			return Value{}, err
		}
	}
	if f[2] < 0 || f[3] < 0 {
		return Value{}, valueErr("tolerances must be non-negative")
	}
	x, y := f[0], f[1]
	if x == y {
		return Bool(true), nil
	}
	if math.IsInf(x, 0) || math.IsInf(y, 0) {
		return Bool(false), nil
	}
	d := math.Abs(x - y)
	return Bool(d <= math.Abs(f[2]*y) || d <= math.Abs(f[2]*x) || d <= f[3]), nil
}

func fsum(m *machine, a *args) (Value, error) {
	if err := a.done(1, 1); err != nil {
		return Value{}, err
	}
	items, err := m.collectIter(a.pos[0])
	if err != nil {
		return Value{}, err
	}
	exact, odd := new(big.Float).SetPrec(2200), 0.0
	for _, v := range items {
		x, err := m.real(v)
		if err != nil {
			return Value{}, err
		}
		if err := m.steps(8); err != nil {
			return Value{}, err
		}
		if x-x != 0 {
			odd += x
			continue
		}
		exact.Add(exact, new(big.Float).SetFloat64(x))
	}
	if odd != 0 {
		return Float(odd), nil
	}
	f, _ := exact.Float64()
	return Float(f), nil
}

func prod(m *machine, a *args) (Value, error) {
	if len(a.pos) != 1 {
		return Value{}, errArgs
	}
	acc := Int(1)
	for _, k := range a.kw {
		if k.name != "start" {
			return Value{}, errArgs
		}
		acc = k.v
	}
	items, err := m.collectIter(a.pos[0])
	if err != nil {
		return Value{}, err
	}
	for _, v := range items {
		if acc, err = m.arith("*", acc, v); err != nil {
			return Value{}, err
		}
	}
	return acc, nil
}

func fold(start int64, f func(a, b *big.Int) *big.Int) builtinFunc {
	return func(m *machine, a *args) (Value, error) {
		acc := big.NewInt(start)
		for _, v := range a.pos {
			x, err := m.force(v)
			if err != nil {
				return Value{}, err
			}
			if !x.isInt() {
				return Value{}, errArgs
			}
			if acc.BitLen()+x.big().BitLen() > maxIntBits/8 {
				return Value{}, errMemory
			}
			if err := m.steps((acc.BitLen() + x.big().BitLen()) / 8); err != nil {
				return Value{}, err
			}
			acc = f(acc, new(big.Int).Abs(x.big()))
		}
		return BigInt(acc), a.done(0, -1)
	}
}

func choose(m *machine, a *args, ordered bool) (Value, error) {
	lo := 2
	if ordered {
		lo = 1
	}
	if err := a.done(lo, 2); err != nil {
		return Value{}, err
	}
	n, err := m.index(a.pos[0])
	if err != nil {
		return Value{}, err
	}
	k := n
	if len(a.pos) == 2 && a.pos[1].kind != KindNone {
		if k, err = m.index(a.pos[1]); err != nil {
			return Value{}, err
		}
	}
	if n < 0 || k < 0 {
		return Value{}, valueErr("arguments must be non-negative integers")
	}
	if k > n {
		return Int(0), nil
	}
	if !ordered {
		k = min(k, n-k)
	}
	if k > 2000 {
		return Value{}, errMemory
	}
	if err := m.steps(int(k) * 8); err != nil {
		return Value{}, err
	}
	if k == 0 {
		return Int(1), nil
	}
	if ordered {
		return BigInt(new(big.Int).MulRange(n-k+1, n)), nil
	}
	return BigInt(new(big.Int).Binomial(n, k)), nil
}

const (
	asciiLower = "abcdefghijklmnopqrstuvwxyz"
	asciiUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits     = "0123456789"
	punct      = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	whitespace = " \t\n\r\v\f"
)

func makeStringModule() *module {
	return &module{
		name: "string",
		consts: map[string]Value{
			"ascii_lowercase": Str(asciiLower), "ascii_uppercase": Str(asciiUpper), "ascii_letters": Str(asciiLower + asciiUpper),
			"digits": Str(digits), "hexdigits": Str(digits + "abcdefABCDEF"), "octdigits": Str("01234567"), "punctuation": Str(punct),
			"whitespace": Str(whitespace), "printable": Str(digits + asciiLower + asciiUpper + punct + whitespace),
		},
		funcs: map[string]builtinFunc{
			"capwords": func(m *machine, a *args) (Value, error) {
				v, err := a.bind(m, 1, opt("s", Value{}), opt("sep", Value{}))
				if err != nil {
					return Value{}, err
				}
				if v[0].kind != KindStr || v[1].kind != KindNone {
					return Value{}, errArgs
				}
				if err := m.alloc(2 * len(v[0].str)); err != nil {
					return Value{}, err
				}
				words := splitSpace(v[0].str, 1<<30, false)
				out := ""
				for i, w := range words {
					if i > 0 {
						out += " "
					}
					out += capitalized(w)
				}
				return Str(out), nil
			},
		},
	}
}

// randomModule has the functions whose answers depend on nothing but chance.
func makeRandomModule() *module {
	return &module{
		name: "random",
		funcs: map[string]builtinFunc{
			"random": func(_ *machine, a *args) (Value, error) { return Float(rand.Float64()), a.done(0, 0) },
			"uniform": floatFunc2(func(x, y float64) (float64, error) {
				return x + (y-x)*rand.Float64(), nil
			}),
			"randint": func(m *machine, a *args) (Value, error) {
				if err := a.done(2, 2); err != nil {
					return Value{}, err
				}
				lo, err := m.index(a.pos[0])
				if err != nil {
					return Value{}, err
				}
				hi, err := m.index(a.pos[1])
				if err != nil {
					return Value{}, err
				}
				if hi < lo || hi-lo < 0 || hi-lo == math.MaxInt64 {
					return Value{}, valueErr("empty range for randrange()")
				}
				return Int(lo + rand.Int64N(hi-lo+1)), nil
			},
			"choice": unaryFunc(func(m *machine, v Value) (Value, error) {
				f, err := m.force(v)
				if err != nil {
					return Value{}, err
				}
				n := m.lengthOf(f)
				if n <= 0 {
					return Value{}, errNoIndex
				}
				return m.getitem(v, Int(int64(rand.IntN(n))))
			}),
		},
	}
}
