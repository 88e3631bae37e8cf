#!/usr/bin/env bash
# Rebuilds elf/*.elf, runtime included, by every compiler and at every level: all, or those named. With --check compares with what is there
# instead. Nobody needs any of this to run or test Weft. The compilers are those of ../build.sh.
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

rt=../rt
sources="$rt/start.S $rt/memory.S $rt/weft.c $rt/heap.c $rt/exit.c $rt/sha256.c $rt/precompiles.c main.c"
machine="-march=rv32im -mabi=ilp32 -mcmodel=medany -ffreestanding -ffunction-sections -fdata-sections -I$rt"
link="-nostdlib -static -T $rt/link.ld -Wl,--gc-sections -Wl,--build-id=none"
libgcc() { riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -print-libgcc-file-name; }
needs() { [ "$1" = "$2" ] || { echo "needs $3 $2, not $1" >&2; exit 1; }; }

# Words of the lists above are split on purpose.
# shellcheck disable=SC2086
for build in ${*:-gcc-O0 gcc-O1 gcc-O2 gcc-O3 gcc-lto clang-O0 clang-O1 clang-O3 clang-lto zig-O0 zig-O2 zig-lto}; do
  level=-${build#*-}
  if [ "$level" = -lto ]; then level="-O2 -flto"; fi
  case "$build" in
    gcc-*)
      needs "$(riscv64-unknown-elf-gcc -dumpfullversion)" 12.2.0 riscv64-unknown-elf-gcc
      riscv64-unknown-elf-gcc $machine $level $link $sources -lgcc -o "$out/$build.elf"
      ;;
    clang-*)
      needs "$(clang-22 -dumpversion)" 22.1.8 clang
      clang-22 --target=riscv32-unknown-none-elf -fuse-ld=lld $machine $level $link $sources "$(libgcc)" -o "$out/$build.elf"
      ;;
    zig-*)
      needs "$($ZIG version)" 0.17.1 Zig
      $ZIG cc -target riscv32-freestanding-none -mcpu=generic_rv32+m -fno-sanitize=all -fno-stack-protector -g0 \
        -fno-unwind-tables -fno-asynchronous-unwind-tables ${machine#-march=rv32im -mabi=ilp32} $level $link $sources -lcompiler_rt -o "$out/$build.elf"
      ;;
  esac
  riscv64-unknown-elf-strip "$out/$build.elf"
  if [ -n "$check" ]; then cmp "$out/$build.elf" "elf/$build.elf"; fi
done
