package memstore_test

import (
	"testing"

	"aimdesk/backend/store"
	"aimdesk/backend/store/memstore"
	"aimdesk/backend/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return memstore.New("/data/repo") })
}
