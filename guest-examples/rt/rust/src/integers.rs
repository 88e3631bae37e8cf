//! Numbers of 256 bits, and of many: bytes, comparison, sums, and products modulo a number by precompile. Not constant-time: what a guest does is no
//! secret to who runs it.

use crate::calls::{uint256_mul, Factor, U256};
use crate::hints;

/// From bytes, highest first.
pub fn from_be_bytes<const N: usize>(bytes: &[u8]) -> [u32; N] {
    assert_eq!(bytes.len(), 4 * N, "bytes of a number");
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().rev().zip(bytes.chunks_exact(4)) {
        *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    words
}

/// From bytes, lowest first.
pub fn from_le_bytes<const N: usize>(bytes: &[u8]) -> [u32; N] {
    assert_eq!(bytes.len(), 4 * N, "bytes of a number");
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(4)) {
        *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    words
}

/// To as many bytes as the words have, highest first.
///
/// # Panics
/// When there is not just that room.
pub fn to_be_bytes(words: &[u32], bytes: &mut [u8]) {
    assert_eq!(bytes.len(), 4 * words.len(), "bytes of a number");
    for (bytes, word) in bytes.chunks_exact_mut(4).zip(words.iter().rev()) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
}

/// Whether all words are 0.
pub fn is_zero(a: &[u32]) -> bool {
    a.iter().all(|&word| word == 0)
}

/// Whether a < b, of as many words.
pub fn is_below(a: &[u32], b: &[u32]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// Words that a sum takes at once: a turn of a loop costs about as much as the sum of a word.
const AT_ONCE: usize = 8;

/// a += b + carry. Returns whether there is a carry.
#[inline(always)]
fn add_words(a: &mut [u32], b: &[u32], mut carry: bool) -> bool {
    for (a, &b) in a.iter_mut().zip(b) {
        let (sum, first) = a.overflowing_add(b);
        let (sum, second) = sum.overflowing_add(u32::from(carry));
        *a = sum;
        carry = first | second;
    }
    carry
}

/// a += b, where a has at least as many words as b. Returns whether there is a carry.
pub fn add(a: &mut [u32], b: &[u32]) -> bool {
    let (low, high) = a.split_at_mut(b.len());
    let (mut low, mut b) = (low.chunks_exact_mut(AT_ONCE), b.chunks_exact(AT_ONCE));
    let mut carry = (&mut low)
        .zip(&mut b)
        .fold(false, |carry, (low, b)| add_words(&mut low[..AT_ONCE], &b[..AT_ONCE], carry));
    carry = add_words(low.into_remainder(), b.remainder(), carry);
    for a in high {
        if !carry {
            break;
        }
        (*a, carry) = a.overflowing_add(1);
    }
    carry
}

/// a -= b, of as many words. Returns whether something was borrowed.
pub fn subtract(a: &mut [u32], b: &[u32]) -> bool {
    let mut borrow = false;
    for (a, &b) in a.iter_mut().zip(b) {
        let (rest, first) = a.overflowing_sub(b);
        let (rest, second) = rest.overflowing_sub(u32::from(borrow));
        *a = rest;
        borrow = first | second;
    }
    borrow
}

/// a + b mod m.
///
/// Assumes: a and b are below m.
pub fn add_mod(a: &U256, b: &U256, m: &U256) -> U256 {
    let mut sum = *a;
    if add(&mut sum, b) || !is_below(&sum, m) {
        subtract(&mut sum, m);
    }
    sum
}

/// m - a mod m.
///
/// Assumes: a is at most m, which is not 0.
pub fn negate_mod(a: &U256, m: &U256) -> U256 {
    let mut rest = *m;
    if is_zero(a) {
        return *a;
    }
    subtract(&mut rest, a);
    rest
}

/// a b mod m, by one call; m = 0 stands for 2^256. Ends the run when the quotient has more than 256 bits: it has not when a or b is below m.
pub fn mul_mod(a: &U256, b: &U256, m: &U256) -> U256 {
    let mut product = *a;
    uint256_mul(&mut product, &Factor { factor: *b, modulus: *m });
    product
}

/// a^e mod m, by a call for each bit of e and one for each that is set; m = 0 stands for 2^256. The empty product is 1, reduced.
///
/// Assumes: a is below m, or m = 0.
pub fn pow_mod(a: &U256, e: &U256, m: &U256) -> U256 {
    let one = [1, 0, 0, 0, 0, 0, 0, 0];
    let mut power = if *m == one { [0; 8] } else { one };
    let mut by = Factor { factor: *a, modulus: *m };
    for i in (0..256).rev().skip_while(|&i| !bit(e, i)) {
        by.factor = power;
        uint256_mul(&mut power, &by);
        if bit(e, i) {
            by.factor = *a;
            uint256_mul(&mut power, &by);
        }
    }
    power
}

fn bit(e: &U256, i: usize) -> bool {
    e[i / 32] >> (i % 32) & 1 == 1
}

/// 1 / a mod m, for a prime m. The host gives it, and it is checked.
///
/// Assumes: a is below m and not 0: the host gives no answer for 0, which ends the run.
/// Guarantees: a b = 1 mod m; b is below m.
///
/// # Panics
/// When the host's answer is wrong.
pub fn inverse_mod(a: &U256, m: &U256) -> U256 {
    let inverse = hints::inverse(a, m);
    // A number that is not reduced would be another one in sums.
    assert!(is_below(&inverse, m), "the inverse of the host is not reduced");
    assert_eq!(mul_mod(&inverse, a, m), [1, 0, 0, 0, 0, 0, 0, 0], "the inverse of the host is none");
    inverse
}
