//! A multiple of the generator of BN254, and sums, differences and products in its fields.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sp1_lib::bn254::Bn254Point;
use sp1_lib::utils::{bytes_to_words_le, words_to_bytes_le, AffinePoint};
use sp1_lib::{
    syscall_bn254_fp2_addmod, syscall_bn254_fp2_mulmod, syscall_bn254_fp2_submod, syscall_bn254_fp_addmod,
    syscall_bn254_fp_mulmod, syscall_bn254_fp_submod,
};

type Call = unsafe extern "C" fn(*mut u32, *const u32);

fn main() {
    let scalar = bytes_to_words_le(&sp1_zkvm::io::read_vec());
    let mut point = Bn254Point::GENERATOR_T;
    point.mul_assign(&scalar);
    sp1_zkvm::io::commit_slice(&point.to_le_bytes());
    // Two elements of Fp2, that is four of Fp.
    let p = bytes_to_words_le(&sp1_zkvm::io::read_vec());
    let q = bytes_to_words_le(&sp1_zkvm::io::read_vec());
    let calls: [(Call, usize); 6] = [
        (syscall_bn254_fp_addmod, 8),
        (syscall_bn254_fp_submod, 8),
        (syscall_bn254_fp_mulmod, 8),
        (syscall_bn254_fp2_addmod, 16),
        (syscall_bn254_fp2_submod, 16),
        (syscall_bn254_fp2_mulmod, 16),
    ];
    for (call, words) in calls {
        let mut result = p.clone();
        unsafe { call(result.as_mut_ptr(), q.as_ptr()) };
        sp1_zkvm::io::commit_slice(&words_to_bytes_le(&result[..words]));
    }
}
