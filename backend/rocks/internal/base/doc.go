// Package base holds what every part of the RocksDB reader shares: internal
// keys, the error families, a cursor over hostile bytes and the masked
// checksum of logs and tables.
//
// An internal key is how RocksDB orders versions of one user key:
//
//	+----------------------+---------------------------+
//	| user key (any bytes) | trailer, 8 bytes LE:      |
//	|                      | sequence << 8 | kind      |
//	+----------------------+---------------------------+
//
// Internal keys sort by user key ascending, then by trailer descending, so the
// newest version of a user key comes first.
//
// Source of the facts: RocksDB's public format (db/dbformat.h).
package base
