package aimql

import (
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

func strMap(f func(string) string) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(0, 0); err != nil {
			return Value{}, err
		}
		if err := m.alloc(2 * len(self.str)); err != nil {
			return Value{}, err
		}
		return Value{kind: self.kind, str: f(self.str)}, nil
	}
}

// strTest is one of the is… methods: true of a non-empty string all of whose
// characters pass.
func strTest(ok func(r rune) bool) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(0, 0); err != nil {
			return Value{}, err
		}
		if err := m.steps(len(self.str) / 16); err != nil {
			return Value{}, err
		}
		for _, r := range self.str {
			if !ok(r) {
				return Bool(false), nil
			}
		}
		return Bool(self.str != ""), nil
	}
}

// cased tests isupper and islower: no cased character of the other case, and at
// least one of this.
func cased(is, not func(rune) bool) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(0, 0); err != nil {
			return Value{}, err
		}
		found := false
		for _, r := range self.str {
			if not(r) || unicode.IsTitle(r) {
				return Bool(false), nil
			}
			found = found || is(r)
		}
		return Bool(found), m.steps(len(self.str) / 16)
	}
}

func isAlnum(r rune) bool {
	return unicode.IsLetter(r) || unicode.In(r, unicode.Nd, unicode.Nl, unicode.No) && (unicode.Is(unicode.Nd, r) || isNumericRune(r))
}

func isNumericRune(r rune) bool { return unicode.In(r, unicode.Nd, unicode.Nl, unicode.No) }

func upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return cases.Upper(language.Und).String(s)
}

func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return cases.Lower(language.Und).String(s)
}

func titled(s string) string {
	var b strings.Builder
	prev := false
	for _, r := range s {
		c := unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
		switch {
		case c && prev:
			b.WriteRune(unicode.ToLower(r))
		case c:
			b.WriteRune(unicode.ToTitle(r))
		default:
			b.WriteRune(r)
		}
		prev = c
	}
	return b.String()
}

func capitalized(s string) string {
	if s == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToTitle(r)) + lower(s[n:])
}

func swapped(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			b.WriteString(lower(string(r)))
		case unicode.IsLower(r):
			b.WriteString(upper(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// same type as self, no proxy: what str methods demand of their arguments.
func likeSelf(self, v Value) error {
	if v.kind != self.kind {
		return typeErr("a %s is required", typeName(self))
	}
	return nil
}

func makeStrMethods() map[string]method {
	return map[string]method{
		"upper": strMap(upper), "lower": strMap(lower), "title": strMap(titled), "capitalize": strMap(capitalized), "swapcase": strMap(swapped),
		"casefold": strMap(func(s string) string { return cases.Fold().String(s) }),
		"isalpha":  strTest(unicode.IsLetter), "isalnum": strTest(isAlnum), "isspace": strTest(isSpace),
		"isdigit":   strTest(func(r rune) bool { return unicode.Is(unicode.Nd, r) || isDigitRune(r) }),
		"isdecimal": strTest(func(r rune) bool { return unicode.Is(unicode.Nd, r) }),
		"isnumeric": strTest(isNumericRune),
		"isupper":   cased(unicode.IsUpper, unicode.IsLower), "islower": cased(unicode.IsLower, unicode.IsUpper),
		"isascii": func(_ *machine, self Value, a *args) (Value, error) { return Bool(isASCII(self.str)), a.done(0, 0) },
		"isprintable": func(m *machine, self Value, a *args) (Value, error) {
			for _, r := range self.str {
				if !isPrintable(r) {
					return Bool(false), a.done(0, 0)
				}
			}
			return Bool(true), a.done(0, 0)
		},
		"istitle": func(_ *machine, self Value, a *args) (Value, error) {
			return Bool(isTitled(self.str)), a.done(0, 0)
		},
		"isidentifier": func(_ *machine, self Value, a *args) (Value, error) {
			for i, r := range self.str {
				if !isNameRune(r, i == 0) {
					return Bool(false), a.done(0, 0)
				}
			}
			return Bool(self.str != ""), a.done(0, 0)
		},
		"startswith": affix(strings.HasPrefix), "endswith": affix(strings.HasSuffix),
		"strip": strip(true, true), "lstrip": strip(true, false), "rstrip": strip(false, true),
		"find": search(false, false), "rfind": search(true, false), "index": search(false, true), "rindex": search(true, true),
		"count":   countSub,
		"replace": replaceSub,
		"split":   split(false), "rsplit": split(true),
		"splitlines": splitLines,
		"partition":  partition(false), "rpartition": partition(true),
		"join":         join,
		"removeprefix": remover(strings.TrimPrefix), "removesuffix": remover(strings.TrimSuffix),
		"center": pad("^"), "ljust": pad("<"), "rjust": pad(">"),
		"zfill": zfill,
		"expandtabs": func(m *machine, self Value, a *args) (Value, error) {
			v, err := a.bind(m, 0, opt("tabsize", Int(8)))
			if err != nil {
				return Value{}, err
			}
			n, err := m.index(v[0])
			if err != nil {
				return Value{}, err
			}
			n = min(max(n, 0), 1<<20)
			if err := m.alloc64(int64(len(self.str)) + n*int64(strings.Count(self.str, "\t"))); err != nil {
				return Value{}, err
			}
			return Str(expandTabs(self.str, int(n))), nil
		},
		"encode": func(m *machine, self Value, a *args) (Value, error) {
			v, err := a.bind(m, 0, opt("encoding", Str("utf-8")), opt("errors", Str("strict")))
			if err != nil {
				return Value{}, err
			}
			switch strings.ReplaceAll(strings.ToLower(v[0].str), "_", "-") {
			case "utf-8", "utf8":
			case "ascii":
				if !isASCII(self.str) {
					return Value{}, raise("UnicodeEncodeError", "ordinal not in range(128)")
				}
			default:
				return Value{}, raise("LookupError", "unknown encoding")
			}
			return Bytes(self.str), nil
		},
		"format_map": formatMap,
		"translate":  translate,
	}
}

func isDigitRune(r rune) bool { // superscripts and circled digits have a digit value
	return r == '²' || r == '³' || r == '¹' || 0x2070 <= r && r <= 0x2089 && r != 0x2071 && r != 0x2072 && r != 0x2073 || 0x2460 <= r && r <= 0x2468
}

func isTitled(s string) bool {
	found, prev := false, false
	for _, r := range s {
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			if prev {
				return false
			}
			prev, found = true, true
		case unicode.IsLower(r):
			if !prev {
				return false
			}
			found = true
		default:
			prev = false
		}
	}
	return found
}

func makeBytesMethods() map[string]method {
	return map[string]method{
		"startswith": affix(strings.HasPrefix), "endswith": affix(strings.HasSuffix),
		"strip": strip(true, true), "lstrip": strip(true, false), "rstrip": strip(false, true),
		"find": search(false, false), "rfind": search(true, false), "index": search(false, true), "rindex": search(true, true),
		"count": countSub, "replace": replaceSub, "split": split(false), "rsplit": split(true), "join": join,
		"partition": partition(false), "rpartition": partition(true),
		"removeprefix": remover(strings.TrimPrefix), "removesuffix": remover(strings.TrimSuffix),
		"upper": strMap(asciiMap(strings.ToUpper)), "lower": strMap(asciiMap(strings.ToLower)),
		"hex": func(m *machine, self Value, a *args) (Value, error) {
			if err := m.alloc(2 * len(self.str)); err != nil {
				return Value{}, err
			}
			return Str(hex.EncodeToString([]byte(self.str))), a.done(0, 0)
		},
		"decode": func(m *machine, self Value, a *args) (Value, error) {
			v, err := a.bind(m, 0, opt("encoding", Str("utf-8")), opt("errors", Str("strict")))
			if err != nil {
				return Value{}, err
			}
			switch strings.ReplaceAll(strings.ToLower(v[0].str), "_", "-") {
			case "utf-8", "utf8":
				if utf8.ValidString(self.str) {
					return Str(self.str), nil
				}
				if v[1].str == "ignore" {
					return Str(strings.ToValidUTF8(self.str, "")), nil
				}
			case "ascii":
				if isASCII(self.str) {
					return Str(self.str), nil
				}
			case "latin-1", "latin1", "iso-8859-1":
				if err := m.alloc(2 * len(self.str)); err != nil {
					return Value{}, err
				}
				r := make([]rune, len(self.str))
				for i := 0; i < len(self.str); i++ {
					r[i] = rune(self.str[i])
				}
				return Str(string(r)), nil
			default:
				return Value{}, raise("LookupError", "unknown encoding")
			}
			return Value{}, raise("UnicodeDecodeError", "invalid start byte")
		},
	}
}

func asciiMap(f func(string) string) func(string) string {
	return func(s string) string {
		b := []byte(s)
		for i, c := range b {
			if c < utf8.RuneSelf {
				b[i] = f(string(rune(c)))[0]
			}
		}
		return string(b)
	}
}

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
			e, ok := err.(*EvalError)
			if !ok || e.Class != "KeyError" && e.Class != "IndexError" {
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
