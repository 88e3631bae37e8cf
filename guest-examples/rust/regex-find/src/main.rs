//! What a pattern finds in a text that nobody sees. Input items: a pattern; a salt (32 bytes); the text. Public values: SHA-256 of salt and
//! text; the pattern; each group of its first match: all behind their lengths (4 bytes, lowest first), 2^32 - 1 for a group that took no part.
//! Exits with 1, and makes nothing public, when the pattern is none or finds nothing, or an item is no UTF-8.
use regex_lite::Regex;
use weft::io::{commit_bytes, read_bytes};
use weft::Sha256;

const SALT: usize = 32;
const NO_GROUP: u32 = u32::MAX;

fn refuse(why: &str) -> ! {
    eprintln!("{why}");
    // With the toolchain's own library, `std::process::exit` aborts, whatever its code.
    weft::exit(1)
}

fn text(what: &str) -> String {
    String::from_utf8(read_bytes()).unwrap_or_else(|_| refuse(what))
}

fn commit_text(text: &str) {
    commit_bytes(&(text.len() as u32).to_le_bytes());
    commit_bytes(text.as_bytes());
}

fn main() {
    let pattern = text("the pattern is no text");
    let salt = read_bytes();
    let text = text("the text is none");
    if salt.len() != SALT {
        refuse("a salt has 32 bytes");
    }
    let regex = Regex::new(&pattern).unwrap_or_else(|error| refuse(&error.to_string()));
    let found = regex.captures(&text).unwrap_or_else(|| refuse("the pattern finds nothing"));
    let mut hash = Sha256::new();
    hash.update(&salt);
    hash.update(text.as_bytes());
    commit_bytes(&hash.finish());
    commit_text(&pattern);
    // The first group is the whole match, and stays private.
    for group in found.iter().skip(1) {
        match group {
            Some(part) => commit_text(part.as_str()),
            None => commit_bytes(&NO_GROUP.to_le_bytes()),
        }
    }
}
