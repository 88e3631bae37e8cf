//! The system calls, the start and the end of a run. On machines that are no guest: what stands in for them, so that a guest's logic can be tested there.

#[cfg(target_arch = "riscv32")]
mod guest;
#[cfg(not(target_arch = "riscv32"))]
mod native;
#[cfg(all(feature = "std", target_os = "zkvm"))]
mod std_guest;

#[cfg(target_arch = "riscv32")]
pub use guest::exit;
#[cfg(target_arch = "riscv32")]
pub(crate) use guest::*;
#[cfg(not(target_arch = "riscv32"))]
pub(crate) use native::*;
#[cfg(not(target_arch = "riscv32"))]
pub use native::{exit, start};
