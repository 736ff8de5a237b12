// Package badgerstore keeps the index of one repository on disk, in Badger.
//
// The folder of an index:
//
//	repository.json   whose index this is, for people who look into the folder
//	index.json        schema version, id, and the generation in use
//	lock              locked while a process has the index open
//	gen-000007/       the Badger database of the generation in use
//	gen-000008/       a generation that is being built, or was when the program died
//
// Next to the files of Badger, the folder of a generation has closed.json while
// the database is closed, from which it is seen that the last process ended
// properly. If it did not, everything is verified when the index is opened.
//
// A generation is published by replacing index.json, in one rename. Folders of
// generations that index.json does not name are removed when the index is next
// opened for writing. The keys inside of a database are those of store/keys.go.
//
// A write of a run is atomic against the death of the process at any moment:
// the series are written first, under a version that nothing refers to, then
// the run record in one transaction. Power loss may take the newest writes
// back to the last Sync (Publish syncs); what does not fit together after one
// is found by checksums and reported as a damaged record.
//
// It is the only package of the program that imports Badger.
package badgerstore
