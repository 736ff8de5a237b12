#!/usr/bin/env bash
# Screenshots of every screen under build/screenshots: the page on made-up runs
# in a browser, and the real window on real repositories, both in light and dark.
#
#   LARGE    path of one more repository to show in the window
#   README   set: take only the pictures of the README, into backend/docs/images
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/window-tools.sh
window() { (cd frontend && AIMDESK_BARE=1 AIMDESK_SCREEN=$1 PICTURES=$2 ../scripts/display.sh npx playwright test -c e2e/window --project pictures); }

if [ -n "${README:-}" ]; then
  window 1280x800 "$PWD/backend/docs/images"
  exit
fi
unset README
(cd frontend && npm run --silent screenshots)
touch frontend/dist/.gitkeep
for size in 1280x800 1920x1080; do window "$size" "$PWD/build/screenshots"; done
echo "$(find build/screenshots -name '*.png' | wc -l) pictures under build/screenshots"
