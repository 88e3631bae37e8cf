//! How many members of a committee signed a message. Input items: the members' Ed25519 keys, one behind another in ascending order; the
//! message; for each member an item with the signature, or an empty one. Public values: SHA-256 of the keys, the number of members and of
//! those who signed (4 bytes each, lowest first), the message. Exits with 1, and makes nothing public, when keys or signatures are wrong.
#![no_std]
#![no_main]

use weft::io::{commit_bytes, read_bytes, try_read_bytes};
use weft::{ed25519, Sha256};

const KEY: usize = 32;

fn refuse(why: &str) -> ! {
    weft::eprintln!("{why}");
    weft::exit(1)
}

fn main() {
    let keys = read_bytes();
    let message = read_bytes();
    if keys.is_empty() || keys.len() % KEY != 0 {
        refuse("a key has 32 bytes");
    }
    // Ascending: a member who is there twice would count twice.
    if !keys.chunks_exact(KEY).is_sorted_by(|a, b| a < b) {
        refuse("the keys are not in ascending order");
    }
    let mut signed: u32 = 0;
    for key in keys.chunks_exact(KEY) {
        let signature = try_read_bytes().unwrap_or_else(|| refuse("an item is expected for each member"));
        if signature.is_empty() {
            continue;
        }
        let (Ok(key), Ok(signature)) = (key.try_into(), signature.as_slice().try_into()) else {
            refuse("a signature has 64 bytes")
        };
        if !ed25519::verify(key, &message, signature) {
            refuse("a signature is wrong");
        }
        signed += 1;
    }
    commit_bytes(&Sha256::digest(&keys));
    commit_bytes(&((keys.len() / KEY) as u32).to_le_bytes());
    commit_bytes(&signed.to_le_bytes());
    commit_bytes(&message);
}

weft::entry!(main);
