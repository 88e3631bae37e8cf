//! SHA-256 and Keccak-256 on top of their precompiles.

use crate::calls::{keccak_permute, sha_compress, sha_extend};

const BLOCK: usize = 64;

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
pub struct Sha256 {
    state: [u32; 8],
    schedule: [u32; 64],
    length: usize,
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

impl Sha256 {
    /// Of no bytes yet.
    pub fn new() -> Self {
        let state = [
            0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
        ];
        Self {
            state,
            schedule: [0; 64],
            length: 0,
        }
    }

    /// Appends some bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.push(byte);
            self.length += 1;
            if self.length % BLOCK == 0 {
                self.compress();
            }
        }
    }

    /// The digest of all bytes.
    pub fn finish(mut self) -> [u8; 32] {
        self.push(0x80);
        if self.length % BLOCK >= BLOCK - 8 {
            self.compress();
        }
        self.schedule[14] = (self.length >> 29) as u32;
        self.schedule[15] = (self.length << 3) as u32;
        self.compress();
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }

    fn push(&mut self, byte: u8) {
        let at = self.length % BLOCK;
        self.schedule[at / 4] |= u32::from(byte) << (24 - 8 * (at % 4));
    }

    fn compress(&mut self) {
        sha_extend(&mut self.schedule);
        sha_compress(&self.schedule, &mut self.state);
        self.schedule[..16].fill(0);
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
