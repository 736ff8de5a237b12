// Package store defines what the index of one repository keeps and how it is
// asked: the records, their encoding, the layout of the keys and the Store
// interface. Package memstore keeps an index in memory, package badgerstore on
// disk; package storetest holds the one suite that both must pass.
//
// The index is a cache. It can always be rebuilt from the repository, so an
// index of another schema version, or a damaged one, is an error of its own
// kind that asks the caller to rebuild (see SchemaError and DamagedError).
package store
