//! Every precompile once, by its binding: the same as `every-call` in C. Input items: the operands of each call in the order below, words as they
//! lie in memory. Public values: what each call changes.
#![no_std]
#![no_main]

use weft::calls::*;

/// Operands are words and nothing else, so that they can be filled and made public as such.
trait Words: Copy {
    const ZERO: Self;
}
impl<const N: usize> Words for [u32; N] {
    const ZERO: Self = [0; N];
}
impl<const N: usize, const M: usize> Words for [[u32; N]; M] {
    const ZERO: Self = [[0; N]; M];
}
macro_rules! points {
    ($($of:ident { $first:ident, $second:ident } $words:literal),*) => {
        $(impl Words for $of {
            const ZERO: Self = Self { $first: [0; $words], $second: [0; $words] };
        })*
    };
}
points!(Point256 { x, y } 8, Point384 { x, y } 12, Compressed256 { y, x } 8, Compressed384 { y, x } 12, Factor { factor, modulus } 8);

fn words<T: Words>(of: &mut T) -> &mut [u32] {
    // SAFETY: `Words` are words and nothing else.
    unsafe { core::slice::from_raw_parts_mut((of as *mut T).cast(), size_of::<T>() / 4) }
}

fn operand<T: Words>() -> T {
    let mut of = T::ZERO;
    assert_eq!(weft::io::read_words(words(&mut of)), Some(size_of::<T>()));
    of
}

fn publish<T: Words>(mut of: T) {
    weft::io::commit_bytes(weft::io::bytes_of(words(&mut of)));
}

fn change<T: Words>(call: fn(&mut T)) {
    let mut a = operand();
    call(&mut a);
    publish(a);
}

fn combine<T: Words, U: Words>(call: fn(&mut T, &U)) {
    let mut a = operand();
    call(&mut a, &operand());
    publish(a);
}

/// The first coordinate is the one that is found.
fn decompress<T: Words>(call: fn(&mut T, bool)) {
    let mut a = operand();
    call(&mut a, true);
    let all = words(&mut a);
    weft::io::commit_bytes(weft::io::bytes_of(&all[..all.len() / 2]));
}

fn hashes() {
    change(sha_extend);
    let (schedule, mut state) = (operand(), operand());
    sha_compress(&schedule, &mut state);
    publish(state);
    change(keccak_permute);
    change(poseidon2_permute);
}

fn curves() {
    combine(ed25519_add);
    decompress(ed25519_decompress);
    combine(secp256k1_add);
    change(secp256k1_double);
    decompress(secp256k1_decompress);
    combine(secp256r1_add);
    change(secp256r1_double);
    decompress(secp256r1_decompress);
    combine(bn254_add);
    change(bn254_double);
    combine(bls12381_add);
    change(bls12381_double);
    decompress(bls12381_decompress);
}

fn fields() {
    combine(bn254_fp_add);
    combine(bn254_fp_sub);
    combine(bn254_fp_mul);
    combine(bn254_fp2_add);
    combine(bn254_fp2_sub);
    combine(bn254_fp2_mul);
    combine(bls12381_fp_add);
    combine(bls12381_fp_sub);
    combine(bls12381_fp_mul);
    combine(bls12381_fp2_add);
    combine(bls12381_fp2_sub);
    combine(bls12381_fp2_mul);
}

fn integers() {
    combine(uint256_mul);
    let (factor, wide) = (operand(), operand());
    let (mut low, mut high) = ([0; 64], [0; 8]);
    u256xu2048_mul(&factor, &wide, &mut low, &mut high);
    publish(low);
    publish(high);
}

fn main() {
    hashes();
    curves();
    fields();
    integers();
}

weft::entry!(main);
