#!/usr/bin/env bash
# window.sh SCREENSHOT REPOSITORY [ARG…]: opens the real window under Xvfb,
# waits until its runs are on screen, saves a screenshot and prints the run
# list. Settings and index live in a folder of their own that is removed.
set -euo pipefail

shot=$1 repository=$2
shift
if [ -z "${AIMDESK_INNER:-}" ]; then
  export AIMDESK_INNER=1 AIMDESK_BARE=1
  exec scripts/display.sh "$0" "$shot" "$@"
fi

home=$(mktemp -d)
export XDG_CONFIG_HOME=$home/config XDG_CACHE_HOME=$home/cache XDG_DATA_HOME=$home/data XDG_RUNTIME_DIR=$home/run
mkdir -m 700 -p "$XDG_RUNTIME_DIR"
export AIMDESK_READY_FILE=$home/ready LANG=${LANG:-C.UTF-8} GTK_A11Y=none NO_AT_BRIDGE=1
build/bin/aimdesk "$@" >"$home/log" 2>&1 &
app=$!
finish() {
  kill "$app" 2>/dev/null || true
  wait "$app" 2>/dev/null || true
  rm -rf "$home"
}
trap finish EXIT

for _ in $(seq 600); do
  [ -s "$AIMDESK_READY_FILE" ] && break
  if ! kill -0 "$app" 2>/dev/null; then
    cat "$home/log" >&2
    echo "Aimdesk ended before its runs were on screen." >&2
    exit 1
  fi
  sleep 0.1
done
if [ ! -s "$AIMDESK_READY_FILE" ]; then
  cat "$home/log" >&2
  echo "No runs on screen after 60 s." >&2
  exit 1
fi
sleep 0.5
mkdir -p "$(dirname "$shot")"
import -window root "$shot"
echo "Runs on screen: $(cat "$AIMDESK_READY_FILE"). Screenshot: $shot"
# The window holds the index: the list reads the repository itself.
build/bin/aimdesk runs --no-index "$repository"
