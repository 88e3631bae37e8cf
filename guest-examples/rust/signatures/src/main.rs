//! What the runtime crate makes of precompiles, one question after another. Input items: the name of a question, then what it is about, in the order
//! of its arguments below. Public values: the answers.
#![no_std]
#![no_main]
extern crate alloc;

use alloc::vec::Vec;
use weft::calls::U256;
use weft::ecdsa::{Curve, PublicKey, Secp256k1, Secp256r1};
use weft::integers::{from_be_bytes, inverse_mod, pow_mod, to_be_bytes};
use weft::io::{commit_bytes, read_bytes, try_read_bytes};

fn array<const N: usize>() -> [u8; N] {
    read_bytes().try_into().expect("an item of another length")
}

fn number() -> U256 {
    from_be_bytes(&array::<32>())
}

fn commit_number(number: U256) {
    let mut bytes = [0; 32];
    to_be_bytes(&number, &mut bytes);
    commit_bytes(&bytes);
}

/// A key, a hash and a signature. Public: 2 when the key is none, or else whether it signed the hash.
fn verify<C: Curve>() {
    let (key, hash, signature) = (read_bytes(), array(), array());
    let verdict = PublicKey::<C>::from_bytes(&key).map_or(2, |key| u8::from(key.verify(&hash, &signature)));
    commit_bytes(&[verdict]);
}

/// A hash and a signature, with the recovery id behind it. Public: the key, and nothing when there is none.
fn recover<C: Curve>() -> Option<PublicKey<C>> {
    let (hash, signature) = (array(), array::<65>());
    let key = PublicKey::<C>::recover(&hash, signature[..64].try_into().expect("64 bytes"), signature[64])?;
    commit_bytes(&key.to_bytes());
    Some(key)
}

/// A message in two items. Public: its digests.
fn digests() {
    let (first, second) = (read_bytes(), read_bytes());
    let (mut sha256, mut sha512) = (weft::Sha256::new(), weft::Sha512::new());
    for part in [&first, &second] {
        sha256.update(part);
        sha512.update(part);
    }
    commit_bytes(&sha256.finish());
    commit_bytes(&sha512.finish());
    let all: Vec<u8> = [first, second].concat();
    commit_bytes(&weft::keccak256(&all));
}

fn main() {
    while let Some(question) = try_read_bytes() {
        match question.as_slice() {
            b"secp256k1" => verify::<Secp256k1>(),
            b"secp256r1" => verify::<Secp256r1>(),
            // Public behind the key: its account.
            b"recover secp256k1" => {
                if let Some(key) = recover::<Secp256k1>() {
                    commit_bytes(&key.ethereum_address());
                }
            }
            b"recover secp256r1" => {
                recover::<Secp256r1>();
            }
            // A key, a message and a signature. Public: whether the key signed it.
            b"ed25519" => {
                let (key, message, signature) = (array(), read_bytes(), array());
                commit_bytes(&[u8::from(weft::ed25519::verify(&key, &message, &signature))]);
            }
            // A modulus, an exponent, a message and a signature. Public: whether the key signed it.
            b"rsa" => {
                let (modulus, exponent) = (array(), u32::from_be_bytes(array()));
                let (message, signature) = (read_bytes(), array());
                let is_valid = weft::rsa::verify_pkcs1_sha256(&modulus, exponent, &message, &signature);
                commit_bytes(&[u8::from(is_valid)]);
            }
            // a, e and m. Public: a^e mod m.
            b"power" => commit_number(pow_mod(&number(), &number(), &number())),
            // a and m. Public: 1 / a mod m.
            b"inverse" => commit_number(inverse_mod(&number(), &number())),
            b"digests" => digests(),
            _ => panic!("no question"),
        }
    }
}

weft::entry!(main);
