package aimql

import (
	"strings"
	"unicode/utf8"
)

func split(fromRight bool) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		v, err := a.bind(m, 0, opt("sep", Value{}), opt("maxsplit", Int(-1)))
		if err != nil {
			return Value{}, err
		}
		limit, err := m.index(v[1])
		if err != nil {
			return Value{}, err
		}
		if limit < 0 || limit > 1<<30 {
			limit = 1 << 30
		}
		if err := m.allocValues(len(self.str)/2 + 1); err != nil {
			return Value{}, err
		}
		var parts []string
		if v[0].kind == KindNone {
			parts = splitSpace(self.str, int(limit), fromRight)
		} else {
			if err := likeSelf(self, v[0]); err != nil {
				return Value{}, err
			}
			if v[0].str == "" {
				return Value{}, valueErr("empty separator")
			}
			parts = splitSep(self.str, v[0].str, int(limit), fromRight)
		}
		out := make([]Value, len(parts))
		for i, s := range parts {
			out[i] = Value{kind: self.kind, str: s}
		}
		return listOf(out...), nil
	}
}

func splitSep(s, sep string, limit int, fromRight bool) []string {
	if !fromRight {
		return strings.SplitN(s, sep, limit+1)
	}
	var out []string
	for ; limit > 0; limit-- {
		i := strings.LastIndex(s, sep)
		if i < 0 {
			break
		}
		out = append(out, s[i+len(sep):])
		s = s[:i]
	}
	return reversed(append(out, s))
}

func splitSpace(s string, limit int, fromRight bool) []string {
	var out []string
	if !fromRight {
		for s = strings.TrimLeftFunc(s, isSpace); s != ""; s = strings.TrimLeftFunc(s, isSpace) {
			i := strings.IndexFunc(s, isSpace)
			if len(out) == limit || i < 0 {
				return append(out, s)
			}
			out = append(out, s[:i])
			s = s[i:]
		}
		return out
	}
	for s = strings.TrimRightFunc(s, isSpace); s != ""; s = strings.TrimRightFunc(s, isSpace) {
		i := strings.LastIndexFunc(s, isSpace)
		if len(out) == limit || i < 0 {
			return reversed(append(out, s))
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		out = append(out, s[i+n:])
		s = s[:i]
	}
	return reversed(out)
}

func reversed(s []string) []string {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
	return s
}

func splitLines(m *machine, self Value, a *args) (Value, error) {
	v, err := a.bind(m, 0, opt("keepends", Bool(false)))
	if err != nil {
		return Value{}, err
	}
	keep, err := m.truth(v[0])
	if err != nil {
		return Value{}, err
	}
	if err := m.allocValues(len(self.str)/2 + 1); err != nil {
		return Value{}, err
	}
	var out []Value
	for s := self.str; s != ""; {
		i := strings.IndexAny(s, "\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029")
		if i < 0 {
			out = append(out, Str(s))
			break
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		if strings.HasPrefix(s[i:], "\r\n") {
			n = 2
		}
		end := i
		if keep {
			end += n
		}
		out = append(out, Str(s[:end]))
		s = s[i+n:]
	}
	return listOf(out...), nil
}

func partition(last bool) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(1, 1); err != nil {
			return Value{}, err
		}
		if err := likeSelf(self, a.pos[0]); err != nil {
			return Value{}, err
		}
		sep := a.pos[0].str
		if sep == "" {
			return Value{}, valueErr("empty separator")
		}
		part := func(s string) Value { return Value{kind: self.kind, str: s} }
		i := strings.Index(self.str, sep)
		if last {
			i = strings.LastIndex(self.str, sep)
		}
		switch {
		case i < 0 && last:
			return Tuple(part(""), part(""), self), nil
		case i < 0:
			return Tuple(self, part(""), part("")), nil
		}
		return Tuple(part(self.str[:i]), part(sep), part(self.str[i+len(sep):])), nil
	}
}

func join(m *machine, self Value, a *args) (Value, error) {
	if err := a.done(1, 1); err != nil {
		return Value{}, err
	}
	items, err := m.collectIter(a.pos[0])
	if err != nil {
		return Value{}, err
	}
	var b strings.Builder
	for i, x := range items {
		if err := likeSelf(self, x); err != nil {
			return Value{}, err
		}
		if err := m.alloc(len(x.str) + len(self.str)); err != nil {
			return Value{}, err
		}
		if i > 0 {
			b.WriteString(self.str)
		}
		b.WriteString(x.str)
	}
	return Value{kind: self.kind, str: b.String()}, nil
}
