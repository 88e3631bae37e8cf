//! Panics unless the input is even.
#![no_main]
sp1_zkvm::entrypoint!(main);

fn main() {
    let n = sp1_zkvm::io::read::<u32>();
    assert!(n % 2 == 0, "{n} is odd");
    sp1_zkvm::io::commit(&(n / 2));
}
