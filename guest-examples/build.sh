#!/usr/bin/env bash
# Rebuilds elf/*.elf. Needs riscv64-unknown-elf-gcc (Debian: gcc-riscv64-unknown-elf); nobody else needs it.
set -eu
cd "$(dirname "$0")"
mkdir -p elf
for guest in fibonacci sha256 sort-text loop compress sort-words matrix recursion sparse hash-chain; do
  heap=16M
  case "$guest" in sparse) heap=65M ;; esac
  riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -mcmodel=medany -O2 -ffreestanding -fno-builtin -nostdlib -nostartfiles \
    -ffunction-sections -fdata-sections -Wall -Wextra -Irt -T rt/link.ld -Wl,--gc-sections -Wl,--build-id=none \
    "-Wl,--defsym=HEAP_SIZE=$heap" rt/start.S rt/weft.c "$guest/main.c" -lgcc -o "elf/$guest.elf"
  riscv64-unknown-elf-strip --strip-debug "elf/$guest.elf"
done
