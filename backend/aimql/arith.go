package aimql

import (
	"math"
	"math/big"
	"math/bits"
	"strings"
)

const (
	maxIntDigits = 4300
	maxIntBits   = 1 << 20 // an integer result beyond this is refused
)

// arith evaluates a binary operator on two values, proxies included.
func (m *machine) arith(op string, a, b Value) (Value, error) {
	a, b, err := m.force2(a, b)
	if err != nil {
		return Value{}, err
	}
	if a.isNumber() && b.isNumber() {
		return m.numeric(op, a, b)
	}
	if (a.kind == KindComplex || b.kind == KindComplex) && (a.isNumber() || a.kind == KindComplex) && (b.isNumber() || b.kind == KindComplex) {
		return complexArith(op, a, b)
	}
	switch op {
	case "+":
		return m.concat(a, b)
	case "*":
		if v, ok, err := m.repeat(a, b); ok {
			return v, err
		}
		if v, ok, err := m.repeat(b, a); ok {
			return v, err
		}
	case "%":
		if a.kind == KindStr || a.kind == KindBytes {
			return m.percent(a, b)
		}
	case "-", "|", "&", "^":
		if v, ok, err := m.setArith(op, a, b); ok {
			return v, err
		}
	}
	return timeArith(op, a, b)
}

func (m *machine) concat(a, b Value) (Value, error) {
	if a.kind != b.kind {
		return timeArith("+", a, b)
	}
	switch a.kind {
	case KindStr, KindBytes:
		if err := m.alloc(len(a.str) + len(b.str)); err != nil {
			return Value{}, err
		}
		return Value{kind: a.kind, str: a.str + b.str}, nil
	case KindList, KindTuple:
		x, y := a.items(), b.items()
		if err := m.allocValues(len(x) + len(y)); err != nil {
			return Value{}, err
		}
		out := append(append(make([]Value, 0, len(x)+len(y)), x...), y...)
		return Value{kind: a.kind, obj: &list{items: out}}, nil
	}
	return timeArith("+", a, b)
}

func (m *machine) repeat(a, b Value) (Value, bool, error) {
	switch a.kind {
	case KindStr, KindBytes, KindList, KindTuple:
	default:
		return Value{}, false, nil
	}
	if !b.isInt() {
		return Value{}, false, nil
	}
	if b.isBig() {
		if b.big().Sign() > 0 {
			return Value{}, true, errOverflow
		}
		b = Int(0)
	}
	n := max(b.int(), 0)
	size := len(a.str)
	if a.kind == KindList || a.kind == KindTuple {
		size = len(a.items()) * valueBytes
	}
	if size == 0 {
		n = 0
	}
	if n > 0 && int64(size) > math.MaxInt64/n {
		return Value{}, true, errMemory
	}
	if err := m.alloc64(int64(size) * n); err != nil {
		return Value{}, true, err
	}
	if a.kind == KindStr || a.kind == KindBytes {
		return Value{kind: a.kind, str: strings.Repeat(a.str, int(n))}, true, nil
	}
	items := a.items()
	out := make([]Value, 0, len(items)*int(n))
	for i := int64(0); i < n; i++ {
		out = append(out, items...)
	}
	return Value{kind: a.kind, obj: &list{items: out}}, true, nil
}

func (m *machine) numeric(op string, a, b Value) (Value, error) {
	if a.kind == KindFloat || b.kind == KindFloat {
		x, err := toFloat(a)
		if err != nil {
			return Value{}, err
		}
		y, err := toFloat(b)
		if err != nil {
			return Value{}, err
		}
		return floatArith(op, x, y)
	}
	if !a.isBig() && !b.isBig() {
		if v, ok, err := smallArith(op, a, b); ok {
			return v, err
		}
	}
	return m.bigArith(op, a, b)
}

// toFloat converts as Python does when an int meets a float: it raises when the
// int is too large. int64 values round to nearest even.
func toFloat(v Value) (float64, error) {
	switch {
	case v.kind == KindFloat:
		return v.float(), nil
	case v.isBig():
		f, _ := new(big.Float).SetInt(v.big()).Float64()
		if math.IsInf(f, 0) {
			return 0, raise("OverflowError", "int too large to convert to float")
		}
		return f, nil
	}
	return float64(v.int()), nil
}

func floatArith(op string, x, y float64) (Value, error) {
	switch op {
	case "+":
		return Float(x + y), nil
	case "-":
		return Float(x - y), nil
	case "*":
		return Float(x * y), nil
	case "/":
		if y == 0 {
			return Value{}, errZeroDiv
		}
		return Float(x / y), nil
	case "//", "%":
		if y == 0 {
			return Value{}, errZeroDiv
		}
		q, r := floatDivMod(x, y)
		if op == "%" {
			return Float(r), nil
		}
		return Float(q), nil
	case "**":
		return floatPow(x, y)
	}
	return Value{}, errOperands
}

// floatDivMod is Python's divmod: the remainder has the sign of y.
func floatDivMod(x, y float64) (q, r float64) {
	r = math.Mod(x, y)
	q = (x - r) / y
	if r != 0 {
		if (y < 0) != (r < 0) {
			r += y
			q--
		}
	} else {
		r = math.Copysign(0, y)
	}
	if q != 0 {
		f := math.Floor(q)
		if q-f > 0.5 {
			f++
		}
		q = f
	} else {
		q = math.Copysign(0, x/y)
	}
	return q, r
}

func floatPow(x, y float64) (Value, error) {
	if x == 0 && y < 0 {
		return Value{}, raise("ZeroDivisionError", "0.0 cannot be raised to a negative power")
	}
	if x < 0 && y != math.Trunc(y) && !math.IsInf(x, 0) && !math.IsInf(y, 0) && y == y {
		return Complex(complexPow(complex(x, 0), complex(y, 0))), nil
	}
	r := math.Pow(x, y)
	if math.IsInf(r, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		return Value{}, errOverflow
	}
	return Float(r), nil
}

// smallArith works on int64; ok is false when the result may not fit.
func smallArith(op string, a, b Value) (Value, bool, error) {
	x, y := a.int(), b.int()
	bools := a.kind == KindBool && b.kind == KindBool
	switch op {
	case "+":
		s := x + y
		if (s > x) == (y > 0) {
			return Int(s), true, nil
		}
	case "-":
		s := x - y
		if (s < x) == (y > 0) {
			return Int(s), true, nil
		}
	case "*":
		if x == 0 || y == 0 {
			return Int(0), true, nil
		}
		hi, lo := bits.Mul64(abs64(x), abs64(y))
		if hi == 0 && lo <= math.MaxInt64 {
			if (x < 0) != (y < 0) {
				return Int(-int64(lo)), true, nil
			}
			return Int(int64(lo)), true, nil
		}
	case "/":
		if y == 0 {
			return Value{}, true, errZeroDiv
		}
		if abs64(x) < 1<<53 && abs64(y) < 1<<53 {
			return Float(float64(x) / float64(y)), true, nil
		}
	case "//", "%":
		if y == 0 {
			return Value{}, true, errZeroDiv
		}
		if x == math.MinInt64 && y == -1 {
			break
		}
		q, r := x/y, x%y
		if r != 0 && (r < 0) != (y < 0) {
			q--
			r += y
		}
		if op == "%" {
			return Int(r), true, nil
		}
		return Int(q), true, nil
	case "&", "|", "^":
		var r int64
		switch op {
		case "&":
			r = x & y
		case "|":
			r = x | y
		default:
			r = x ^ y
		}
		if bools {
			return Bool(r != 0), true, nil
		}
		return Int(r), true, nil
	}
	return Value{}, false, nil
}

func abs64(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

func (m *machine) bigArith(op string, a, b Value) (Value, error) {
	x, y := a.big(), b.big()
	if err := m.steps((x.BitLen() + y.BitLen()) / 64); err != nil {
		return Value{}, err
	}
	z := new(big.Int)
	switch op {
	case "+":
		return BigInt(z.Add(x, y)), nil
	case "-":
		return BigInt(z.Sub(x, y)), nil
	case "*":
		n := x.BitLen() + y.BitLen()
		if n > maxIntBits {
			return Value{}, errMemory
		}
		if err := m.steps(n / 64 * (1 + min(x.BitLen(), y.BitLen())/4096)); err != nil {
			return Value{}, err
		}
		return BigInt(z.Mul(x, y)), nil
	case "/":
		if y.Sign() == 0 {
			return Value{}, errZeroDiv
		}
		if x.Sign() == 0 && y.Sign() < 0 {
			return Float(math.Copysign(0, -1)), nil
		}
		f, _ := new(big.Rat).SetFrac(x, y).Float64()
		if math.IsInf(f, 0) {
			return Value{}, errOverflow
		}
		return Float(f), nil
	case "//", "%":
		if y.Sign() == 0 {
			return Value{}, errZeroDiv
		}
		if err := m.steps(x.BitLen() / 64 * (1 + y.BitLen()/4096)); err != nil {
			return Value{}, err
		}
		q, r := bigDivMod(x, y)
		if op == "%" {
			return BigInt(r), nil
		}
		return BigInt(q), nil
	case "**":
		return m.intPow(x, y)
	case "<<", ">>":
		return shift(op, x, y)
	case "&":
		return BigInt(z.And(x, y)), nil
	case "|":
		return BigInt(z.Or(x, y)), nil
	case "^":
		return BigInt(z.Xor(x, y)), nil
	}
	return Value{}, errOperands
}

// bigDivMod rounds towards minus infinity.
func bigDivMod(x, y *big.Int) (q, r *big.Int) {
	q, r = new(big.Int).QuoRem(x, y, new(big.Int))
	if r.Sign() != 0 && (r.Sign() < 0) != (y.Sign() < 0) {
		q.Sub(q, big.NewInt(1))
		r.Add(r, y)
	}
	return q, r
}

func shift(op string, x, y *big.Int) (Value, error) {
	if y.Sign() < 0 {
		return Value{}, valueErr("negative shift count")
	}
	if op == ">>" {
		if !y.IsInt64() || y.Int64() > maxIntBits*2 {
			if x.Sign() < 0 {
				return Int(-1), nil
			}
			return Int(0), nil
		}
		return BigInt(new(big.Int).Rsh(x, uint(y.Int64()))), nil
	}
	if x.Sign() == 0 {
		return Int(0), nil
	}
	if !y.IsInt64() || y.Int64()+int64(x.BitLen()) > maxIntBits {
		return Value{}, errMemory
	}
	return BigInt(new(big.Int).Lsh(x, uint(y.Int64()))), nil
}

func (m *machine) intPow(x, y *big.Int) (Value, error) {
	if y.Sign() < 0 {
		if x.Sign() == 0 {
			return Value{}, raise("ZeroDivisionError", "0.0 cannot be raised to a negative power")
		}
		fx, err := toFloat(BigInt(x))
		if err != nil {
			return Value{}, err
		}
		fy, err := toFloat(BigInt(y))
		if err != nil {
			return Value{}, err
		}
		return floatPow(fx, fy)
	}
	if x.BitLen() <= 1 { // -1, 0, 1
		switch {
		case y.Sign() == 0 || x.Sign() > 0:
			return Int(1), nil
		case x.Sign() == 0:
			return Int(0), nil
		case y.Bit(0) == 0:
			return Int(1), nil
		}
		return Int(-1), nil
	}
	if !y.IsInt64() || y.Int64() > maxIntBits || y.Int64()*int64(x.BitLen()-1) > maxIntBits {
		return Value{}, errMemory
	}
	n := int(y.Int64()) * x.BitLen()
	if err := m.steps(n / 64 * (1 + n/65536)); err != nil {
		return Value{}, err
	}
	return BigInt(new(big.Int).Exp(x, y, nil)), nil
}

// unary evaluates - + ~ on a value.
func (m *machine) unary(op string, v Value) (Value, error) {
	v, err := m.force(v)
	if err != nil {
		return Value{}, err
	}
	switch {
	case v.isInt() && op == "+":
		return BigInt(v.big()), nil
	case v.isInt() && op == "-":
		if !v.isBig() && v.int() != math.MinInt64 {
			return Int(-v.int()), nil
		}
		return BigInt(new(big.Int).Neg(v.big())), nil
	case v.isInt():
		return BigInt(new(big.Int).Not(v.big())), nil
	case v.kind == KindFloat && op == "-":
		return Float(-v.float()), nil
	case (v.kind == KindFloat || v.kind == KindComplex) && op == "+":
		return v, nil
	case v.kind == KindComplex && op == "-":
		return Complex(-v.complex()), nil
	case v.kind == KindTimeDelta && op == "-":
		return timedeltaOf(new(big.Int).Neg(v.obj.(*timedelta).micros()))
	case v.kind == KindTimeDelta && op == "+":
		return v, nil
	}
	return Value{}, typeErr("bad operand type for unary %s", op)
}
