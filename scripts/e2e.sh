#!/usr/bin/env bash
# Flows in a real browser on made-up runs, then in the real window on real
# repositories, on a display of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

step "page: flows in Chromium"
(cd frontend && npm run --silent e2e)
touch frontend/dist/.gitkeep

step "window: flows in WebKitGTK"
scripts/window-tools.sh
(cd frontend && AIMDESK_SCREEN=1400x900 ../scripts/display.sh npx playwright test -c e2e/window --project flows)
