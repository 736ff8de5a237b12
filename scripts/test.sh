#!/usr/bin/env bash
# Every default test. Prints the runners' own closing lines; skips none.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

step "format and vet"
unformatted=$(git ls-files -z '*.go' | xargs -0 gofmt -l)
if [ -n "$unformatted" ]; then
  echo "gofmt would change:" >&2
  echo "$unformatted" >&2
  exit 1
fi
go vet ./...

step "page: format, lint, types"
(cd frontend && npm run --silent check)

step "page: tests"
(cd frontend && npm test --silent)

step "page: build"
(cd frontend && npm run --silent build)
touch frontend/dist/.gitkeep

step "window: vet and bindings drift"
go vet -tags desktop,production,webkit2_41 .
scripts/drift.sh

step "program without a window"
CGO_ENABLED=0 go build -o build/bin/aimdesk-cli .

step "Go: tests"
go test ./...
