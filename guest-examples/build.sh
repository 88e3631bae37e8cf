#!/usr/bin/env bash
# Rebuilds elf/*.elf of the guests in C and C++: all, or those named. With --check compares with what is there instead. Nobody needs
# any of this to run or test Weft. The bytes are those of
# - Zig 0.17.1 (`ZIG=zig`, or `ZIG="python3 -m ziglang"` with the package ziglang) for guests without a C library,
# - riscv64-unknown-elf-gcc 12.2.0 with picolibc 1.8, as Debian 12 has them, for c-library and lua,
# - clang 22.1.8 and, unpacked in the folder LIBSTDCXX, picolibc 1.8.10 and libstdc++ 14.2.0, as Debian 13 has them, for cxx-library, auction and word-count.
# Those in Rust: rust/build.sh. The builds of conformance: conformance/build.sh.
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

runtime="rt/start.S rt/memory.S rt/weft.c rt/heap.c rt/exit.c rt/sha256.c rt/precompiles.c"
curves="rt/weierstrass.c rt/ecdsa.c common/questions.c"
machine="-march=rv32im -mabi=ilp32 -mcmodel=medany -O2 -ffunction-sections -fdata-sections -Wall -Wextra -Irt -Icommon"
guests="fibonacci sha256 sort-text loop compress sort-words matrix recursion sparse hash-chain start-up sha256-calls keccak-calls ecdsa
  ecdsa-software ecdsa-p256 ed25519 bn254 bls12381 uint256 poseidon2 two-families doublings every-call runtime hostile c-library cxx-library
  sha256-preimage keccak-preimage merkle-membership sudoku chess-move statistics rsa-verify regex-match auction word-count lua"

needs() { [ "$1" = "$2" ] || { echo "$guest: needs $3 $2, not $1" >&2; exit 1; }; }

freestanding() {
  needs "$($ZIG version)" 0.17.1 Zig
  source="$guest/*.c"
  if [ -f "$guest/main.cc" ]; then source="$guest/main.cc rt/cxx.cc -fno-exceptions -fno-rtti"; fi
  # Floating-point arithmetic is the compiler's, which comes with debug information.
  if [ "$guest" = statistics ]; then source="$source -rtlib=compiler-rt -Wl,--strip-debug"; fi
  $ZIG cc -target riscv32-freestanding-none -mcpu=generic_rv32+m -fno-sanitize=all -fno-stack-protector -g0 \
    -fno-unwind-tables -fno-asynchronous-unwind-tables ${machine#-march=rv32im -mabi=ilp32} -ffreestanding -fno-builtin -nostdlib \
    -T rt/link.ld -Wl,--gc-sections -Wl,--build-id=none $runtime $curves $source -o "$out/$guest.elf"
}

c_library() {
  needs "$(riscv64-unknown-elf-gcc -dumpfullversion)" 12.2.0 riscv64-unknown-elf-gcc
  riscv64-unknown-elf-gcc $machine --specs=picolibc.specs --picolibc-buildtype=release -nostartfiles -T rt/link.ld \
    -Wl,--gc-sections -Wl,--build-id=none $runtime rt/libc.c "$guest/main.c" -lm -o "$out/$guest.elf"
  riscv64-unknown-elf-strip --strip-debug "$out/$guest.elf"
}

lua() {
  needs "$(riscv64-unknown-elf-gcc -dumpfullversion)" 12.2.0 riscv64-unknown-elf-gcc
  sources=$(lua/fetch.sh)
  parts=
  for part in api auxlib baselib code corolib ctype debug do dump func gc lex mathlib mem object opcodes parser state string strlib table tablib tm \
    undump utf8lib vm zio; do parts="$parts $sources/l$part.c"; done
  # Without a seed from addresses and the clock.
  riscv64-unknown-elf-gcc $machine -w -I"$sources" -ffile-prefix-map="$sources"=lua '-Dluai_makeseed(L)=0' --specs=picolibc.specs \
    --picolibc-buildtype=release -nostartfiles -T rt/link.ld -Wl,--gc-sections -Wl,--build-id=none $runtime rt/libc.c lua/main.c $parts -lm \
    -o "$out/$guest.elf"
  riscv64-unknown-elf-strip --strip-debug "$out/$guest.elf"
}

cxx_library() {
  needs "$(clang-22 -dumpversion)" 22.1.8 clang
  objects=$(mktemp -d)
  library=$LIBSTDCXX/usr/lib/picolibc/riscv64-unknown-elf
  headers=$LIBSTDCXX/usr/include/newlib/c++/14.2.0
  target="--target=riscv32-unknown-none-elf -ftls-model=local-exec -g0 -isystem $library/include"
  for source in $runtime rt/libc.c; do clang-22 $target $machine -c "$source" -o "$objects/$(basename "$source").o"; done
  for source in rt/cxx.cc "$guest/main.cc"; do
    clang++-22 $target $machine -std=c++20 -nostdinc++ -isystem "$headers" -isystem "$headers/riscv64-unknown-elf/rv32im/ilp32" \
      -isystem "$library/include" -c "$source" -o "$objects/$(basename "$source").o"
  done
  ld.lld-22 -T rt/link.ld --gc-sections --strip-debug --discard-locals "$objects"/*.o --start-group "$library/lib/release/rv32im/ilp32/libstdc++.a" \
    "$library/lib/release/rv32im/ilp32/libc.a" "$(riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -print-libgcc-file-name)" \
    --end-group -o "$out/$guest.elf"
  rm -r "$objects"
}

# Words of the lists above are split on purpose.
# shellcheck disable=SC2086
for guest in ${*:-$guests}; do
  case "$guest" in
    c-library) c_library ;;
    lua) lua ;;
    cxx-library | auction | word-count) cxx_library ;;
    *) freestanding ;;
  esac
  if [ -n "$check" ]; then cmp "$out/$guest.elf" "elf/$guest.elf"; fi
done
