package aimql

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError says why a text is not a query, and where. Start and End are byte
// offsets into the text given to Compile (Start <= End <= len(text)); Line and
// Col count from 1, Col in characters. Hint is a suggestion, or empty.
type SyntaxError struct {
	Msg, Hint  string
	Start, End int
	Line, Col  int
}

// Error renders the message with its position and hint on one line.
func (e *SyntaxError) Error() string {
	s := fmt.Sprintf("line %d, column %d: %s", e.Line, e.Col, e.Msg)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// locate fills Line and Col from Start and clamps the range to src.
func (e *SyntaxError) locate(src string) *SyntaxError {
	e.Start = min(max(e.Start, 0), len(src))
	e.End = min(max(e.End, e.Start), len(src))
	before := src[:e.Start]
	e.Line = 1 + strings.Count(before, "\n")
	e.Col = 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return e
}

func syntaxErr(start, end int, msg string) *SyntaxError {
	return &SyntaxError{Msg: msg, Start: start, End: end}
}

func (e *SyntaxError) hint(h string) *SyntaxError {
	e.Hint = h
	return e
}
