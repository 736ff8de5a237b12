#!/usr/bin/env bash
# Fails when frontend/wailsjs differs from what the bound methods give.
set -euo pipefail
cd "$(dirname "$0")/.."
before=$(git ls-files -s frontend/wailsjs; find frontend/wailsjs -type f -exec sha256sum {} + | sort)
go tool wails generate module -tags webkit2_41 >/dev/null
after=$(git ls-files -s frontend/wailsjs; find frontend/wailsjs -type f -exec sha256sum {} + | sort)
if [ "$before" != "$after" ]; then
  echo "frontend/wailsjs is not what the bound methods give; run make bindings and commit it." >&2
  git --no-pager diff --stat -- frontend/wailsjs >&2
  exit 1
fi
