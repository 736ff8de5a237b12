package aimql

import (
	"math"
)

func toComplex(v Value) (complex128, error) {
	if v.kind == KindComplex {
		return v.complex(), nil
	}
	f, err := toFloat(v)
	return complex(f, 0), err
}

func complexArith(op string, a, b Value) (Value, error) {
	x, err := toComplex(a)
	if err != nil {
		return Value{}, err
	}
	y, err := toComplex(b)
	if err != nil {
		return Value{}, err
	}
	switch op {
	case "+":
		return Complex(x + y), nil
	case "-":
		return Complex(x - y), nil
	case "*":
		return Complex(x * y), nil
	case "/":
		if y == 0 {
			return Value{}, errZeroDiv
		}
		return Complex(x / y), nil
	case "**":
		if y == 0 {
			return Complex(1), nil
		}
		if x == 0 {
			if real(y) < 0 || imag(y) != 0 {
				return Value{}, errZeroDiv
			}
			return Complex(0), nil
		}
		if imag(y) == 0 && real(y) == math.Trunc(real(y)) && math.Abs(real(y)) <= 100 {
			return Complex(complexIntPow(x, int(real(y)))), nil
		}
		return Complex(complexPow(x, y)), nil
	}
	return Value{}, errOperands
}

// complexPow works in polar form, with the steps in CPython's order.
func complexPow(x, y complex128) complex128 {
	r, at := math.Hypot(real(x), imag(x)), math.Atan2(imag(x), real(x))
	length, phase := math.Pow(r, real(y)), at*real(y)
	if imag(y) != 0 {
		length *= math.Exp(-at * imag(y))
		phase += imag(y) * math.Log(r)
	}
	return complex(length*math.Cos(phase), length*math.Sin(phase))
}

func complexIntPow(x complex128, n int) complex128 {
	if n < 0 {
		return 1 / complexIntPow(x, -n)
	}
	r := complex128(1)
	for p := x; n > 0; n >>= 1 {
		if n&1 != 0 {
			r *= p
		}
		p *= p
	}
	return r
}
