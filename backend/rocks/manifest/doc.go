// Package manifest reads a RocksDB MANIFEST: a log of version edits that,
// applied in order, give the live tables of each level, the logs that are
// still needed and the counters.
//
//	record = version edit
//	+-------------+-------+-------------+-------+-- ...
//	| tag varint  | field | tag varint  | field |
//	+-------------+-------+-------------+-------+-- ...
//
// A tag this package does not know is passed over if it carries the bit that
// marks it as ignorable, and refused by number otherwise. Only the default
// column family (id 0) is kept; edits of others count for the shared counters
// alone.
//
// Source of the facts: RocksDB's public format (db/version_edit.h and the wiki
// page "MANIFEST").
package manifest
