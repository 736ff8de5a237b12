package aimql

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"
)

// percent is format % args of str and bytes.
func (m *machine) percent(format, arg Value) (Value, error) {
	if format.kind == KindBytes {
		return Value{}, typeErr("formatting of bytes is not supported")
	}
	args := []Value{arg}
	if arg.kind == KindTuple {
		args = arg.items()
	}
	used, mapped := 0, false
	next := func() (Value, error) {
		if used >= len(args) {
			return Value{}, typeErr("not enough arguments for format string")
		}
		used++
		return args[used-1], nil
	}
	var b strings.Builder
	s := format.str
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		i++
		f := formatSpec{fill: " ", precision: -1, align: '>'}
		var named Value
		has := false
		if i < len(s) && s[i] == '(' {
			end := matchParen(s[i:])
			if end < 0 {
				return Value{}, valueErr("incomplete format key")
			}
			v, err := m.getitem(arg, Str(s[i+1:i+end]))
			if arg.kind != KindDict {
				err = typeErr("format requires a mapping")
			}
			if err != nil {
				return Value{}, err
			}
			named, has, mapped = v, true, true
			i += end + 1
		}
	flags:
		for ; i < len(s); i++ {
			switch s[i] {
			case '-':
				f.align = '<'
			case '+':
				f.sign = '+'
			case ' ':
				if f.sign == 0 {
					f.sign = ' '
				}
			case '#':
				f.alt = true
			case '0':
				f.zero = true
			default:
				break flags
			}
		}
		number := func() (int, error) {
			if i < len(s) && s[i] == '*' {
				i++
				v, err := next()
				if err != nil {
					return 0, err
				}
				n, err := m.index(v)
				if err != nil || v.kind == KindProxy {
					return 0, typeErr("* wants int")
				}
				return int(min(max(n, -maxFormatWidth-1), maxFormatWidth+1)), nil
			}
			n := 0
			for ; i < len(s) && isDigit(s[i]); i++ {
				n = min(n*10+int(s[i]-'0'), maxFormatWidth+1)
			}
			return n, nil
		}
		var err error
		if f.width, err = number(); err != nil {
			return Value{}, err
		}
		if f.width < 0 {
			f.align, f.width = '<', -f.width
		}
		if i < len(s) && s[i] == '.' {
			i++
			if f.precision, err = number(); err != nil {
				return Value{}, err
			}
			f.precision = max(f.precision, 0)
		}
		if f.width > maxFormatWidth || f.precision > maxFormatWidth {
			return Value{}, errMemory
		}
		for i < len(s) && (s[i] == 'h' || s[i] == 'l' || s[i] == 'L') {
			i++
		}
		if i >= len(s) {
			return Value{}, valueErr("incomplete format")
		}
		f.typ = s[i]
		if f.typ == '%' {
			b.WriteByte('%')
			continue
		}
		v := named
		if !has {
			if v, err = next(); err != nil {
				return Value{}, err
			}
		}
		if err := m.alloc(4*f.width + f.precision + 16); err != nil {
			return Value{}, err
		}
		t, err := m.percentOne(v, f)
		if err != nil {
			return Value{}, err
		}
		b.WriteString(t)
	}
	if used < len(args) && !mapped && !subscriptable(arg) {
		return Value{}, typeErr("not all arguments converted during string formatting")
	}
	return Str(b.String()), m.alloc(b.Len())
}

// subscriptable arguments count as mappings, which may be left unused.
func subscriptable(v Value) bool {
	switch v.kind {
	case KindDict, KindList, KindBytes, KindRange, KindProxy:
		return true
	}
	return false
}

func matchParen(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func (m *machine) percentOne(v Value, f formatSpec) (string, error) {
	zeroFill := func() {
		if f.zero && f.align != '<' {
			f.fill, f.align = "0", '='
		}
	}
	switch f.typ {
	case 's', 'r', 'a':
		c, err := m.convert(v, f.typ)
		if err != nil {
			return "", err
		}
		s := c.str
		if f.precision >= 0 && strLen(s) > f.precision {
			s = s[:byteAt(Str(s), f.precision)]
		}
		return f.pad("", s, '>'), nil
	case 'c':
		x, err := m.force(v)
		if err != nil {
			return "", err
		}
		if v.kind == KindStr && strLen(v.str) == 1 {
			return f.pad("", v.str, '>'), nil
		}
		if !x.isInt() {
			return "", typeErr("%%c requires int or char")
		}
		if x.isBig() || x.int() < 0 || x.int() > utf8.MaxRune {
			return "", raise("OverflowError", "%%c arg not in range(0x110000)")
		}
		return f.pad("", runeText(rune(x.int())), '>'), nil
	}
	x, err := m.force(v)
	if err != nil {
		return "", err
	}
	switch f.typ {
	case 'd', 'i', 'u', 'x', 'X', 'o':
		if x.kind == KindFloat && strings.IndexByte("diu", f.typ) >= 0 {
			if x, err = truncate(x.float()); err != nil {
				return "", err
			}
		}
		if v.kind == KindProxy && x.kind == KindStr && strings.IndexByte("diu", f.typ) >= 0 {
			n, ok := parseInt(x.str, 10)
			if !ok {
				return "", valueErr("invalid literal for int()")
			}
			x = n
		}
		if !x.isInt() {
			return "", typeErr("%%%c format: a real number is required", f.typ)
		}
		base, prefix := 10, ""
		switch f.typ {
		case 'x':
			base, prefix = 16, "0x"
		case 'X':
			base, prefix = 16, "0X"
		case 'o':
			base, prefix = 8, "0o"
		}
		b := x.big()
		if _, err := intText(x); base == 10 && err != nil {
			return "", err
		}
		digits := new(big.Int).Abs(b).Text(base)
		if f.typ == 'X' {
			digits = strings.ToUpper(digits)
		}
		if n := f.precision - len(digits); n > 0 {
			digits = strings.Repeat("0", n) + digits
		}
		sign := f.signOf(b.Sign() < 0)
		if f.alt {
			sign += prefix
		}
		zeroFill()
		return f.pad(sign, digits, '>'), nil
	case 'e', 'E', 'f', 'F', 'g', 'G':
		if v.kind == KindProxy && x.kind == KindStr {
			n, ok := parseFloat(x.str)
			if !ok {
				return "", valueErr("could not convert string to float")
			}
			x = Float(n)
		}
		if !x.isNumber() {
			return "", typeErr("must be real number")
		}
		n, err := toFloat(x)
		if err != nil {
			return "", err
		}
		zeroFill()
		return f.pad(f.signOf(math.Signbit(n) && n == n), floatText(math.Abs(n), f.typ, f.precision, f.alt), '>'), nil
	}
	return "", valueErr("unsupported format character '%c'", f.typ)
}

// truncate is int(x).
func truncate(x float64) (Value, error) {
	if x != x {
		return Value{}, valueErr("cannot convert float NaN to integer")
	}
	if math.IsInf(x, 0) {
		return Value{}, raise("OverflowError", "cannot convert float infinity to integer")
	}
	if math.Abs(x) < 1<<62 {
		return Int(int64(x)), nil
	}
	b, _ := big.NewFloat(x).Int(nil)
	return BigInt(b), nil
}
