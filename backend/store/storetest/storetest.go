// Package storetest is the one suite that every store.Store must pass.
package storetest

import (
	"context"
	"testing"

	"aimdesk/backend/store"
)

// Run runs the suite. open returns a new, empty store each time; the suite
// closes it.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	tests := []struct {
		name string
		run  func(*testing.T, context.Context, store.Store)
	}{
		{"Empty", testEmpty},
		{"RunRoundTrip", testRunRoundTrip},
		{"NothingIsShared", testNothingIsShared},
		{"Order", testOrder},
		{"OddHashes", testOddHashes},
		{"LargeRecords", testLargeRecords},
		{"Properties", testProperties},
		{"Delete", testDelete},
		{"SeriesRanges", testSeriesRanges},
		{"SeriesBatch", testSeriesBatch},
		{"Pyramid", testPyramid},
		{"PutRunReplaces", testPutRunReplaces},
		{"PutRunRefused", testPutRunRefused},
		{"PutMetaKeepsSeries", testPutMetaKeepsSeries},
		{"PutMetaMovesTraces", testPutMetaMovesTraces},
		{"Names", testNames},
		{"GenerationPublish", testGenerationPublish},
		{"GenerationDiscard", testGenerationDiscard},
		{"Snapshot", testSnapshot},
		{"CallbackErrors", testCallbackErrors},
		{"Cancelled", testCancelled},
		{"NeverAMixture", testNeverAMixture},
		{"Closed", testClosed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t)
			defer func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			}()
			tt.run(t, t.Context(), s)
		})
	}
}
