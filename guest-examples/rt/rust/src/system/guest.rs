//! A guest's own.

use crate::public_hash::PublicHash;
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

// Memory starts zeroed. Constructors are those of crates that have some; the program's `main` is `entry!`'s, or that of `std`.
global_asm!(
    ".section .text._start,\"ax\",@progbits",
    ".globl _start",
    ".type _start, @function",
    "_start:",
    ".option push",
    ".option norelax",
    "la gp, __global_pointer$",
    ".option pop",
    "la sp, __stack_top",
    "la tp, __tls_base",
    "la s0, __init_array_start",
    "la s1, __init_array_end",
    "j 2f",
    "1:",
    "lw t0, 0(s0)",
    "addi s0, s0, 4",
    "jalr t0",
    "2:",
    "bne s0, s1, 1b",
    "li a0, 0",
    "li a1, 0",
    "call main",
    "call weft_finish",
    ".size _start, . - _start",
);

#[no_mangle]
extern "C" fn weft_finish(code: u32) -> ! {
    exit(code)
}

/// What a guest, which has one thread, keeps for all of its run.
pub(crate) struct Global<T>(UnsafeCell<T>);

// SAFETY: a guest has one thread.
unsafe impl<T> Sync for Global<T> {}

impl<T> Global<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// Assumes: `work` uses this value through its argument alone.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: one thread, and nobody else within `work`.
        work(unsafe { &mut *self.0.get() })
    }
}

/// # Safety
/// The call touches no memory but what `x` and `y` may be used for.
pub(crate) unsafe fn ecall(code: u32, x: u32, y: u32, z: u32) -> u32 {
    let result: u32;
    asm!("ecall", inlateout("t0") code => result, in("a0") x, in("a1") y, in("a2") z);
    result
}

/// Calls a precompile.
///
/// # Safety
/// `x` and `y`, where it is an address, are those of the words that the call of this code reads and changes.
#[inline(always)]
pub(crate) unsafe fn precompile(code: u32, x: usize, y: usize) {
    asm!("ecall", inlateout("t0") code => _, in("a0") x, in("a1") y);
}

/// # Safety
/// As of [`precompile`], of four addresses.
#[inline(always)]
pub(crate) unsafe fn precompile_of_four(code: u32, x: usize, y: usize, z: usize, w: usize) {
    asm!("ecall", inlateout("t0") code => _, in("a0") x, in("a1") y, in("a2") z, in("a3") w);
}

pub(crate) fn input_length() -> Option<usize> {
    // SAFETY: touches no memory.
    let length = unsafe { ecall(HINT_LEN, 0, 0, 0) };
    (length != NO_HINT).then_some(length as usize)
}

/// Reads the next input item.
///
/// # Safety
/// `to` is 4-aligned, and behind it is room for `length` bytes, rounded up to whole words.
pub(crate) unsafe fn input_to(to: *mut u8, length: usize) {
    ecall(HINT_READ, to as u32, length as u32, 0);
}

pub(crate) fn write(descriptor: u32, bytes: &[u8]) {
    // SAFETY: reads the bytes alone.
    unsafe { ecall(WRITE, descriptor, bytes.as_ptr() as u32, bytes.len() as u32) };
}

static PUBLIC: Global<Option<PublicHash>> = Global::new(None);

pub(crate) fn public(bytes: &[u8]) {
    PUBLIC.with(|hash| hash.get_or_insert_with(PublicHash::new).update(bytes));
    write(PUBLIC_VALUES, bytes);
}

/// Writes what is left of output, commits the SHA-256 of the public values and halts. Nothing is dropped.
pub fn exit(code: u32) -> ! {
    crate::io::flush();
    let digest = PUBLIC.with(|hash| hash.take().map(PublicHash::finish));
    // SAFETY: these calls touch no memory, and HALT does not come back.
    unsafe {
        if let Some(digest) = digest {
            for (i, word) in digest.chunks_exact(4).enumerate() {
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
