package aimql

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// strLen counts code points.
func strLen(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := 0
	for ; s != ""; n++ {
		s = s[runeLen(s):]
	}
	return n
}

func splitChars(s string) []string {
	out := make([]string, 0, len(s))
	for s != "" {
		n := runeLen(s)
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// codeAt decodes the first character, surrogates included.
func codeAt(s string) (rune, int) {
	n := runeLen(s)
	if n == 3 && s[0] == 0xED && s[1] >= 0xA0 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r, n
}

// floatRepr is Python's repr of a float.
func floatRepr(f float64) string {
	switch {
	case f != f:
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	i := strings.IndexByte(s, 'e')
	exp, _ := strconv.Atoi(s[i+1:])
	if -4 <= exp && exp < 16 {
		s = strconv.FormatFloat(f, 'f', -1, 64)
		if strings.IndexByte(s, '.') < 0 {
			s += ".0"
		}
		return s
	}
	return s
}

func complexRepr(c complex128) string {
	part := func(f float64, sign bool) string {
		s := strings.TrimSuffix(floatRepr(f), ".0")
		if sign && s[0] != '-' {
			s = "+" + s
		}
		return s
	}
	if real(c) == 0 && !math.Signbit(real(c)) {
		return part(imag(c), false) + "j"
	}
	return "(" + part(real(c), false) + part(imag(c), true) + "j)"
}

func strRepr(s string) string {
	quote := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 && strings.IndexByte(s, '"') < 0 {
		quote = '"'
	}
	var b strings.Builder
	b.WriteByte(quote)
	for rest := s; rest != ""; {
		r, n := codeAt(rest)
		ch := rest[:n]
		rest = rest[n:]
		switch {
		case r == rune(quote) || r == '\\':
			b.WriteByte('\\')
			b.WriteString(ch)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case isPrintable(r):
			b.WriteString(ch)
		default:
			b.WriteString(escapeRune(r))
		}
	}
	b.WriteByte(quote)
	return b.String()
}

func escapeRune(r rune) string {
	h := strconv.FormatInt(int64(r), 16)
	switch {
	case r < 0x100:
		return `\x` + strings.Repeat("0", 2-len(h)) + h
	case r < 0x10000:
		return `\u` + strings.Repeat("0", 4-len(h)) + h
	}
	return `\U` + strings.Repeat("0", 8-len(h)) + h
}

// isPrintable is str.isprintable of one character.
func isPrintable(r rune) bool {
	if r == ' ' {
		return true
	}
	if r < 0x20 || r >= 0xD800 && r <= 0xDFFF {
		return false
	}
	return !unicode.In(r, unicode.C, unicode.Z) && unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}

func bytesRepr(s string) string {
	quote := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 && strings.IndexByte(s, '"') < 0 {
		quote = '"'
	}
	var b strings.Builder
	b.WriteByte('b')
	b.WriteByte(quote)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == quote || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < 0x20 || c >= 0x7F:
			b.WriteString(escapeRune(rune(c)))
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(quote)
	return b.String()
}

func intText(v Value) (string, error) {
	if !v.isBig() {
		return strconv.FormatInt(v.int(), 10), nil
	}
	if v.big().BitLen() > maxIntDigits*4 {
		return "", valueErr("Exceeds the limit (4300 digits) for integer string conversion")
	}
	s := v.big().String()
	if len(strings.TrimPrefix(s, "-")) > maxIntDigits {
		return "", valueErr("Exceeds the limit (4300 digits) for integer string conversion")
	}
	return s, nil
}

// str is Python's str(v); of a proxy that of its value.
func (m *machine) str(v Value) (string, error) {
	v, err := m.force(v)
	if err != nil {
		return "", err
	}
	switch v.kind {
	case KindStr:
		return v.str, nil
	case KindDateTime:
		return v.obj.(*datetime).iso(" "), nil
	case KindDate, KindTime, KindTimeDelta:
		return timeText(v), nil
	}
	return m.repr(v, 0)
}

// repr is Python's repr(v), bounded in depth and size.
func (m *machine) repr(v Value, depth int) (string, error) {
	if err := m.step(); err != nil {
		return "", err
	}
	if depth > maxCompareDepth {
		return "", errRecursion
	}
	seq := func(open, close string, items []Value) (string, error) {
		var b strings.Builder
		b.WriteString(open)
		for i, x := range items {
			if i > 0 {
				b.WriteString(", ")
			}
			s, err := m.repr(x, depth+1)
			if err != nil {
				return "", err
			}
			if err := m.alloc(len(s) + 2); err != nil {
				return "", err
			}
			b.WriteString(s)
		}
		if open == "(" && len(items) == 1 {
			b.WriteString(",")
		}
		b.WriteString(close)
		return b.String(), nil
	}
	switch v.kind {
	case KindInt:
		return intText(v)
	case KindList:
		return seq("[", "]", v.items())
	case KindTuple:
		return seq("(", ")", v.items())
	case KindSet:
		keys := make([]Value, 0, v.dict().len())
		for _, e := range v.dict().entries {
			keys = append(keys, e.key)
		}
		switch {
		case v.dict().frozen && len(keys) == 0:
			return "frozenset()", nil
		case v.dict().frozen:
			return seq("frozenset({", "})", keys)
		case len(keys) == 0:
			return "set()", nil
		}
		return seq("{", "}", keys)
	case KindDict:
		var b strings.Builder
		b.WriteString("{")
		for i, e := range v.dict().entries {
			k, err := m.repr(e.key, depth+1)
			if err != nil {
				return "", err
			}
			x, err := m.repr(e.val, depth+1)
			if err != nil {
				return "", err
			}
			if err := m.alloc(len(k) + len(x) + 4); err != nil {
				return "", err
			}
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(k + ": " + x)
		}
		b.WriteString("}")
		return b.String(), nil
	case KindSlice:
		s := v.obj.(*sliceObj)
		return seq("slice(", ")", []Value{s.lo, s.hi, s.step})
	}
	s := reprPlain(v)
	return s, m.alloc(len(s))
}

// reprPlain is repr of what holds no other values.
func reprPlain(v Value) string {
	switch v.kind {
	case KindNone, KindSafeNone:
		return "None"
	case KindBool:
		if v.num != 0 {
			return "True"
		}
		return "False"
	case KindInt:
		return v.big().String()
	case KindFloat:
		return floatRepr(v.float())
	case KindComplex:
		return complexRepr(v.complex())
	case KindStr:
		return strRepr(v.str)
	case KindBytes:
		return bytesRepr(v.str)
	case KindEllipsis:
		return "Ellipsis"
	case KindRange:
		r := v.obj.(*rangeObj)
		s := "range(" + strconv.FormatInt(r.start, 10) + ", " + strconv.FormatInt(r.stop, 10)
		if r.step != 1 {
			s += ", " + strconv.FormatInt(r.step, 10)
		}
		return s + ")"
	case KindDateTime, KindDate, KindTime, KindTimeDelta:
		return timeRepr(v)
	case KindType:
		return "<class '" + v.obj.(*typeObj).qualified() + "'>"
	case KindFunc:
		return "<function " + v.obj.(*function).name + ">"
	}
	return "<" + typeName(v) + " object>"
}

// asciiRepr is ascii(v) given repr(v).
func asciiRepr(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	for s != "" {
		r, n := codeAt(s)
		if r < utf8.RuneSelf {
			b.WriteByte(byte(r))
		} else {
			b.WriteString(escapeRune(r))
		}
		s = s[n:]
	}
	return b.String()
}

func roundHalfEven(f float64) float64 { return math.RoundToEven(f) }

// parseInt reads a Python int literal as int(text, base) does.
func parseInt(s string, base int) (Value, bool) {
	s = strings.TrimFunc(s, isSpace)
	neg := false
	if s != "" && (s[0] == '+' || s[0] == '-') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if len(s) > 1 && s[0] == '0' {
		b := map[byte]int{'x': 16, 'o': 8, 'b': 2}[s[1]|32]
		switch {
		case b != 0 && (base == 0 || base == b):
			s = strings.TrimPrefix(s[2:], "_")
			base = b
		case base == 0 && strings.Trim(s, "0_") != "":
			return Value{}, false
		}
	}
	if base == 0 {
		base = 10
	}
	if s == "" || s[0] == '_' || s[len(s)-1] == '_' || strings.Contains(s, "__") || s[0] == '+' || s[0] == '-' {
		return Value{}, false
	}
	s = strings.ReplaceAll(s, "_", "")
	s = asciiDigits(s)
	if len(s) > maxIntDigits {
		return Value{}, false
	}
	b, ok := new(big.Int).SetString(s, base)
	if !ok {
		return Value{}, false
	}
	if neg {
		b.Neg(b)
	}
	return BigInt(b), true
}

// asciiDigits turns the decimal digits of other scripts into ASCII ones.
func asciiDigits(s string) string {
	if isASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if d, ok := digitValue(r); ok {
			return '0' + rune(d)
		}
		return r
	}, s)
}

// digitValue is the value of a decimal digit of any script: the ranges of the
// table begin at a zero and go on in tens.
func digitValue(r rune) (int, bool) {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10, true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10, true
		}
	}
	return 0, false
}

// isSpace is str.isspace of one character.
func isSpace(r rune) bool {
	switch {
	case r == ' ' || 9 <= r && r <= 13 || 0x1c <= r && r <= 0x1f || r == 0x85:
		return true
	}
	return unicode.Is(unicode.Z, r) && r != 0x200B
}

// parseFloat reads text as float(text) does.
func parseFloat(s string) (float64, bool) {
	s = asciiDigits(strings.TrimFunc(s, isSpace))
	t := strings.ToLower(strings.TrimLeft(s, "+-"))
	switch t {
	case "inf", "infinity", "nan":
		if len(s)-len(t) > 1 {
			return 0, false
		}
	default:
		if strings.ContainsAny(t, "xpni") {
			return 0, false
		}
		for i := 0; i < len(s); i++ {
			if s[i] == '_' && (i == 0 || i+1 == len(s) || !isDigit(s[i-1]) || !isDigit(s[i+1])) {
				return 0, false
			}
		}
		s = strings.ReplaceAll(s, "_", "")
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return f, true
}
