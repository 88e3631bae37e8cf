//! Two factors of a number, found by the host in an unconstrained block and checked in the proof.
#![no_main]
sp1_zkvm::entrypoint!(main);

fn main() {
    let n = sp1_zkvm::io::read::<u64>();
    let greeting = "unread input stays behind the hints";
    sp1_zkvm::lib::unconstrained! {
        let factor = (2..).find(|p| n % p == 0).unwrap();
        sp1_zkvm::io::hint_slice(&(n / factor).to_le_bytes());
        sp1_zkvm::io::hint_slice(&factor.to_le_bytes());
    }
    // The hint written last is read first.
    let read = || u64::from_le_bytes(sp1_zkvm::io::read_vec().try_into().unwrap());
    let (p, q) = (read(), read());
    assert!(p > 1 && q > 1 && p.checked_mul(q) == Some(n), "the host gave {p} and {q}");
    assert_eq!(sp1_zkvm::io::read::<String>(), greeting);
    sp1_zkvm::io::commit(&n);
}
