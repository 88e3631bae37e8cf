//! Words of a private text counted in a `HashMap`, and the mean of their lengths in floating point.
#![no_main]
sp1_zkvm::entrypoint!(main);

use std::collections::{BTreeMap, HashMap};

fn main() {
    let text = sp1_zkvm::io::read::<Vec<String>>();
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for word in text.iter().flat_map(|line| line.split_whitespace()) {
        *counts.entry(word).or_default() += 1;
    }
    let words: u32 = counts.values().sum();
    let letters: usize = counts.iter().map(|(word, &n)| word.chars().count() * n as usize).sum();
    let mean = letters as f64 / f64::from(words);
    println!("{words} words, {mean:.3} letters each, root {:.6}", mean.sqrt());
    sp1_zkvm::io::commit(&counts.into_iter().collect::<BTreeMap<_, _>>());
    sp1_zkvm::io::commit(&mean);
}
