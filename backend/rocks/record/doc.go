// Package record reads the framing that the write-ahead log and the MANIFEST
// share. A log is a sequence of 32 KiB blocks; a record is one fragment or a
// chain of them, and no fragment crosses a block border:
//
//	block (32768 bytes)
//	+----------+----------+-- ... --+----------+----------------+
//	| fragment | fragment |         | fragment | < 7 bytes: pad |
//	+----------+----------+-- ... --+----------+----------------+
//
//	fragment                                        only recyclable types
//	+-----------+-------------+----------+ - - - - - - - - - - +---------+
//	| CRC 4 LE  | length 2 LE | type 1   | log number 4 LE     | payload |
//	+-----------+-------------+----------+ - - - - - - - - - - +---------+
//
// The masked CRC-32C covers type, log number and payload. A reused log file
// keeps the fragments of its former life: they carry another log number and
// end the log.
//
// Source of the facts: RocksDB's public format (db/log_format.h and the wiki
// page "Write Ahead Log File Format").
package record
