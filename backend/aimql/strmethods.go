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
		c := isUpper(r) || isLower(r) || unicode.IsTitle(r)
		switch {
		case c && prev:
			b.WriteRune(unicode.ToLower(r))
		case c:
			b.WriteString(titleRune(r))
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
	return titleRune(r) + lower(s[n:])
}

func titleRune(r rune) string {
	if r < utf8.RuneSelf {
		return string(unicode.ToTitle(r))
	}
	return cases.Title(language.Und).String(string(r))
}

func isUpper(r rune) bool { return unicode.IsUpper(r) || unicode.Is(unicode.Other_Uppercase, r) }

func isLower(r rune) bool { return unicode.IsLower(r) || unicode.Is(unicode.Other_Lowercase, r) }

func swapped(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case isUpper(r):
			b.WriteString(lower(string(r)))
		case isLower(r):
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
		"isupper":   cased(isUpper, isLower), "islower": cased(isLower, isUpper),
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
		case isUpper(r) || unicode.IsTitle(r):
			if prev {
				return false
			}
			prev, found = true, true
		case isLower(r):
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
