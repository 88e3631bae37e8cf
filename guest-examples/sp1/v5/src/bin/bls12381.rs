//! A multiple of the generator of BLS12-381, a decompressed key, and sums, differences and products in its fields.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sp1_lib::bls12381::{decompress_pubkey, Bls12381Point};
use sp1_lib::utils::{bytes_to_words_le, words_to_bytes_le, AffinePoint};
use sp1_lib::{
    syscall_bls12381_fp2_addmod, syscall_bls12381_fp2_mulmod, syscall_bls12381_fp2_submod, syscall_bls12381_fp_addmod,
    syscall_bls12381_fp_mulmod, syscall_bls12381_fp_submod,
};

type Call = unsafe extern "C" fn(*mut u32, *const u32);

fn main() {
    let mut scalar = bytes_to_words_le(&sp1_zkvm::io::read_vec());
    // sp1-lib takes as many words as a coordinate has.
    scalar.resize(12, 0);
    let mut point = Bls12381Point::GENERATOR_T;
    point.mul_assign(&scalar);
    sp1_zkvm::io::commit_slice(&point.to_le_bytes());
    let compressed = sp1_zkvm::io::read_vec().try_into().unwrap();
    sp1_zkvm::io::commit_slice(&decompress_pubkey(&compressed).unwrap());
    let p = bytes_to_words_le(&sp1_zkvm::io::read_vec());
    let q = bytes_to_words_le(&sp1_zkvm::io::read_vec());
    let calls: [(Call, usize); 6] = [
        (syscall_bls12381_fp_addmod, 12),
        (syscall_bls12381_fp_submod, 12),
        (syscall_bls12381_fp_mulmod, 12),
        (syscall_bls12381_fp2_addmod, 24),
        (syscall_bls12381_fp2_submod, 24),
        (syscall_bls12381_fp2_mulmod, 24),
    ];
    for (call, words) in calls {
        let mut result = p.clone();
        unsafe { call(result.as_mut_ptr(), q.as_ptr()) };
        sp1_zkvm::io::commit_slice(&words_to_bytes_le(&result[..words]));
    }
}
