package aimql

import (
	"math"
	"math/big"
	"strings"
)

// typeObj is a class.
type typeObj struct {
	name      string
	base      *typeObj
	construct builtinFunc
	methods   map[string]method
	kind      ValueKind // of its instances, for methods reached through the class
	statics   map[string]builtinFunc
	consts    map[string]Value
}

func (t *typeObj) qualified() string {
	if t.kind == KindDateTime || t.kind == KindTimeDelta {
		return "datetime." + t.name
	}
	return t.name
}

var kindNames = [...]string{
	KindNone: "NoneType", KindBool: "bool", KindInt: "int", KindFloat: "float", KindStr: "str", KindBytes: "bytes", KindList: "list",
	KindDict: "dict", KindTuple: "tuple", KindObject: "object", KindComplex: "complex", KindSet: "set", KindRange: "range",
	KindSlice: "slice", KindEllipsis: "ellipsis", KindDateTime: "datetime", KindDate: "date", KindTime: "time",
	KindTimeDelta: "timedelta", KindSafeNone: "SafeNone", KindUndefined: "Undefined", KindProxy: "AimObjectProxy", KindFunc: "function",
	KindIter: "generator", KindType: "type", KindModule: "module", KindRun: "RunView", KindSeq: "SequenceView", KindTree: "TreeView",
	KindMetrics: "MetricsView", KindOpaque: "object",
}

func typeName(v Value) string {
	if v.kind == KindSet && v.dict().frozen {
		return "frozenset"
	}
	return kindNames[v.kind]
}

// attr is a method reached through the class: str.lower.
func (t *typeObj) attr(name string) (Value, error) {
	if v, ok := t.consts[name]; ok {
		return v, nil
	}
	if f, ok := t.statics[name]; ok {
		return funcValue(name, f), nil
	}
	if t == strType && name == "format" { // a plain attribute: the guard looks at instances
		return Value{}, raise("NotImplementedError", "Using format() on a str is not safe.")
	}
	f, ok := t.methods[name]
	if !ok {
		return Value{}, nil
	}
	return funcValue(name, func(m *machine, a *args) (Value, error) {
		if len(a.pos) == 0 || !isInstance(a.pos[0], t) {
			return Value{}, errArgs
		}
		return m.invoke(f, a.pos[0], &args{pos: a.pos[1:], kw: a.kw})
	}), nil
}

// isInstance tells whether v, no proxy, is of type t.
func isInstance(v Value, t *typeObj) bool {
	switch {
	case t == objectType:
		return true
	case t == intType:
		return v.isInt()
	case t == setType || t == frozensetType:
		return v.kind == KindSet && v.dict().frozen == (t == frozensetType)
	case v.kind == KindOpaque && isExceptionName(v.str):
		e, _ := builtins[v.str].obj.(*typeObj)
		return isSubtype(e, t)
	}
	return v.kind == t.kind && t.kind != KindNone
}

func isSubtype(t, base *typeObj) bool {
	for ; t != nil; t = t.base {
		if t == base {
			return true
		}
	}
	return false
}

// classInfo flattens the second argument of isinstance and issubclass.
func classInfo(v Value, out []*typeObj, depth int) ([]*typeObj, error) {
	switch {
	case v.kind == KindType:
		return append(out, v.obj.(*typeObj)), nil
	case v.kind == KindTuple && depth < 20:
		var err error
		for _, x := range v.items() {
			if out, err = classInfo(x, out, depth+1); err != nil {
				return nil, err
			}
			if len(out) > 1000 {
				return nil, errMemory
			}
		}
		return out, nil
	}
	return nil, typeErr("isinstance() arg 2 must be a type, a tuple of types, or a union")
}

func isinstance(m *machine, a *args) (Value, error) {
	if err := a.done(2, 2); err != nil {
		return Value{}, err
	}
	v, err := m.force(a.pos[0])
	if err != nil {
		return Value{}, err
	}
	// Python looks at the tuple in order and stops at the first that fits.
	classes := []Value{a.pos[1]}
	if a.pos[1].kind == KindTuple {
		classes = a.pos[1].items()
	}
	for _, c := range classes {
		types, err := classInfo(c, nil, 0)
		if err != nil {
			return Value{}, err
		}
		for _, t := range types {
			if isInstance(v, t) {
				return Bool(true), nil
			}
		}
	}
	return Bool(false), nil
}

func issubclass(_ *machine, a *args) (Value, error) {
	if err := a.done(2, 2); err != nil {
		return Value{}, err
	}
	if a.pos[0].kind != KindType {
		return Value{}, typeErr("issubclass() arg 1 must be a class")
	}
	types, err := classInfo(a.pos[1], nil, 0)
	if err != nil {
		return Value{}, err
	}
	for _, t := range types {
		if isSubtype(a.pos[0].obj.(*typeObj), t) {
			return Bool(true), nil
		}
	}
	return Bool(false), nil
}

func newInt(m *machine, a *args) (Value, error) {
	if len(a.pos) > 2 {
		return Value{}, errArgs
	}
	base := Value{kind: KindEllipsis}
	if len(a.pos) == 2 {
		base = a.pos[1]
	}
	for _, k := range a.kw {
		if k.name != "base" || base.kind != KindEllipsis {
			return Value{}, errArgs
		}
		base = k.v
	}
	if len(a.pos) == 0 {
		if base.kind != KindEllipsis {
			return Value{}, errArgs
		}
		return Int(0), nil
	}
	v, err := m.force(a.pos[0])
	if err != nil {
		return Value{}, err
	}
	b := int64(10)
	if base.kind != KindEllipsis {
		if b, err = m.index(base); err != nil {
			return Value{}, err
		}
		if b != 0 && (b < 2 || b > 36) {
			return Value{}, valueErr("int() base must be >= 2 and <= 36, or 0")
		}
		if a.pos[0].kind != KindStr && a.pos[0].kind != KindBytes {
			return Value{}, typeErr("int() can't convert non-string with explicit base")
		}
	}
	switch {
	case v.isInt():
		return BigInt(v.big()), nil
	case v.kind == KindFloat:
		return truncate(v.float())
	case v.kind == KindStr || v.kind == KindBytes:
		if err := m.steps(len(v.str)); err != nil {
			return Value{}, err
		}
		if n, ok := parseInt(v.str, int(b)); ok {
			return n, nil
		}
		return Value{}, valueErr("invalid literal for int() with base %d", b)
	}
	return Value{}, typeErr("int() argument must be a string, a bytes-like object or a real number")
}

func newBool(m *machine, a *args) (Value, error) {
	if err := a.done(0, 1); err != nil || len(a.pos) == 0 {
		return Bool(false), err
	}
	t, err := m.truth(a.pos[0])
	return Bool(t), err
}

func newFloat(m *machine, a *args) (Value, error) {
	if err := a.done(0, 1); err != nil || len(a.pos) == 0 {
		return Float(0), err
	}
	v, err := m.force(a.pos[0])
	if err != nil {
		return Value{}, err
	}
	switch {
	case v.isNumber():
		f, err := toFloat(v)
		return Float(f), err
	case v.kind == KindStr || v.kind == KindBytes:
		if f, ok := parseFloat(v.str); ok {
			return Float(f), m.steps(len(v.str) / 16)
		}
		return Value{}, valueErr("could not convert string to float")
	}
	return Value{}, typeErr("float() argument must be a string or a real number")
}

func newComplex(m *machine, a *args) (Value, error) {
	v, err := a.bind(m, 0, opt("real", Int(0)), opt("imag", Int(0)))
	if err != nil {
		return Value{}, err
	}
	x, y, err := m.force2(v[0], v[1])
	if err != nil {
		return Value{}, err
	}
	if x.kind == KindStr && len(a.pos)+len(a.kw) == 1 {
		return parseComplex(x.str)
	}
	if !x.isNumber() && x.kind != KindComplex || !y.isNumber() && y.kind != KindComplex {
		return Value{}, typeErr("complex() argument must be a number")
	}
	re, err := toComplex(x)
	if err != nil {
		return Value{}, err
	}
	im, err := toComplex(y)
	return Complex(complex(real(re)-imag(im), imag(re)+real(im))), err
}

func parseComplex(s string) (Value, error) {
	bad := valueErr("complex() arg is a malformed string")
	s = strings.TrimFunc(s, isSpace)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = strings.TrimFunc(s[1:len(s)-1], isSpace)
	}
	if s == "" {
		return Value{}, bad
	}
	if c := s[len(s)-1] | 32; c != 'j' {
		f, ok := parseFloat(s)
		if !ok {
			return Value{}, bad
		}
		return Complex(complex(f, 0)), nil
	}
	s = s[:len(s)-1]
	cut := 0
	for i := len(s) - 1; i > 0; i-- {
		if (s[i] == '+' || s[i] == '-') && s[i-1]|32 != 'e' {
			cut = i
			break
		}
	}
	re, im := 0.0, s[cut:]
	if cut > 0 {
		f, ok := parseFloat(s[:cut])
		if !ok {
			return Value{}, bad
		}
		re = f
	}
	switch im {
	case "", "+":
		return Complex(complex(re, 1)), nil
	case "-":
		return Complex(complex(re, -1)), nil
	}
	f, ok := parseFloat(im)
	if !ok {
		return Value{}, bad
	}
	return Complex(complex(re, f)), nil
}

func newStr(m *machine, a *args) (Value, error) {
	if len(a.pos) == 0 && len(a.kw) == 0 {
		return Str(""), nil
	}
	v, err := a.bind(m, 1, opt("object", Value{}), opt("encoding", Value{}), opt("errors", Value{}))
	if err != nil {
		return Value{}, err
	}
	if v[1].kind != KindNone || v[2].kind != KindNone {
		b := v[0]
		if b.kind != KindBytes {
			return Value{}, typeErr("decoding to str: need a bytes-like object")
		}
		rest := &args{}
		for i, k := range []string{"encoding", "errors"} {
			if v[i+1].kind != KindNone {
				rest.kw = append(rest.kw, kwarg{k, v[i+1]})
			}
		}
		return bytesMethods["decode"](m, b, rest)
	}
	s, err := m.str(v[0])
	return Str(s), err
}

func newSet(frozen bool) builtinFunc {
	return func(m *machine, a *args) (Value, error) {
		if err := a.done(0, 1); err != nil {
			return Value{}, err
		}
		if len(a.pos) == 0 {
			return m.setFrom(nil, frozen)
		}
		return m.makeSet(a.pos[0], frozen)
	}
}

func newSlice(_ *machine, a *args) (Value, error) {
	if err := a.done(1, 3); err != nil {
		return Value{}, err
	}
	s := &sliceObj{}
	switch len(a.pos) {
	case 1:
		s.hi = a.pos[0]
	case 2:
		s.lo, s.hi = a.pos[0], a.pos[1]
	default:
		s.lo, s.hi, s.step = a.pos[0], a.pos[1], a.pos[2]
	}
	return Value{kind: KindSlice, obj: s}, nil
}

func makeIntMethods() map[string]method {
	return map[string]method{
		"bit_length": noArgs(func(v Value) (Value, error) { return Int(int64(v.big().BitLen())), nil }),
		"bit_count": noArgs(func(v Value) (Value, error) {
			n := 0
			for _, w := range new(big.Int).Abs(v.big()).Bits() {
				for ; w != 0; w &= w - 1 {
					n++
				}
			}
			return Int(int64(n)), nil
		}),
		"conjugate":        noArgs(func(v Value) (Value, error) { return BigInt(v.big()), nil }),
		"as_integer_ratio": noArgs(func(v Value) (Value, error) { return Tuple(BigInt(v.big()), Int(1)), nil }),
	}
}

func makeFloatMethods() map[string]method {
	return map[string]method{
		"is_integer": noArgs(func(v Value) (Value, error) {
			f := v.float()
			return Bool(f == math.Trunc(f) && !math.IsInf(f, 0)), nil
		}),
		"conjugate": noArgs(func(v Value) (Value, error) { return v, nil }),
		"as_integer_ratio": noArgs(func(v Value) (Value, error) {
			r := new(big.Rat)
			if r.SetFloat64(v.float()) == nil {
				return Value{}, raise("OverflowError", "cannot convert to integer ratio")
			}
			return Tuple(BigInt(r.Num()), BigInt(r.Denom())), nil
		}),
		"hex": noArgs(func(v Value) (Value, error) { return Str(floatHex(v.float())), nil }),
	}
}

func floatHex(f float64) string {
	if f != f || math.IsInf(f, 0) {
		return floatRepr(f)
	}
	sign := ""
	if math.Signbit(f) {
		sign = "-"
		f = -f
	}
	if f == 0 {
		return sign + "0x0.0p+0"
	}
	bits := math.Float64bits(f)
	exp, mant := int(bits>>52)-1023, bits&(1<<52-1)
	lead := "1"
	if exp == -1023 {
		lead, exp = "0", -1022
	}
	h := big.NewInt(int64(mant)).Text(16)
	e := big.NewInt(int64(exp)).Text(10)
	if exp >= 0 {
		e = "+" + e
	}
	return sign + "0x" + lead + "." + strings.Repeat("0", 13-len(h)) + h + "p" + e
}

func makeFloatStatics() map[string]builtinFunc {
	return map[string]builtinFunc{
		"fromhex": func(_ *machine, a *args) (Value, error) {
			return Value{}, raise("NotImplementedError", "float.fromhex is not supported")
		},
	}
}

func makeComplexMethods() map[string]method {
	return map[string]method{
		"conjugate": noArgs(func(v Value) (Value, error) { return Complex(complex(real(v.complex()), -imag(v.complex()))), nil }),
	}
}
