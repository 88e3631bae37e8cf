//! What `std` asks a zkVM for and sp1-zkvm leaves out: the arguments of a program, of which there are none, and, in the library that
//! `weft build` makes, its exit. A crate's own come first.
#![feature(decl_macro, no_core, rustc_attrs)]
#![allow(internal_features)]
#![no_core]

#[rustc_builtin_macro]
macro global_asm() {}

global_asm!(".weak sys_argc", ".weak sys_argv", "sys_argc:", "sys_argv:", "li a0, 0", "ret");
global_asm!(".section .text.sys_exit,\"ax\",@progbits", ".weak sys_exit", ".weak sp1_halt", "sys_exit:", "lui t0, %hi(sp1_halt)", "jalr zero, %lo(sp1_halt)(t0)");
