package aimql

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"
)

// datetime is a naive datetime, date or time of day, as civil time; times of
// day use the first day of year 1.
type datetime struct{ t time.Time }

// timedelta is normalized: 0 <= sec < 86400, 0 <= micro < 1e6.
type timedelta struct{ days, sec, micro int64 }

const maxDays = 999_999_999

func (d *datetime) isoKey() string { return d.iso("T") }

func (d *datetime) iso(sep string) string {
	s := fmt.Sprintf("%04d-%02d-%02d%s%02d:%02d:%02d", d.t.Year(), d.t.Month(), d.t.Day(), sep, d.t.Hour(), d.t.Minute(), d.t.Second())
	if us := d.t.Nanosecond() / 1000; us != 0 {
		s += fmt.Sprintf(".%06d", us)
	}
	return s
}

func datetimeOf(t time.Time) (Value, error) {
	if t.Year() < 1 || t.Year() > 9999 {
		return Value{}, raise("OverflowError", "date value out of range")
	}
	return Value{kind: KindDateTime, obj: &datetime{t}}, nil
}

func dateOf(t time.Time) Value {
	return Value{kind: KindDate, obj: &datetime{time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)}}
}

func timeOf(t time.Time) Value {
	return Value{kind: KindTime, obj: &datetime{time.Date(1, 1, 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)}}
}

func (d *timedelta) micros() *big.Int {
	b := big.NewInt(d.days)
	b.Mul(b, big.NewInt(86400))
	b.Add(b, big.NewInt(d.sec))
	b.Mul(b, big.NewInt(1_000_000))
	return b.Add(b, big.NewInt(d.micro))
}

func (d *timedelta) seconds() float64 {
	f, _ := new(big.Rat).SetFrac(d.micros(), big.NewInt(1_000_000)).Float64()
	return f
}

func timedeltaOf(micros *big.Int) (Value, error) {
	sec, us := bigDivMod(micros, big.NewInt(1_000_000))
	day, s := bigDivMod(sec, big.NewInt(86400))
	if !day.IsInt64() || day.Int64() > maxDays || day.Int64() < -maxDays {
		return Value{}, raise("OverflowError", "days=%s; must have magnitude <= 999999999", day)
	}
	return Value{kind: KindTimeDelta, obj: &timedelta{day.Int64(), s.Int64(), us.Int64()}}, nil
}

func timeText(v Value) string {
	switch v.kind {
	case KindDate:
		return v.obj.(*datetime).t.Format("2006-01-02")
	case KindTime:
		return v.obj.(*datetime).iso("T")[11:]
	case KindDateTime:
		return v.obj.(*datetime).iso(" ")
	}
	d := v.obj.(*timedelta)
	s := fmt.Sprintf("%d:%02d:%02d", d.sec/3600, d.sec/60%60, d.sec%60)
	if d.days != 0 {
		plural := "s"
		if d.days == 1 || d.days == -1 {
			plural = ""
		}
		s = fmt.Sprintf("%d day%s, %s", d.days, plural, s)
	}
	if d.micro != 0 {
		s += fmt.Sprintf(".%06d", d.micro)
	}
	return s
}

func timeRepr(v Value) string {
	if v.kind == KindTimeDelta {
		d := v.obj.(*timedelta)
		var parts []string
		for _, p := range []struct {
			name string
			n    int64
		}{{"days", d.days}, {"seconds", d.sec}, {"microseconds", d.micro}} {
			if p.n != 0 {
				parts = append(parts, fmt.Sprintf("%s=%d", p.name, p.n))
			}
		}
		if parts == nil {
			parts = []string{"0"}
		}
		return "datetime.timedelta(" + strings.Join(parts, ", ") + ")"
	}
	t := v.obj.(*datetime).t
	if v.kind == KindDate {
		return fmt.Sprintf("datetime.date(%d, %d, %d)", t.Year(), t.Month(), t.Day())
	}
	s := fmt.Sprintf("%d, %d", t.Hour(), t.Minute())
	if us := t.Nanosecond() / 1000; us != 0 {
		s += fmt.Sprintf(", %d, %d", t.Second(), us)
	} else if t.Second() != 0 {
		s += fmt.Sprintf(", %d", t.Second())
	}
	if v.kind == KindTime {
		return "datetime.time(" + s + ")"
	}
	return fmt.Sprintf("datetime.datetime(%d, %d, %d, %s)", t.Year(), t.Month(), t.Day(), s)
}

// compareTimes orders two values of the same time type.
func compareTimes(a, b Value) (int, error) {
	if a.kind != b.kind {
		return 0, errCompare
	}
	if a.kind == KindTimeDelta {
		return a.obj.(*timedelta).micros().Cmp(b.obj.(*timedelta).micros()), nil
	}
	return a.obj.(*datetime).t.Compare(b.obj.(*datetime).t), nil
}

// timeArith is the arithmetic of datetimes, dates and timedeltas.
func timeArith(op string, a, b Value) (Value, error) {
	ad, bd := a.kind == KindTimeDelta, b.kind == KindTimeDelta
	switch {
	case (a.kind == KindDateTime || a.kind == KindDate) && bd && (op == "+" || op == "-"):
		return shiftTime(a, b.obj.(*timedelta), op == "-")
	case ad && (b.kind == KindDateTime || b.kind == KindDate) && op == "+":
		return shiftTime(b, a.obj.(*timedelta), false)
	case op == "-" && a.kind == b.kind && (a.kind == KindDateTime || a.kind == KindDate):
		x, y := a.obj.(*datetime).t, b.obj.(*datetime).t
		us := new(big.Int).Mul(big.NewInt(x.Unix()-y.Unix()), big.NewInt(1_000_000))
		us.Add(us, big.NewInt(int64(x.Nanosecond()-y.Nanosecond())/1000))
		return timedeltaOf(us)
	case ad && bd:
		x, y := a.obj.(*timedelta).micros(), b.obj.(*timedelta).micros()
		switch op {
		case "+":
			return timedeltaOf(x.Add(x, y))
		case "-":
			return timedeltaOf(x.Sub(x, y))
		}
		if y.Sign() == 0 && (op == "/" || op == "//" || op == "%") {
			return Value{}, errZeroDiv
		}
		switch op {
		case "/":
			f, _ := new(big.Rat).SetFrac(x, y).Float64()
			return Float(f), nil
		case "//":
			q, _ := bigDivMod(x, y)
			return BigInt(q), nil
		case "%":
			_, r := bigDivMod(x, y)
			return timedeltaOf(r)
		}
	case ad && b.isNumber() && (op == "*" || op == "/" || op == "//"):
		return scaleTimedelta(op, a.obj.(*timedelta), b)
	case bd && a.isNumber() && op == "*":
		return scaleTimedelta(op, b.obj.(*timedelta), a)
	}
	return Value{}, errOperands
}

func shiftTime(v Value, d *timedelta, back bool) (Value, error) {
	sign := int64(1)
	if back {
		sign = -1
	}
	t := v.obj.(*datetime).t
	if d.days > 4_000_000 || d.days < -4_000_000 {
		return Value{}, raise("OverflowError", "date value out of range")
	}
	t = t.AddDate(0, 0, int(sign*d.days))
	if v.kind == KindDateTime {
		t = t.Add(time.Duration(sign) * (time.Duration(d.sec)*time.Second + time.Duration(d.micro)*time.Microsecond))
		return datetimeOf(t)
	}
	if t.Year() < 1 || t.Year() > 9999 {
		return Value{}, raise("OverflowError", "date value out of range")
	}
	return dateOf(t), nil
}

func scaleTimedelta(op string, d *timedelta, by Value) (Value, error) {
	us := d.micros()
	if by.isInt() {
		n := by.big()
		if op == "*" {
			return timedeltaOf(us.Mul(us, n))
		}
		if n.Sign() == 0 {
			return Value{}, errZeroDiv
		}
		if op == "//" {
			q, _ := bigDivMod(us, n)
			return timedeltaOf(q)
		}
		return timedeltaOf(roundRat(new(big.Rat).SetFrac(us, n)))
	}
	f := by.float()
	if op == "//" {
		return Value{}, errOperands
	}
	if f == 0 && op == "/" {
		return Value{}, errZeroDiv
	}
	r := new(big.Rat)
	if r.SetFloat64(f) == nil {
		if math.IsInf(f, 0) {
			return Value{}, raise("OverflowError", "cannot convert Infinity to integer ratio")
		}
		return Value{}, valueErr("cannot convert NaN to integer ratio")
	}
	if op == "/" {
		r.Inv(r)
	}
	return timedeltaOf(roundRat(r.Mul(r, new(big.Rat).SetInt(us))))
}

// roundRat rounds half to even.
func roundRat(r *big.Rat) *big.Int {
	q, rem := bigDivMod(r.Num(), r.Denom())
	c := rem.Lsh(rem, 1).Cmp(r.Denom())
	if c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

func timeAttribute(v Value, name string) (Value, bool) {
	if v.kind == KindTimeDelta {
		d := v.obj.(*timedelta)
		switch name {
		case "days":
			return Int(d.days), true
		case "seconds":
			return Int(d.sec), true
		case "microseconds":
			return Int(d.micro), true
		}
		return Value{}, false
	}
	t := v.obj.(*datetime).t
	if v.kind != KindTime {
		switch name {
		case "year":
			return Int(int64(t.Year())), true
		case "month":
			return Int(int64(t.Month())), true
		case "day":
			return Int(int64(t.Day())), true
		}
	}
	if v.kind != KindDate {
		switch name {
		case "hour":
			return Int(int64(t.Hour())), true
		case "minute":
			return Int(int64(t.Minute())), true
		case "second":
			return Int(int64(t.Second())), true
		case "microsecond":
			return Int(int64(t.Nanosecond() / 1000)), true
		case "tzinfo":
			return Value{}, true
		case "fold":
			return Int(0), true
		}
	}
	return Value{}, false
}

func timeFields(m *machine, v []Value) ([]int, error) {
	out := make([]int, len(v))
	for i := range v {
		n, err := m.index(v[i])
		if err != nil {
			return nil, err
		}
		if n < -1<<31 || n >= 1<<31 {
			return nil, raise("OverflowError", "signed integer is out of range")
		}
		out[i] = int(n)
	}
	return out, nil
}

// makeDatetime checks the fields year … microsecond.
func makeDatetime(f []int) (time.Time, error) {
	y, mo, d := f[0], f[1], f[2]
	switch {
	case y < 1 || y > 9999:
		return time.Time{}, valueErr("year %d is out of range", y)
	case mo < 1 || mo > 12:
		return time.Time{}, valueErr("month must be in 1..12")
	case d < 1 || d > daysIn(y, mo):
		return time.Time{}, valueErr("day is out of range for month")
	case f[3] < 0 || f[3] > 23 || f[4] < 0 || f[4] > 59 || f[5] < 0 || f[5] > 59 || f[6] < 0 || f[6] > 999999:
		return time.Time{}, valueErr("the time of day is out of range")
	}
	return time.Date(y, time.Month(mo), d, f[3], f[4], f[5], f[6]*1000, time.UTC), nil
}

func daysIn(y, m int) int { return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day() }

func newDatetime(m *machine, a *args) (Value, error) {
	v, err := a.bind(m, 3, opt("year", Value{}), opt("month", Value{}), opt("day", Value{}), opt("hour", Int(0)), opt("minute", Int(0)),
		opt("second", Int(0)), opt("microsecond", Int(0)), opt("tzinfo", Value{}))
	if err != nil {
		return Value{}, err
	}
	if v[7].kind != KindNone {
		return Value{}, typeErr("time zones are not supported")
	}
	f, err := timeFields(m, v[:7])
	if err != nil {
		return Value{}, err
	}
	t, err := makeDatetime(f)
	if err != nil {
		return Value{}, err
	}
	return datetimeOf(t)
}

func newTimedelta(m *machine, a *args) (Value, error) {
	z := Int(0)
	v, err := a.bind(m, 0, opt("days", z), opt("seconds", z), opt("microseconds", z), opt("milliseconds", z), opt("minutes", z),
		opt("hours", z), opt("weeks", z))
	if err != nil {
		return Value{}, err
	}
	unit := []int64{86400e6, 1e6, 1, 1000, 60e6, 3600e6, 7 * 86400e6}
	sum := new(big.Rat)
	for i, x := range v {
		r := new(big.Rat)
		switch {
		case x.isInt():
			r.SetInt(x.big())
		case x.kind == KindFloat:
			if r.SetFloat64(x.float()) == nil {
				if x.float() != x.float() {
					return Value{}, valueErr("cannot convert float NaN to integer")
				}
				return Value{}, raise("OverflowError", "cannot convert float infinity to integer")
			}
		default:
			return Value{}, typeErr("unsupported type for timedelta component")
		}
		sum.Add(sum, r.Mul(r, new(big.Rat).SetInt64(unit[i])))
	}
	return timedeltaOf(roundRat(sum))
}

// formatTime is strftime, in the C locale and without a time zone.
func formatTime(t time.Time, layout string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			b.WriteByte(layout[i])
			continue
		}
		i++
		switch c := layout[i]; c {
		case '%':
			b.WriteByte('%')
		case 'f':
			fmt.Fprintf(&b, "%06d", t.Nanosecond()/1000)
		case 'z', 'Z':
		case 'c':
			b.WriteString(t.Format("Mon Jan _2 15:04:05 2006"))
		case 'x', 'D':
			b.WriteString(t.Format("01/02/06"))
		case 'X', 'T':
			b.WriteString(t.Format("15:04:05"))
		case 'Y':
			fmt.Fprintf(&b, "%d", t.Year())
		case 's':
			fmt.Fprintf(&b, "%d", t.Unix())
		case 'a', 'A', 'w', 'd', 'b', 'B', 'h', 'm', 'y', 'H', 'I', 'M', 'p', 'S', 'j', 'U', 'W', 'G', 'u', 'V', 'C', 'e', 'F', 'g', 'k', 'l', 'n',
			'R', 'r', 't', 'P':
			b.WriteString(strftime.Format("%"+string(c), t))
		default:
			b.WriteByte('%')
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}
