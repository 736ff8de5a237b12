package aimql

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// formatSpec is [[fill]align][sign][z][#][0][width][,][.precision][type].
type formatSpec struct {
	fill      string
	align     byte // '<' '>' '^' '=' or 0
	sign      byte
	alt       bool
	zero      bool // filled with zeros after the sign, because of the flag alone
	negZero   bool // z
	width     int
	group     byte // ',' '_' or 0
	precision int  // -1: none
	typ       byte // 0: none
}

const maxFormatWidth = 1 << 20

func parseSpec(s string) (formatSpec, error) {
	f := formatSpec{fill: " ", precision: -1}
	filled := false
	isAlign := func(c byte) bool { return c == '<' || c == '>' || c == '^' || c == '=' }
	if s != "" {
		n := runeLen(s)
		if len(s) > n && isAlign(s[n]) {
			f.fill, f.align = s[:n], s[n]
			s = s[n+1:]
			filled = true
		} else if isAlign(s[0]) {
			f.align = s[0]
			s = s[1:]
		}
	}
	take := func(c byte) bool {
		if s != "" && s[0] == c {
			s = s[1:]
			return true
		}
		return false
	}
	if s != "" && strings.IndexByte("+- ", s[0]) >= 0 {
		f.sign = s[0]
		s = s[1:]
	}
	f.negZero = take('z')
	f.alt = take('#')
	if !filled && take('0') {
		f.fill = "0"
		if f.align == 0 {
			f.align, f.zero = '=', true
		}
	}
	number := func() (int, bool, error) {
		i := 0
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		if i == 0 {
			return 0, false, nil
		}
		n, err := strconv.Atoi(s[:i])
		s = s[i:]
		if err != nil || n > maxFormatWidth {
			return 0, true, valueErr("Too many decimal digits in format string")
		}
		return n, true, nil
	}
	var err error
	if f.width, _, err = number(); err != nil {
		return f, err
	}
	if s != "" && (s[0] == ',' || s[0] == '_') {
		f.group = s[0]
		s = s[1:]
		if s != "" && (s[0] == ',' || s[0] == '_') {
			return f, valueErr("Cannot specify both ',' and '_'.")
		}
	}
	if take('.') {
		n, ok, err := number()
		if err != nil {
			return f, err
		}
		if !ok {
			return f, valueErr("Format specifier missing precision")
		}
		f.precision = n
	}
	if len(s) > 1 {
		return f, valueErr("Invalid format specifier")
	}
	if s != "" {
		f.typ = s[0]
	}
	return f, nil
}

// format is format(v, spec). A proxy only knows the empty specification, as it
// inherits the plain object's method.
func (m *machine) format(v Value, spec string) (string, error) {
	if spec == "" {
		return m.str(v)
	}
	if v.kind == KindProxy {
		return "", typeErr("unsupported format string passed to AimObjectProxy.__format__")
	}
	if v.kind == KindDateTime || v.kind == KindDate || v.kind == KindTime {
		return formatTime(clock(v), spec)
	}
	f, err := parseSpec(spec)
	if err != nil {
		return "", err
	}
	if err := m.alloc(4*f.width + max(f.precision, 0)); err != nil {
		return "", err
	}
	switch v.kind {
	case KindStr:
		return formatStr(v.str, f)
	case KindInt, KindBool:
		return formatInt(v, f)
	case KindFloat:
		return formatFloat(v.float(), f)
	}
	return "", typeErr("unsupported format string passed to %s.__format__", typeName(v))
}

func (f formatSpec) pad(sign, body string, fallback byte) string {
	n := f.width - strLen(sign) - strLen(body)
	if n <= 0 {
		return sign + body
	}
	align := f.align
	if align == 0 {
		align = fallback
	}
	switch align {
	case '<':
		return sign + body + strings.Repeat(f.fill, n)
	case '^':
		return strings.Repeat(f.fill, n/2) + sign + body + strings.Repeat(f.fill, n-n/2)
	case '=':
		return sign + strings.Repeat(f.fill, n) + body
	}
	return strings.Repeat(f.fill, n) + sign + body
}

func formatStr(s string, f formatSpec) (string, error) {
	if f.typ != 0 && f.typ != 's' {
		return "", valueErr("Unknown format code '%c' for object of type 'str'", f.typ)
	}
	if f.sign != 0 || f.alt || f.group != 0 || f.negZero {
		return "", valueErr("Sign not allowed in string format specifier")
	}
	if f.align == '=' && !f.zero {
		return "", valueErr("'=' alignment not allowed in string format specifier")
	}
	if f.zero {
		f.align = '<'
	}
	if f.precision >= 0 && strLen(s) > f.precision {
		s = s[:byteAt(Str(s), f.precision)]
	}
	return f.pad("", s, '<'), nil
}

func (f formatSpec) signOf(neg bool) string {
	switch {
	case neg:
		return "-"
	case f.sign == '+' || f.sign == ' ':
		return string(f.sign)
	}
	return ""
}

func formatInt(v Value, f formatSpec) (string, error) {
	b := v.big()
	if f.typ != 0 && strings.IndexByte("eEfFgG%", f.typ) >= 0 {
		x, err := toFloat(v)
		if err != nil {
			return "", err
		}
		return formatFloat(x, f)
	}
	if f.precision >= 0 {
		return "", valueErr("Precision not allowed in integer format specifier")
	}
	if f.negZero {
		return "", valueErr("Negative zero coercion (z) not allowed in format specifier with integer format code")
	}
	base, prefix := 10, ""
	switch f.typ {
	case 0, 'd', 'n':
		if f.typ == 'n' && f.group != 0 {
			return "", valueErr("Cannot specify ',' with 'n'.")
		}
		if _, err := intText(v); err != nil {
			return "", err
		}
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	case 'c':
		if f.sign != 0 || f.group != 0 || f.alt {
			return "", valueErr("Sign not allowed with integer format specifier 'c'")
		}
		if !b.IsInt64() || b.Int64() < 0 || b.Int64() > utf8.MaxRune {
			return "", raise("OverflowError", "%%c arg not in range(0x110000)")
		}
		return f.pad("", runeText(rune(b.Int64())), '<'), nil
	default:
		return "", valueErr("Unknown format code '%c' for object of type 'int'", f.typ)
	}
	if f.group == ',' && base != 10 {
		return "", valueErr("Cannot specify ',' with '%c'.", f.typ)
	}
	digits := new(big.Int).Abs(b).Text(base)
	if f.typ == 'X' {
		digits = strings.ToUpper(digits)
	}
	every := 3
	if base != 10 {
		every = 4
	}
	sign := f.signOf(b.Sign() < 0)
	if f.alt {
		sign += prefix
	}
	return f.grouped(sign, digits, "", every), nil
}

// grouped inserts thousands separators; zero padding is grouped as well.
func (f formatSpec) grouped(sign, digits, rest string, every int) string {
	if f.group != 0 {
		if f.zeroFilled() {
			for {
				s := group(digits, string(f.group), every)
				if len(sign)+len(s)+len(rest) >= f.width {
					break
				}
				digits = "0" + digits
			}
		}
		digits = group(digits, string(f.group), every)
	}
	return f.pad(sign, digits+rest, '>')
}

func (f formatSpec) zeroFilled() bool { return f.fill == "0" && f.align == '=' }

func group(digits, sep string, every int) string {
	n := len(digits)
	if n <= every {
		return digits
	}
	var b strings.Builder
	first := n % every
	if first > 0 {
		b.WriteString(digits[:first])
	}
	for i := first; i < n; i += every {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(digits[i : i+every])
	}
	return b.String()
}

func formatFloat(x float64, f formatSpec) (string, error) {
	typ := f.typ
	if typ == 'n' {
		if f.group != 0 {
			return "", valueErr("Cannot specify '%c' with 'n'.", f.group)
		}
		typ = 'g'
	}
	if typ != 0 && strings.IndexByte("eEfFgG%", typ) < 0 {
		return "", valueErr("Unknown format code '%c' for object of type 'float'", typ)
	}
	neg := math.Signbit(x) && x == x
	body := floatText(math.Abs(x), typ, f.precision, f.alt)
	if f.negZero && neg && strings.Trim(body, "0.eE+-%") == "" {
		neg = false
	}
	sign := f.signOf(neg)
	digits, rest := body, ""
	if i := strings.IndexFunc(body, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits, rest = body[:i], body[i:]
	}
	if digits == "" {
		return f.pad(sign, rest, '>'), nil
	}
	return f.grouped(sign, digits, rest, 3), nil
}

// floatText formats a non-negative float by type code; 0 is the type of a
// specification without one.
func floatText(x float64, typ byte, precision int, alt bool) string {
	upperCase := typ == 'E' || typ == 'F' || typ == 'G'
	done := func(s string) string {
		if upperCase {
			return strings.ToUpper(s)
		}
		return s
	}
	percent := ""
	if typ == '%' {
		x *= 100
		percent = "%"
	}
	if math.IsInf(x, 0) {
		return done("inf") + percent
	}
	if x != x {
		return done("nan") + percent
	}
	switch typ {
	case 'f', 'F', '%':
		if precision < 0 {
			precision = 6
		}
		return withPoint(strconv.FormatFloat(x, 'f', precision, 64), alt) + percent
	case 'e', 'E':
		if precision < 0 {
			precision = 6
		}
		return done(withPoint(strconv.FormatFloat(x, 'e', precision, 64), alt))
	case 0:
		if precision < 0 {
			return withPoint(floatRepr(x), alt)
		}
		return withPoint(general(x, max(precision, 1), alt, true), alt)
	}
	if precision < 0 {
		precision = 6
	}
	return done(withPoint(general(x, max(precision, 1), alt, false), alt))
}

// withPoint adds the decimal point that the # flag asks for.
func withPoint(s string, alt bool) string {
	if !alt || strings.IndexByte(s, '.') >= 0 {
		return s
	}
	if i := strings.IndexByte(s, 'e'); i >= 0 {
		return s[:i] + "." + s[i:]
	}
	return s + "."
}

// general is %g: p significant digits, trailing zeros removed. With a point it
// is the format without a type code, which shows at least one decimal.
func general(x float64, p int, alt, point bool) string {
	s := strconv.FormatFloat(x, 'e', p-1, 64)
	i := strings.IndexByte(s, 'e')
	exp, _ := strconv.Atoi(s[i+1:])
	limit := p
	if point {
		limit = p - 1
	}
	if x == 0 {
		exp = 0
	}
	trim := func(s string) string {
		if alt || strings.IndexByte(s, '.') < 0 {
			return s
		}
		return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	if exp < -4 || exp >= limit {
		return trim(s[:i]) + s[i:]
	}
	s = strconv.FormatFloat(x, 'f', max(p-1-exp, 0), 64)
	s = trim(s)
	if point && strings.IndexByte(s, '.') < 0 {
		s += ".0"
	}
	return s
}

func runeText(r rune) string {
	var b strings.Builder
	writeCode(&b, r, false)
	return b.String()
}

// convert applies !r, !s or !a.
func (m *machine) convert(v Value, conv byte) (Value, error) {
	var s string
	var err error
	switch conv {
	case 's':
		s, err = m.str(v)
	default:
		s, err = m.reprOf(v)
		if conv == 'a' {
			s = asciiRepr(s)
		}
	}
	return Str(s), err
}

// reprOf is repr(v); a proxy shows itself, not its value.
func (m *machine) reprOf(v Value) (string, error) {
	if v.kind == KindProxy {
		f, err := m.force(v)
		return "<AimObjectProxy for " + typeName(f) + ">", err
	}
	return m.repr(v, 0)
}
