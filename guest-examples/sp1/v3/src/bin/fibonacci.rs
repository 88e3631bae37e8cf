//! The n-th Fibonacci number and the next, modulo 7919, of an n that is public too.
#![no_main]
sp1_zkvm::entrypoint!(main);

fn main() {
    let n = sp1_zkvm::io::read::<u32>();
    let (mut a, mut b) = (0u32, 1u32);
    for _ in 0..n {
        (a, b) = (b, (a + b) % 7919);
    }
    println!("fibonacci({n}) = {a}");
    sp1_zkvm::io::commit(&n);
    sp1_zkvm::io::commit(&a);
    sp1_zkvm::io::commit(&b);
}
