package throttle

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// onBattery reads the power supplies of Linux (sysfs-class-power): a machine
// runs on battery when a battery or UPS gives power and no other supply is on.
// Batteries of mice and headsets (scope "Device") do not count.
func onBattery(sys string) bool {
	supplies, err := filepath.Glob(filepath.Join(sys, "class/power_supply/*"))
	if err != nil {
		return false // never: the pattern is fixed
	}
	discharging := false
	for _, dir := range supplies {
		if attribute(dir, "scope") == "Device" {
			continue
		}
		switch attribute(dir, "type") {
		case "Battery", "UPS":
			discharging = discharging || attribute(dir, "status") == "Discharging"
		case "":
		default: // Mains, USB and other sources
			if attribute(dir, "online") == "1" {
				return false
			}
		}
	}
	return discharging
}

func attribute(dir, name string) string {
	return strings.TrimSpace(readSmall(filepath.Join(dir, name)))
}

// pressure reads how much of the last ten seconds some task waited for a
// resource (Linux's pressure stall information):
//
//	some avg10=1.53 avg60=1.10 avg300=0.50 total=12345
func pressure(proc, resource string) float64 {
	return parsePressure(readSmall(filepath.Join(proc, "pressure", resource)))
}

func parsePressure(s string) float64 {
	for line := range strings.Lines(s) {
		rest, ok := strings.CutPrefix(line, "some avg10=")
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, " ")
		percent, err := strconv.ParseFloat(number, 64)
		if err != nil || !(percent >= 0 && percent <= 100) {
			return 0
		}
		return percent / 100
	}
	return 0
}

// readSmall reads a file of a line or two; "" when there is none: kernels and
// machines differ in which they have.
func readSmall(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // opened for reading
	var buf bytes.Buffer
	if _, err := io.CopyN(&buf, f, 4096); err != nil && !errors.Is(err, io.EOF) {
		return "" // a battery that was just removed
	}
	return buf.String()
}
