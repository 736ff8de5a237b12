#!/usr/bin/env bash
# Compares Aimdesk with real Aim and with RocksDB's own tools: databases and
# repositories are written anew, read by both, and a live writer is followed.
#
#   AIM_VENV         a Python environment that has Aim 3.29.1, plotly and
#                    rocksdict; without it one is made under build/interop
#   INTEROP_SEED     seed of what is written (default: random, printed)
#   INTEROP_SECONDS  how long the live writer runs (default 60)
#   INTEROP_RUN      -run pattern of the tests in backend/interop (default: all)
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

work=$PWD/build/interop
mkdir -p "$work"
echo '*' >"$work/.gitignore"

step "Aim"
venv=${AIM_VENV:-$work/venv}
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
fi
python=$venv/bin/python
if ! "$python" -c 'import aim, plotly, rocksdict, aimrocks' 2>/dev/null; then
  "$python" -m pip install -q 'aim==3.29.1' plotly rocksdict
fi
"$python" - <<'PY'
from importlib.metadata import version
if version('aim') != '3.29.1':
    raise SystemExit(f"the recorded answers are those of Aim 3.29.1, this is {version('aim')}")
print(*(f'{name} {version(name)}' for name in ('aim', 'aimrocks', 'plotly', 'rocksdict')), sep=', ')
PY

step "RocksDB's tools"
if ! command -v ldb >/dev/null || ! command -v sst_dump >/dev/null; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "ldb and sst_dump are missing: install rocksdb-tools (Debian's name)." >&2
    exit 1
  fi
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends rocksdb-tools >/dev/null
fi
command -v ldb sst_dump

seed=${INTEROP_SEED:-$RANDOM}
echo "seed $seed (INTEROP_SEED repeats it)"

step "databases written by RocksDB"
# The generator writes beside itself: give it a tree of its own.
tree=$work/golden
rm -rf "$tree"
mkdir -p "$tree/backend/rocks/testdata" "$tree/backend/testdata"
cp backend/rocks/testdata/generate.sh backend/rocks/testdata/generate.py "$tree/backend/rocks/testdata/"
ln -s "$PWD/backend/testdata/repos" "$tree/backend/testdata/repos"
# Two builds of RocksDB in one process may crash when it exits, after everything
# is written: its last line decides.
(PYTHON=$python sh "$tree/backend/rocks/testdata/generate.sh" || true) >"$work/golden.log" 2>&1
grep '^aim.txt: ' "$work/golden.log" || { tail -n 20 "$work/golden.log" >&2; exit 1; }

step "repositories written by Aim"
repos=$work/repos
rm -rf "$repos"
mkdir -p "$repos"
scripts=$PWD/backend/testdata/repos
(cd "$repos" && "$python" "$scripts/make_fixtures.py" "$repos" "$seed" && "$python" "$scripts/edge.py" "$repos/edge") >"$work/write.log" 2>&1 ||
  { tail -n 20 "$work/write.log" >&2; exit 1; }
for repo in "$repos"/*/; do
  name=$(basename "$repo")
  "$python" "$scripts/oracle.py" "$repos/$name" "$repos/$name.json" backend/testdata/queries.txt >"$work/oracle.log" 2>&1 ||
    { echo "oracle.py $name:" >&2; tail -n 20 "$work/oracle.log" >&2; exit 1; }
  cut -d '[' -f 1 "$work/oracle.log" | tail -n 1
done

recorder=$PWD/backend/aimql/testdata/interop
if [ -f "$recorder/record.py" ]; then
  step "queries answered by Aim"
  rm -rf "$work/aimql"
  mkdir -p "$work/aimql"
  recordings=()
  for archive in "$scripts"/aim-3.29.1/*.tar.gz; do
    name=$(basename "$archive" .tar.gz)
    grep -qs '"queries"' "$recorder/$name.json" && recordings+=("$name*=$archive")
  done
  "$python" "$recorder/record.py" "$recorder/corpus.txt" "$recorder/values.txt" "$work/aimql" "${recordings[@]}" >"$work/aimql.log" 2>&1 ||
    { tail -n 20 "$work/aimql.log" >&2; exit 1; }
  ls "$work/aimql"
  step "tests of the query language against Python"
  PATH=$venv/bin:$PATH go test -count=1 -tags interop -run CPython ./backend/aimql/...
fi

step "tests"
INTEROP_PYTHON=$python INTEROP_DIR=$work go test -count=1 -timeout 30m -v -tags interop -run "${INTEROP_RUN:-.}" ./backend/interop/...
