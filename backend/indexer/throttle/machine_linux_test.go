package throttle

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

func TestOnBattery(t *testing.T) {
	laptop := map[string]string{"BAT0/type": "Battery", "BAT0/status": "Discharging", "AC/type": "Mains", "AC/online": "0"}
	with := func(changes map[string]string) map[string]string {
		m := map[string]string{}
		for _, files := range []map[string]string{laptop, changes} {
			for k, v := range files {
				m[k] = v
			}
		}
		return m
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"nothing":          {nil, false},
		"unplugged":        {laptop, true},
		"plugged in":       {with(map[string]string{"AC/online": "1", "BAT0/status": "Charging"}), false},
		"weak charger":     {with(map[string]string{"AC/online": "1"}), false},
		"full":             {with(map[string]string{"BAT0/status": "Full"}), false},
		"USB-C":            {with(map[string]string{"ucsi/type": "USB", "ucsi/online": "1"}), false},
		"mouse":            {map[string]string{"hid/type": "Battery", "hid/status": "Discharging", "hid/scope": "Device"}, false},
		"UPS":              {map[string]string{"ups/type": "UPS", "ups/status": "Discharging"}, true},
		"supply of no use": {map[string]string{"x/uevent": ""}, false},
	} {
		sys := t.TempDir()
		for file, content := range c.files {
			path := filepath.Join(sys, "class/power_supply", file)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := onBattery(sys); got != c.want {
			t.Errorf("%s: on battery %v", name, got)
		}
	}
}

func TestParsePressure(t *testing.T) {
	for in, want := range map[string]float64{
		"some avg10=12.50 avg60=1.10 avg300=0.50 total=12345\nfull avg10=50.00 avg60=0 avg300=0 total=0\n": 0.125,
		"some avg10=100.00": 1,
		"some avg10=-1":     0,
		"some avg10=NaN":    0,
		"some avg10=1e9":    0,
		"some avg10=":       0,
		"full avg10=9.00":   0,
		"":                  0,
	} {
		if got := parsePressure(in); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

func FuzzParsePressure(f *testing.F) {
	f.Add("some avg10=12.50 avg60=1.10 avg300=0.50 total=12345\n")
	f.Fuzz(func(t *testing.T, s string) {
		if got := parsePressure(s); !(got >= 0 && got <= 1) {
			t.Errorf("%q: %v", s, got)
		}
	})
}

func TestLowerPriority(t *testing.T) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends here
		for range 2 {
			if err := LowerPriority(); err != nil {
				t.Error(err)
			}
		}
		if got, err := unix.Getpriority(unix.PRIO_PROCESS, unix.Gettid()); err != nil || 20-got < nice {
			t.Errorf("nice value %d, %v", 20-got, err)
		}
		class, _, errno := unix.Syscall(unix.SYS_IOPRIO_GET, ioprioWhoProcess, uintptr(unix.Gettid()), 0)
		if errno != 0 || class>>ioprioClassShift != ioprioClassIdle {
			t.Errorf("input/output class %d, %v", class>>ioprioClassShift, errno)
		}
	}()
	<-done
}
