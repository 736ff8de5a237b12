package aimql

import (
	"math"
	"math/big"
	"strings"
	"time"
)

func noArgs(f func(self Value) (Value, error)) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(0, 0); err != nil {
			return Value{}, err
		}
		return f(self)
	}
}

func clock(v Value) time.Time { return v.obj.(*datetime).t }

func makeDateMethods() map[string]method {
	return map[string]method{
		"weekday":    noArgs(func(v Value) (Value, error) { return Int(int64(clock(v).Weekday()+6) % 7), nil }),
		"isoweekday": noArgs(func(v Value) (Value, error) { return Int(int64(clock(v).Weekday()+6)%7 + 1), nil }),
		"toordinal": noArgs(func(v Value) (Value, error) {
			return Int(clock(v).Truncate(24*time.Hour).Unix()/86400 + 719163), nil
		}),
		"isocalendar": noArgs(func(v Value) (Value, error) {
			y, w := clock(v).ISOWeek()
			return Tuple(Int(int64(y)), Int(int64(w)), Int(int64(clock(v).Weekday()+6)%7+1)), nil
		}),
		"ctime":     noArgs(func(v Value) (Value, error) { return Str(clock(v).Format("Mon Jan _2 15:04:05 2006")), nil }),
		"isoformat": noArgs(func(v Value) (Value, error) { return Str(timeText(v)), nil }),
		"strftime":  strftimeMethod,
		"replace":   replaceTime,
	}
}

func makeTimeMethods() map[string]method {
	return map[string]method{
		"isoformat": noArgs(func(v Value) (Value, error) { return Str(timeText(v)), nil }),
		"strftime":  strftimeMethod,
		"replace":   replaceTime,
	}
}

func makeDatetimeMethods() map[string]method {
	return map[string]method{
		"date": noArgs(func(v Value) (Value, error) { return dateOf(clock(v)), nil }),
		"time": noArgs(func(v Value) (Value, error) { return timeOf(clock(v)), nil }),
		"timestamp": noArgs(func(v Value) (Value, error) { // as local time, as Python reads a naive datetime
			t := clock(v)
			l := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local)
			return Float(float64(l.Unix()) + float64(l.Nanosecond()/1000)/1e6), nil
		}),
		"isoformat": func(m *machine, self Value, a *args) (Value, error) {
			v, err := a.bind(m, 0, opt("sep", Str("T")), opt("timespec", Str("auto")))
			if err != nil {
				return Value{}, err
			}
			if v[0].kind != KindStr || strLen(v[0].str) != 1 || v[1].kind != KindStr {
				return Value{}, errArgs
			}
			t := clock(self)
			day := t.Format("2006-01-02") + v[0].str
			switch v[1].str {
			case "auto":
				return Str(day + self.obj.(*datetime).iso("T")[11:]), nil
			case "hours":
				return Str(day + t.Format("15")), nil
			case "minutes":
				return Str(day + t.Format("15:04")), nil
			case "seconds":
				return Str(day + t.Format("15:04:05")), nil
			case "milliseconds":
				return Str(day + t.Format("15:04:05.000")), nil
			case "microseconds":
				return Str(day + t.Format("15:04:05.000000")), nil
			}
			return Value{}, valueErr("Unknown timespec value")
		},
		"utcoffset": noArgs(func(Value) (Value, error) { return Value{}, nil }),
		"tzname":    noArgs(func(Value) (Value, error) { return Value{}, nil }),
		"dst":       noArgs(func(Value) (Value, error) { return Value{}, nil }),
	}
}

func strftimeMethod(m *machine, self Value, a *args) (Value, error) {
	v, err := a.bind(m, 1, opt("format", Value{}))
	if err != nil {
		return Value{}, err
	}
	if v[0].kind != KindStr {
		return Value{}, errArgs
	}
	if err := m.alloc(16 * len(v[0].str)); err != nil {
		return Value{}, err
	}
	s, err := formatTime(clock(self), v[0].str)
	return Str(s), err
}

func replaceTime(m *machine, self Value, a *args) (Value, error) {
	t := clock(self)
	names := []string{"year", "month", "day", "hour", "minute", "second", "microsecond"}
	now := []int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond() / 1000}
	from, to := 0, 7
	switch self.kind {
	case KindDate:
		to = 3
	case KindTime:
		from = 3
	}
	specs := make([]argSpec, 0, 7)
	for i := from; i < to; i++ {
		specs = append(specs, opt(names[i], Int(int64(now[i]))))
	}
	v, err := a.bind(m, 0, specs...)
	if err != nil {
		return Value{}, err
	}
	f, err := timeFields(m, v)
	if err != nil {
		return Value{}, err
	}
	copy(now[from:], f)
	t, err = makeDatetime(now)
	if err != nil {
		return Value{}, err
	}
	return Value{kind: self.kind, obj: &datetime{t}}, nil
}

func makeTimedeltaMethods() map[string]method {
	return map[string]method{
		"total_seconds": noArgs(func(v Value) (Value, error) { return Float(v.obj.(*timedelta).seconds()), nil }),
	}
}

// datetimeStatics are the functions of the class itself.
func makeDatetimeStatics() map[string]builtinFunc {
	return map[string]builtinFunc{
		"now":    func(m *machine, a *args) (Value, error) { return naiveNow(a, m.now().Local()) },
		"today":  func(m *machine, a *args) (Value, error) { return naiveNow(a, m.now().Local()) },
		"utcnow": func(m *machine, a *args) (Value, error) { return naiveNow(a, m.now().UTC()) },
		"fromtimestamp": func(m *machine, a *args) (Value, error) {
			return fromTimestamp(a, time.Local)
		},
		"utcfromtimestamp": func(m *machine, a *args) (Value, error) { return fromTimestamp(a, time.UTC) },
		"fromisoformat": func(m *machine, a *args) (Value, error) {
			if err := a.done(1, 1); err != nil {
				return Value{}, err
			}
			if a.pos[0].kind != KindStr {
				return Value{}, errArgs
			}
			return parseISO(a.pos[0].str)
		},
		"fromordinal": func(m *machine, a *args) (Value, error) {
			if err := a.done(1, 1); err != nil {
				return Value{}, err
			}
			n, err := m.index(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			if n < 1 || n > 3652059 {
				return Value{}, valueErr("ordinal out of range")
			}
			return datetimeOf(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n-1)))
		},
		"combine": func(m *machine, a *args) (Value, error) {
			if err := a.done(2, 2); err != nil {
				return Value{}, err
			}
			d, t := a.pos[0], a.pos[1]
			if d.kind != KindDate && d.kind != KindDateTime || t.kind != KindTime {
				return Value{}, errArgs
			}
			x, y := clock(d), clock(t)
			return datetimeOf(time.Date(x.Year(), x.Month(), x.Day(), y.Hour(), y.Minute(), y.Second(), y.Nanosecond(), time.UTC))
		},
		"strptime": func(*machine, *args) (Value, error) {
			return Value{}, raise("ImportError", "datetime.strptime is not available in a query")
		},
	}
}

func naiveNow(a *args, t time.Time) (Value, error) {
	if err := a.done(0, 0); err != nil {
		return Value{}, err
	}
	return datetimeOf(civil(t))
}

// civil is what the clock on the wall shows, to the microsecond.
func civil(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000*1000, time.UTC)
}

func fromTimestamp(a *args, zone *time.Location) (Value, error) {
	if err := a.done(1, 1); err != nil {
		return Value{}, err
	}
	x := a.pos[0]
	if !x.isNumber() {
		return Value{}, errArgs
	}
	f, err := toFloat(x)
	if err != nil {
		return Value{}, err
	}
	if f != f {
		return Value{}, valueErr("cannot convert float NaN to integer")
	}
	if math.Abs(f) > 1e12 {
		return Value{}, valueErr("year is out of range")
	}
	return datetimeOf(civil(fromUnix(f).In(zone)))
}

func parseISO(s string) (Value, error) {
	bad := valueErr("Invalid isoformat string: %s", strRepr(s))
	if len(s) > 32 {
		return Value{}, bad
	}
	layouts := []string{"2006-01-02", "20060102"}
	if len(s) > 10 && s[4] == '-' {
		sep := "T"
		if s[10] != 'T' {
			s = s[:10] + "T" + s[10+runeLen(s[10:]):]
		}
		s = strings.Replace(s, ",", ".", 1)
		layouts = nil
		for _, t := range []string{"15", "15:04", "15:04:05", "150405", "1504", "15:04:05.000", "15:04:05.000000"} {
			layouts = append(layouts, "2006-01-02"+sep+t)
		}
	}
	for _, l := range layouts {
		if len(l) != len(s) && !strings.Contains(l, ".") {
			continue
		}
		if t, err := time.Parse(l, s); err == nil && t.Year() >= 1 {
			return datetimeOf(t.Truncate(time.Microsecond))
		}
	}
	return Value{}, bad
}

// divmodTimedelta is divmod of two timedeltas.
func divmodTimedelta(a, b Value) (Value, error) {
	y := b.obj.(*timedelta).micros()
	if y.Sign() == 0 {
		return Value{}, errZeroDiv
	}
	q, r := bigDivMod(a.obj.(*timedelta).micros(), y)
	rest, err := timedeltaOf(r)
	return Tuple(BigInt(q), rest), err
}

func absTimedelta(v Value) (Value, error) {
	return timedeltaOf(new(big.Int).Abs(v.obj.(*timedelta).micros()))
}
