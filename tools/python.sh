#!/usr/bin/env bash
# Runs Python with NumPy and h5py: python.sh VENV ARGUMENTS…; makes the environment with the pinned versions if need be.
# OPTIONAL names a package that is installed too, where that is possible.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1
shift
if ! "$venv/bin/python" -c 'import numpy, h5py' 2>/dev/null; then
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv" ||
    { echo "Python's venv module is missing (on Debian and Ubuntu: python3-venv)." >&2; exit 1; }
  grep -E '^(numpy|h5py)' tools/requirements.txt |
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r /dev/stdin
fi
if [ -n "${OPTIONAL:-}" ] && ! "$venv/bin/python" -c "import $OPTIONAL" 2>/dev/null; then
  grep "^$OPTIONAL==" tools/requirements.txt |
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r /dev/stdin ||
    echo "$OPTIONAL can't be installed; going on without it." >&2
fi
exec "$venv/bin/python" "$@"
