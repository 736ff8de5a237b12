#!/usr/bin/env bash
# Opens the window on a copy of the basic sample. Without a display it does so
# under Xvfb, waits until the runs are on screen, saves a screenshot under
# build/bin and prints the run list.
set -euo pipefail
cd "$(dirname "$0")/.."

sample=build/bin/sample
if [ ! -d "$sample/.aim" ]; then
  rm -rf "$sample" && mkdir -p "$sample"
  tar -xzf backend/testdata/repos/aim-3.29.1/basic.tar.gz -C "$sample" --strip-components=1
fi

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec build/bin/aimdesk "$sample"
fi
exec scripts/window.sh build/bin/screenshot.png "$sample"
