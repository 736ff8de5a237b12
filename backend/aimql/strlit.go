package aimql

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/runenames"
)

// strings reads adjacent string literals, which Python joins.
func (p *parser) strings() expr {
	start := p.tok().start
	var parts []expr // text and fields, in order
	isBytes, formatted, uprefix := false, false, false
	for n := 0; p.tok().kind == tokString && p.err == nil; n++ {
		t := p.advance()
		i := strings.IndexAny(t.text, `"'`)
		prefix := strings.ToLower(t.text[:i])
		q := 1
		if len(t.text) >= i+6 && t.text[i+1] == t.text[i] && t.text[i+2] == t.text[i] {
			q = 3
		}
		from, to := t.start+i+q, t.end-q
		raw, b := strings.Contains(prefix, "r"), strings.Contains(prefix, "b")
		if n == 0 {
			isBytes = b
			uprefix = prefix == "u"
		} else if b != isBytes {
			p.fail(syntaxErr(t.start, t.end, "cannot mix bytes and other literals"))
		}
		if strings.Contains(prefix, "f") {
			formatted = true
			if p.infs >= 4 {
				p.fail(syntaxErr(t.start, t.end, "f-strings are nested too deeply"))
				break
			}
			parts = append(parts, p.fstring(from, to, raw, 0)...)
			continue
		}
		s := p.unescape(from, to, raw, b)
		v := Str(s)
		if b {
			v = Bytes(s)
		}
		parts = append(parts, &constExpr{node: node{t.start, t.end}, value: v})
	}
	n := node{start, p.lastEnd()}
	parts = mergeText(parts, n, isBytes)
	if !formatted {
		c := parts[0].(*constExpr)
		c.node, c.unicodePrefix = n, uprefix
		return c
	}
	if len(parts) == 1 {
		if c, ok := parts[0].(*constExpr); ok && c.value.str == "" {
			parts = nil
		}
	}
	return &joinedStr{n, parts}
}

// mergeText joins neighbouring constants; a result that is one empty constant stays.
func mergeText(parts []expr, n node, isBytes bool) []expr {
	var out []expr
	for _, x := range parts {
		c, ok := x.(*constExpr)
		if !ok {
			out = append(out, x)
			continue
		}
		if k := len(out); k > 0 {
			if last, ok := out[k-1].(*constExpr); ok {
				last.value.str += c.value.str
				continue
			}
		}
		out = append(out, &constExpr{node: n, value: c.value})
	}
	fields := len(out) > 1
	kept := out[:0]
	for _, x := range out {
		if c, ok := x.(*constExpr); ok && c.value.str == "" && fields {
			continue
		}
		kept = append(kept, x)
	}
	if len(kept) == 0 {
		v := Str("")
		if isBytes {
			v = Bytes("")
		}
		kept = append(kept, &constExpr{node: n, value: v})
	}
	return kept
}

// unescape decodes the body src[from:to] of a literal.
func (p *parser) unescape(from, to int, raw, isBytes bool) string {
	s := p.src[from:to]
	if !utf8.ValidString(s) {
		p.fail(syntaxErr(from, to, "the text is not valid UTF-8"))
		return s
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if isBytes {
		for i := 0; i < len(s); i++ {
			if s[i] >= utf8.RuneSelf {
				p.fail(syntaxErr(from, to, "bytes can only contain ASCII literal characters"))
				return s
			}
		}
	}
	if raw || strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		digits := 0
		switch c := s[i]; c {
		case '\n':
		case '\\', '\'', '"':
			b.WriteByte(c)
		case 'a':
			b.WriteByte(7)
		case 'b':
			b.WriteByte(8)
		case 'f':
			b.WriteByte(12)
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'v':
			b.WriteByte(11)
		case '0', '1', '2', '3', '4', '5', '6', '7':
			j := i
			for j < len(s) && j < i+3 && '0' <= s[j] && s[j] <= '7' {
				j++
			}
			n, _ := strconv.ParseUint(s[i:j], 8, 32)
			writeCode(&b, rune(n), isBytes)
			i = j - 1
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		case 'N':
			end := strings.IndexByte(s[i:], '}')
			if isBytes {
				b.WriteString(`\N`)
				break
			}
			r, ok := rune(0), false
			if i+1 < len(s) && s[i+1] == '{' && end > 0 {
				r, ok = runeNamed(s[i+2 : i+end])
			}
			if !ok {
				p.fail(syntaxErr(from, to, "unknown Unicode character name"))
				return s
			}
			b.WriteRune(r)
			i += end
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
		if digits > 0 && isBytes && digits > 2 {
			b.WriteByte('\\')
			b.WriteByte(s[i])
			continue
		}
		if digits > 0 {
			if i+1+digits > len(s) {
				p.fail(syntaxErr(from, to, "truncated \\"+s[i:i+1]+" escape"))
				return s
			}
			n, err := strconv.ParseUint(s[i+1:i+1+digits], 16, 32)
			if err != nil || n > utf8.MaxRune {
				p.fail(syntaxErr(from, to, "invalid \\"+s[i:i+1]+" escape"))
				return s
			}
			writeCode(&b, rune(n), isBytes)
			i += digits
		}
	}
	return b.String()
}

func writeCode(b *strings.Builder, r rune, isBytes bool) {
	if isBytes {
		b.WriteByte(byte(r))
		return
	}
	if 0xD800 <= r && r <= 0xDFFF { // a lone surrogate, which UTF-8 cannot hold: written as its three bytes
		b.Write([]byte{0xE0 | byte(r>>12), 0x80 | byte(r>>6)&0x3F, 0x80 | byte(r)&0x3F})
		return
	}
	b.WriteRune(r)
}

// characterNames maps Unicode names to characters. It is made when the first
// query uses \N{…}. Names that follow from the code point are not in it.
var characterNames = sync.OnceValue(func() map[string]rune {
	names := make(map[string]rune, 40_000)
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if n := runenames.Name(r); n != "" && n[0] != '<' {
			names[n] = r
		}
	}
	return names
})

func runeNamed(name string) (rune, bool) {
	r, ok := characterNames()[strings.ToUpper(name)]
	return r, ok
}

// fstring reads the body src[from:to] of an f-string, or of a format
// specification (depth > 0, where "{{" is no escape for one nesting less).
func (p *parser) fstring(from, to int, raw bool, depth int) []expr {
	var parts []expr
	n := node{from, to}
	text := from
	var b strings.Builder
	flush := func(end int) {
		b.WriteString(p.unescape(text, end, raw, false))
	}
	emit := func() {
		if b.Len() > 0 {
			parts = append(parts, &constExpr{node: n, value: Str(b.String())})
			b.Reset()
		}
	}
	for i := from; i < to && p.err == nil; {
		c := p.src[i]
		switch {
		case c == '\\' && !raw && strings.HasPrefix(p.src[i:to], `\N{`):
			if end := strings.IndexByte(p.src[i:to], '}'); end > 0 {
				i += end + 1
			} else {
				i++
			}
		case c == '\\' && i+1 < to && p.src[i+1] != '{' && p.src[i+1] != '}':
			i += 2
		case (c == '{' || c == '}') && depth == 0 && i+1 < to && p.src[i+1] == c:
			flush(i + 1)
			i += 2
			text = i
		case c == '{':
			flush(i)
			emit()
			var fields []expr
			fields, i = p.field(i, to, raw, depth)
			parts = append(parts, fields...)
			text = i
		case c == '}':
			p.fail(syntaxErr(i, i+1, "a single \"}\" is not allowed in an f-string").hint("write }}"))
		default:
			i++
		}
	}
	if p.err == nil {
		flush(to)
		emit()
	}
	return parts
}

// field reads "{…}" at i and returns what it stands for and the offset after it.
func (p *parser) field(i, to int, raw bool, depth int) ([]expr, int) {
	open := i
	if depth > 1 {
		p.fail(syntaxErr(i, to, "f-string: expressions nested too deeply"))
		return nil, to
	}
	end, ok := p.fieldEnd(i+1, to)
	if !ok {
		p.fail(syntaxErr(open, to, "this f-string field is not closed").hint("add }"))
		return nil, to
	}
	body := p.src[i+1 : end]
	if strings.TrimSpace(body) == "" {
		p.fail(syntaxErr(open, end+1, "an f-string field is empty"))
		return nil, to
	}
	if k := strings.IndexAny(body, `\#`); k >= 0 {
		p.fail(syntaxErr(i+1+k, i+2+k, "f-string fields cannot contain \""+body[k:k+1]+"\""))
		return nil, to
	}
	sub := newParser(p.src, i+1, end)
	sub.infs = p.infs + 1
	sub.depth = p.depth
	f := &formattedValue{node: node{open, end}}
	if sub.err == nil {
		f.x = sub.group(i+1, end)
		sub.expectEOF()
	}
	if sub.err != nil {
		p.fail(sub.err)
		return nil, to
	}
	var out []expr
	i = end
	debug := p.src[i] == '='
	if debug {
		i++
		for i < to && strings.IndexByte(" \t\n\r\f", p.src[i]) >= 0 {
			i++
		}
		out = append(out, &constExpr{node: f.node, value: Str(p.src[open+1 : i])})
	}
	if i < to && p.src[i] == '!' {
		if i+1 < to && strings.IndexByte("rsa", p.src[i+1]) >= 0 {
			f.conv = p.src[i+1]
			i += 2
		} else {
			p.fail(syntaxErr(i, min(i+2, to), "an f-string conversion is !r, !s or !a"))
			return nil, to
		}
	}
	if i < to && p.src[i] == ':' {
		j, level := i+1, 0
		for j < to && (level > 0 || p.src[j] != '}') {
			switch p.src[j] {
			case '{':
				level++
			case '}':
				level--
			}
			j++
		}
		parts := p.fstring(i+1, j, raw, depth+1)
		f.spec = &joinedStr{node{i + 1, j}, parts}
		i = j
	} else if debug && f.conv == 0 {
		f.conv = 'r'
	}
	if i >= to || p.src[i] != '}' {
		p.fail(syntaxErr(open, min(i+1, to), "expected \"}\" in the f-string"))
		return nil, to
	}
	f.end = i + 1
	return append(out, f), i + 1
}

// fieldEnd finds where the expression of a field ends: at "!", ":", "=" or "}"
// outside of brackets and strings.
func (p *parser) fieldEnd(i, to int) (int, bool) {
	level := 0
	for i < to {
		c := p.src[i]
		switch {
		case c == '"' || c == '\'':
			q := p.src[i : i+1]
			if strings.HasPrefix(p.src[i:to], q+q+q) {
				q = q + q + q
			}
			k := strings.Index(p.src[i+len(q):to], q)
			if k < 0 {
				return 0, false
			}
			i += k + 2*len(q)
			continue
		case strings.IndexByte("([{", c) >= 0:
			level++
		case strings.IndexByte(")]}", c) >= 0 && level > 0:
			level--
		case level > 0:
		case c == '!' && i+1 < to && p.src[i+1] == '=', (c == '<' || c == '>' || c == '=') && i+1 < to && p.src[i+1] == '=':
			i += 2
			continue
		case c == '!' || c == ':' || c == '}' || c == '=':
			return i, true
		}
		i++
	}
	return 0, false
}
