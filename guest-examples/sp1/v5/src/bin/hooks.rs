//! Numbers that the host finds and the guest checks: square roots and inverses modulo 2^255 - 19 and in the field of BLS12-381, a quotient of
//! 4096 bits, and whether a compressed point of edwards25519 is one.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sp1_lib::utils::bytes_to_words_le;
use sp1_lib::{sys_bigint, syscall_bls12381_fp_mulmod};
use sp1_zkvm::io::{
    self, FD_BLS12_381_INVERSE, FD_BLS12_381_SQRT, FD_EDDECOMPRESS, FD_FP_INV, FD_FP_SQRT, FD_RSA_MUL_MOD,
};

/// Highest byte first.
fn words(bytes: &[u8]) -> [u32; 8] {
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    bytes_to_words_le(&reversed).try_into().unwrap()
}

fn product(x: &[u8], y: &[u8], modulus: &[u8]) -> [u32; 8] {
    let mut result = [0; 8];
    unsafe { sys_bigint(&mut result, 0, &words(x), &words(y), &words(modulus)) };
    result
}

/// In the field of BLS12-381, the highest byte first.
fn bls_product(x: &[u8], y: &[u8]) -> Vec<u32> {
    let words = |bytes: &[u8]| bytes_to_words_le(&bytes.iter().rev().copied().collect::<Vec<_>>());
    let mut result = words(x);
    unsafe { syscall_bls12381_fp_mulmod(result.as_mut_ptr(), words(y).as_ptr()) };
    result
}

fn main() {
    let modulus = [&[0x7f][..], &[0xff; 30], &[0xed]].concat();
    let element = io::read_vec();
    let non_residue = [&[0; 31][..], &[2]].concat();
    let length = 32u32.to_be_bytes();
    io::write(FD_FP_INV, &[&length[..], &element, &modulus].concat());
    let inverse = io::read_vec();
    assert_eq!(product(&inverse, &element, &modulus), words(&[&[0; 31][..], &[1]].concat()));
    io::commit_slice(&inverse);
    io::write(FD_FP_SQRT, &[&length[..], &element, &modulus, &non_residue].concat());
    let is_square = io::read_vec()[0] == 1;
    let root = io::read_vec();
    let square = product(&root, &root, &modulus);
    let factor = if is_square { [&[0; 31][..], &[1]].concat() } else { non_residue };
    assert_eq!(square, product(&element, &factor, &modulus));
    io::commit(&is_square);
    // Lowest byte first.
    io::write(FD_RSA_MUL_MOD, &io::read_vec());
    let (remainder, quotient) = (io::read_vec(), io::read_vec());
    io::commit_slice(&remainder);
    io::commit_slice(&quotient);
    let element = io::read_vec();
    let one = [&[0; 47][..], &[1]].concat();
    io::write(FD_BLS12_381_INVERSE, &element);
    let inverse = io::read_vec();
    assert_eq!(bls_product(&inverse, &element), bls_product(&one, &one));
    io::commit_slice(&inverse);
    io::write(FD_BLS12_381_SQRT, &element);
    let is_square = io::read_vec()[0] == 1;
    let root = io::read_vec();
    let factor = [&[0; 47][..], &[if is_square { 1 } else { 2 }]].concat();
    assert_eq!(bls_product(&root, &root), bls_product(&element, &factor));
    io::commit(&is_square);
    // A compressed point, and d y^2 + 1 of its y.
    io::write(FD_EDDECOMPRESS, &io::read_vec());
    io::commit(&(io::read_vec()[0] == 1));
}
