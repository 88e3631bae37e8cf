#!/usr/bin/env bash
# Rebuilds ../elf/*.elf of the guests in Rust: all, or those named. With --check compares with what is there instead. Nobody needs any
# of this to run or test Weft. The bytes are those of Rust 1.95.0 with
#   rustup toolchain install 1.95.0 --profile minimal -c rust-src -t riscv32im-unknown-none-elf
set -eu
cd "$(dirname "$0")"
export RUSTUP_TOOLCHAIN=${RUSTUP_TOOLCHAIN:-1.95.0}
# The name of each ELF file, and of its package.
guests="keccak-rust:keccak every-call-rust:every-call std-tour:std-tour alloc-tour:alloc-tour signatures-rust:signatures json-field:json-field airdrop:airdrop quorum:quorum wage-survey:wage-survey regex-find:regex-find signed-mail:signed-mail"
bare=riscv32im-unknown-none-elf
std=riscv32im-risc0-zkvm-elf

target=$(mktemp -d)
trap 'rm -r "$target"' EXIT
export CARGO_TARGET_DIR=$target
check=
if [ "${1:-}" = --check ]; then
  shift
  check=1
fi
# No path of this machine is part of a program: messages of panics name files.
sources=$(cd .. && pwd -P)
registry=${CARGO_HOME:-$HOME/.cargo}/registry/src
root=$(rustc --print sysroot)
remap="--remap-path-prefix=$sources/= --remap-path-prefix=$root/lib/rustlib/src/rust=/rust"
remap="$remap --remap-path-prefix=$registry=/registry --remap-path-prefix=$target=/target"

flags="-Clink-arg=-T$sources/rt/link.ld -Clink-arg=--build-id=none -Clink-arg=--strip-debug -Cforce-unwind-tables=no $remap"
cargo fetch --locked --quiet
for entry in ${*:-$guests}; do
  for known in $guests; do case "$known" in "$entry:"*) entry=$known ;; esac; done
  guest=${entry%%:*}
  package=${entry##*:}
  case "$package" in
    std-* | regex-find)
      made=$target/$std/release/$package
      RUSTC_BOOTSTRAP=1 RUSTFLAGS="$flags -Cpasses=lower-atomic --cfg=getrandom_backend=\"custom\"" cargo build --locked --quiet \
        --release --target $std -p "$package" -Zbuild-std=std,panic_abort -Zbuild-std-features=compiler-builtins-mem
      ;;
    *)
      made=$target/$bare/release/$package
      RUSTFLAGS="$flags" cargo build --locked --quiet --release --target $bare -p "$package"
      ;;
  esac
  if [ -n "$check" ]; then cmp "$made" "../elf/$guest.elf"; else cp "$made" "../elf/$guest.elf"; fi
done
