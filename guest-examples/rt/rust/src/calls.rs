//! The precompiles: each is one cycle. Numbers are words in rising order, points x before y. A call whose operands have no result ends the
//! run, so that there is no proof of a wrong one; where that may be, its comment says when, and the guest must look first if it shall go on. No
//! call checks that a point is on its curve or in a subgroup.

use crate::system::{precompile, precompile_of_four};

/// A number of 256 bits.
pub type U256 = [u32; 8];
/// A number of 384 bits.
pub type U384 = [u32; 12];

/// A point with coordinates of 256 bits.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Point256 {
    /// Lowest word first.
    pub x: U256,
    /// Lowest word first.
    pub y: U256,
}

/// A point with coordinates of 384 bits.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Point384 {
    /// Lowest word first.
    pub x: U384,
    /// Lowest word first.
    pub y: U384,
}

/// A point that is to be decompressed: y, which is not given, comes first.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compressed256 {
    /// Lowest word first.
    pub y: U256,
    /// Lowest word first.
    pub x: U256,
}

/// A point that is to be decompressed: y, which is not given, comes first.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compressed384 {
    /// Lowest word first.
    pub y: U384,
    /// Lowest word first.
    pub x: U384,
}

/// By what to multiply, modulo what; the modulus 0 stands for 2^256.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Factor {
    /// Lowest word first.
    pub factor: U256,
    /// Lowest word first.
    pub modulus: U256,
}

/// c0 + c1 i, where i^2 = -1.
pub type Extension256 = [U256; 2];
/// c0 + c1 i, where i^2 = -1.
pub type Extension384 = [U384; 2];

// SAFETY of all: the types are the words that the call reads and changes, no more and no less.
macro_rules! calls {
    () => {};
    ($(#[$doc:meta])* $name:ident = $code:literal, $a:ty, bool; $($rest:tt)*) => {
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(a: &mut $a, choice: bool) {
            unsafe { precompile($code, a as *mut $a as usize, usize::from(choice)) }
        }
        calls! { $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident = $code:literal, $a:ty, $b:ty; $($rest:tt)*) => {
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(a: &mut $a, b: &$b) {
            unsafe { precompile($code, a as *mut $a as usize, b as *const $b as usize) }
        }
        calls! { $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident = $code:literal, $a:ty; $($rest:tt)*) => {
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(a: &mut $a) {
            unsafe { precompile($code, a as *mut $a as usize, 0) }
        }
        calls! { $($rest)* }
    };
}

calls! {
    /// The message schedule of SHA-256: words 16 to 63 from the first 16.
    sha_extend = 0x0030_0105, [u32; 64];
    /// The same of sixteen words that are the bytes of a message as they come. A call of Weft's own.
    sha_extend_bytes = 0x0030_0205, [u32; 64];
    /// Keccak-f\[1600\]: lane (x, y) is words 2 (5 y + x), its lower half, and the one behind it.
    keccak_permute = 0x0001_0109, [u32; 50];
    /// The Poseidon2 permutation of elements of KoalaBear. Ends the run when a word is no element: 2^31 - 2^24 + 1 or more.
    poseidon2_permute = 0x0000_0133, [u32; 16];

    /// a += b on edwards25519, for all points of the curve; others may have no sum, which ends the run. Numbers need not be reduced.
    ed25519_add = 0x0001_0107, Point256, Point256;
    /// x from y and its parity; x = 0 has both. Ends the run when y is not reduced, its highest bit included, or no point has it.
    ed25519_decompress = 0x0000_0108, Point256, bool;

    /// a += b. Ends the run when an x is not reduced or both are the same: equal and opposite points and infinity are the guest's to tell apart.
    secp256k1_add = 0x0001_010a, Point256, Point256;
    /// a += a. Ends the run when y is not reduced or 0.
    secp256k1_double = 0x0000_010b, Point256;
    /// y from x and the parity of y. Ends the run when x is not reduced or no point has it.
    secp256k1_decompress = 0x0000_010c, Compressed256, bool;
    /// As [`secp256k1_add`].
    secp256r1_add = 0x0001_012c, Point256, Point256;
    /// As [`secp256k1_double`].
    secp256r1_double = 0x0000_012d, Point256;
    /// As [`secp256k1_decompress`].
    secp256r1_decompress = 0x0000_012e, Compressed256, bool;
    /// As [`secp256k1_add`].
    bn254_add = 0x0001_010e, Point256, Point256;
    /// As [`secp256k1_double`].
    bn254_double = 0x0000_010f, Point256;
    /// As [`secp256k1_add`].
    bls12381_add = 0x0001_011e, Point384, Point384;
    /// As [`secp256k1_double`].
    bls12381_double = 0x0000_011f, Point384;
    /// y from x and whether it is the greater of y and -y. Ends the run when x is not reduced or no point has it.
    bls12381_decompress = 0x0000_011c, Compressed384, bool;

    /// a += b in the base field. Operands need not be reduced, here and below; results are.
    bn254_fp_add = 0x0001_0126, U256, U256;
    /// a -= b
    bn254_fp_sub = 0x0001_0127, U256, U256;
    /// a *= b
    bn254_fp_mul = 0x0001_0128, U256, U256;
    /// a += b in the quadratic extension.
    bn254_fp2_add = 0x0001_0129, Extension256, Extension256;
    /// a -= b
    bn254_fp2_sub = 0x0001_012a, Extension256, Extension256;
    /// a *= b
    bn254_fp2_mul = 0x0001_012b, Extension256, Extension256;
    /// a += b in the base field.
    bls12381_fp_add = 0x0001_0120, U384, U384;
    /// a -= b
    bls12381_fp_sub = 0x0001_0121, U384, U384;
    /// a *= b
    bls12381_fp_mul = 0x0001_0122, U384, U384;
    /// a += b in the quadratic extension.
    bls12381_fp2_add = 0x0001_0123, Extension384, Extension384;
    /// a -= b
    bls12381_fp2_sub = 0x0001_0124, Extension384, Extension384;
    /// a *= b
    bls12381_fp2_mul = 0x0001_0125, Extension384, Extension384;

    /// a = a b.factor mod b.modulus. Ends the run when the quotient has more than 256 bits; it has not when one factor is below the modulus.
    uint256_mul = 0x0001_011d, U256, Factor;
}

/// a += a on edwards25519, for all points of the curve; others may have no sum, which ends the run.
#[inline(always)]
pub fn ed25519_double(a: &mut Point256) {
    let at = a as *mut Point256 as usize;
    // SAFETY: as above; the call may be given one address twice.
    unsafe { precompile(0x0001_0107, at, at) }
}

/// The compression function of SHA-256.
#[inline(always)]
pub fn sha_compress(schedule: &[u32; 64], state: &mut [u32; 8]) {
    // SAFETY: as above; the schedule is read only.
    unsafe { precompile(0x0001_0106, schedule.as_ptr() as usize, state.as_mut_ptr() as usize) }
}

/// a b = low + 2^2048 high.
#[inline(always)]
pub fn u256xu2048_mul(a: &U256, b: &[u32; 64], low: &mut [u32; 64], high: &mut U256) {
    // SAFETY: as above.
    unsafe {
        precompile_of_four(
            0x0001_012f,
            a.as_ptr() as usize,
            b.as_ptr() as usize,
            low.as_mut_ptr() as usize,
            high.as_mut_ptr() as usize,
        );
    }
}
