// Package interop holds the tests that need real Aim, RocksDB's own tools or
// rights of the system that a default test does not ask for. They carry the
// build tag interop; scripts/interop.sh (make interop) prepares what they need
// and runs them.
package interop
