//! Products of large integers: modulo a number of 256 bits, modulo 2^256, and of 256 bits by 2048.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sp1_lib::utils::{bytes_to_words_le, words_to_bytes_le};
use sp1_lib::{sys_bigint, syscall_u256x2048_mul};

fn read<const N: usize>() -> [u32; N] {
    bytes_to_words_le(&sp1_zkvm::io::read_vec()).try_into().unwrap()
}

fn main() {
    let (x, y, modulus) = (read::<8>(), read::<8>(), read::<8>());
    for m in [&modulus, &[0; 8]] {
        let mut product = [0; 8];
        unsafe { sys_bigint(&mut product, 0, &x, &y, m) };
        sp1_zkvm::io::commit_slice(&words_to_bytes_le(&product));
    }
    let wide = read::<64>();
    let (mut low, mut high) = ([0; 64], [0; 8]);
    unsafe { syscall_u256x2048_mul(&x, &wide, &mut low, &mut high) };
    sp1_zkvm::io::commit_slice(&words_to_bytes_le(&low));
    sp1_zkvm::io::commit_slice(&words_to_bytes_le(&high));
}
