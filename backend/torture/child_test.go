package torture

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
)

// contextOf is a context that the test cancels by itself.
func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(context.WithoutCancel(t.Context()))
}

// peakPrefix begins the line in which a child says how much memory it took.
const peakPrefix = "peak memory: "

// sayPeak prints the most memory that the process had resident, in kB.
func sayPeak() {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return // not Linux: nobody asks
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Fprintf(os.Stderr, "%s%s\n", peakPrefix, strings.Fields(rest)[0])
		}
	}
}
