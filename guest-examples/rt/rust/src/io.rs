//! Input items, public values and output.
//!
//! Input items are what the prover gives, `--stdin` of the command: what they hold is not part of what a proof says, unless the guest makes it
//! public. Public values are. Output is for people.

use crate::system::{self, Global};
use alloc::vec::Vec;

const STDOUT: u32 = 1;
const STDERR: u32 = 2;

/// The next input item, if there is one.
pub fn try_read_bytes() -> Option<Vec<u8>> {
    let length = system::input_length()?;
    // Whole words are stored, at a multiple of 4: room for both, as the heap may be another one than this crate's.
    let mut bytes: Vec<u8> = Vec::with_capacity(length.next_multiple_of(4) + 3);
    let start = bytes.as_ptr().align_offset(4);
    // SAFETY: `start` is at most 3, and the words behind it lie in the capacity; the item's bytes are moved to where they belong.
    unsafe {
        system::input_to(bytes.as_mut_ptr().add(start), length);
        if start != 0 {
            core::ptr::copy(bytes.as_ptr().add(start), bytes.as_mut_ptr(), length);
        }
        bytes.set_len(length);
    }
    Some(bytes)
}

/// The next input item.
///
/// # Panics
/// When there is none.
pub fn read_bytes() -> Vec<u8> {
    try_read_bytes().expect("an input item is expected, and there is none left")
}

/// Reads the next input item to words, and returns the number of its bytes, if there is one: those of the words, lowest first, the last one
/// padded with zeros. Needs no heap.
///
/// # Panics
/// When the item is longer.
pub fn read_words(words: &mut [u32]) -> Option<usize> {
    let length = system::input_length()?;
    assert!(length <= 4 * words.len(), "an input item that is too long");
    // SAFETY: stores whole words, which are there.
    unsafe { system::input_to(words.as_mut_ptr().cast(), length) };
    Some(length)
}

/// Appends to the public values.
pub fn commit_bytes(bytes: &[u8]) {
    system::public(bytes);
}

/// The next input item as a value, in the format of bincode 1.
///
/// # Panics
/// When there is no item, or it is no value of this type.
#[cfg(feature = "serde")]
pub fn read<T: serde::de::DeserializeOwned>() -> T {
    let bytes = read_bytes();
    match bincode::serde::decode_from_slice(&bytes, bincode::config::legacy()) {
        Ok((value, _)) => value,
        Err(error) => panic!(
            "an input item of {} bytes is no {}: {error}",
            bytes.len(),
            core::any::type_name::<T>()
        ),
    }
}

/// Appends a value to the public values, in the format of bincode 1.
///
/// # Panics
/// When the value cannot be written so: a sequence whose length is not known beforehand.
#[cfg(feature = "serde")]
pub fn commit<T: serde::Serialize + ?Sized>(value: &T) {
    match bincode::serde::encode_to_vec(value, bincode::config::legacy()) {
        Ok(bytes) => commit_bytes(&bytes),
        Err(error) => panic!("no public value: {error}"),
    }
}

/// Asks a hook of the host, by its descriptor; its answers become the next input items. Nothing of an answer is proven: it is a hint.
pub fn ask(hook: u32, question: &[u8]) {
    system::write(hook, question);
}

/// Words of a value as bytes, as they lie in memory.
pub fn bytes_of(words: &[u32]) -> &[u8] {
    // SAFETY: the same memory, aligned for less.
    unsafe { core::slice::from_raw_parts(words.as_ptr().cast(), 4 * words.len()) }
}

const LINE: usize = 252;

/// Output is collected up to the end of a line: each piece of it is a call otherwise.
struct Line {
    length: usize,
    bytes: [u8; LINE],
}
static LINES: [Global<Line>; 2] = [const {
    Global::new(Line {
        length: 0,
        bytes: [0; LINE],
    })
}; 2];

impl Line {
    fn flush(&mut self, descriptor: u32) {
        if self.length > 0 {
            system::write(descriptor, &self.bytes[..self.length]);
        }
        self.length = 0;
    }
}

/// Writes to standard output, 1, or standard error, 2.
pub fn output(descriptor: u32, bytes: &[u8]) {
    LINES[usize::from(descriptor == STDERR)].with(|line| {
        for &byte in bytes {
            line.bytes[line.length] = byte;
            line.length += 1;
            if byte == b'\n' || line.length == LINE {
                line.flush(descriptor);
            }
        }
    });
}

/// Writes what is left of lines without an end.
pub fn flush() {
    for (line, descriptor) in LINES.iter().zip([STDOUT, STDERR]) {
        line.with(|line| line.flush(descriptor));
    }
}

struct Out(u32);

/// For the macros below.
impl core::fmt::Write for Out {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        output(self.0, text.as_bytes());
        Ok(())
    }
}

#[doc(hidden)]
pub fn print(descriptor: u32, arguments: core::fmt::Arguments) {
    // Output never fails.
    let _ = core::fmt::write(&mut Out(descriptor), arguments);
}

#[doc(hidden)]
pub fn print_line(descriptor: u32, arguments: core::fmt::Arguments) {
    print(descriptor, arguments);
    output(descriptor, b"\n");
}

/// To standard output, as `std`'s.
#[macro_export]
macro_rules! print {
    ($($arguments:tt)*) => { $crate::io::print(1, format_args!($($arguments)*)) };
}

/// To standard output, as `std`'s.
#[macro_export]
macro_rules! println {
    () => { $crate::print!("\n") };
    ($($arguments:tt)*) => { $crate::io::print_line(1, format_args!($($arguments)*)) };
}

/// To standard error, as `std`'s.
#[macro_export]
macro_rules! eprint {
    ($($arguments:tt)*) => { $crate::io::print(2, format_args!($($arguments)*)) };
}

/// To standard error, as `std`'s.
#[macro_export]
macro_rules! eprintln {
    () => { $crate::eprint!("\n") };
    ($($arguments:tt)*) => { $crate::io::print_line(2, format_args!($($arguments)*)) };
}

/// Cycles and cells of some work are counted for `name` by `weft run --profile`.
pub fn region<R>(name: &str, work: impl FnOnce() -> R) -> R {
    eprintln!("cycle-tracker-report-start: {name}");
    let result = work();
    eprintln!("cycle-tracker-report-end: {name}");
    result
}
