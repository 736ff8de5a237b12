package badgerstore

import (
	"testing"

	"aimdesk/backend/store"
	"aimdesk/backend/store/storetest"
)

func open1(t *testing.T, dir string, opt Options) *Store {
	t.Helper()
	s, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open1(t, t.TempDir(), Options{Repository: "/data/repo"}) })
}
