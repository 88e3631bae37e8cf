#!/usr/bin/env bash
# Rebuilds elf/*.elf. Needs riscv64-unknown-elf-gcc and g++ (Debian: gcc-riscv64-unknown-elf), or, where ZIG names one, a Zig compiler
# (`ZIG=zig`, or `ZIG="python3 -m ziglang"` with the package ziglang); nobody else needs them. Guests with precompiles, and
# `ecdsa-software` beside them, were built by Zig 0.17.1; those in Rust by Rust 1.95, see rust/.cargo/config.toml.
set -eu
cd "$(dirname "$0")"
mkdir -p elf
scripts="$(mktemp -d)"
trap 'rm -r "$scripts"' EXIT
guests="fibonacci sha256 sort-text loop compress sort-words matrix recursion sparse hash-chain start-up sha256-calls keccak-calls ecdsa
  ecdsa-software ecdsa-p256 ed25519 bn254 bls12381 uint256 poseidon2 two-families doublings every-call"
for guest in ${*:-$guests}; do
  heap=16M
  case "$guest" in sparse) heap=65M ;; esac
  source="$guest/main.c"
  case "$guest" in
    start-up) source="$guest/main.cc -fno-exceptions" ;;
    sha256-calls | keccak-calls | ed25519 | uint256 | poseidon2 | every-call) source="rt/precompiles.c $source" ;;
    bn254 | bls12381) source="rt/precompiles.c rt/weierstrass.c rt/questions.c $source" ;;
    ecdsa | ecdsa-p256 | two-families | doublings) source="rt/precompiles.c rt/weierstrass.c rt/ecdsa.c $source" ;;
  esac
  sed "s/HEAP_SIZE = 16M/HEAP_SIZE = $heap/" rt/link.ld > "$scripts/link.ld"
  flags="-mcmodel=medany -O2 -ffreestanding -fno-builtin -nostdlib -ffunction-sections -fdata-sections -Wall -Wextra -Irt
    -T $scripts/link.ld -Wl,--gc-sections -Wl,--build-id=none rt/start.S rt/weft.c $source"
  # shellcheck disable=SC2086
  if [ -n "${ZIG:-}" ]; then
    $ZIG cc -target riscv32-freestanding-none -mcpu=generic_rv32+m -fno-sanitize=all -fno-stack-protector -s $flags -o "elf/$guest.elf"
  else
    riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -nostartfiles $flags -lgcc -o "elf/$guest.elf"
    riscv64-unknown-elf-strip --strip-debug "elf/$guest.elf"
  fi
done
