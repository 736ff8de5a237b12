package aimql

import (
	"strings"
)

// span reads the optional start and end of a search, as byte offsets. ok is
// false when the start lies behind the end of the string.
func (m *machine) span(self Value, rest []Value) (lo, hi int, ok bool, err error) {
	n := int64(m.lengthOf(self))
	at := []int64{0, n}
	for i, v := range rest {
		f, err := m.force(v)
		if err != nil {
			return 0, 0, false, err
		}
		if f.kind == KindNone {
			continue
		}
		if v.kind == KindProxy {
			return 0, 0, false, errArgs
		}
		x, err := m.index(f)
		if err != nil {
			return 0, 0, false, err
		}
		if x < 0 {
			x = max(x+n, 0)
		}
		at[i] = x
	}
	if at[0] > n {
		return 0, 0, false, nil
	}
	at[1] = min(at[1], n)
	if at[0] > at[1] {
		return 0, 0, false, nil
	}
	return byteAt(self, int(at[0])), byteAt(self, int(at[1])), true, m.steps(len(self.str) / 64)
}

// byteAt is the byte offset of the i-th character.
func byteAt(self Value, i int) int {
	if self.kind == KindBytes || isASCII(self.str) {
		return i
	}
	p := 0
	for ; i > 0 && p < len(self.str); i-- {
		p += runeLen(self.str[p:])
	}
	return p
}

func charsBefore(self Value, p int) int64 {
	if self.kind == KindBytes {
		return int64(p)
	}
	return int64(strLen(self.str[:p]))
}

func affix(has func(s, part string) bool) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(1, 3); err != nil {
			return Value{}, err
		}
		lo, hi, ok, err := m.span(self, a.pos[1:])
		if err != nil {
			return Value{}, err
		}
		parts := []Value{a.pos[0]}
		if a.pos[0].kind == KindTuple {
			parts = a.pos[0].items()
		}
		for _, p := range parts {
			if err := likeSelf(self, p); err != nil {
				return Value{}, err
			}
			if ok && has(self.str[lo:hi], p.str) {
				return Bool(true), nil
			}
		}
		return Bool(false), nil
	}
}

func strip(left, right bool) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(0, 1); err != nil {
			return Value{}, err
		}
		out := isSpace
		if self.kind == KindBytes {
			out = func(r rune) bool { return r == ' ' || 9 <= r && r <= 13 }
		}
		if len(a.pos) == 1 && a.pos[0].kind != KindNone {
			if err := likeSelf(self, a.pos[0]); err != nil {
				return Value{}, err
			}
			set := a.pos[0].str
			out = func(r rune) bool { return strings.ContainsRune(set, r) }
			if err := m.steps(len(set)); err != nil {
				return Value{}, err
			}
		}
		s := self.str
		if left {
			s = strings.TrimLeftFunc(s, out)
		}
		if right {
			s = strings.TrimRightFunc(s, out)
		}
		return Value{kind: self.kind, str: s}, m.steps(len(self.str) / 64)
	}
}

func search(last, must bool) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(1, 3); err != nil {
			return Value{}, err
		}
		if err := likeSelf(self, a.pos[0]); err != nil {
			return Value{}, err
		}
		lo, hi, ok, err := m.span(self, a.pos[1:])
		if err != nil {
			return Value{}, err
		}
		i := -1
		if ok {
			if last {
				i = strings.LastIndex(self.str[lo:hi], a.pos[0].str)
			} else {
				i = strings.Index(self.str[lo:hi], a.pos[0].str)
			}
		}
		if i < 0 {
			if must {
				return Value{}, valueErr("substring not found")
			}
			return Int(-1), nil
		}
		return Int(charsBefore(self, lo+i)), nil
	}
}

func countSub(m *machine, self Value, a *args) (Value, error) {
	if err := a.done(1, 3); err != nil {
		return Value{}, err
	}
	if err := likeSelf(self, a.pos[0]); err != nil {
		return Value{}, err
	}
	lo, hi, ok, err := m.span(self, a.pos[1:])
	if err != nil || !ok {
		return Int(0), err
	}
	if a.pos[0].str == "" {
		return Int(charsBefore(Value{kind: self.kind, str: self.str[lo:hi]}, hi-lo) + 1), nil
	}
	return Int(int64(strings.Count(self.str[lo:hi], a.pos[0].str))), nil
}

func replaceSub(m *machine, self Value, a *args) (Value, error) {
	if err := a.done(2, 3); err != nil {
		return Value{}, err
	}
	old, repl := a.pos[0], a.pos[1]
	if err := likeSelf(self, old); err != nil {
		return Value{}, err
	}
	if err := likeSelf(self, repl); err != nil {
		return Value{}, err
	}
	n := int64(-1)
	if len(a.pos) == 3 {
		var err error
		if n, err = m.index(a.pos[2]); err != nil {
			return Value{}, err
		}
	}
	hits := int64(strings.Count(self.str, old.str))
	if n >= 0 {
		hits = min(hits, n)
	}
	if err := m.alloc64(int64(len(self.str)) + hits*int64(len(repl.str))); err != nil {
		return Value{}, err
	}
	return Value{kind: self.kind, str: strings.Replace(self.str, old.str, repl.str, int(min(max(n, -1), 1<<30)))}, nil
}

func remover(f func(s, part string) string) method {
	return func(_ *machine, self Value, a *args) (Value, error) {
		if err := a.done(1, 1); err != nil {
			return Value{}, err
		}
		if err := likeSelf(self, a.pos[0]); err != nil {
			return Value{}, err
		}
		return Value{kind: self.kind, str: f(self.str, a.pos[0].str)}, nil
	}
}
