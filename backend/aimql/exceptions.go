package aimql

import (
	"sort"
	"strings"
)

// exceptionNames with their bases.
var exceptionBases = map[string]string{
	"BaseException": "", "Exception": "BaseException", "GeneratorExit": "BaseException", "KeyboardInterrupt": "BaseException",
	"SystemExit": "BaseException", "ArithmeticError": "Exception", "FloatingPointError": "ArithmeticError", "OverflowError": "ArithmeticError",
	"ZeroDivisionError": "ArithmeticError", "AssertionError": "Exception", "AttributeError": "Exception", "BufferError": "Exception",
	"EOFError": "Exception", "ImportError": "Exception", "LookupError": "Exception", "IndexError": "LookupError", "KeyError": "LookupError",
	"MemoryError": "Exception", "NameError": "Exception", "UnboundLocalError": "NameError", "OSError": "Exception", "ReferenceError": "Exception",
	"RuntimeError": "Exception", "NotImplementedError": "RuntimeError", "StopIteration": "Exception", "SyntaxError": "Exception",
	"IndentationError": "SyntaxError", "TabError": "IndentationError", "SystemError": "Exception", "TypeError": "Exception",
	"ValueError": "Exception", "UnicodeError": "ValueError", "UnicodeDecodeError": "UnicodeError", "UnicodeEncodeError": "UnicodeError",
	"UnicodeTranslateError": "UnicodeError", "Warning": "Exception", "BytesWarning": "Warning", "DeprecationWarning": "Warning",
	"FutureWarning": "Warning", "ImportWarning": "Warning", "PendingDeprecationWarning": "Warning", "RuntimeWarning": "Warning",
	"SyntaxWarning": "Warning", "UnicodeWarning": "Warning", "UserWarning": "Warning",
}

func exceptionTypes() map[string]*typeObj {
	out := map[string]*typeObj{}
	names := make([]string, 0, len(exceptionBases))
	for n := range exceptionBases {
		names = append(names, n)
	}
	sort.Strings(names)
	var get func(n string) *typeObj
	get = func(n string) *typeObj {
		if t := out[n]; t != nil || n == "" {
			return t
		}
		t := &typeObj{name: n, base: get(exceptionBases[n])}
		t.construct = func(*machine, *args) (Value, error) { return Value{kind: KindOpaque, str: n}, nil }
		out[n] = t
		return t
	}
	for _, n := range names {
		get(n)
	}
	out["EnvironmentError"], out["IOError"] = out["OSError"], out["OSError"]
	return out
}

func isExceptionName(s string) bool { _, ok := exceptionBases[strings.TrimSpace(s)]; return ok }
