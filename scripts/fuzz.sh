#!/usr/bin/env bash
# Runs every native fuzz target of the Go packages, one after the other, each
# for FUZZTIME (default 30s). Arguments restrict the packages.
set -euo pipefail
cd "$(dirname "$0")/.."

time=${FUZZTIME:-30s}
failed=0
targets=0
for package in $(go list "${@:-./backend/...}"); do
  while read -r target; do
    targets=$((targets + 1))
    printf '\n== %s %s\n' "$package" "$target"
    nice -n 10 go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$package" || failed=$((failed + 1))
  done < <(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true)
done
printf '\n%d fuzz targets, %d failed\n' "$targets" "$failed"
[ "$failed" -eq 0 ]
