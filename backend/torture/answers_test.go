package torture

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"math"
	"os"
	"testing"

	"aimdesk/backend/desk"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// long tells whether the long forms of the tests are asked for.
func long() bool { return os.Getenv("TORTURE") != "" }

// answer is everything that was answered of one run.
type answer struct {
	// props are what SQLite says, meta what the run's own metadata says.
	props, meta string
	// metrics are digests of all points, by name and context. A metric that
	// was not answered is not there.
	metrics map[string]string
	// problem is what was said to be unreadable of the run; "" if all is well.
	problem string
}

// answers are by run.
type answers map[string]*answer

// sameUnlessMarked compares with the answers of a sound repository: what is
// answered of a run must be exact, or the run must be marked. Properties may
// be missing if the person was told, and so may runs if missing is true.
func sameUnlessMarked(t *testing.T, what string, got, want answers, told, missing bool) {
	t.Helper()
	for hash, g := range got {
		w := want[hash]
		if w == nil {
			t.Errorf("%s: run %s is not in the repository", what, hash)
			continue
		}
		if g.props != w.props && !told {
			t.Errorf("%s: run %s: properties %.60s, want %.60s", what, hash, g.props, w.props)
		}
		if g.problem != "" && w.problem == "" {
			continue
		}
		if g.meta != w.meta {
			t.Errorf("%s: run %s: metadata %.60s, want %.60s", what, hash, g.meta, w.meta)
		}
		for name, points := range w.metrics {
			if g.metrics[name] != points {
				t.Errorf("%s: run %s, metric %s: other points than recorded, and nothing is said of it", what, hash, name)
			}
		}
		for name := range g.metrics {
			if w.metrics[name] == "" {
				t.Errorf("%s: run %s has a metric %s, which it has not", what, hash, name)
			}
		}
	}
	if missing {
		return
	}
	for hash := range want {
		if got[hash] == nil {
			t.Errorf("%s: run %s is missing, and nothing is said of it", what, hash)
		}
	}
}

// exact compares with the answers of a sound repository, without allowance.
func exact(t *testing.T, what string, got, want answers) {
	t.Helper()
	sameUnlessMarked(t, what, got, want, false, false)
	for hash, g := range got {
		if w := want[hash]; w != nil && w.problem != g.problem {
			t.Errorf("%s: run %s: it says %q, want %q", what, hash, g.problem, w.problem)
		}
	}
}

// loadedAnswers reads everything that a Loaded answers.
func loadedAnswers(t *testing.T, l *desk.Loaded) answers {
	t.Helper()
	out := answers{}
	for _, r := range l.Cat.Rows() {
		a := answerOf(r.Run)
		_, metrics, problems := l.Metrics(t.Context(), r, true)
		for _, m := range metrics {
			if m.Columns != nil {
				a.metrics[metricName(m.Trace)] = digest(m.Columns)
			}
		}
		if len(problems) > 0 {
			a.problem += fmt.Sprint(problems)
		}
		out[r.Run.Hash] = a
	}
	return out
}

// storeAnswers reads everything that an index holds.
func storeAnswers(t *testing.T, st store.Reader) answers {
	t.Helper()
	out := answers{}
	var runs []*store.Run
	if err := st.Runs(t.Context(), func(r *store.Run) error { runs = append(runs, r); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		a := answerOf(r)
		for i := range r.Traces {
			if tr := &r.Traces[i]; tr.HasSeries {
				c, err := st.Series(t.Context(), r.Hash, i, 0, -1)
				if err != nil {
					t.Fatal(err)
				}
				a.metrics[metricName(tr)] = digest(c)
			}
		}
		if !r.SeriesDone {
			a.problem += "series are not indexed"
		}
		out[r.Hash] = a
	}
	return out
}

func answerOf(r *store.Run) *answer {
	a := &answer{metrics: map[string]string{}, props: text(r.Props)}
	meta := []any{r.EndTimeKnown, r.EndTime, hex.EncodeToString(r.Params)}
	for _, t := range r.Traces {
		meta = append(meta, t.Kind, t.Name, t.ContextID, hex.EncodeToString(t.Context), t.DType, hex.EncodeToString(t.Stored))
	}
	a.meta = text(meta)
	if r.Unreadable != nil || len(r.Damage) > 0 {
		a.problem = text(desk.Problems(r))
	}
	return a
}

func metricName(t *store.Trace) string {
	return fmt.Sprintf("%s %s %s", t.Kind, t.Name, catalog.ContextText(t.Context))
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func digest(c *series.Columns) string {
	h := sha256.New()
	for _, column := range [][]float64{c.Steps, c.Values, c.Epochs, c.Times} {
		numbers(h, column)
	}
	return fmt.Sprintf("%d rows %x", c.Len(), h.Sum(nil)[:8])
}

func numbers(h hash.Hash, column []float64) {
	var b [8]byte
	for _, f := range column {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(f))
		h.Write(b[:])
	}
	h.Write([]byte{0xff})
}
