// Package memtable replays write batches, the records of a write-ahead log,
// into a sorted set of the newest entry of every key.
//
//	write batch
//	+---------------+------------+---------+---------+-- ...
//	| sequence 8 LE | count 4 LE | op      | op      |
//	+---------------+------------+---------+---------+-- ...
//
//	op
//	+-------+ - - - - - - - - - - -+------------------+ - - - - - - - - +
//	| tag 1 | column family varint | key, as varint   | value, likewise |
//	|       | (some tags)          | length and bytes | (some tags)     |
//	+-------+ - - - - - - - - - - -+------------------+ - - - - - - - - +
//
// Each op that addresses a key takes the next sequence number.
//
// Source of the facts: RocksDB's public format (db/write_batch.cc).
package memtable
