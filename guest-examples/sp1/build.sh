#!/usr/bin/env bash
# Rebuilds ../elf/sp1-*.elf, guests for the crates that SP1 publishes: v5/ for sp1-zkvm 5.2.4, v3/ for 3.4.0. With --check compares with
# what is there instead. Needs `rustup toolchain install 1.95.0 --profile minimal -c rust-src`. Nobody needs it to run or test Weft.
set -eu
cd "$(dirname "$0")"
out=../elf
check=
if [ "${1:-}" = --check ]; then check=1; fi
target=riscv32im-risc0-zkvm-elf
root=$(rustc +1.95.0 --print sysroot)
export RUSTC_BOOTSTRAP=1
if [ -n "$check" ]; then
  out=$(mktemp -d)
  trap 'rm -r "$out"' EXIT
fi
mkdir -p target
rustc +1.95.0 --target $target --crate-type lib --emit obj -o target/std.o std.rs
# One hart needs no atomics; the same bytes wherever they are built.
flags="-Cpasses=lower-atomic -Cpanic=abort --cfg getrandom_backend=\"custom\" -Clink-arg=../target/std.o
  --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$root=/rust --remap-path-prefix=$PWD=/sp1"
for version in v5 v3; do
  # Where cargo-prove of that version puts the code; up to version 4 the headers make a segment of their own at 0x10000.
  if [ $version = v5 ]; then layout="-Clink-arg=-Ttext=0x00201000 -Clink-arg=--image-base=0x00200800"
  else layout="-Clink-arg=-Ttext=0x00200800"; fi
  export RUSTFLAGS="$flags $layout"
  (cd $version && cargo +1.95.0 build --release --locked --target $target \
    -Zbuild-std=std,panic_abort -Zbuild-std-features=compiler-builtins-mem)
  for source in $version/src/bin/*.rs; do
    guest=$(basename "$source" .rs)
    name=sp1-$([ $version = v5 ] || echo $version-)$(echo "$guest" | tr _ -)
    cp "$version/target/$target/release/$guest" "$out/$name.elf"
    if [ -n "$check" ]; then cmp "$out/$name.elf" "../elf/$name.elf"; fi
  done
done
