//! Guests of Weft in Rust, without `std` and without a heap: input items, public values, exit, and the precompiles in [`calls`].
//! [`entry!`] names the function that a guest runs.
#![no_std]

pub mod calls;
mod hash;

pub use hash::{keccak256, Sha256};

use core::arch::{asm, global_asm};
use core::cell::UnsafeCell;

const HALT: u32 = 0x00;
const WRITE: u32 = 0x02;
const COMMIT: u32 = 0x10;
const COMMIT_DEFERRED: u32 = 0x1a;
const HINT_LEN: u32 = 0xf0;
const HINT_READ: u32 = 0xf1;
const PUBLIC_VALUES: u32 = 13;
const NO_HINT: u32 = u32::MAX;
/// The exit code of a panic, as in SP1.
const PANIC: u32 = 1;

// Memory starts zeroed. What is done before `main` is done in rt/start.S for guests in C.
global_asm!(
    ".section .text._start,\"ax\",@progbits",
    ".globl _start",
    "_start:",
    ".option push",
    ".option norelax",
    "la gp, __global_pointer$",
    ".option pop",
    "la sp, __stack_top",
    "call weft_main",
);

/// The function that the guest runs; it exits with 0 when that returns.
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        #[no_mangle]
        extern "C" fn weft_main() -> ! {
            let main: fn() = $main;
            main();
            $crate::exit(0)
        }
    };
}

/// # Safety
/// The call touches no memory but what `x` and `y` may be used for.
pub(crate) unsafe fn ecall(code: u32, x: u32, y: u32, z: u32) -> u32 {
    let result: u32;
    asm!("ecall", inlateout("t0") code => result, in("a0") x, in("a1") y, in("a2") z);
    result
}

/// Bytes in the next input item, if there is one.
pub fn input_length() -> Option<usize> {
    // SAFETY: touches no memory.
    let length = unsafe { ecall(HINT_LEN, 0, 0, 0) };
    (length != NO_HINT).then_some(length as usize)
}

/// Reads the next input item, if there is one, and returns the number of its bytes: those of the words, lowest first, the last one padded
/// with zeros.
pub fn input(words: &mut [u32]) -> Option<usize> {
    let length = input_length()?;
    assert!(length <= 4 * words.len(), "an input item that is too long");
    // SAFETY: stores whole words, which are there.
    unsafe { ecall(HINT_READ, words.as_mut_ptr() as u32, length as u32, 0) };
    Some(length)
}

/// Bytes of words as they lie in memory.
pub fn bytes(words: &[u32]) -> &[u8] {
    // SAFETY: the same memory, aligned for less.
    unsafe { core::slice::from_raw_parts(words.as_ptr().cast(), 4 * words.len()) }
}

/// Has the host take some bytes: standard output, or a question to one of its hooks, whose answers become the next input items.
pub fn write(descriptor: u32, bytes: &[u8]) {
    // SAFETY: reads the bytes alone.
    unsafe { ecall(WRITE, descriptor, bytes.as_ptr() as u32, bytes.len() as u32) };
}

struct Public(UnsafeCell<Option<Sha256>>);
// SAFETY: a guest has one thread.
unsafe impl Sync for Public {}
static PUBLIC: Public = Public(UnsafeCell::new(None));

/// Appends to the public values.
pub fn public(bytes: &[u8]) {
    // SAFETY: the only other use is in `exit`, which does not come back.
    let hash = unsafe { &mut *PUBLIC.0.get() };
    hash.get_or_insert_with(Sha256::new).update(bytes);
    write(PUBLIC_VALUES, bytes);
}

/// Commits the SHA-256 of the public values and halts.
pub fn exit(code: u32) -> ! {
    // SAFETY: nobody else holds it, as above; HALT does not come back.
    unsafe {
        if let Some(hash) = (*PUBLIC.0.get()).take() {
            for (i, word) in hash.finish().chunks_exact(4).enumerate() {
                ecall(COMMIT, i as u32, u32::from_le_bytes([word[0], word[1], word[2], word[3]]), 0);
            }
            for i in 0..8 {
                ecall(COMMIT_DEFERRED, i, 0, 0);
            }
        }
        ecall(HALT, code, 0, 0);
        core::hint::unreachable_unchecked()
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    // SAFETY: HALT does not come back. What was made public is not committed, so that the run is refused if there is any.
    unsafe {
        ecall(HALT, PANIC, 0, 0);
        core::hint::unreachable_unchecked()
    }
}
