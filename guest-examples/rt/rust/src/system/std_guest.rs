//! What `std` calls of its system on the target `riscv32im-risc0-zkvm-elf`; signatures: its `sys/pal/zkvm/abi.rs`.

use super::guest::Global;
use crate::{exit, io, random, EXIT_PANIC};
use alloc::vec::Vec;

const STDIN: u32 = 0;
/// What `sys_getenv` returns for a variable that is not set.
const NOT_SET: usize = usize::MAX;
/// The name of the program: what `std::env::args` has, and all that it has.
const NAME: &[u8] = b"guest";

struct Input {
    item: Vec<u8>,
    read: usize,
}
static INPUT: Global<Input> = Global::new(Input { item: Vec::new(), read: 0 });

/// Bytes of the input items, which follow each other as one stream; 0 at its end.
#[no_mangle]
unsafe extern "C" fn sys_read(descriptor: u32, to: *mut u8, wanted: usize) -> usize {
    if descriptor != STDIN {
        return 0;
    }
    INPUT.with(|input| {
        while input.read == input.item.len() {
            match io::try_read_bytes() {
                Some(item) => *input = Input { item, read: 0 },
                None => return 0,
            }
        }
        let length = wanted.min(input.item.len() - input.read);
        core::ptr::copy_nonoverlapping(input.item[input.read..].as_ptr(), to, length);
        input.read += length;
        length
    })
}

#[no_mangle]
unsafe extern "C" fn sys_write(descriptor: u32, bytes: *const u8, length: usize) {
    io::output(descriptor, core::slice::from_raw_parts(bytes, length));
}

/// `std`'s message, with its place, has been written by then.
#[no_mangle]
unsafe extern "C" fn sys_panic(_message: *const u8, _length: usize) -> ! {
    exit(EXIT_PANIC)
}

#[no_mangle]
unsafe extern "C" fn sys_rand(to: *mut u32, words: usize) {
    for i in 0..words {
        to.add(i).write(random::word());
    }
}

#[no_mangle]
extern "C" fn sys_argc() -> usize {
    1
}

#[no_mangle]
unsafe extern "C" fn sys_argv(to: *mut u32, words: usize, _index: usize) -> usize {
    core::ptr::copy_nonoverlapping(NAME.as_ptr(), to.cast(), NAME.len().min(4 * words));
    NAME.len()
}

#[no_mangle]
extern "C" fn sys_getenv(_to: *mut u32, _words: usize, _name: *const u8, _length: usize) -> usize {
    NOT_SET
}

#[no_mangle]
extern "C" fn sys_alloc_aligned(bytes: usize, alignment: usize) -> *mut u8 {
    crate::heap::take(bytes, alignment)
}

#[no_mangle]
extern "C" fn sys_alloc_words(words: usize) -> *mut u32 {
    crate::heap::take(4 * words, 4).cast()
}

#[no_mangle]
extern "C" fn sys_halt() -> ! {
    exit(0)
}

/// What `std::process::exit` calls in the library that `weft build` makes; that of the toolchain aborts.
#[no_mangle]
extern "C" fn sys_exit(code: i32) -> ! {
    exit(code as u32)
}
