//! A multiple of a point of edwards25519, compressed and decompressed. The base point is input: sp1-lib's own constant is no point of the
//! curve.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sp1_lib::ed25519::Ed25519AffinePoint;
use sp1_lib::syscall_ed_decompress;
use sp1_lib::utils::{bytes_to_words_le, AffinePoint};

fn main() {
    let mut point = Ed25519AffinePoint::from_le_bytes(&sp1_zkvm::io::read_vec());
    sp1_zkvm::io::commit_slice(&point.to_le_bytes());
    point.mul_assign(&bytes_to_words_le(&sp1_zkvm::io::read_vec()));
    let bytes = point.to_le_bytes();
    let mut compressed = [0u8; 64];
    compressed[32..].copy_from_slice(&bytes[32..]);
    compressed[63] |= bytes[0] << 7;
    let encoded = compressed[32..].to_vec();
    unsafe { syscall_ed_decompress(&mut compressed) };
    assert_eq!(compressed[..], bytes[..]);
    sp1_zkvm::io::commit_slice(&encoded);
}
