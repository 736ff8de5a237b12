package tray

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func labels(m menu) (out []string) {
	for _, l := range m.lines() {
		switch {
		case l.hidden:
		case l.enabled:
			out = append(out, l.label)
		default:
			out = append(out, "("+l.label+")")
		}
	}
	return out
}

func TestMenu(t *testing.T) {
	many := State{}
	for i := range 13 {
		many.Repositories = append(many.Repositories, Repository{ID: fmt.Sprint(i), Name: fmt.Sprint("r", i)})
		many.Live = append(many.Live, Run{Name: fmt.Sprint("run", i)})
	}
	for name, c := range map[string]struct {
		state State
		want  []string
	}{
		"nothing open": {State{}, []string{"Open Aimdesk", "(Live runs (0))", "Pause indexing", "(Reindex All)", "Quit"}},
		"some": {
			State{Paused: true, Repositories: []Repository{{Name: "cifar", Status: "1,000 runs"}, {Name: "mnist"}}, Live: []Run{{Name: "a\nb"}}},
			[]string{"Open Aimdesk", "cifar — 1,000 runs", "mnist", "Live runs (1)", "a b", "Resume indexing", "Reindex All", "Quit"},
		},
		"many": {many, []string{
			"Open Aimdesk", "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "and 4 more",
			"Live runs (13)", "run0", "run1", "run2", "run3", "run4", "run5", "run6", "run7", "run8", "run9",
			"Pause indexing", "Reindex All", "Quit",
		}},
	} {
		if got := labels(c.state.menu(Config{})); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, c.want)
		}
	}
	ten := State{Repositories: many.Repositories[:10]}.menu(Config{})
	if got := ten.repositories[9].label; got != "r9" {
		t.Errorf("the tenth of ten is %q", got)
	}
}

func TestCallbacks(t *testing.T) {
	var called []string
	say := func(s string) func() { return func() { called = append(called, s) } }
	cfg := Config{
		Open: say("open"), Pause: say("pause"), Resume: say("resume"), ReindexAll: say("reindex"), Quit: say("quit"),
		OpenRepository: func(id string) { called = append(called, "repository "+id) },
		OpenRun:        func(repository, hash string) { called = append(called, "run "+repository+" "+hash) },
	}
	s := State{Repositories: []Repository{{ID: "1", Name: "a"}}, Live: []Run{{Repository: "1", Hash: "ff", Name: "x"}}}
	for _, paused := range []bool{false, true} {
		s.Paused = paused
		m := s.menu(cfg)
		for _, l := range m.lines() {
			if l.act != nil {
				l.act()
			}
		}
	}
	want := []string{"open", "repository 1", "run 1 ff", "pause", "reindex", "quit", "open", "repository 1", "run 1 ff", "resume", "reindex", "quit"}
	if !reflect.DeepEqual(called, want) {
		t.Errorf("got  %q\nwant %q", called, want)
	}
}

func TestTooltip(t *testing.T) {
	for want, s := range map[string]State{
		"Aimdesk":                                  {},
		"Aimdesk · indexing, 42%":                  {Phase: Indexing, Percent: 42},
		"Aimdesk · indexing, 100%":                 {Phase: Indexing, Percent: 140},
		"Aimdesk · indexing":                       {Phase: Indexing, Percent: -1},
		"Aimdesk · indexing is paused":             {Phase: Paused, Percent: 42},
		"Aimdesk · something needs your attention": {Phase: Attention},
		"Aimdesk · 2 runs cannot be read":          {Phase: Attention, Note: "2 runs\tcannot be read"},
	} {
		if got := s.tooltip(); got != want {
			t.Errorf("%+v: %q, want %q", s, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	if got := plain(" a\r\n\tb\u202e\x00c\u00a0 "); got != "a b c" {
		t.Errorf("%q", got)
	}
	if got := plain(strings.Repeat("é", 100)); len([]rune(got)) != maxLabel || !strings.HasSuffix(got, "é…") {
		t.Errorf("%q", got)
	}
}
