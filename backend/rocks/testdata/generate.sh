#!/bin/sh
# Regenerates the golden databases in db/ and aim.txt. PYTHON names an interpreter that has
# the packages rocksdict and aimrocks; ldb comes with Debian's rocksdb-tools.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
if ! "$python" -c 'import rocksdict, aimrocks' 2>/dev/null; then
	echo "generate.sh: $python lacks rocksdict or aimrocks; set PYTHON" >&2
	exit 1
fi
command -v ldb >/dev/null || { echo "generate.sh: ldb is not installed (rocksdb-tools)" >&2; exit 1; }
exec "$python" generate.py
