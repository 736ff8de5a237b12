package aimql

import (
	"errors"
	"strings"
	"unicode"
)

func pad(align string) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(1, 2); err != nil {
			return Value{}, err
		}
		width, err := m.index(a.pos[0])
		if err != nil {
			return Value{}, err
		}
		fill := " "
		if len(a.pos) == 2 {
			if a.pos[1].kind != KindStr || strLen(a.pos[1].str) != 1 {
				return Value{}, errArgs
			}
			fill = a.pos[1].str
		}
		n := width - int64(strLen(self.str))
		if n <= 0 {
			return self, nil
		}
		if err := m.alloc64(int64(len(self.str)) + n*4); err != nil {
			return Value{}, err
		}
		left, right := 0, int(n)
		switch align {
		case ">":
			left, right = int(n), 0
		case "^": // CPython's str.center
			left = int(n/2 + (n & width & 1))
			right = int(n) - left
		}
		return Str(strings.Repeat(fill, left) + self.str + strings.Repeat(fill, right)), nil
	}
}

func zfill(m *machine, self Value, a *args) (Value, error) {
	if err := a.done(1, 1); err != nil {
		return Value{}, err
	}
	width, err := m.index(a.pos[0])
	if err != nil {
		return Value{}, err
	}
	n := width - int64(strLen(self.str))
	if n <= 0 {
		return self, nil
	}
	if err := m.alloc64(int64(len(self.str)) + n); err != nil {
		return Value{}, err
	}
	s, sign := self.str, ""
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign, s = s[:1], s[1:]
	}
	return Str(sign + strings.Repeat("0", int(n)) + s), nil
}

func expandTabs(s string, size int) string {
	var b strings.Builder
	col := 0
	for _, r := range s {
		switch r {
		case '\t':
			if size > 0 {
				n := size - col%size
				b.WriteString(strings.Repeat(" ", n))
				col += n
			}
			continue
		case '\n', '\r':
			col = -1
		}
		b.WriteRune(r)
		col++
	}
	return b.String()
}

// formatMap fills {name} fields from a dict; fields are plain keys with an
// optional conversion and format specification.
func formatMap(m *machine, self Value, a *args) (Value, error) {
	if err := a.done(1, 1); err != nil {
		return Value{}, err
	}
	var b strings.Builder
	s := self.str
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case (c == '{' || c == '}') && i+1 < len(s) && s[i+1] == c:
			b.WriteByte(c)
			i++
		case c == '}':
			return Value{}, valueErr("Single '}' encountered in format string")
		case c == '{':
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return Value{}, valueErr("expected '}' before end of string")
			}
			name, spec, _ := strings.Cut(s[i+1:i+end], ":")
			name, conv, has := strings.Cut(name, "!")
			if strings.ContainsAny(name, ".[") || strings.ContainsAny(spec, "{") {
				return Value{}, raise("NotImplementedError", "only plain fields are supported")
			}
			v, err := m.getitem(a.pos[0], Str(name))
			if err != nil {
				return Value{}, err
			}
			if has && len(conv) == 1 {
				if v, err = m.convert(v, conv[0]); err != nil {
					return Value{}, err
				}
			}
			t, err := m.format(v, spec)
			if err != nil {
				return Value{}, err
			}
			b.WriteString(t)
			i += end
		default:
			b.WriteByte(c)
		}
		if err := m.step(); err != nil {
			return Value{}, err
		}
	}
	return Str(b.String()), m.alloc(b.Len())
}

func translate(m *machine, self Value, a *args) (Value, error) {
	if err := a.done(1, 1); err != nil {
		return Value{}, err
	}
	var b strings.Builder
	for s := self.str; s != ""; {
		r, n := codeAt(s)
		ch := s[:n]
		s = s[n:]
		v, err := m.getitem(a.pos[0], Int(int64(r)))
		if err != nil {
			var e *EvalError
			if !errors.As(err, &e) || e.Class != "KeyError" && e.Class != "IndexError" {
				return Value{}, err
			}
			v = Str(ch)
		}
		switch {
		case v.kind == KindStr:
			b.WriteString(v.str)
		case v.kind == KindInt && !v.isBig() && v.int() >= 0 && v.int() <= unicode.MaxRune:
			b.WriteRune(rune(v.int()))
		case v.kind != KindNone:
			return Value{}, errArgs
		}
		if err := m.alloc(4); err != nil {
			return Value{}, err
		}
	}
	return Str(b.String()), nil
}
