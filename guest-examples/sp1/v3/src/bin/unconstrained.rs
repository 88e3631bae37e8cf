//! Two factors of a number, found by the host. Up to version 3 of SP1 a guest's own hints come behind all other input, in their order.
#![no_main]
sp1_zkvm::entrypoint!(main);

fn main() {
    let n = sp1_zkvm::io::read::<u64>();
    sp1_zkvm::lib::unconstrained! {
        let factor = (2..).find(|p| n % p == 0).unwrap();
        sp1_zkvm::io::hint_slice(&factor.to_le_bytes());
        sp1_zkvm::io::hint_slice(&(n / factor).to_le_bytes());
    }
    assert_eq!(sp1_zkvm::io::read::<String>(), "input comes before the hints");
    let read = || u64::from_le_bytes(sp1_zkvm::io::read_vec().try_into().unwrap());
    let (p, q) = (read(), read());
    assert!(1 < p && p <= q && p.checked_mul(q) == Some(n), "the host gave {p} and {q}");
    sp1_zkvm::io::commit(&p);
}
