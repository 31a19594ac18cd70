#!/usr/bin/env bash
# Installs what the build needs beside a Swift toolchain: the HDF5 library with its headers.
set -euo pipefail

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

command -v swift >/dev/null || fail "No Swift toolchain was found in PATH." \
  "Install Swift 6.2 or later from https://www.swift.org/install/ and run the command again."

# Found is what pkg-config knows and a compiler can include: the toolchain's own, where no other is installed.
compiler=$(command -v cc || command -v clang || echo "$(dirname "$(readlink -f "$(command -v swift)")")/clang")
has_hdf5() {
  pkg-config --exists hdf5 2>/dev/null && printf '#include <hdf5.h>\n' |
    "$compiler" $(pkg-config --cflags hdf5) -fsyntax-only -x c - 2>/dev/null
}

has_hdf5 && exit 0

case "$(uname -s)" in
  Darwin)
    fail "HDF5 is missing. Install it with:" "  brew install hdf5 pkgconf"
    ;;
  Linux)
    packages="libhdf5-dev pkg-config"
    run_as_root=""
    if [ "$(id -u)" -ne 0 ]; then
      command -v sudo >/dev/null || fail "HDF5 is missing. As root, install the packages: $packages"
      run_as_root="sudo"
    fi
    command -v apt-get >/dev/null ||
      fail "HDF5 is missing. Install its development package (on Debian and Ubuntu: $packages)."
    echo "Installing $packages with apt-get."
    export DEBIAN_FRONTEND=noninteractive
    # The package lists may be old or absent, so they are fetched only when the first try fails.
    $run_as_root apt-get install -y -qq $packages >/dev/null 2>&1 ||
      { $run_as_root apt-get update -qq && $run_as_root apt-get install -y -qq $packages >/dev/null; } ||
      fail "apt-get could not install the packages: $packages"
    has_hdf5 || fail "HDF5 was installed but is not found by pkg-config."
    ;;
  *)
    fail "HDF5 is missing. Install its library, headers and pkg-config file."
    ;;
esac
