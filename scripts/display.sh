#!/usr/bin/env bash
# display.sh COMMAND [ARG…]: runs a command on an X display and a session bus of
# its own, with a window manager where there is one, unless AIMDESK_BARE is set.
# AIMDESK_SCREEN is the screen's size (default 1280x800). Only the command writes to stdout and stderr,
# not the bus and the services it starts.
set -euo pipefail

if [ -z "${AIMDESK_DISPLAY_LOG:-}" ]; then
  AIMDESK_DISPLAY_LOG=$(mktemp)
  export AIMDESK_DISPLAY_LOG
  trap 'rm -f "$AIMDESK_DISPLAY_LOG"' EXIT
  status=0
  unset WAYLAND_DISPLAY
  xvfb-run -a -s "-screen 0 ${AIMDESK_SCREEN:-1280x800}x24" \
    dbus-run-session -- "$0" "$@" 3>&1 4>&2 >"$AIMDESK_DISPLAY_LOG" 2>&1 || status=$?
  # Neither Xvfb nor the bus came up, or the command is not there.
  [ "$status" -ne 127 ] || cat "$AIMDESK_DISPLAY_LOG" >&2
  exit "$status"
fi

unset AIMDESK_DISPLAY_LOG
manager=
if [ -z "${AIMDESK_BARE:-}" ] && command -v openbox >/dev/null; then
  openbox 3>&- 4>&- &
  manager=$!
fi
status=0
"$@" >&3 2>&4 3>&- 4>&- || status=$?
[ -z "$manager" ] || kill "$manager" 2>/dev/null || true
exit "$status"
