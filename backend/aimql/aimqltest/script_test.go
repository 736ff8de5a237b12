package aimqltest

import (
	"testing"

	"github.com/cockroachdb/datadriven"
)

func TestScripts(t *testing.T) {
	datadriven.Walk(t, "testdata/scripts", func(t *testing.T, path string) {
		var s Script
		datadriven.RunTest(t, path, func(_ *testing.T, d *datadriven.TestData) string {
			return s.Run(d.Cmd, d.Input)
		})
	})
}
