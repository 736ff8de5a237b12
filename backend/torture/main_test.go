package torture

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"aimdesk/backend/cli"
)

// childEnv makes the test binary the program: its arguments are a command line.
const childEnv = "AIMDESK_TORTURE_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childEnv) {
	case "":
		goleak.VerifyTestMain(m)
	case "cli":
		status := cli.Run(context.Background(), os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, nil)
		sayPeak()
		os.Exit(status)
	case "background":
		if err := runBackground(os.Args[1], os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
