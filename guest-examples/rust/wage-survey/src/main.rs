//! What a company pays its groups of people, without anybody's wage. Input items: the wages as a `Vec<Wage>`, in the format of bincode 1; a
//! salt (32 bytes). Public values: SHA-256 of salt and wages, then a `Vec<Group>` in that format, ordered by name. Exits with 1, and makes
//! nothing public, when the items are not of these forms, or a group is so small that its numbers say what one person earns.
#![no_std]
#![no_main]
extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use weft::io::{commit, commit_bytes, read_bytes};
use weft::Sha256;

#[derive(Deserialize)]
struct Wage {
    group: String,
    /// In cents of a year.
    amount: u64,
}

#[derive(Serialize)]
struct Group {
    name: String,
    people: u32,
    /// Of an even number, the lower of the two in the middle.
    median: u64,
    /// Rounded down.
    mean: u64,
}

const FEWEST: usize = 4;
const SALT: usize = 32;
/// Room that a list may ask for, in bytes: without a limit, a name that says it is long uses up the heap before it is found to be short.
const MOST_BYTES: usize = 1 << 24;

fn refuse(why: &str) -> ! {
    weft::eprintln!("{why}");
    weft::exit(1)
}

fn group_of((name, mut amounts): (String, Vec<u64>)) -> Group {
    if amounts.len() < FEWEST {
        refuse("a group is too small to say nothing about one of it");
    }
    amounts.sort_unstable();
    let sum: u128 = amounts.iter().copied().map(u128::from).sum();
    Group {
        name,
        people: amounts.len() as u32,
        median: amounts[(amounts.len() - 1) / 2],
        mean: (sum / amounts.len() as u128) as u64,
    }
}

fn main() {
    let data = read_bytes();
    let salt = read_bytes();
    if salt.len() != SALT {
        refuse("a salt has 32 bytes");
    }
    let format = bincode::config::legacy().with_limit::<MOST_BYTES>();
    let wages: Vec<Wage> = match bincode::serde::decode_from_slice(&data, format) {
        // Bytes behind the list would make two commitments of one list.
        Ok((wages, length)) if length == data.len() => wages,
        _ => refuse("these are no wages"),
    };
    let mut groups = BTreeMap::<String, Vec<u64>>::new();
    for Wage { group, amount } in wages {
        groups.entry(group).or_default().push(amount);
    }
    let groups: Vec<Group> = groups.into_iter().map(group_of).collect();
    let mut hash = Sha256::new();
    hash.update(&salt);
    hash.update(&data);
    commit_bytes(&hash.finish());
    commit(&groups);
}

weft::entry!(main);
