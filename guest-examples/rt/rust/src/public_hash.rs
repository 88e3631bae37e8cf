//! SHA-256 in software (FIPS 180-4), for the digest of the public values: a guest that needs no other precompile shall not need this one. The
//! precompile is [`crate::Sha256`].

use crate::software::{sha_compress, sha_extend};

pub(crate) struct PublicHash {
    state: [u32; 8],
    block: [u8; 64],
    length: u64,
}

impl PublicHash {
    pub(crate) const fn new() -> Self {
        Self {
            state: [
                0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
            ],
            block: [0; 64],
            length: 0,
        }
    }

    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let filled = (self.length % 64) as usize;
            let (now, rest) = bytes.split_at(bytes.len().min(64 - filled));
            self.block[filled..filled + now.len()].copy_from_slice(now);
            self.length += now.len() as u64;
            if self.length % 64 == 0 {
                self.compress();
            }
            bytes = rest;
        }
    }

    pub(crate) fn finish(mut self) -> [u8; 32] {
        let bits = 8 * self.length;
        self.update(&[0x80]);
        while self.length % 64 != 56 {
            self.update(&[0]);
        }
        self.update(&bits.to_be_bytes());
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }

    fn compress(&mut self) {
        let mut w = [0u32; 64];
        for (word, bytes) in w.iter_mut().zip(self.block.chunks_exact(4)) {
            *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        sha_extend(&mut w);
        sha_compress(&w, &mut self.state);
    }
}
