//! Proves what the n-th Fibonacci number is, modulo 2^32. The first input item is n in decimal digits; n and the result become public.
//! For `std` (HashMap, files that are not there, println!) see "With std" in README.md.
#![no_std]
#![no_main]
extern crate alloc;

use alloc::string::String;
use weft::io;

fn fibonacci(n: u32) -> u32 {
    (0..n).fold((0u32, 1u32), |(a, b), _| (b, a.wrapping_add(b))).0
}

fn main() {
    let text = String::from_utf8(io::read_bytes()).expect("a number is expected as input");
    let n = text.trim().parse().expect("a number is expected as input");
    let result = fibonacci(n);
    weft::println!("fibonacci: {result}");
    io::commit(&(n, result));
}

weft::entry!(main);
