package aimql

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokEOF tokenKind = iota
	tokName
	tokNumber
	tokString
	tokOp
	tokComment
	tokBad // err says why
)

// token is one lexical element; start and end are byte offsets into the source.
type token struct {
	kind       tokenKind
	start, end int
	text       string
	err        *SyntaxError
}

// lexer splits src[pos:limit]. Line breaks are white space, because Aim puts
// every query between parentheses.
type lexer struct {
	src        string
	pos, limit int
}

// longest first, so that the first that fits is the right one.
var operators = []string{
	"**=", "//=", ">>=", "<<=", "...",
	"**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", ":=", "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=", "^=", "<>", "&&", "||",
	"+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", ";", "=", "!",
}

// keywords of Python 3.11; soft keywords are ordinary names.
var keywords = map[string]bool{
	"False": true, "None": true, "True": true, "and": true, "as": true, "assert": true, "async": true, "await": true,
	"break": true, "class": true, "continue": true, "def": true, "del": true, "elif": true, "else": true, "except": true,
	"finally": true, "for": true, "from": true, "global": true, "if": true, "import": true, "in": true, "is": true,
	"lambda": true, "nonlocal": true, "not": true, "or": true, "pass": true, "raise": true, "return": true, "try": true,
	"while": true, "with": true, "yield": true,
}

func (l *lexer) skipSpace() {
	for l.pos < l.limit {
		switch c := l.src[l.pos]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
			l.pos++
		case c == '\\' && l.pos+1 < l.limit && l.src[l.pos+1] == '\n':
			l.pos += 2
		case c == '\\' && l.pos+2 < l.limit && l.src[l.pos+1] == '\r' && l.src[l.pos+2] == '\n':
			l.pos += 3
		default:
			return
		}
	}
}

func (l *lexer) next() token {
	l.skipSpace()
	start := l.pos
	if start >= l.limit {
		return token{kind: tokEOF, start: l.limit, end: l.limit}
	}
	c := l.src[start]
	switch {
	case c == '#':
		if i := strings.IndexByte(l.src[start:l.limit], '\n'); i >= 0 {
			l.pos = start + i
		} else {
			l.pos = l.limit
		}
		return l.token(tokComment, start)
	case c == '"' || c == '\'':
		return l.str(start)
	case isDigit(c) || c == '.' && start+1 < l.limit && isDigit(l.src[start+1]):
		return l.number(start)
	case c < utf8.RuneSelf && !isNameByte(c):
		return l.operator(start)
	}
	return l.name(start)
}

func (l *lexer) token(k tokenKind, start int) token {
	return token{kind: k, start: start, end: l.pos, text: l.src[start:l.pos]}
}

func (l *lexer) bad(start int, e *SyntaxError) token {
	if l.pos <= start {
		_, n := utf8.DecodeRuneInString(l.src[start:l.limit])
		l.pos = start + n
	}
	t := l.token(tokBad, start)
	t.err = e
	return t
}

func (l *lexer) operator(start int) token {
	rest := l.src[start:l.limit]
	for _, op := range operators {
		if strings.HasPrefix(rest, op) {
			l.pos = start + len(op)
			return l.token(tokOp, start)
		}
	}
	e := syntaxErr(start, start+1, "this character has no meaning here")
	switch l.src[start] {
	case '\\':
		e.Msg = "unexpected character after a line continuation"
	case '$', '?':
		e.Msg = "\"" + l.src[start:start+1] + "\" is not an operator"
	case '`':
		e = e.hint("write strings between single or double quotes")
	}
	return l.bad(start, e)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c >= utf8.RuneSelf
}

func isNameRune(r rune, first bool) bool {
	if r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r) {
		return true
	}
	return !first && (unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc) || unicode.Is(unicode.Other_ID_Continue, r))
}

func (l *lexer) name(start int) token {
	p := start
	for p < l.limit {
		c := l.src[p]
		if c < utf8.RuneSelf {
			if !isNameByte(c) {
				break
			}
			p++
			continue
		}
		r, n := utf8.DecodeRuneInString(l.src[p:l.limit])
		if r == utf8.RuneError && n <= 1 {
			if p == start {
				l.pos = p + 1
				return l.bad(start, syntaxErr(p, p+1, "the text is not valid UTF-8"))
			}
			break
		}
		if !isNameRune(r, p == start) {
			break
		}
		p += n
	}
	if p == start {
		return l.bad(start, badRune(l.src[start:l.limit], start))
	}
	l.pos = p
	if p < l.limit && (l.src[p] == '"' || l.src[p] == '\'') && isStringPrefix(l.src[start:p]) {
		return l.str(start)
	}
	return l.token(tokName, start)
}

func badRune(rest string, at int) *SyntaxError {
	r, n := utf8.DecodeRuneInString(rest)
	e := syntaxErr(at, at+n, "invalid character \""+string(r)+"\"")
	switch r {
	case '“', '”', '„', '‘', '’':
		e = e.hint("write strings between straight quotes")
	case '≤', '≥', '≠':
		e = e.hint("write <=, >= or !=")
	case '\u00a0':
		e.Msg = "a no-break space is not allowed here"
	}
	return e
}

// number takes the longest run that can be a Python number.
func (l *lexer) number(start int) token {
	p, src := start, l.src[:l.limit]
	fail := func(msg string) token {
		for p < l.limit && isNameByte(src[p]) {
			p++
		}
		l.pos = p
		return l.bad(start, syntaxErr(start, p, msg))
	}
	digits := func(ok func(byte) bool) bool {
		n := 0
		for p < len(src) {
			if ok(src[p]) {
				p, n = p+1, n+1
			} else if src[p] == '_' && n > 0 && p+1 < len(src) && ok(src[p+1]) {
				p++
			} else {
				break
			}
		}
		return n > 0
	}
	if src[p] == '0' && p+1 < len(src) && strings.IndexByte("xXoObB", src[p+1]) >= 0 {
		ok := map[byte]func(byte) bool{
			'x': func(c byte) bool { return isDigit(c) || 'a' <= c|32 && c|32 <= 'f' },
			'o': func(c byte) bool { return '0' <= c && c <= '7' },
			'b': func(c byte) bool { return c == '0' || c == '1' },
		}[src[p+1]|32]
		p += 2
		if p < len(src) && src[p] == '_' {
			p++
		}
		if !digits(ok) || p < len(src) && isDigit(src[p]) {
			return fail("invalid number")
		}
	} else {
		whole := digits(isDigit)
		float := false
		if p < len(src) && src[p] == '.' {
			float = true
			p++
			digits(isDigit)
		}
		if p < len(src) && src[p]|32 == 'e' {
			q := p + 1
			if q < len(src) && (src[q] == '+' || src[q] == '-') {
				q++
			}
			if q < len(src) && isDigit(src[q]) {
				float = true
				p = q
				digits(isDigit)
			}
		}
		imag := p < len(src) && src[p]|32 == 'j'
		if imag {
			p++
		}
		text := src[start:p]
		if whole && !float && !imag && len(text) > 1 && text[0] == '0' && strings.Trim(text, "0_") != "" {
			return fail("leading zeros in decimal integer literals are not permitted")
		}
	}
	l.pos = p
	if p < len(src) && isNameByte(src[p]) && !keywordFollows(src[p:]) {
		return fail("invalid number")
	}
	return l.token(tokNumber, start)
}

// keywordFollows: Python still accepts "1if x else y" and "1or 2".
func keywordFollows(rest string) bool {
	for _, k := range []string{"and", "else", "for", "if", "in", "is", "not", "or"} {
		if strings.HasPrefix(rest, k) {
			return true
		}
	}
	return false
}

func isStringPrefix(p string) bool {
	switch strings.ToLower(p) {
	case "r", "b", "u", "f", "br", "rb", "fr", "rf":
		return true
	}
	return false
}

// str scans a string literal that starts at start (its prefix included).
func (l *lexer) str(start int) token {
	p := start
	for l.src[p] != '"' && l.src[p] != '\'' {
		p++
	}
	quote := l.src[p : p+1]
	triple := strings.HasPrefix(l.src[p:l.limit], quote+quote+quote)
	if triple {
		quote = quote + quote + quote
	}
	p += len(quote)
	for p < l.limit {
		switch {
		case l.src[p] == '\\':
			p += 2
			continue
		case l.src[p] == '\n' && !triple:
			l.pos = p
			return l.bad(start, syntaxErr(start, p, "this string is not closed").hint("add "+quote))
		case strings.HasPrefix(l.src[p:l.limit], quote):
			l.pos = p + len(quote)
			return l.token(tokString, start)
		}
		p++
	}
	l.pos = l.limit
	return l.bad(start, syntaxErr(start, l.limit, "this string is not closed").hint("add "+quote))
}
