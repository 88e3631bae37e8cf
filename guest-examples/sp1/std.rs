//! What `std` asks a zkVM for where a program takes its arguments, and sp1-zkvm leaves out: there are none. A crate's own come first.
#![feature(decl_macro, no_core, rustc_attrs)]
#![allow(internal_features)]
#![no_core]

#[rustc_builtin_macro]
macro global_asm() {}

global_asm!(".weak sys_argc", ".weak sys_argv", "sys_argc:", "sys_argv:", "li a0, 0", "ret");
