package aimql

import "strings"

// TokenClass is what an editor colours a piece of a query as.
type TokenClass string

// The classes of tokens.
const (
	ClassKeyword  TokenClass = "keyword"  // and, in, not, if, True, None, …
	ClassName     TokenClass = "name"     // a name Python does not know
	ClassRoot     TokenClass = "root"     // run, metric, images, …
	ClassBuiltin  TokenClass = "builtin"  // len, datetime, …
	ClassProperty TokenClass = "property" // a name after a dot
	ClassNumber   TokenClass = "number"
	ClassString   TokenClass = "string"
	ClassOperator TokenClass = "operator"
	ClassBracket  TokenClass = "bracket"
	ClassComment  TokenClass = "comment"
	ClassInvalid  TokenClass = "invalid"
)

// Token is a range of bytes of a text with its class. White space is in none.
type Token struct {
	Class      TokenClass
	Start, End int
}

// Tokenize splits any text, also while it is being written, for highlighting.
func Tokenize(text string) []Token {
	var out []Token
	l := lexer{src: text, limit: len(text)}
	prev := ""
	for {
		t := l.next()
		if t.kind == tokEOF {
			return out
		}
		out = append(out, Token{classOf(t, prev), t.start, t.end})
		prev = t.text
	}
}

func classOf(t token, prev string) TokenClass {
	switch t.kind {
	case tokNumber:
		return ClassNumber
	case tokString:
		return ClassString
	case tokComment:
		return ClassComment
	case tokBad:
		return ClassInvalid
	case tokOp:
		switch t.text {
		case "(", ")", "[", "]", "{", "}":
			return ClassBracket
		case "=", "&&", "||", "!", "<>", ";":
			if t.text != "=" {
				return ClassInvalid
			}
		}
		return ClassOperator
	}
	switch {
	case keywords[t.text]:
		return ClassKeyword
	case prev == ".":
		return ClassProperty
	case isRootName(t.text):
		return ClassRoot
	}
	if _, ok := builtins[t.text]; ok {
		return ClassBuiltin
	}
	return ClassName
}

func isRootName(s string) bool {
	if s == "run" {
		return true
	}
	for _, k := range SequenceKinds() {
		if s == k.Variable() {
			return true
		}
	}
	return false
}

// Expecting is what a completion at a position can offer.
type Expecting string

// What is expected at a position.
const (
	ExpectNothing  Expecting = ""         // inside a number, a comment or plain text
	ExpectName     Expecting = "name"     // a root, a builtin or a keyword
	ExpectProperty Expecting = "property" // an attribute of Path
	ExpectKey      Expecting = "key"      // a string key inside brackets after Path
	ExpectOperator Expecting = "operator" // after a complete operand
)

// Completion describes a position of a text.
type Completion struct {
	Expecting Expecting
	Path      []Key  // the object before the position: run, "hparams", … (the root is Path[0])
	Partial   string // what is written of the word so far
	Start     int    // where that word begins: completing replaces [Start, End)
	End       int    // the end of the word, behind the position if it stands inside one
	Quote     string // of a key: the quote that opened it, "" if none did yet
}

// CompletionContext says what can be completed at byte offset pos of a text
// that may be incomplete.
func CompletionContext(text string, pos int) Completion {
	pos = min(max(pos, 0), len(text))
	var toks []token
	l := lexer{src: text, limit: len(text)}
	for {
		t := l.next()
		if t.kind == tokEOF || t.start >= pos {
			break
		}
		toks = append(toks, t)
	}
	c := Completion{Start: pos, End: pos, Expecting: ExpectName}
	n := len(toks)
	if n == 0 {
		return c
	}
	last := toks[n-1]
	inside := pos <= last.end
	switch {
	case inside && last.kind == tokName && (last.end > pos || last.end == pos):
		c.Start, c.End, c.Partial = last.start, last.end, text[last.start:pos]
		toks = toks[:n-1]
	case last.kind == tokComment && inside, last.kind == tokNumber && inside:
		c.Expecting = ExpectNothing
		return c
	case last.kind == tokString && pos < last.end, last.kind == tokBad && inside && strings.ContainsAny(last.text, `"'`):
		return keyContext(text, pos, toks, c)
	}
	n = len(toks)
	if n == 0 {
		return c
	}
	last = toks[n-1]
	switch {
	case last.kind == tokOp && last.text == ".":
		c.Path = pathBefore(toks[:n-1])
		c.Expecting = ExpectProperty
		if c.Path == nil {
			c.Expecting = ExpectNothing
		}
	case last.kind == tokOp && last.text == "[" && c.Partial == "":
		if c.Path = pathBefore(toks[:n-1]); c.Path != nil {
			c.Expecting = ExpectKey
		}
	case operand(last):
		c.Expecting = ExpectOperator
	}
	return c
}

// operand tells whether an operator can follow the token.
func operand(t token) bool {
	switch t.kind {
	case tokNumber, tokString:
		return true
	case tokName:
		return !keywords[t.text] || t.text == "True" || t.text == "False" || t.text == "None"
	case tokOp:
		return t.text == ")" || t.text == "]" || t.text == "}"
	}
	return false
}

// keyContext: the position is inside a string, which is a key if it stands in
// brackets after an object.
func keyContext(text string, pos int, toks []token, c Completion) Completion {
	n := len(toks)
	s := toks[n-1]
	i := strings.IndexAny(s.text, `"'`)
	c.Expecting = ExpectNothing
	if i < 0 || pos < s.start+i+1 {
		return c
	}
	c.Quote = s.text[i : i+1]
	c.Start, c.End = s.start+i+1, s.end
	if s.kind == tokString {
		c.End--
	}
	c.Partial = text[c.Start:pos]
	if n >= 2 && toks[n-2].kind == tokOp && toks[n-2].text == "[" {
		if c.Path = pathBefore(toks[:n-2]); c.Path != nil {
			c.Expecting = ExpectKey
		}
	}
	return c
}

// pathBefore reads the object that ends at the last token: a root followed by
// attributes and constant subscripts. nil: it is something else.
func pathBefore(toks []token) []Key {
	var rev []Key
	i := len(toks) - 1
	for i >= 0 {
		t := toks[i]
		switch {
		case t.kind == tokName && !keywords[t.text]:
			rev = append(rev, Key{Str: ident(t.text)})
			if i == 0 || toks[i-1].kind != tokOp || toks[i-1].text != "." {
				if !isRootName(t.text) {
					return nil
				}
				out := make([]Key, 0, len(rev))
				for j := len(rev) - 1; j >= 0; j-- {
					out = append(out, rev[j])
				}
				return out
			}
			i -= 2
		case t.kind == tokOp && t.text == "]" && i >= 2 && toks[i-2].kind == tokOp && toks[i-2].text == "[":
			x, err := parse(toks[i-1].text)
			if err != nil {
				return nil
			}
			k, ok := constKeys(x)
			if !ok {
				return nil
			}
			rev = append(rev, k...)
			i -= 3
		default:
			return nil
		}
	}
	return nil
}
