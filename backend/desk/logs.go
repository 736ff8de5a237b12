package desk

import (
	"context"
	"math"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
)

// maxLogLines is how many lines one request answers at most.
const maxLogLines = 5000

// Logs answers count lines of a run's log from line from, read from the
// repository: what the run wrote to its terminal, or else its log records.
// A negative from counts from the end.
func (d *Desk) Logs(ctx context.Context, repository, hash string, from, count int) (LogPage, error) {
	defer d.Foreground()()
	s, err := d.session(repository)
	if err != nil {
		return LogPage{}, err
	}
	m, err := s.repo.ReadMeta(ctx, hash)
	if err != nil {
		return LogPage{}, err
	}
	var trace *aim.Trace
	for i := range m.Traces {
		t := &m.Traces[i]
		if t.Kind == aim.KindLogs || (t.Kind == aim.KindLogRecords && trace == nil) {
			trace = t
		}
	}
	page := LogPage{Lines: []LogLine{}}
	if trace == nil {
		return page, nil
	}
	if from < 0 {
		total := 0
		err := s.repo.ReadObjects(ctx, hash, *trace, aim.ObjectOptions{}, func(aim.ObjectRow) error { total++; return nil })
		if err != nil {
			return LogPage{}, err
		}
		from = max(total+from, 0)
	}
	count = min(max(count, 0), maxLogLines)
	err = s.repo.ReadObjects(ctx, hash, *trace, aim.ObjectOptions{Times: true}, func(row aim.ObjectRow) error {
		n := page.Total
		page.Total++
		if n < from || n >= from+count {
			return nil
		}
		line, err := logLine(row)
		page.Lines = append(page.Lines, line)
		return err
	})
	return page, err
}

func logLine(row aim.ObjectRow) (LogLine, error) {
	line := LogLine{Step: Num(row.Step.Int)}
	if row.Step.IsFloat {
		line.Step = Num(row.Step.Float)
	}
	if !math.IsNaN(row.Time) {
		line.Time = num(row.Time)
	}
	for _, item := range row.Items {
		if item.Kind != aim.KindLogRecords {
			text, err := item.Data()
			if err != nil {
				return line, err
			}
			line.Text += string(text)
			continue
		}
		line.Text += item.Field("message").Str()
		if level := item.Field("log_level"); level.Kind() == codec.KindInt {
			n := level.Int()
			line.Level = &n
		}
		if at, ok := item.Field("timestamp").Number(); ok {
			line.Time = num(at)
		}
	}
	return line, nil
}
