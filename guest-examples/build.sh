#!/usr/bin/env bash
# Rebuilds elf/*.elf of the guests in C and C++: all, or those named. With --check compares with what is there instead.
# The bytes are those of Zig 0.17.1 for guests without a C library (`ZIG=zig`, or `ZIG="python3 -m ziglang"` with the package
# ziglang). Nobody needs it to run or test Weft. Those in Rust: rust/build.sh.
set -eu
cd "$(dirname "$0")"
ZIG=${ZIG:-zig}
out=elf
check=
if [ "${1:-}" = --check ]; then
  shift
  check=1
  out=$(mktemp -d)
  trap 'rm -r "$out"' EXIT
fi
mkdir -p "$out"
version=$($ZIG version)
[ "$version" = 0.17.1 ] || { echo "needs Zig 0.17.1, not $version" >&2; exit 1; }

runtime="rt/start.S rt/memory.S rt/weft.c rt/heap.c rt/exit.c rt/sha256.c rt/precompiles.c"
curves="rt/weierstrass.c rt/ecdsa.c common/questions.c"
guests="fibonacci sha256 sort-text loop compress sort-words matrix recursion sparse hash-chain start-up sha256-calls keccak-calls ecdsa
  ecdsa-software ecdsa-p256 ed25519 bn254 bls12381 uint256 poseidon2 two-families doublings every-call
  sha256-preimage keccak-preimage merkle-membership sudoku chess-move statistics rsa-verify"
for guest in ${*:-$guests}; do
  # C++ gives main another name where it is freestanding.
  source="-ffreestanding $guest/*.c"
  if [ -f "$guest/main.cc" ]; then source="$guest/main.cc rt/cxx.cc -fno-exceptions -fno-rtti"; fi
  # Floating-point arithmetic is the compiler's, which comes with debug information.
  if [ "$guest" = statistics ]; then source="$source -rtlib=compiler-rt -Wl,--strip-debug"; fi
  # shellcheck disable=SC2086
  $ZIG cc -target riscv32-freestanding-none -mcpu=generic_rv32+m -fno-sanitize=all -fno-stack-protector -g0 -mcmodel=medany -O2 \
    -fno-builtin -nostdlib -ffunction-sections -fdata-sections -Wall -Wextra -Irt -Icommon -T rt/link.ld \
    -Wl,--gc-sections -Wl,--build-id=none $runtime $curves $source -o "$out/$guest.elf"
  if [ -n "$check" ]; then cmp "$out/$guest.elf" "elf/$guest.elf"; fi
done
