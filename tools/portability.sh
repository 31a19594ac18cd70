#!/bin/sh
# Compiles the kernels for this machine and for aarch64, which runs under qemu, and compares what they compute, to the
# bit. Usage: portability.sh [DIRECTORY FOR WHAT IS BUILT]
set -eu
cd "$(dirname "$0")/.."
build=${1:-.build/portability}
mkdir -p "$build"

if command -v clang > /dev/null; then native=clang; else native=cc; fi
cross=aarch64-linux-gnu-gcc
emulator=$(command -v qemu-aarch64 || command -v qemu-aarch64-static || true)
packages="gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"

if ! command -v $cross > /dev/null || [ -z "$emulator" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages || true
    emulator=$(command -v qemu-aarch64 || true)
  fi
fi
if ! command -v $cross > /dev/null || [ -z "$emulator" ]; then
  echo "SKIPPED: nothing was compared with aarch64, which needs Debian's packages $packages" >&2
  exit 0
fi

# GCC fuses multiplications and additions of different statements unless it is told not to; clang doesn't.
compile() {
  compiler=$1 output=$2
  shift 2
  $compiler -O2 -std=gnu11 -ffp-contract=off -w -ISources/CKernels/include -ISources/CKernels "$@" \
    Sources/CKernels/*.c tools/portability/kernels.c -o "$output" -lm -pthread
}
compile $native "$build/native" &
compile $cross "$build/aarch64" -static
wait $!

"$emulator" "$build/aarch64" > "$build/aarch64.txt" 2> "$build/aarch64.log"
status=0
compare() {
  if cmp -s "$build/aarch64.txt" "$build/native.txt"; then
    echo "$1: the bits of all $(wc -l < "$build/aarch64.txt") families are those of aarch64"
  else
    status=1
    echo "$1: other bits than on aarch64:"
    diff "$build/aarch64.txt" "$build/native.txt" || true
  fi
}
for threads in 1 2 5; do
  for kernels in baseline v3 v4; do
    PURUTORCH_CPU=$kernels PURUTORCH_NUM_THREADS=$threads "$build/native" > "$build/native.txt" 2> "$build/native.log"
    compare "$(cut -d, -f1-2 "$build/native.log")"
  done
done
exit $status
