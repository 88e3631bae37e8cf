//! Guests of Weft in Rust: programs whose runs are proven. [`io`] has input items, public values and output, [`calls`] the
//! precompiles, and [`Sha256`], [`keccak256`], [`ecdsa`], [`ed25519`], [`rsa`] and [`integers`] what is made of them.
//!
//! Without `std`, the stock target `riscv32im-unknown-none-elf`:
//!
//! ```ignore
//! #![no_std]
//! #![no_main]
//! extern crate alloc;
//!
//! fn main() {
//!     let n: u32 = weft::io::read();
//!     weft::io::commit(&(n * n));
//! }
//! weft::entry!(main);
//! ```
//!
//! With `std`, feature `std` and the target `riscv32im-risc0-zkvm-elf`: an ordinary `fn main`, and `use weft as _;` if nothing else of
//! this crate is used. Standard input is all input items one after another, there are no files, no threads, no clock, and nothing is
//! random: see [`random`].
//!
//! A panic writes its message and place to standard error and exits with [`EXIT_PANIC`]. A heap that is used up ends the run with
//! [`EXIT_OUT_OF_HEAP`]. Both are exit codes like any other: runs that end so can be proven, and whoever verifies says which code it wants.
//!
//! # On other machines
//!
//! The same sources build for Linux and others, to debug and test a guest's logic there: `cargo run --target x86_64-unknown-linux-gnu`. Input
//! items are the files that the variable `WEFT_STDIN` names, as `PATH` names folders; without it, standard input is the only one. Public values
//! go to the file that `WEFT_PUBLIC_VALUES` names, if it does. What SHA-256 and Keccak-256 call is there in software; other precompiles panic.
#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]
extern crate alloc;
#[cfg(not(target_arch = "riscv32"))]
extern crate std;

pub mod calls;
pub mod ecdsa;
pub mod ed25519;
mod hash;
#[cfg(target_arch = "riscv32")]
mod heap;
mod hints;
pub mod integers;
pub mod io;
#[cfg(target_arch = "riscv32")]
mod public_hash;
pub mod random;
pub mod rsa;
mod sha512;
mod software;
mod system;

pub use hash::{keccak256, Sha256};
pub use sha512::Sha512;
pub use system::exit;

/// The exit code of a panic.
pub const EXIT_PANIC: u32 = 101;
/// The exit code of a run that wants more memory than the heap has.
pub const EXIT_OUT_OF_HEAP: u32 = 102;

/// The function that a guest without `std` runs; it exits with 0 when that returns.
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        const _: () = {
            #[export_name = "main"]
            extern "C" fn weft_main() -> u32 {
                let main: fn() = $main;
                $crate::run(main);
                0
            }
        };
    };
}

/// For [`entry!`].
#[doc(hidden)]
#[inline(always)]
pub fn run(main: fn()) {
    #[cfg(target_arch = "riscv32")]
    main();
    #[cfg(not(target_arch = "riscv32"))]
    system::start(main);
}

#[cfg(all(target_arch = "riscv32", not(feature = "std")))]
#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    eprintln!("{info}");
    exit(EXIT_PANIC)
}
