//! What a guest without `std` has: values of serde's types in and out, the heap, panics. The first input item is a [`Task`].
#![no_std]
#![no_main]
extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use weft::io;

#[derive(Deserialize)]
enum Task {
    /// Counts words.
    Count { text: String, least: Option<u32> },
    /// Blocks that come, grow and go, each with a mark of its own.
    Heap(u32),
    /// Panics with a message.
    Panic(String),
    /// Takes memory without end.
    Exhaust,
    /// Reads an item that is not there.
    Read,
    /// Calls itself without end.
    Recurse,
    /// Exits with a code, with output that has no line end.
    Exit(u32),
    /// The first bytes of what is not random.
    Random,
}

#[derive(Serialize)]
struct Counted {
    words: BTreeMap<String, u32>,
    longest: Option<String>,
    mean: f64,
    total: u64,
}

fn count(text: &str, least: u32) -> Counted {
    let mut words: BTreeMap<String, u32> = BTreeMap::new();
    for word in text.split_whitespace() {
        *words.entry(word.into()).or_default() += 1;
    }
    words.retain(|_, n| *n >= least);
    let longest = words.keys().max_by_key(|word| word.len()).cloned();
    let total: u64 = words.values().map(|n| u64::from(*n)).sum();
    let letters: usize = words.iter().map(|(word, n)| word.len() * *n as usize).sum();
    Counted {
        words,
        longest,
        mean: letters as f64 / total as f64,
        total,
    }
}

fn heap(steps: u32) {
    let mut state = 1u32;
    let mut below = |n: u32| {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        (state >> 8) % n
    };
    let mut blocks: Vec<Vec<u8>> = vec![Vec::new(); 64];
    for step in 0..steps {
        let at = below(64) as usize;
        let mark = step as u8;
        let block = &mut blocks[at];
        if let Some(&first) = block.first() {
            assert!(block.iter().all(|&byte| byte == first), "a block that another one wrote to");
        }
        match below(3) {
            0 => *block = vec![mark; below(5000) as usize],
            1 => block.iter_mut().for_each(|byte| *byte = mark),
            _ => {
                block.fill(mark);
                block.resize(below(300) as usize, mark);
                block.shrink_to_fit();
            }
        }
    }
}

fn recurse(n: u32) -> u32 {
    let frame = core::hint::black_box([n; 16]);
    if n == u32::MAX {
        return 0;
    }
    recurse(n + 1) + frame[(n % 16) as usize]
}

fn main() {
    match io::read::<Task>() {
        Task::Count { text, least } => {
            let counted = count(&text, least.unwrap_or(1));
            weft::println!("{} words, {:.3} letters each", counted.total, counted.mean);
            io::commit(&counted);
        }
        Task::Heap(steps) => heap(steps),
        Task::Panic(message) => panic!("{message}"),
        Task::Exhaust => {
            let mut kept: Vec<Vec<u8>> = Vec::new();
            loop {
                kept.push(vec![1; 1 << 20]);
            }
        }
        Task::Read => io::commit(&io::read::<u64>()),
        Task::Recurse => io::commit(&recurse(0)),
        Task::Exit(code) => {
            weft::print!("{}", weft::io::try_read_bytes().map_or(0, |item| item.len()));
            weft::exit(code);
        }
        Task::Random => {
            let mut bytes = [0; 6];
            weft::random::fill(&mut bytes);
            io::commit_bytes(&bytes);
        }
    }
}

weft::entry!(main);
