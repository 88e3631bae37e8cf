//! Numbers that look random and are the same in every run. **Nothing in a guest is random**: what the program does must follow from its
//! input, or there would be no proof. Seeds of hash maps come from here, so maps iterate in the same order each time; so does what the crate
//! `getrandom` gives with feature `getrandom` of this crate. Keys and nonces that must be secret are input items.

use crate::system::Global;

/// The fractional part of the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

static STATE: Global<u64> = Global::new(0);

/// The next 32 bits (SplitMix64: Steele, Lea, Flood 2014).
pub fn word() -> u32 {
    STATE.with(|state| {
        *state = state.wrapping_add(STEP);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 32) as u32
    })
}

/// Fills bytes.
pub fn fill(bytes: &mut [u8]) {
    for chunk in bytes.chunks_mut(4) {
        let word = word().to_le_bytes();
        chunk.copy_from_slice(&word[..chunk.len()]);
    }
}

#[cfg(feature = "getrandom")]
#[no_mangle]
unsafe extern "Rust" fn __getrandom_v03_custom(to: *mut u8, length: usize) -> Result<(), getrandom::Error> {
    fill(core::slice::from_raw_parts_mut(to, length));
    Ok(())
}
