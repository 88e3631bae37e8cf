//! Keccak-256 of every input item, one after another; `keccak-calls` is the same in C. Public values: the digests.
#![no_std]
#![no_main]

const MOST_WORDS: usize = 1 << 14;

fn main() {
    let mut words = [0; MOST_WORDS];
    while let Some(length) = weft::io::read_words(&mut words) {
        weft::io::commit_bytes(&weft::keccak256(&weft::io::bytes_of(&words)[..length]));
    }
}

weft::entry!(main);
