//! Numbers that the host finds and the guest checks: a square root and an inverse modulo 2^255 - 19, and a quotient of 4096 bits.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sp1_lib::sys_bigint;
use sp1_lib::utils::bytes_to_words_le;
use sp1_zkvm::io::{self, FD_FP_INV, FD_FP_SQRT, FD_RSA_MUL_MOD};

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
}
