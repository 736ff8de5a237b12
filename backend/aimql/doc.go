// Package aimql is AimQL, the query language of the experiment tracker Aim: one
// Python expression over run and, in searches over sequences, one further
// variable (metric, images, texts, audios, distributions or figures).
//
//	text ── lexer ── parser ── restrict ──┬─ compile ── Query ── MatchRun / MatchSequence
//	                                      ├─ plan      conditions a catalogue can check first
//	                                      └─ dump      canonical text, compared with CPython
//
// The language is the subset of Python that Aim accepts (Python 3.11's grammar
// under RestrictedPython), with Aim's builtins and Aim's lazy parameter values,
// written here in Go: no Python is run. A query selects where its value is
// truthy; an exception while evaluating means that the row does not match.
// docs/aimql.md lists the semantics and the few deliberate differences from Aim.
//
// Repositories are reached through the interfaces Run, Trace and Sequence, so
// that values can be served lazily from a columnar catalogue. The paths a query
// reads are interned when it is compiled (Query.ParamPaths, Query.TraceRefs).
//
// A Query is immutable and may be used from many goroutines at once. Every
// evaluation is bounded in steps and memory and observes its context.
package aimql
