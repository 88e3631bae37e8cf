//! A multiple of the base point of edwards25519, and a point from its compressed form.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sp1_lib::ed25519::Ed25519AffinePoint;
use sp1_lib::syscall_ed_decompress;
use sp1_lib::utils::{bytes_to_words_le, AffinePoint};

fn main() {
    let scalar = bytes_to_words_le(&sp1_zkvm::io::read_vec());
    let mut point = Ed25519AffinePoint::GENERATOR_T;
    point.mul_assign(&scalar);
    let bytes = point.to_le_bytes();
    let mut compressed = [0u8; 64];
    compressed[32..].copy_from_slice(&bytes[32..]);
    compressed[63] |= bytes[0] << 7;
    let encoded = compressed[32..].to_vec();
    unsafe { syscall_ed_decompress(&mut compressed) };
    assert_eq!(compressed[..], bytes[..]);
    sp1_zkvm::io::commit_slice(&encoded);
}
