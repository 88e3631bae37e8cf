//! SHA-256 and Keccak-256 on top of their precompiles.

use crate::calls::{keccak_permute, sha_compress, sha_extend_bytes};

const BLOCK: usize = 64;

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece, by two calls for each block: `sha_extend_bytes`, which is Weft's own, and `sha_compress`.
pub struct Sha256 {
    state: [u32; 8],
    /// Begins with the block that is being filled.
    schedule: [u32; 64],
    length: u64,
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

impl Sha256 {
    /// Of no bytes yet.
    pub const fn new() -> Self {
        Self {
            state: [
                0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
            ],
            schedule: [0; 64],
            length: 0,
        }
    }

    /// Of some bytes.
    pub fn digest(bytes: &[u8]) -> [u8; 32] {
        let mut hash = Self::new();
        hash.update(bytes);
        hash.finish()
    }

    /// Appends some bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let filled = (self.length % BLOCK as u64) as usize;
            let (now, rest) = bytes.split_at(bytes.len().min(BLOCK - filled));
            self.block()[filled..filled + now.len()].copy_from_slice(now);
            self.length += now.len() as u64;
            if filled + now.len() == BLOCK {
                self.compress();
            }
            bytes = rest;
        }
    }

    /// The digest of all bytes.
    pub fn finish(mut self) -> [u8; 32] {
        let bits = 8 * self.length;
        let filled = (self.length % BLOCK as u64) as usize;
        self.block()[filled] = 0x80;
        self.block()[filled + 1..].fill(0);
        if filled >= BLOCK - 8 {
            self.compress();
            self.block().fill(0);
        }
        self.block()[BLOCK - 8..].copy_from_slice(&bits.to_be_bytes());
        self.compress();
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }

    fn block(&mut self) -> &mut [u8; BLOCK] {
        // SAFETY: the schedule has four times as many bytes, aligned for more.
        unsafe { &mut *self.schedule.as_mut_ptr().cast() }
    }

    fn compress(&mut self) {
        sha_extend_bytes(&mut self.schedule);
        sha_compress(&self.schedule, &mut self.state);
    }
}

/// Bytes that a permutation takes in, for a digest of 256 bits.
const RATE: usize = 136;

/// Keccak-256 as Ethereum has it: padded by 0x01, not by SHA-3's 0x06.
pub fn keccak256(bytes: &[u8]) -> [u8; 32] {
    let mut lanes = [0; 50];
    let mut blocks = bytes.chunks_exact(RATE);
    for block in &mut blocks {
        absorb(&mut lanes, block);
        keccak_permute(&mut lanes);
    }
    let rest = blocks.remainder();
    absorb(&mut lanes, rest);
    absorb_byte(&mut lanes, rest.len(), 0x01);
    absorb_byte(&mut lanes, RATE - 1, 0x80);
    keccak_permute(&mut lanes);
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(lanes) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

fn absorb(lanes: &mut [u32; 50], bytes: &[u8]) {
    let words = bytes.chunks_exact(4);
    let rest = words.remainder();
    for (lane, word) in lanes.iter_mut().zip(words) {
        *lane ^= u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
    }
    for (i, &byte) in rest.iter().enumerate() {
        absorb_byte(lanes, bytes.len() - rest.len() + i, byte);
    }
}

fn absorb_byte(lanes: &mut [u32; 50], at: usize, byte: u8) {
    lanes[at / 4] ^= u32::from(byte) << (8 * (at % 4));
}
