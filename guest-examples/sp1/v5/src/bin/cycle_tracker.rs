//! Regions marked for the cycle tracker, and the mean of private numbers, rounded down.
#![no_main]
sp1_zkvm::entrypoint!(main);

fn main() {
    println!("cycle-tracker-start: read");
    let bytes = sp1_zkvm::io::read_vec();
    println!("cycle-tracker-end: read");
    println!("cycle-tracker-report-start: sum");
    let sum: u64 = bytes.iter().map(|&x| u64::from(x)).sum();
    println!("cycle-tracker-report-end: sum");
    sp1_zkvm::io::commit_slice(&(sum / bytes.len() as u64).to_be_bytes());
}
