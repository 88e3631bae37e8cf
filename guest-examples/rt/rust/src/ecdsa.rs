//! ECDSA (SEC 1, 4.1.4 and 4.1.6) over secp256k1 and secp256r1, by precompiles. Inverses and roots are the host's, and are checked.

use crate::calls::*;
use crate::hash::keccak256;
use crate::hints;
use crate::integers::{add, add_mod, from_be_bytes, inverse_mod, is_below, is_zero, mul_mod, negate_mod, subtract, to_be_bytes};
use core::marker::PhantomData;

/// y^2 = x^3 + a x + b over a prime field in which 3 is no square, and a generator of all of its points, whose number is a prime.
pub trait Curve {
    /// Of the field: at least 2^255.
    const MODULUS: U256;
    /// Below the modulus.
    const A: U256;
    /// Below the modulus.
    const B: U256;
    /// The number of points: more than half of the modulus, and less than it.
    const ORDER: U256;
    /// One of them, other than the one at infinity.
    const GENERATOR: Point256;
    /// p += q, of points whose x differ.
    fn add(p: &mut Point256, q: &Point256);
    /// p += p
    fn double(p: &mut Point256);
}

const fn small(n: u32) -> U256 {
    [n, 0, 0, 0, 0, 0, 0, 0]
}

/// The curve of Bitcoin and Ethereum: SEC 2, 2.4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secp256k1;
impl Curve for Secp256k1 {
    const MODULUS: U256 = [
        0xfffffc2f, 0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
    ];
    const A: U256 = small(0);
    const B: U256 = small(7);
    const ORDER: U256 = [
        0xd0364141, 0xbfd25e8c, 0xaf48a03b, 0xbaaedce6, 0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff,
    ];
    const GENERATOR: Point256 = Point256 {
        x: [
            0x16f81798, 0x59f2815b, 0x2dce28d9, 0x029bfcdb, 0xce870b07, 0x55a06295, 0xf9dcbbac, 0x79be667e,
        ],
        y: [
            0xfb10d4b8, 0x9c47d08f, 0xa6855419, 0xfd17b448, 0x0e1108a8, 0x5da4fbfc, 0x26a3c465, 0x483ada77,
        ],
    };
    fn add(p: &mut Point256, q: &Point256) {
        secp256k1_add(p, q);
    }
    fn double(p: &mut Point256) {
        secp256k1_double(p);
    }
}

/// P-256: SEC 2, 2.4.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secp256r1;
impl Curve for Secp256r1 {
    const MODULUS: U256 = [
        0xffffffff, 0xffffffff, 0xffffffff, 0x00000000, 0x00000000, 0x00000000, 0x00000001, 0xffffffff,
    ];
    const A: U256 = [
        0xfffffffc, 0xffffffff, 0xffffffff, 0x00000000, 0x00000000, 0x00000000, 0x00000001, 0xffffffff,
    ];
    const B: U256 = [
        0x27d2604b, 0x3bce3c3e, 0xcc53b0f6, 0x651d06b0, 0x769886bc, 0xb3ebbd55, 0xaa3a93e7, 0x5ac635d8,
    ];
    const ORDER: U256 = [
        0xfc632551, 0xf3b9cac2, 0xa7179e84, 0xbce6faad, 0xffffffff, 0xffffffff, 0x00000000, 0xffffffff,
    ];
    const GENERATOR: Point256 = Point256 {
        x: [
            0xd898c296, 0xf4a13945, 0x2deb33a0, 0x77037d81, 0x63a440f2, 0xf8bce6e5, 0xe12c4247, 0x6b17d1f2,
        ],
        y: [
            0x37bf51f5, 0xcbb64068, 0x6b315ece, 0x2bce3357, 0x7c0f9e16, 0x8ee7eb4a, 0xfe1a7f9b, 0x4fe342e2,
        ],
    };
    fn add(p: &mut Point256, q: &Point256) {
        secp256r1_add(p, q);
    }
    fn double(p: &mut Point256) {
        secp256r1_double(p);
    }
}

/// A point of a curve, `None` being the one at infinity.
type Any = Option<Point256>;

/// p += q for all points.
fn add_any<C: Curve>(p: &mut Any, q: &Any) {
    match (p.as_mut(), q) {
        (_, None) => {}
        (None, _) => *p = *q,
        // By words: `==` compares bytes.
        (Some(a), Some(b)) if a.x.iter().ne(&b.x) => C::add(a, b),
        (Some(a), Some(b)) if a.y == b.y => C::double(a),
        // Opposite points.
        _ => *p = None,
    }
}

/// k p + l q for all scalars of 256 bits, two bits of each at a time.
fn combine<C: Curve>(k: &U256, p: &Point256, l: &U256, q: &Point256) -> Any {
    const WIDTH: usize = 2;
    const SIDE: usize = 1 << WIDTH;
    // i p + j q at 4 j + i: columns by p, the first of each row by q.
    let mut multiples = [None; SIDE * SIDE];
    for i in 1..SIDE * SIDE {
        let (before, step) = if i % SIDE == 0 { (i - SIDE, q) } else { (i - 1, p) };
        multiples[i] = multiples[before];
        add_any::<C>(&mut multiples[i], &Some(*step));
    }
    let window = |of: &U256, at: usize| (of[at / 32] >> (at % 32)) as usize & (SIDE - 1);
    let mut sum: Any = None;
    for at in (0..256).step_by(WIDTH).rev() {
        if let Some(sum) = sum.as_mut() {
            // Of prime order: no point has y = 0.
            for _ in 0..WIDTH {
                C::double(sum);
            }
        }
        add_any::<C>(&mut sum, &multiples[window(l, at) * SIDE + window(k, at)]);
    }
    sum
}

/// x^3 + a x + b
fn square_of_y<C: Curve>(x: &U256) -> U256 {
    let slope = add_mod(&mul_mod(x, x, &C::MODULUS), &C::A, &C::MODULUS);
    add_mod(&mul_mod(&slope, x, &C::MODULUS), &C::B, &C::MODULUS)
}

/// The point with this x, if there is one.
///
/// Assumes: x is reduced.
/// Guarantees: the point is on the curve, and there is none where none is returned.
fn decompress<C: Curve>(x: &U256, is_odd: bool) -> Any {
    let non_residue = small(3);
    let square = square_of_y::<C>(x);
    match hints::root(&square, &C::MODULUS, &non_residue) {
        Ok(root) => {
            // Another number with the same residue would have the other parity.
            assert!(is_below(&root, &C::MODULUS), "the root of the host is not reduced");
            // Otherwise the point is not on the curve.
            assert_eq!(mul_mod(&root, &root, &C::MODULUS), square, "the root of the host is none");
            let y = if (root[0] & 1 == 1) == is_odd {
                root
            } else {
                negate_mod(&root, &C::MODULUS)
            };
            Some(Point256 { x: *x, y })
        }
        Err(other) => {
            // Squares times 3 have no root, so that one shows that there is none of y^2; but 0 is a square with one for both.
            assert!(
                is_below(&other, &C::MODULUS) && !is_zero(&other),
                "the root of the host is 0 or not reduced"
            );
            assert_eq!(
                mul_mod(&other, &other, &C::MODULUS),
                mul_mod(&square, &non_residue, &C::MODULUS),
                "the host shows no root in place of one that it has not"
            );
            None
        }
    }
}

fn is_scalar<C: Curve>(k: &U256) -> bool {
    !is_zero(k) && is_below(k, &C::ORDER)
}

/// r and s, where both are from 1 to below the order.
fn scalars<C: Curve>(signature: &[u8; 64]) -> Option<(U256, U256)> {
    let (r, s) = (from_be_bytes(&signature[..32]), from_be_bytes(&signature[32..]));
    (is_scalar::<C>(&r) && is_scalar::<C>(&s)).then_some((r, s))
}

/// A key that verifies signatures: a point of the curve other than the one at infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey<C: Curve> {
    point: Point256,
    curve: PhantomData<C>,
}

impl<C: Curve> PublicKey<C> {
    fn new(point: Point256) -> Self {
        Self { point, curve: PhantomData }
    }

    /// From bytes as SEC 1 has them, 33, compressed, or 65, if they are those of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let &[tag, ref rest @ ..] = bytes else { return None };
        let x: U256 = from_be_bytes(rest.get(..32)?);
        if !is_below(&x, &C::MODULUS) {
            return None;
        }
        match (tag, rest.len()) {
            (2 | 3, 32) => decompress::<C>(&x, tag == 3).map(Self::new),
            (4, 64) => {
                let y: U256 = from_be_bytes(&rest[32..]);
                // Points that are not on the curve have other orders, on other curves.
                let is_point = is_below(&y, &C::MODULUS) && mul_mod(&y, &y, &C::MODULUS) == square_of_y::<C>(&x);
                is_point.then_some(Self::new(Point256 { x, y }))
            }
            _ => None,
        }
    }

    /// x and y, highest byte first.
    pub fn to_bytes(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        to_be_bytes(&self.point.x, &mut bytes[..32]);
        to_be_bytes(&self.point.y, &mut bytes[32..]);
        bytes
    }

    /// Whether this key signed a hash. `signature` is r and s; a high s is as good as a low one.
    pub fn verify(&self, hash: &[u8; 32], signature: &[u8; 64]) -> bool {
        let Some((r, s)) = scalars::<C>(signature) else {
            return false;
        };
        let inverse = inverse_mod(&s, &C::ORDER);
        let of_generator = mul_mod(&inverse, &from_be_bytes(hash), &C::ORDER);
        let of_key = mul_mod(&inverse, &r, &C::ORDER);
        let Some(sum) = combine::<C>(&of_generator, &C::GENERATOR, &of_key, &self.point) else {
            return false;
        };
        // x modulo the order, which is more than half of the modulus.
        let mut x = sum.x;
        if !is_below(&x, &C::ORDER) {
            subtract(&mut x, &C::ORDER);
        }
        x == r
    }

    /// The key that signed a hash, if there is one. `id` is 0 to 3: bit 0, whether y of the signature's point is odd; bit 1, whether its x is
    /// r + order. A high s is as good as a low one.
    pub fn recover(hash: &[u8; 32], signature: &[u8; 64], id: u8) -> Option<Self> {
        let (r, s) = scalars::<C>(signature)?;
        if id > 3 {
            return None;
        }
        let mut x = r;
        // The sum must be that of the numbers, not one modulo 2^256 or the modulus.
        if id >= 2 && add(&mut x, &C::ORDER) || !is_below(&x, &C::MODULUS) {
            return None;
        }
        let point = decompress::<C>(&x, id & 1 == 1)?;
        let inverse = inverse_mod(&r, &C::ORDER);
        let of_generator = negate_mod(&mul_mod(&inverse, &from_be_bytes(hash), &C::ORDER), &C::ORDER);
        let of_point = mul_mod(&inverse, &s, &C::ORDER);
        combine::<C>(&of_generator, &C::GENERATOR, &of_point, &point).map(Self::new)
    }
}

impl PublicKey<Secp256k1> {
    /// The account of Ethereum that the key is of: the last 20 bytes of Keccak-256.
    pub fn ethereum_address(&self) -> [u8; 20] {
        let mut address = [0; 20];
        address.copy_from_slice(&keccak256(&self.to_bytes())[12..]);
        address
    }
}
