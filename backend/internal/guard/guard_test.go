package guard_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"aimdesk/backend/internal/guard"
)

func TestPanicsBecomeErrors(t *testing.T) {
	boom := errors.New("boom")
	var list []int
	var nowhere *int
	for what, f := range map[string]func() error{
		"own":   func() error { panic(boom) },
		"index": func() error { _ = list[3]; return nil },
		"nil":   func() error { *nowhere = 1; return nil },
	} {
		err := guard.Do(f)
		var p *guard.PanicError
		if !errors.As(err, &p) || !strings.HasPrefix(p.Place, "guard/guard_test.go:") || !strings.Contains(p.Stack, "guard_test") {
			t.Errorf("%s: %v", what, err)
		}
		var theirs runtime.Error
		if what == "own" && !errors.Is(err, boom) || what != "own" && !errors.As(err, &theirs) {
			t.Errorf("%s: the cause is lost: %v", what, err)
		}
	}
}

func TestOthersPassThrough(t *testing.T) {
	boom := errors.New("boom")
	if v, err := guard.Get(func() (int, error) { return 7, boom }); v != 7 || !errors.Is(err, boom) {
		t.Errorf("%d, %v", v, err)
	}
}
