//! A member of a list claims an amount once, and nobody learns which member. Input items: the root of the list's Merkle tree; the secret of a
//! leaf (32 bytes); its amount (32 bytes, highest first); its siblings on the way to the root (32 bytes each). Public values: the root, the
//! amount, the tag that all claims of this leaf have. Exits with 1, and makes nothing public, when no such leaf is in the tree.
#![no_std]
#![no_main]

use weft::io::{commit_bytes, read_bytes};
use weft::keccak256;

type Hash = [u8; 32];

fn refuse(why: &str) -> ! {
    weft::eprintln!("{why}");
    weft::exit(1)
}

fn hash(bytes: &[u8], what: &str) -> Hash {
    bytes.try_into().unwrap_or_else(|_| refuse(what))
}

fn pair(a: &Hash, b: &Hash) -> Hash {
    let mut both = [0; 64];
    both[..32].copy_from_slice(a);
    both[32..].copy_from_slice(b);
    keccak256(&both)
}

fn main() {
    let root = hash(&read_bytes(), "a root has 32 bytes");
    let secret = hash(&read_bytes(), "a secret has 32 bytes");
    let amount = hash(&read_bytes(), "an amount has 32 bytes");
    // Twice: an inner node, which is the hash of 64 bytes, can never be passed off as a leaf.
    let mut node = keccak256(&pair(&keccak256(&secret), &amount));
    for sibling in read_bytes().chunks(32) {
        let sibling = hash(sibling, "a sibling has 32 bytes");
        // Pairs are sorted, so that a path needs no directions.
        node = if node <= sibling {
            pair(&node, &sibling)
        } else {
            pair(&sibling, &node)
        };
    }
    if node != root {
        refuse("no such leaf is in this tree");
    }
    commit_bytes(&root);
    commit_bytes(&amount);
    // With the root: tags of one secret in two lists have nothing in common.
    commit_bytes(&pair(&secret, &root));
}

weft::entry!(main);
