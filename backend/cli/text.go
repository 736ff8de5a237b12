package cli

import (
	"bufio"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/desk/catalog"
)

// table prints rows in aligned columns.
type table struct {
	rows [][]string
}

func newTable(header ...string) *table { return &table{rows: [][]string{header}} }

func (t *table) row(cells ...string) {
	for i := range cells {
		cells[i] = printable(cells[i])
	}
	t.rows = append(t.rows, cells)
}

// maxCell is how many characters of a cell a table shows.
const maxCell = 48

// printable takes control characters out of a text from a repository, which
// could otherwise steer the terminal, and shortens it.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return utf8.RuneError
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) > maxCell {
		s = string([]rune(s)[:maxCell-1]) + "…"
	}
	return s
}

func (t *table) write(out *bufio.Writer) error {
	var width []int
	for _, row := range t.rows {
		for i, c := range row {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	for _, row := range t.rows {
		var b strings.Builder
		for i, c := range row {
			b.WriteString(c)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", width[i]-utf8.RuneCountInString(c)+2))
			}
		}
		if _, err := out.WriteString(strings.TrimRight(b.String(), " ") + "\n"); err != nil {
			return err
		}
	}
	return nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func optionalText(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func floatText(f *float64) string {
	if f == nil {
		return ""
	}
	return strings.Trim(string(codec.AppendFloat(nil, *f)), `"`)
}

// timeText is a time in the local time zone, to the second.
func timeText(f *float64) string {
	if f == nil || *f != *f || *f < -62135596800 || *f > 253402300799 {
		return ""
	}
	return time.Unix(int64(*f), 0).Format("2006-01-02 15:04:05")
}

// durationText is a duration in at most two units: 3 h 12 m.
func durationText(f *float64) string {
	if f == nil || *f != *f || *f < 0 || *f > 1e10 {
		return ""
	}
	switch s := *f; {
	case s < 10:
		return fmt.Sprintf("%.1f s", s)
	case s < 60:
		return fmt.Sprintf("%.0f s", s)
	case s < 3600:
		return fmt.Sprintf("%d m %d s", int(s)/60, int(s)%60)
	case s < 86400:
		return fmt.Sprintf("%d h %d m", int(s)/3600, int(s)%3600/60)
	default:
		return fmt.Sprintf("%d d %d h", int(s)/86400, int(s)%86400/3600)
	}
}

// numberText is a number for a person: six significant digits.
func numberText(f float64) string { return fmt.Sprintf("%.6g", f) }

func csvText(v catalog.Value, ok bool) string {
	if !ok || v.Kind() == codec.KindNone {
		return ""
	}
	if v.Kind() == codec.KindString {
		return v.Str()
	}
	if v.Kind() == codec.KindFloat {
		return strings.Trim(string(codec.AppendFloat(nil, v.Float())), `"`)
	}
	return string(v.AppendJSON(nil))
}

func bytesText(n int64) string {
	switch f := float64(n); {
	case f < 1e3:
		return fmt.Sprintf("%d B", n)
	case f < 1e6:
		return fmt.Sprintf("%.1f kB", f/1e3)
	case f < 1e9:
		return fmt.Sprintf("%.1f MB", f/1e6)
	default:
		return fmt.Sprintf("%.2f GB", f/1e9)
	}
}
