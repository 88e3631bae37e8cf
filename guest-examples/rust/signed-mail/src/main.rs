//! The domain that a signed mail came from. Input items: the signer's RSA modulus (256 bytes, highest first), the mail, its signature: PKCS #1
//! v1.5 with SHA-256 and the exponent 65537. Public values: the modulus, the domain. Exits with 1, and makes nothing public, when the mail is
//! not signed so, or has no `From:` line, or several.
#![no_std]
#![no_main]

use weft::io::{commit_bytes, read_bytes};
use weft::rsa::verify_pkcs1_sha256;

const BYTES: usize = 256;
const EXPONENT: u32 = 65537;
const FROM: &[u8] = b"From: ";

fn refuse(why: &str) -> ! {
    weft::eprintln!("{why}");
    weft::exit(1)
}

fn number(what: &str) -> [u8; BYTES] {
    read_bytes().try_into().unwrap_or_else(|_| refuse(what))
}

/// Header lines are those before the first empty one: anybody may write `From:` into the text below.
fn sender(mail: &[u8]) -> Option<&[u8]> {
    let header = mail.split(|&byte| byte == b'\n').take_while(|line| !line.is_empty());
    let mut senders = header.filter_map(|line| line.strip_prefix(FROM));
    let first = senders.next()?;
    // Of two, a reader may see the other one.
    senders.next().is_none().then_some(first)
}

fn domain(address: &[u8]) -> Option<&[u8]> {
    let mut parts = address.split(|&byte| byte == b'@');
    let (name, domain, more) = (parts.next()?, parts.next()?, parts.next());
    let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(byte);
    (!name.is_empty() && !domain.is_empty() && more.is_none() && domain.iter().all(is_plain)).then_some(domain)
}

fn main() {
    let modulus = number("a modulus has 256 bytes");
    let mail = read_bytes();
    let signature = number("a signature has 256 bytes");
    if !verify_pkcs1_sha256(&modulus, EXPONENT, &mail, &signature) {
        refuse("the mail is not signed by this key");
    }
    let domain = sender(&mail)
        .and_then(domain)
        .unwrap_or_else(|| refuse("the mail has no sender, or several"));
    commit_bytes(&modulus);
    commit_bytes(domain);
}

weft::entry!(main);
