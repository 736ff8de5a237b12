package aimql

import (
	"math"
	"math/big"
)

// Logarithms are computed with more bits than the result has, so that
// math.log10(1e-4) is -4.0 exactly, as with a good C library.

const logBits = 120

func bigConst(s string) *big.Float {
	f, _, err := big.ParseFloat(s, 10, logBits, big.ToNearestEven)
	if err != nil {
		return new(big.Float)
	}
	return f
}

var (
	ln1  = big.NewFloat(1) // divides by nothing: the natural logarithm
	ln2  = bigConst("0.693147180559945309417232121458176568075500134360255254")
	ln10 = bigConst("2.302585092994045684017991454684364207601101488628772976")
)

// naturalLog is log(x), x > 0: with x = m 2^e and m near 1, it is
// e log(2) + 2 atanh((m-1)/(m+1)).
func naturalLog(x *big.Float) *big.Float {
	m := new(big.Float).SetPrec(logBits)
	e := x.MantExp(m)
	if f, _ := m.Float64(); f < math.Sqrt2/2 {
		m.SetMantExp(m, 1)
		e--
	}
	one := big.NewFloat(1)
	z := new(big.Float).SetPrec(logBits).Quo(new(big.Float).SetPrec(logBits).Sub(m, one), new(big.Float).SetPrec(logBits).Add(m, one))
	sum, power := new(big.Float).SetPrec(logBits), new(big.Float).SetPrec(logBits).Copy(z)
	square := new(big.Float).SetPrec(logBits).Mul(z, z)
	for k := int64(1); k < 60 && power.Sign() != 0; k += 2 {
		sum.Add(sum, new(big.Float).SetPrec(logBits).Quo(power, new(big.Float).SetInt64(k)))
		power.Mul(power, square)
	}
	sum.Mul(sum, big.NewFloat(2))
	return sum.Add(sum, new(big.Float).SetPrec(logBits).Mul(new(big.Float).SetInt64(int64(e)), ln2))
}

// logOf is the logarithm of a number to the base whose natural logarithm is given.
func logOf(m *machine, v Value, base *big.Float) (float64, error) {
	if err := m.steps(8); err != nil {
		return 0, err
	}
	x := new(big.Float).SetPrec(logBits)
	if v.isBig() {
		if v.big().Sign() < 0 {
			return 0, valueErr("math domain error")
		}
		x.SetInt(v.big())
	} else {
		f, err := m.real(v)
		switch {
		case err != nil:
			return 0, err
		case f != f || math.IsInf(f, 1):
			return f, nil
		case f <= 0:
			return 0, valueErr("math domain error")
		}
		x.SetFloat64(f)
	}
	f, _ := x.Quo(naturalLog(x), base).Float64()
	return f, nil
}

func logBase(base *big.Float) builtinFunc {
	return unaryFunc(func(m *machine, v Value) (Value, error) {
		r, err := logOf(m, v, base)
		return Float(r), err
	})
}

func mathLog(m *machine, a *args) (Value, error) {
	if err := a.done(1, 2); err != nil {
		return Value{}, err
	}
	x, err := logOf(m, a.pos[0], ln1)
	if err != nil || len(a.pos) == 1 {
		return Float(x), err
	}
	y, err := logOf(m, a.pos[1], ln1)
	if err != nil {
		return Value{}, err
	}
	return floatArith("/", x, y)
}
