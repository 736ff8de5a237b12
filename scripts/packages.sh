#!/usr/bin/env bash
# packages.sh run|test|e2e: makes sure that what Aimdesk needs from the system is
# there. Names what is missing; on a Debian-like system it installs that by
# name, after asking when a person sits at the terminal. Exit 1 when it cannot.
set -euo pipefail

purpose=${1:?run, test or e2e}

# command or pkg-config module or path → Debian package
need=(
  'cmd:gcc gcc'
  'cmd:pkg-config pkg-config'
  'pc:gtk+-3.0 libgtk-3-dev'
  'pc:webkit2gtk-4.1 libwebkit2gtk-4.1-dev'
)
headless=('cmd:Xvfb xvfb' 'cmd:xauth xauth' 'cmd:import imagemagick' 'cmd:dbus-run-session dbus' 'dir:/usr/share/fonts/truetype/dejavu fonts-dejavu-core')
case $purpose in
  run) [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || need+=("${headless[@]}") ;;
  test) need+=("${headless[@]}" 'cmd:chromium chromium') ;;
  e2e) need+=("${headless[@]}" 'cmd:chromium chromium' 'cmd:WebKitWebDriver webkit2gtk-driver' 'cmd:xdotool xdotool' 'cmd:openbox openbox') ;;
  *) echo "packages.sh: $purpose is none of run, test, e2e" >&2; exit 1 ;;
esac

there() {
  case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null ;;
    pc:*) command -v pkg-config >/dev/null && pkg-config --exists "${1#pc:}" ;;
    dir:*) [ -d "${1#dir:}" ] ;;
  esac
}

tools=()
for tool in go node npm git; do command -v "$tool" >/dev/null || tools+=("$tool"); done
if [ ${#tools[@]} -gt 0 ]; then
  echo "Aimdesk needs these tools, and they are not on the PATH: ${tools[*]} (Go 1.26 or newer, Node 20.19 or newer)." >&2
  exit 1
fi

missing=()
for entry in "${need[@]}"; do there "${entry% *}" || missing+=("${entry##* }"); done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then sudo=(sudo); else
    echo "Aimdesk needs these packages, and only root can install them: ${missing[*]}" >&2
    exit 1
  fi
fi
if ! command -v apt-get >/dev/null; then
  echo "Aimdesk needs these packages (Debian's names): ${missing[*]}. Install them with this system's package manager." >&2
  exit 1
fi
if [ -t 0 ] && [ -z "${CI:-}" ]; then
  read -r -p "Install ${missing[*]}? [Y/n] " answer
  case ${answer:-y} in [Yy]*) ;; *) echo "Not installed: ${missing[*]}" >&2; exit 1 ;; esac
fi
echo "Installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${sudo[@]}" apt-get update -q && DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
  tail -n 20 "$log" >&2
  echo "Could not install: ${missing[*]}" >&2
  exit 1
fi
