//! RSA with a modulus of 2048 bits, by the precompile for wide products. Quotients are the host's, and are checked.

use crate::calls::u256xu2048_mul;
use crate::hash::Sha256;
use crate::hints;
use crate::integers::{add, from_be_bytes, is_below, to_be_bytes};

const WORDS: usize = 64;
const BYTES: usize = 4 * WORDS;
/// Words that a call takes of its first factor.
const DIGIT: usize = 8;

/// A number of 2048 bits, lowest word first.
pub type U2048 = [u32; WORDS];

/// What the digest stands behind in a padded message: the algorithm's identifier, in DER.
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];
/// Of what is padded: the prefix and the digest.
const TAIL: usize = SHA256_PREFIX.len() + 32;

/// to += a b
///
/// Guarantees: no carry is lost where the sum has 4096 bits.
fn add_product(to: &mut [u32; 2 * WORDS], a: &U2048, b: &U2048) {
    let (mut digit, mut low, mut high) = ([0; DIGIT], [0; WORDS], [0; DIGIT]);
    for at in (0..WORDS).step_by(DIGIT) {
        digit.copy_from_slice(&a[at..at + DIGIT]);
        u256xu2048_mul(&digit, b, &mut low, &mut high);
        add(&mut to[at..], &low);
        add(&mut to[at + WORDS..], &high);
    }
}

/// a b mod m, for any m but 0 of up to 2048 bits.
///
/// Assumes: a or b is below m, so that the quotient has 2048 bits.
/// Guarantees: the result is below m.
///
/// # Panics
/// When the host's quotient is wrong.
pub fn mul_mod(a: &U2048, b: &U2048, m: &U2048) -> U2048 {
    let mut product = [0; 2 * WORDS];
    add_product(&mut product, a, b);
    let [remainder, quotient] = hints::quotient(&product, m);
    // A larger one has the same residue, and a quotient of its own.
    assert!(is_below(&remainder, m), "the remainder of the host is not reduced");
    let mut sum = [0; 2 * WORDS];
    sum[..WORDS].copy_from_slice(&remainder);
    add_product(&mut sum, &quotient, m);
    // There is one pair for which this holds. By words: `==` compares bytes.
    assert!(sum.iter().eq(&product), "the quotient of the host is wrong");
    remainder
}

/// a^e mod m, for e > 0, by a product for each bit of e behind the first and one more for each of them that is set.
///
/// Assumes: a is below m.
pub fn pow_mod(a: &U2048, e: u32, m: &U2048) -> U2048 {
    assert!(e > 0, "an exponent of 0");
    let mut power = *a;
    for i in (0..31 - e.leading_zeros()).rev() {
        power = mul_mod(&power, &power, m);
        if e >> i & 1 == 1 {
            power = mul_mod(&power, a, m);
        }
    }
    power
}

/// Whether a key, its modulus highest byte first and its exponent, signed a message: PKCS #1 v1.5 with SHA-256 (RFC 8017, 8.2.2). A modulus of
/// fewer than 2048 bits and the exponents 0 and 1 sign nothing.
pub fn verify_pkcs1_sha256(modulus: &[u8; BYTES], exponent: u32, message: &[u8], signature: &[u8; BYTES]) -> bool {
    let (m, s): (U2048, U2048) = (from_be_bytes(modulus), from_be_bytes(signature));
    if modulus[0] >> 7 == 0 || exponent < 2 || !is_below(&s, &m) {
        return false;
    }
    let mut found = [0; BYTES];
    to_be_bytes(&pow_mod(&s, exponent, &m), &mut found);
    let mut expected = [0xff; BYTES];
    expected[..2].copy_from_slice(&[0, 1]);
    expected[BYTES - TAIL - 1] = 0;
    expected[BYTES - TAIL..BYTES - 32].copy_from_slice(&SHA256_PREFIX);
    expected[BYTES - 32..].copy_from_slice(&Sha256::digest(message));
    // All of it: who skips the padding, or what follows it, accepts forged signatures.
    found == expected
}
