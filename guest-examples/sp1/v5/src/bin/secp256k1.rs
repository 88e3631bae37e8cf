//! A public key of secp256k1 from a private scalar, and its y from its x.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sp1_lib::secp256k1::Secp256k1Point;
use sp1_lib::syscall_secp256k1_decompress;
use sp1_lib::utils::{bytes_to_words_le, AffinePoint};

fn main() {
    // 32 bytes, the lowest first.
    let scalar = bytes_to_words_le(&sp1_zkvm::io::read_vec());
    let mut point = Secp256k1Point::GENERATOR_T;
    point.mul_assign(&scalar);
    let bytes = point.to_le_bytes();
    let (x, y): (Vec<u8>, Vec<u8>) = (bytes[..32].to_vec(), bytes[32..].to_vec());
    // Highest byte first; the point's y follows its x.
    let mut compressed = [0u8; 64];
    compressed[..32].copy_from_slice(&x);
    compressed[..32].reverse();
    unsafe { syscall_secp256k1_decompress(&mut compressed, y[0] & 1 == 1) };
    let rest: Vec<u8> = y.iter().rev().copied().collect();
    assert_eq!(compressed[32..], rest[..]);
    sp1_zkvm::io::commit_slice(&compressed);
}
