//! What `std` offers of a process: arguments, variables, standard error. An exit code is given by a system call: `std::process::exit` of
//! this target aborts, whatever the code.
#![no_main]
sp1_zkvm::entrypoint!(main);

fn main() {
    let code = sp1_zkvm::io::read::<u8>();
    eprintln!("{} arguments, HOME is {:?}", std::env::args().count(), std::env::var("HOME"));
    sp1_zkvm::io::commit(&code);
    if code > 100 {
        std::process::exit(code.into());
    }
    sp1_zkvm::syscalls::syscall_halt(code);
}
