#!/usr/bin/env bash
# gofmt, go vet (with and without the window), golangci-lint, Biome, type check.
set -euo pipefail
cd "$(dirname "$0")/.."

unformatted=$(git ls-files -z '*.go' | xargs -0 gofmt -l)
if [ -n "$unformatted" ]; then
  echo "gofmt would change:" >&2
  echo "$unformatted" >&2
  exit 1
fi
go vet ./...
go vet -tags desktop,production,webkit2_41 .
go tool -modfile=scripts/tools/go.mod golangci-lint run ./...
(cd frontend && npm run --silent check)
