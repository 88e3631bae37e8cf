//! Ed25519 (RFC 8032, 5.1.7, without the cofactor) by precompiles; SHA-512 is done in software. What shows that a key is none is the host's, and is
//! checked.

use crate::calls::{ed25519_add, ed25519_decompress, ed25519_double, Point256, U256};
use crate::hints;
use crate::integers::{add_mod, from_le_bytes, is_below, is_zero, mul_mod, negate_mod, subtract};
use crate::sha512::Sha512;

const MODULUS: U256 = [
    0xffffffed, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff,
];
const ORDER: U256 = [
    0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0x00000000, 0x00000000, 0x00000000, 0x10000000,
];
const TWO_TO_256_MOD_ORDER: U256 = [
    0x8d98951d, 0xd6ec3174, 0x737dcf70, 0xc6ef5bf4, 0xfffffffe, 0xffffffff, 0xffffffff, 0x0fffffff,
];
/// -121665 / 121666
const D: U256 = [
    0x135978a3, 0x75eb4dca, 0x4141d8ab, 0x00700a4d, 0x7779e898, 0x8cc74079, 0x2b6ffe73, 0x52036cee,
];
const ONE: U256 = [1, 0, 0, 0, 0, 0, 0, 0];
const BASE: Point256 = Point256 {
    x: [
        0x8f25d51a, 0xc9562d60, 0x9525a7b2, 0x692cc760, 0xfdd6dc5c, 0xc0a4e231, 0xcd6e53fe, 0x216936d3,
    ],
    y: [
        0x66666658, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666,
    ],
};
const NEUTRAL: Point256 = Point256 { x: [0; 8], y: ONE };

/// A number of 512 bits modulo the order: its upper half times 2^256, and the lower one.
fn modulo_order(bytes: &[u8; 64]) -> U256 {
    // Both constants are below the order.
    let low = mul_mod(&from_le_bytes(&bytes[..32]), &ONE, &ORDER);
    let high = mul_mod(&from_le_bytes(&bytes[32..]), &TWO_TO_256_MOD_ORDER, &ORDER);
    add_mod(&low, &high, &ORDER)
}

/// The point of y and the parity of x in the highest bit, if these bytes are what it is compressed to.
///
/// Guarantees: there is none where none is returned.
fn decompress(bytes: &[u8; 32]) -> Option<Point256> {
    let mut y: U256 = from_le_bytes(bytes);
    let is_odd = y[7] >> 31 == 1;
    y[7] &= 0x7fff_ffff;
    if !is_below(&y, &MODULUS) {
        return None;
    }
    // x^2 = u / v, and v is never 0, as -1 / d has no root.
    let square = mul_mod(&y, &y, &MODULUS);
    let v = add_mod(&mul_mod(&square, &D, &MODULUS), &ONE, &MODULUS);
    if let Some([inverse, root]) = hints::edwards_root(bytes, &v) {
        let u = add_mod(&square, &negate_mod(&ONE, &MODULUS), &MODULUS);
        assert_eq!(mul_mod(&inverse, &v, &MODULUS), ONE, "the inverse of the host is none");
        // 2 has no root, so that one of 2 u / v shows that there is none of u / v; but 0 is a square with one for both.
        assert!(
            is_below(&root, &MODULUS) && !is_zero(&root),
            "the root of the host is 0 or not reduced"
        );
        let twice = add_mod(&u, &u, &MODULUS);
        assert_eq!(
            mul_mod(&root, &root, &MODULUS),
            mul_mod(&twice, &inverse, &MODULUS),
            "the host shows no root in place of one that it has not"
        );
        return None;
    }
    // Ends the run where there is none, whatever the host said.
    let mut point = Point256 { x: [0; 8], y };
    ed25519_decompress(&mut point, is_odd);
    // -0 is 0, so that these bytes are not what any point is compressed to.
    (!is_odd || !is_zero(&point.x)).then_some(point)
}

/// k p + l q, for scalars below the order, two bits of each at a time. The call adds all points: equal and opposite ones, and the neutral one.
fn combine(k: &U256, p: &Point256, l: &U256, q: &Point256) -> Point256 {
    const WIDTH: usize = 2;
    const SIDE: usize = 1 << WIDTH;
    let mut multiples = [NEUTRAL; SIDE * SIDE];
    for i in 1..SIDE * SIDE {
        let (before, step) = if i % SIDE == 0 { (i - SIDE, q) } else { (i - 1, p) };
        multiples[i] = multiples[before];
        ed25519_add(&mut multiples[i], step);
    }
    let window = |of: &U256, at: usize| (of[at / 32] >> (at % 32)) as usize & (SIDE - 1);
    let mut sum = NEUTRAL;
    // The order has 253 bits.
    for at in (0..254).step_by(WIDTH).rev() {
        for _ in 0..WIDTH {
            ed25519_double(&mut sum);
        }
        let multiple = window(l, at) * SIDE + window(k, at);
        if multiple != 0 {
            ed25519_add(&mut sum, &multiples[multiple]);
        }
    }
    sum
}

/// Whether a key signed a message. Keys and signatures of other bytes than points and scalars are compressed to are none, as with
/// `verify` of ed25519-dalek; keys of small order are keys.
pub fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let s: U256 = from_le_bytes(&signature[32..]);
    if !is_below(&s, &ORDER) {
        return false;
    }
    let Some(mut point) = decompress(key) else {
        return false;
    };
    let mut hash = Sha512::new();
    hash.update(&signature[..32]);
    hash.update(key);
    hash.update(message);
    let h = modulo_order(&hash.finish());
    // R must be s B - h A: as bytes, so that R need not be decompressed.
    let mut minus_x = MODULUS;
    subtract(&mut minus_x, &point.x);
    point.x = minus_x;
    let sum = combine(&s, &BASE, &h, &point);
    let mut expected = sum.y;
    expected[7] |= sum.x[0] << 31;
    expected == from_le_bytes::<8>(&signature[..32])
}
