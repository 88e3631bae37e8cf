//! What stands in for a guest's system on other machines.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use std::fs::File;
use std::io::{Read, Write};
use std::sync::{Mutex, PoisonError};

/// What a run keeps for all of its length.
pub(crate) struct Global<T>(Mutex<T>);

impl<T> Global<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Assumes: `work` uses this value through its argument alone.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

static INPUT: Global<Option<VecDeque<Vec<u8>>>> = Global::new(None);
static PUBLIC: Global<Option<File>> = Global::new(None);

fn read_input() -> VecDeque<Vec<u8>> {
    if let Some(paths) = std::env::var_os("WEFT_STDIN") {
        return std::env::split_paths(&paths)
            .map(|path| std::fs::read(&path).unwrap_or_else(|error| panic!("WEFT_STDIN: {}: {error}", path.display())))
            .collect();
    }
    let mut item = Vec::new();
    std::io::stdin().read_to_end(&mut item).expect("standard input");
    VecDeque::from([item])
}

fn with_input<R>(work: impl FnOnce(&mut VecDeque<Vec<u8>>) -> R) -> R {
    INPUT.with(|input| work(input.get_or_insert_with(read_input)))
}

pub(crate) fn input_length() -> Option<usize> {
    with_input(|items| items.front().map(Vec::len))
}

/// Reads the next input item.
///
/// # Safety
/// Behind `to` is room for `length` bytes, rounded up to whole words.
pub(crate) unsafe fn input_to(to: *mut u8, length: usize) {
    let item = with_input(VecDeque::pop_front).expect("an input item");
    assert_eq!(item.len(), length, "the length of the next input item");
    to.write_bytes(0, length.next_multiple_of(4));
    core::ptr::copy_nonoverlapping(item.as_ptr(), to, length);
}

pub(crate) fn write(descriptor: u32, bytes: &[u8]) {
    let written = match descriptor {
        1 => std::io::stdout().write_all(bytes),
        2 => std::io::stderr().write_all(bytes),
        _ => panic!("descriptor {descriptor}: hooks are there under Weft alone"),
    };
    written.expect("output");
}

pub(crate) fn public(bytes: &[u8]) {
    let Some(path) = std::env::var_os("WEFT_PUBLIC_VALUES") else {
        return;
    };
    PUBLIC.with(|file| {
        let file = file.get_or_insert_with(|| File::create(&path).expect("WEFT_PUBLIC_VALUES"));
        file.write_all(bytes).expect("WEFT_PUBLIC_VALUES");
    });
}

/// Runs what is a guest's `main`, with a guest's exit codes, and exits.
pub fn start(main: fn()) -> ! {
    std::panic::set_hook(Box::new(|info| {
        crate::eprintln!("{info}");
        exit(crate::EXIT_PANIC)
    }));
    main();
    exit(0)
}

/// Writes what is left of output and exits.
pub fn exit(code: u32) -> ! {
    crate::io::flush();
    std::process::exit(code as i32)
}

/// # Safety
/// As of a guest's.
pub(crate) unsafe fn precompile(code: u32, x: usize, y: usize) {
    let (x, y) = (x as *mut u32, y as *mut u32);
    match code {
        0x0030_0105 => crate::software::sha_extend(&mut *x.cast()),
        0x0030_0205 => crate::software::sha_extend_bytes(&mut *x.cast()),
        0x0001_0106 => crate::software::sha_compress(&*x.cast(), &mut *y.cast()),
        0x0001_0109 => crate::software::keccak_permute(&mut *x.cast()),
        _ => no_precompile(code),
    }
}

/// # Safety
/// As of a guest's.
pub(crate) unsafe fn precompile_of_four(code: u32, _x: usize, _y: usize, _z: usize, _w: usize) {
    no_precompile(code)
}

fn no_precompile(code: u32) -> ! {
    panic!("the precompile {code:#x} is there under Weft alone")
}
