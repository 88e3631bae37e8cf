//! SHA-256 and Keccak-256 of a private message, by the crates and by the system calls.
#![no_main]
sp1_zkvm::entrypoint!(main);

use sha2::Digest;
use sp1_lib::{syscall_keccak_permute, syscall_sha256_compress, syscall_sha256_extend};
use tiny_keccak::Hasher;

const INITIAL: [u32; 8] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const RATE: usize = 136;

fn sha256(message: &[u8]) -> Vec<u8> {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64) + if padded.len() % 64 > 56 { 64 } else { 0 } - 8, 0);
    padded.extend((8 * message.len() as u64).to_be_bytes());
    let mut state = INITIAL;
    for block in padded.chunks(64) {
        let mut schedule = [0u32; 64];
        for (word, bytes) in schedule.iter_mut().zip(block.chunks(4)) {
            *word = u32::from_be_bytes(bytes.try_into().unwrap());
        }
        unsafe {
            syscall_sha256_extend(&mut schedule);
            syscall_sha256_compress(&mut schedule, &mut state);
        }
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn keccak256(message: &[u8]) -> Vec<u8> {
    let mut padded = message.to_vec();
    padded.push(1);
    padded.resize(padded.len().next_multiple_of(RATE), 0);
    *padded.last_mut().unwrap() |= 0x80;
    let mut state = [0u64; 25];
    for block in padded.chunks(RATE) {
        for (lane, bytes) in state.iter_mut().zip(block.chunks(8)) {
            *lane ^= u64::from_le_bytes(bytes.try_into().unwrap());
        }
        unsafe { syscall_keccak_permute(&mut state) };
    }
    state.iter().flat_map(|lane| lane.to_le_bytes()).take(32).collect()
}

fn main() {
    let message = sp1_zkvm::io::read_vec();
    let mut keccak = tiny_keccak::Keccak::v256();
    keccak.update(&message);
    let mut digest = [0; 32];
    keccak.finalize(&mut digest);
    let (sha, kec) = (sha256(&message), keccak256(&message));
    assert_eq!(sha[..], sha2::Sha256::digest(&message)[..]);
    assert_eq!(kec, digest);
    sp1_zkvm::io::commit_slice(&sha);
    sp1_zkvm::io::commit_slice(&kec);
}
