//! What a guest has its host compute: answers prove nothing, and who asks must check them.

use crate::calls::U256;
use crate::integers::{from_be_bytes, to_be_bytes};
use crate::io;

const ED25519_DECOMPRESS: u32 = 16;
const RSA_PRODUCT: u32 = 17;
const FIELD_ROOT: u32 = 20;
const FIELD_INVERSE: u32 = 21;
const YES: u8 = 1;

/// A request of numbers of 32 bytes: their length, then each, highest byte first.
fn ask<const BYTES: usize>(hook: u32, numbers: &[&U256]) {
    let mut request = [0; BYTES];
    request[3] = 32;
    for (bytes, number) in request[4..].chunks_exact_mut(32).zip(numbers) {
        to_be_bytes(*number, bytes);
    }
    io::ask(hook, &request);
}

/// The next item, `N` words.
///
/// # Panics
/// When it is none.
fn answer<const N: usize>() -> [u32; N] {
    let mut words = [0; N];
    assert_eq!(io::read_words(&mut words), Some(4 * N), "the length of the host's answer");
    words
}

/// Whether the host says yes, in one byte.
fn is_yes() -> bool {
    let mut word = [0];
    assert_eq!(io::read_words(&mut word), Some(1), "the length of the host's answer");
    word[0] == u32::from(YES)
}

fn number() -> U256 {
    from_be_bytes(io::bytes_of(&answer::<8>()))
}

/// What may be 1 / a mod p. The host has none for 0, which ends the run.
pub(crate) fn inverse(a: &U256, p: &U256) -> U256 {
    ask::<68>(FIELD_INVERSE, &[a, p]);
    number()
}

/// What may be a root of `a` modulo p, or else one of `a` times `non_residue`.
pub(crate) fn root(a: &U256, p: &U256, non_residue: &U256) -> Result<U256, U256> {
    ask::<100>(FIELD_ROOT, &[a, p, non_residue]);
    let is_root = is_yes();
    let root = number();
    if is_root {
        Ok(root)
    } else {
        Err(root)
    }
}

/// Nothing where the host says that a point of edwards25519 can be decompressed. Otherwise what may be 1 / v and a root of 2 (y^2 - 1) / v.
pub(crate) fn edwards_root(point: &[u8; 32], v: &U256) -> Option<[U256; 2]> {
    let mut request = [0; 64];
    request[..32].copy_from_slice(point);
    request[32..].copy_from_slice(io::bytes_of(v));
    io::ask(ED25519_DECOMPRESS, &request);
    if is_yes() {
        return None;
    }
    Some([answer(), answer()])
}

/// What may be remainder and quotient of a product by a modulus, words lowest first.
pub(crate) fn quotient(product: &[u32; 128], modulus: &[u32; 64]) -> [[u32; 64]; 2] {
    let mut request = [0; 192];
    request[..128].copy_from_slice(product);
    request[128..].copy_from_slice(modulus);
    io::ask(RSA_PRODUCT, io::bytes_of(&request));
    [answer(), answer()]
}
