//! One field of a signed JSON document becomes public, the rest stays private. Input items: the signer's Ed25519 key, the document, its
//! signature, a JSON pointer (RFC 6901). Public values: the key; the pointer and the field as JSON, each behind its length as four bytes,
//! lowest first. Exits with 1, and makes nothing public, when the document is not signed so, is no JSON, or has no such field.
#![no_std]
#![no_main]
extern crate alloc;

use alloc::string::{String, ToString};
use weft::io::{commit_bytes, read_bytes};

fn refuse(why: &str) -> ! {
    weft::eprintln!("{why}");
    weft::exit(1)
}

fn array<const N: usize>(what: &str) -> [u8; N] {
    read_bytes().try_into().unwrap_or_else(|_| refuse(what))
}

fn commit_text(text: &str) {
    commit_bytes(&(text.len() as u32).to_le_bytes());
    commit_bytes(text.as_bytes());
}

fn main() {
    let key = array::<32>("a key has 32 bytes");
    let document = read_bytes();
    let signature = array::<64>("a signature has 64 bytes");
    let pointer = String::from_utf8(read_bytes()).unwrap_or_else(|_| refuse("the pointer is no text"));
    if !weft::ed25519::verify(&key, &document, &signature) {
        refuse("the document is not signed by this key");
    }
    let value: serde_json::Value = serde_json::from_slice(&document).unwrap_or_else(|_| refuse("the document is no JSON"));
    let field = value.pointer(&pointer).unwrap_or_else(|| refuse("the document has no such field"));
    commit_bytes(&key);
    commit_text(&pointer);
    commit_text(&field.to_string());
}

weft::entry!(main);
