#!/usr/bin/env bash
# Writes the fixtures again: reference.sh VENV DIRECTORY [FAMILY [FORCE]]; FORCE=1 overwrites whatever changed.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1 directory=$2 only=${3:-} options=()
if [ -n "$only" ]; then options+=(--only "$only"); fi
if [ "${4:-}" = 1 ]; then options+=(--force); fi

# Families that PyTorch has no part in need NumPy and h5py alone, which Debian packages.
if [ -n "$only" ] && [ ! -x "$venv/bin/python" ]; then
  for python in /usr/bin/python3 python3; do
    if "$python" -m tools.generator --needs "$only" 2>/dev/null | grep -qx numpy &&
      "$python" -c 'import numpy, h5py' 2>/dev/null; then
      exec "$python" -m tools.generator --output "$directory" "${options[@]}"
    fi
  done
fi

if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv" ||
    { echo "Python's venv module is missing (on Debian and Ubuntu: python3-venv)." >&2; exit 1; }
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tools/requirements.txt
exec "$venv/bin/python" -m tools.generator --output "$directory" ${options[@]+"${options[@]}"}
