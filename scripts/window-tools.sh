#!/usr/bin/env bash
# Builds what the flows in the real window need beside it, under build/bin/e2e.
set -euo pipefail
cd "$(dirname "$0")/.."

out=build/bin/e2e source=frontend/e2e/window
mkdir -p "$out"
# shellcheck disable=SC2046 # flags are words
gcc -shared -fPIC -O1 -Wall -Wextra -o "$out/shim.so" "$source/shim.c" $(pkg-config --cflags --libs webkit2gtk-4.1)
# shellcheck disable=SC2046
gcc -O1 -Wall -Wextra -o "$out/dragsource" "$source/dragsource.c" $(pkg-config --cflags --libs gtk+-3.0)
