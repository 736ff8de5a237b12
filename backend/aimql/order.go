package aimql

import (
	"math"
	"math/big"
	"strings"
	"unsafe"
)

// maxCompareDepth bounds the recursion into nested containers, as Python's
// recursion limit does.
const maxCompareDepth = 500

// compare answers a op b for == != < <= > >=. Where a proxy takes part and the
// types cannot be ordered the answer is false, elsewhere an error.
func (m *machine) compare(op string, a, b Value) (bool, error) {
	switch op {
	case "==":
		return m.equal(a, b)
	case "!=":
		eq, err := m.equal(a, b)
		return !eq, err
	}
	proxied := a.kind == KindProxy || b.kind == KindProxy
	a, b, err := m.force2(a, b)
	if err != nil {
		if proxied && isTypeError(err) {
			return false, nil
		}
		return false, err
	}
	r, err := m.order(op, a, b, 0)
	if err != nil && proxied && isTypeError(err) {
		return false, nil
	}
	return r, err
}

func (m *machine) equal(a, b Value) (bool, error) { return m.equalDepth(a, b, 0) }

func (m *machine) equalDepth(a, b Value, depth int) (bool, error) {
	if depth > maxCompareDepth {
		return false, errRecursion
	}
	if a.kind == KindProxy || b.kind == KindProxy {
		stored := b.kind == KindProxy
		var err error
		if a, b, err = m.force2(a, b); err != nil {
			return false, err
		}
		if stored && a.kind == KindSafeNone && b.kind == KindNone {
			return false, nil // what is missing equals None, but no stored None
		}
	}
	if a.isNumber() && b.isNumber() {
		c, ok := compareNumbers(a, b)
		return ok && c == 0, nil
	}
	if a.kind == KindSafeNone || b.kind == KindSafeNone {
		return (a.kind == KindSafeNone || a.kind == KindNone) && (b.kind == KindSafeNone || b.kind == KindNone), nil
	}
	if a.kind == KindComplex || b.kind == KindComplex {
		if (a.isNumber() || a.kind == KindComplex) && (b.isNumber() || b.kind == KindComplex) {
			x, ex := toComplex(a)
			y, ey := toComplex(b)
			return ex == nil && ey == nil && x == y, nil
		}
		return false, nil
	}
	if a.kind != b.kind {
		return false, nil
	}
	switch a.kind {
	case KindNone, KindEllipsis:
		return true, nil
	case KindStr, KindBytes:
		if len(a.str) != len(b.str) {
			return false, nil
		}
		return a.str == b.str, m.steps(len(a.str) / 256)
	case KindList, KindTuple:
		x, y := a.items(), b.items()
		if len(x) != len(y) {
			return false, nil
		}
		for i := range x {
			if err := m.step(); err != nil {
				return false, err
			}
			eq, err := m.same(x[i], y[i], depth+1)
			if !eq || err != nil {
				return false, err
			}
		}
		return true, nil
	case KindDict:
		x, y := a.dict(), b.dict()
		if x.len() != y.len() {
			return false, nil
		}
		for _, e := range x.entries {
			if err := m.step(); err != nil {
				return false, err
			}
			o, ok := y.get(e.hash)
			if !ok {
				return false, nil
			}
			eq, err := m.same(e.val, o, depth+1)
			if !eq || err != nil {
				return false, err
			}
		}
		return true, nil
	case KindSet:
		x, y := a.dict(), b.dict()
		return x.len() == y.len() && subset(x, y), nil
	case KindRange:
		x, y := a.obj.(*rangeObj), b.obj.(*rangeObj)
		return x.n == y.n && (x.n == 0 || x.start == y.start && (x.n == 1 || x.step == y.step)), nil
	case KindSlice:
		x, y := a.obj.(*sliceObj), b.obj.(*sliceObj)
		return m.equalDepth(Tuple(x.lo, x.hi, x.step), Tuple(y.lo, y.hi, y.step), depth+1)
	case KindDateTime, KindDate, KindTime, KindTimeDelta:
		c, err := compareTimes(a, b)
		return err == nil && c == 0, nil
	case KindObject:
		return m.equalDepth(Value{kind: KindDict, obj: a.obj}, Value{kind: KindDict, obj: b.obj}, depth+1)
	case KindUndefined:
		return false, nil
	}
	return a.obj == b.obj && a.str == b.str, nil
}

// same is the comparison of elements of containers: identity, then equality.
func (m *machine) same(a, b Value, depth int) (bool, error) {
	if identical(a, b) {
		return true, nil
	}
	return m.equalDepth(a, b, depth)
}

// identical is Python's is, as far as values here have an identity.
func identical(a, b Value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case KindNone, KindEllipsis, KindSafeNone:
		return true
	case KindBool:
		return a.num == b.num
	case KindInt:
		return a.obj == nil && b.obj == nil && a.num == b.num && -5 <= a.int() && a.int() <= 256
	case KindFloat:
		return a.obj != nil && a.obj == b.obj
	case KindStr, KindBytes: // one object has one place in memory
		return len(a.str) == len(b.str) && unsafe.StringData(a.str) == unsafe.StringData(b.str)
	case KindUndefined:
		return false
	case KindTuple:
		if len(a.items()) == 0 && len(b.items()) == 0 {
			return true
		}
	}
	return a.obj != nil && a.obj == b.obj && a.str == b.str
}

func subset(x, y *dict) bool {
	for _, e := range x.entries {
		if y.find(e.hash) < 0 {
			return false
		}
	}
	return true
}

// compareNumbers compares ints, bools and floats exactly; ok is false for NaN.
func compareNumbers(a, b Value) (c int, ok bool) {
	if a.kind == KindFloat && b.kind == KindFloat {
		x, y := a.float(), b.float()
		switch {
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		}
		return 0, x == y
	}
	if a.kind == KindFloat {
		c, ok = compareNumbers(b, a)
		return -c, ok
	}
	if b.kind != KindFloat {
		if a.isBig() || b.isBig() {
			return a.big().Cmp(b.big()), true
		}
		x, y := a.int(), b.int()
		switch {
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		}
		return 0, true
	}
	f := b.float()
	switch {
	case f != f:
		return 0, false
	case math.IsInf(f, 1):
		return -1, true
	case math.IsInf(f, -1):
		return 1, true
	}
	if !a.isBig() {
		if i := a.int(); abs64(i) < 1<<53 {
			x := float64(i)
			switch {
			case x < f:
				return -1, true
			case x > f:
				return 1, true
			}
			return 0, true
		}
	}
	return new(big.Float).SetInt(a.big()).Cmp(big.NewFloat(f)), true
}

func holds(op string, c int) bool {
	switch op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

// order answers a op b for the four ordering operators.
func (m *machine) order(op string, a, b Value, depth int) (bool, error) {
	if depth > maxCompareDepth {
		return false, errRecursion
	}
	if a.isNumber() && b.isNumber() {
		c, ok := compareNumbers(a, b)
		return ok && holds(op, c), nil
	}
	if a.kind != b.kind {
		return false, errCompare
	}
	switch a.kind {
	case KindStr, KindBytes:
		return holds(op, strings.Compare(a.str, b.str)), m.steps(min(len(a.str), len(b.str)) / 256)
	case KindList, KindTuple:
		x, y := a.items(), b.items()
		for i := 0; i < len(x) && i < len(y); i++ {
			if err := m.step(); err != nil {
				return false, err
			}
			eq, err := m.same(x[i], y[i], depth+1)
			if err != nil {
				return false, err
			}
			if !eq {
				if x[i].kind == KindProxy || y[i].kind == KindProxy {
					return m.compare(op, x[i], y[i])
				}
				return m.order(op, x[i], y[i], depth+1)
			}
		}
		return holds(op, len(x)-len(y)), nil
	case KindSet:
		x, y := a.dict(), b.dict()
		switch op {
		case "<":
			return x.len() < y.len() && subset(x, y), nil
		case "<=":
			return subset(x, y), nil
		case ">":
			return y.len() < x.len() && subset(y, x), nil
		}
		return subset(y, x), nil
	case KindDateTime, KindDate, KindTime, KindTimeDelta:
		c, err := compareTimes(a, b)
		return err == nil && holds(op, c), err
	}
	return false, errCompare
}

// contains answers x in c. Undefined cannot be searched; a missing top-level
// param holds nothing.
func (m *machine) contains(c, x Value) (bool, error) {
	if keys, ok := m.storedKeys(c); ok && x.kind == KindStr {
		for _, k := range keys {
			if k.str == x.str {
				return true, m.step()
			}
		}
		return false, m.step()
	}
	c, err := m.force(c)
	if err != nil {
		return false, err
	}
	switch c.kind {
	case KindStr:
		if x.kind != KindStr { // a proxy is no str here, also in Aim
			return false, typeErr("'in <string>' requires string as left operand")
		}
		if err := m.steps(len(c.str) / 64); err != nil {
			return false, err
		}
		return strings.Contains(c.str, x.str), nil
	case KindBytes:
		if x.isInt() || x.kind == KindProxy {
			i, err := m.index(x)
			if err != nil {
				return false, err
			}
			if i < 0 || i > 255 {
				return false, valueErr("byte must be in range(0, 256)")
			}
			return strings.IndexByte(c.str, byte(i)) >= 0, nil
		}
		if x.kind != KindBytes {
			return false, errOperands
		}
		return strings.Contains(c.str, x.str), nil
	case KindDict, KindSet:
		if x.kind == KindSet && !x.dict().frozen && c.kind == KindSet {
			x = setValue(&dict{entries: x.dict().entries, index: x.dict().index, frozen: true})
		}
		h, err := m.hashKey(x)
		if err != nil {
			return false, err
		}
		return c.dict().find(h) >= 0, nil
	case KindRange:
		f, err := m.force(x)
		if err != nil {
			return false, err
		}
		if f.isInt() && !f.isBig() && x.kind != KindProxy {
			r, i := c.obj.(*rangeObj), f.int()
			d := i - r.start
			return d%r.step == 0 && d/r.step >= 0 && d/r.step < r.n, nil
		}
	case KindList, KindTuple:
		for _, y := range c.items() {
			if err := m.step(); err != nil {
				return false, err
			}
			eq, err := m.same(y, x, 0)
			if eq || err != nil {
				return eq, err
			}
		}
		return false, nil
	case KindRun:
		return m.runHas(x)
	}
	it, err := m.iterate(c)
	if err != nil {
		return false, err
	}
	for {
		y, ok, err := it.next(m)
		if !ok || err != nil {
			return false, err
		}
		if err := m.step(); err != nil {
			return false, err
		}
		eq, err := m.same(y, x, 0)
		if eq || err != nil {
			return eq, err
		}
	}
}

// truth is Python's bool(v).
func (m *machine) truth(v Value) (bool, error) {
	if v.kind == KindProxy {
		f, err := m.force(v)
		if err != nil {
			return false, err
		}
		v = f
	}
	switch v.kind {
	case KindNone, KindSafeNone, KindUndefined:
		return false, nil
	case KindBool:
		return v.num != 0, nil
	case KindInt:
		return v.num != 0 || v.obj != nil, nil
	case KindFloat:
		return v.float() != 0, nil
	case KindComplex:
		return v.complex() != 0, nil
	case KindStr, KindBytes:
		return v.str != "", nil
	case KindList, KindTuple:
		return len(v.items()) > 0, nil
	case KindDict, KindSet:
		return v.dict().len() > 0, nil
	case KindRange:
		return v.obj.(*rangeObj).n > 0, nil
	case KindTimeDelta:
		return *v.obj.(*timedelta) != timedelta{}, nil
	}
	return true, nil
}
