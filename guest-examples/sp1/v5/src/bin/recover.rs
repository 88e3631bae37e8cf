//! The y of a signature's point and the inverse of its r, which the ecrecover hook gives to patched crates for ECDSA.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sp1_lib::secp256k1::Secp256k1Point;
use sp1_lib::utils::{AffinePoint, WeierstrassAffinePoint};
use sp1_zkvm::io::{self, FD_ECRECOVER_HOOK};

/// The bit of the curve's number that asks for an odd y.
const ODD: u8 = 0x80;
const SECP256K1: u8 = 1;

fn main() {
    // r and what y^2 must be, the highest byte first.
    let (r, alpha) = (io::read_vec(), io::read_vec());
    io::write(FD_ECRECOVER_HOOK, &[&[SECP256K1 | ODD][..], &r, &alpha].concat());
    assert_eq!(io::read_vec(), [1]);
    let (y, inverse) = (io::read_vec(), io::read_vec());
    assert_eq!(y[31] & 1, 1);
    let point = <Secp256k1Point as AffinePoint<_>>::from(&r, &y);
    let mut twice = point;
    twice.complete_add_assign(&point);
    assert!(!twice.is_infinity());
    io::commit_slice(&y);
    io::commit_slice(&inverse);
}
