#!/usr/bin/env bash
# Holds every function against exact values: accuracy.sh VENV ARGUMENTS…; installs MPFR and PyTorch if need be.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1
shift

compiler=$(command -v clang || command -v cc)
has_mpfr() { printf '#include <mpfr.h>\n' | "$compiler" -fsyntax-only -x c - 2>/dev/null; }
if ! has_mpfr && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libmpfr-dev || true
fi
has_mpfr || { echo "The exact values need MPFR (on Debian and Ubuntu: libmpfr-dev)." >&2; exit 1; }

if ! "$venv/bin/python" -c 'import numpy, torch' 2>/dev/null; then
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv" ||
    { echo "Python's venv module is missing (on Debian and Ubuntu: python3-venv)." >&2; exit 1; }
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tools/requirements.txt
fi
exec "$venv/bin/python" -m tools.accuracy "$@"
