#!/usr/bin/env bash
# Rebuilds elf/*.elf. Needs riscv64-unknown-elf-gcc and g++ (Debian: gcc-riscv64-unknown-elf); nobody else needs them.
set -eu
cd "$(dirname "$0")"
mkdir -p elf
for guest in fibonacci sha256 sort-text loop compress sort-words matrix recursion sparse hash-chain start-up; do
  heap=16M
  case "$guest" in sparse) heap=65M ;; esac
  source="$guest/main.c"
  case "$guest" in start-up) source="$guest/main.cc -fno-exceptions" ;; esac
  # shellcheck disable=SC2086
  riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -mcmodel=medany -O2 -ffreestanding -fno-builtin -nostdlib -nostartfiles \
    -ffunction-sections -fdata-sections -Wall -Wextra -Irt -T rt/link.ld -Wl,--gc-sections -Wl,--build-id=none \
    "-Wl,--defsym=HEAP_SIZE=$heap" rt/start.S rt/weft.c $source -lgcc -o "elf/$guest.elf"
  riscv64-unknown-elf-strip --strip-debug "elf/$guest.elf"
done
