package desk

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/internal/guard"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// Bounds of one request for series.
const (
	maxLines       = 20000
	maxWidth       = 16384
	maxSeriesBody  = 16 << 20
	pyramidFrom    = 20000 // points from which a line is answered out of its pyramid
	defaultColumns = 1000
)

// chartLine is one line of a request on its way to its points.
type chartLine struct {
	s     *session
	row   *catalog.Row
	trace int
	xRow  int // trace of the metric on the x axis, -1 when it is another axis
}

// Series answers the points of lines as one binary message (see
// docs/format/series-wire.md): every line in the order of the request, and
// where it is smoothed a second one after it.
func (d *Desk) Series(ctx context.Context, req SeriesRequest) ([]byte, error) {
	defer d.Foreground()()
	q, err := seriesQuery(req)
	if err != nil {
		return nil, err
	}
	lines := make([]series.Line, 0, len(req.Lines))
	put := func(index int, l series.Line) {
		l.Index = uint32(index)
		lines = append(lines, l)
	}
	groups := map[*session][]int{}
	chart := make([]chartLine, len(req.Lines))
	for i, ref := range req.Lines {
		c, ok := d.chartLine(ref, req.XMetric)
		if !ok {
			put(i, series.NewLine(series.StatusUnknownTrace))
			continue
		}
		if req.XMetric != "" && c.xRow < 0 {
			put(i, series.NewLine(series.StatusNoAxis))
			continue
		}
		chart[i] = c
		groups[c.s] = append(groups[c.s], i)
	}
	for s, members := range groups {
		if err := s.charts(ctx, req, q, chart, members, put); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(lines, func(a, b series.Line) int { return int(a.Index) - int(b.Index) })
	return series.AppendWire(make([]byte, 0, series.WireSize(lines)), lines)
}

func seriesQuery(req SeriesRequest) (series.Query, error) {
	if len(req.Lines) > maxLines {
		return series.Query{}, &Error{Kind: KindInvalid, Message: strconv.Itoa(len(req.Lines)) + " lines are too many for one chart", Hint: "Choose fewer runs or metrics."}
	}
	q := series.Query{Lo: math.NaN(), Hi: math.NaN(), Width: min(req.Width, maxWidth), Neighbours: true}
	if q.Width <= 0 {
		q.Width = defaultColumns
	}
	if req.Range != nil {
		q.Lo, q.Hi = req.Range[0], req.Range[1]
	}
	axes := map[string]series.Axis{"": series.AxisStep, "step": series.AxisStep, "epoch": series.AxisEpoch, "time": series.AxisTime, "relative": series.AxisRelativeTime}
	axis, ok := axes[req.X]
	if !ok {
		return q, &Error{Kind: KindInvalid, Message: "There is no x axis " + strconv.Quote(req.X), Hint: "Use step, epoch, time or relative."}
	}
	if q.Axis = axis; req.XMetric != "" {
		q.Axis = series.AxisMetric
	}
	return q, nil
}

func (d *Desk) chartLine(ref SeriesRef, xMetric string) (chartLine, bool) {
	s, err := d.session(ref.Repository)
	if err != nil {
		return chartLine{}, false
	}
	row, ok := s.cat.Row(ref.Run)
	if !ok {
		return chartLine{}, false
	}
	id, err := strconv.ParseInt(ref.ContextID, 10, 64)
	if err != nil {
		return chartLine{}, false
	}
	c := chartLine{s: s, row: row, trace: -1, xRow: -1}
	for i := range row.Run.Traces {
		t := &row.Run.Traces[i]
		if t.Kind != "metric" {
			continue
		}
		if t.Name == ref.Name && t.ContextID == id {
			c.trace = i
		}
		// The x metric in the same context, or else in any.
		if xMetric != "" && t.Name == xMetric && (c.xRow < 0 || t.ContextID == id) {
			c.xRow = i
		}
	}
	return c, c.trace >= 0
}

// charts answers the lines of one repository: long ones from their pyramids,
// the others from all their points, those that are not indexed yet from the
// repository.
func (s *session) charts(ctx context.Context, req SeriesRequest, q series.Query, chart []chartLine, members []int, put func(int, series.Line)) error {
	var refs []store.SeriesRef
	var owner []int
	pending := map[string][]int{}
	for _, i := range members {
		c := chart[i]
		t := &c.row.Run.Traces[c.trace]
		if live, followed := s.ix.LiveSeries(c.row.Run.Hash, t.Name, t.ContextID); followed {
			s.liveLine(req.Smoothing, q, c, live, func(l series.Line) { put(i, l) })
			continue
		}
		switch {
		case !t.HasSeries:
			if c.row.Run.SeriesDone {
				put(i, series.NewLine(s.missing(c.row)))
				continue
			}
			pending[c.row.Run.Hash] = append(pending[c.row.Run.Hash], i)
		case c.xRow < 0 && req.Smoothing.Kind != "" && req.Smoothing.Kind != "none", c.xRow >= 0, t.Summary.Count < pyramidFrom:
			refs = append(refs, store.SeriesRef{Hash: c.row.Run.Hash, Trace: c.trace, To: -1})
			owner = append(owner, i)
		default:
			ok, err := s.longLine(ctx, q, c, i, put)
			if err != nil {
				return err
			}
			if !ok {
				pending[c.row.Run.Hash] = append(pending[c.row.Run.Hash], i)
			}
		}
	}
	// Whatever the index cannot answer is read from the repository.
	var mu sync.Mutex
	emit := func(i int, l series.Line) {
		mu.Lock()
		defer mu.Unlock()
		put(i, l)
	}
	err := inParts(len(refs), func(from, to int) error {
		return s.st.SeriesBatch(ctx, refs[from:to], func(n int, c *series.Columns, err error) error {
			i := owner[from+n]
			owner[from+n] = -1
			if err != nil {
				if !s.answered(chart[i].row.Run, err) {
					mu.Lock()
					pending[chart[i].row.Run.Hash] = append(pending[chart[i].row.Run.Hash], i)
					mu.Unlock()
					return nil
				}
				emit(i, series.NewLine(statusOf(err)))
				return nil
			}
			x, err := s.xValues(ctx, chart[i], c, q.Axis)
			if err != nil {
				emit(i, series.NewLine(statusOf(err)))
				return nil
			}
			drawLine(req.Smoothing, q, x, c.Values, func(l series.Line) { emit(i, l) })
			return nil
		})
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		for n, i := range owner {
			if i >= 0 {
				s.readFailed(refs[n].Hash, err)
				pending[refs[n].Hash] = append(pending[refs[n].Hash], i)
			}
		}
	}
	for hash, lines := range pending {
		s.ix.Prioritise(hash)
		if err := s.directLines(ctx, req, q, chart, hash, lines, put); err != nil {
			return err
		}
	}
	return nil
}

// liveLine answers a line of a run that is being written, out of the rows that
// the indexer has of it in memory.
func (s *session) liveLine(smoothing Smoothing, q series.Query, c chartLine, rows *series.Columns, put func(series.Line)) {
	if rows == nil {
		put(series.NewLine(series.StatusNoAxis))
		return
	}
	if c.xRow < 0 {
		x, err := series.XOf(rows, q.Axis)
		if err != nil {
			put(series.NewLine(series.StatusNoAxis))
			return
		}
		drawLine(smoothing, q, x, rows.Values, put)
		return
	}
	t := &c.row.Run.Traces[c.xRow]
	other, _ := s.ix.LiveSeries(c.row.Run.Hash, t.Name, t.ContextID)
	if other == nil {
		put(series.NewLine(series.StatusNoAxis))
		return
	}
	drawLine(smoothing, q, series.Align(rows, other, true), rows.Values, put)
}

// partLines is how many lines are worth a core of their own.
const partLines = 64

// inParts calls f on all cores with stretches that make up 0 to n, and answers
// the first error.
func inParts(n int, f func(from, to int) error) error {
	parts := min(runtime.GOMAXPROCS(0), n/partLines+1)
	errs := make([]error, parts)
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { errs[p] = guard.Do(func() error { return f(n*p/parts, n*(p+1)/parts) }) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// missing says why an indexed run has no series for a metric.
func (s *session) missing(r *catalog.Row) series.Status {
	if len(r.Run.Damage) > 0 {
		return series.StatusUnreadable
	}
	return series.StatusNoAxis
}

func statusOf(err error) series.Status {
	if errors.Is(err, store.ErrNotFound) {
		return series.StatusUnknownTrace
	}
	return series.StatusUnreadable
}

func (s *session) xValues(ctx context.Context, c chartLine, cols *series.Columns, axis series.Axis) ([]float64, error) {
	if axis != series.AxisMetric {
		return series.XOf(cols, axis)
	}
	other, err := s.st.Series(ctx, c.row.Run.Hash, c.xRow, 0, -1)
	if err != nil {
		return nil, err
	}
	return series.Align(cols, other, true), nil
}

// longLine answers a line out of its pyramid; false if the index could not be
// read.
func (s *session) longLine(ctx context.Context, q series.Query, c chartLine, i int, put func(int, series.Line)) (bool, error) {
	hash := c.row.Run.Hash
	rows := series.RowsFunc(func(from, to int) (*series.Columns, error) { return s.st.Series(ctx, hash, c.trace, from, to) })
	p, err := s.pyramids.get(ctx, s.st, c)
	var l series.Line
	switch {
	case err == nil && p != nil:
		l, err = p.Decimate(rows, q)
	case err == nil:
		var cols *series.Columns
		if cols, err = rows(0, -1); err == nil {
			l, err = series.Decimate(cols, q)
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if !s.answered(c.row.Run, err) {
			return false, nil
		}
		l = series.NewLine(statusOf(err))
	}
	put(i, l)
	return true, nil
}

// directLines reads the series of a run that is not indexed yet.
func (s *session) directLines(ctx context.Context, req SeriesRequest, q series.Query, chart []chartLine, hash string, lines []int, put func(int, series.Line)) error {
	fail := func(status series.Status) {
		for _, i := range lines {
			put(i, series.NewLine(status))
		}
	}
	m, err := s.repo.ReadMeta(ctx, hash)
	if err != nil {
		fail(series.StatusUnreadable)
		return ctx.Err()
	}
	run := chart[lines[0]].row.Run
	got := make([]*series.Columns, len(run.Traces))
	_, err = s.repo.ReadSeries(ctx, hash, m.Traces, func(t int, c *series.Columns) error {
		if i := findTrace(run.Traces, &m.Traces[t]); i >= 0 {
			got[i] = c.Clone()
		}
		return nil
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, i := range lines {
		c := chart[i]
		cols := got[c.trace]
		switch {
		case cols == nil && err != nil:
			put(i, series.NewLine(series.StatusUnreadable))
		case cols == nil:
			put(i, series.NewLine(series.StatusNoAxis))
		case c.xRow >= 0 && got[c.xRow] == nil:
			put(i, series.NewLine(series.StatusNoAxis))
		case c.xRow >= 0:
			drawLine(req.Smoothing, q, series.Align(cols, got[c.xRow], true), cols.Values, func(l series.Line) { put(i, l) })
		default:
			if x, err := series.XOf(cols, q.Axis); err == nil {
				drawLine(req.Smoothing, q, x, cols.Values, func(l series.Line) { put(i, l) })
			} else {
				put(i, series.NewLine(series.StatusNoAxis))
			}
		}
	}
	return nil
}

// drawLine answers a line and, where it is smoothed, the smoothed one: smoothed
// over all points, before any are left out.
func drawLine(s Smoothing, q series.Query, x, y []float64, put func(series.Line)) {
	put(series.DecimateXY(x, y, q))
	smoothing, ok := smoothingOf(s)
	if !ok {
		return
	}
	smooth, err := series.Smooth(x, y, smoothing)
	if err != nil {
		return // the amount was checked before
	}
	l := series.DecimateXY(x, smooth, q)
	l.Layer = series.LayerSmooth
	put(l)
}

// smoothingOf reads a request's smoothing; false when there is none. Amounts
// out of range count as the nearest that is in it.
func smoothingOf(s Smoothing) (series.Smoothing, bool) {
	amount := s.Amount
	if math.IsNaN(amount) || amount <= 0 {
		return series.Smoothing{}, false
	}
	switch s.Kind {
	case "ema":
		return series.Smoothing{Kind: series.SmoothExponential, Weight: min(amount, 1)}, true
	case "twema":
		return series.Smoothing{Kind: series.SmoothTimeWeighted, Weight: min(amount, 1)}, true
	case "gaussian":
		return series.Smoothing{Kind: series.SmoothGaussian, Sigma: min(amount, maxWindow)}, true
	case "average":
		return series.Smoothing{Kind: series.SmoothMovingAverage, Window: int(min(amount, maxWindow))}, true
	}
	return series.Smoothing{}, false
}

// maxWindow bounds how many points a smoothed one looks at.
const maxWindow = 10000

// SeriesHandler serves Series over the window's own scheme: a POST with a
// SeriesRequest as JSON answers the binary message, or an Error as JSON.
func (d *Desk) SeriesHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.Error(w, "use POST", http.StatusMethodNotAllowed)
			return
		}
		fail := func(status int, err error) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			if err := json.NewEncoder(w).Encode(AsError(err)); err != nil {
				d.cfg.Log.Debug("answer series", "error", err) // the page went away
			}
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSeriesBody))
		var req SeriesRequest
		if err == nil {
			err = json.Unmarshal(body, &req)
		}
		if err != nil {
			fail(http.StatusBadRequest, &Error{Kind: KindInvalid, Message: "The request for series cannot be read: " + err.Error()})
			return
		}
		message, err := d.Series(r.Context(), req)
		if err != nil {
			fail(http.StatusInternalServerError, err)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(len(message)))
		if _, err := w.Write(message); err != nil {
			d.cfg.Log.Debug("answer series", "error", err) // the page went away
		}
	})
}
