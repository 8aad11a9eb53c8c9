use super::Check;
use store::{Leases, StoreError};

/// What every keeper of leases must do.
pub const LEASES: &[Check<dyn Leases>] = &[
    ("a_second_writer_is_refused_by_name", a_second_writer_is_refused_by_name),
    ("a_lease_ends_with_its_guard", a_lease_ends_with_its_guard),
];

fn a_second_writer_is_refused_by_name(leases: &dyn Leases) {
    assert_eq!(leases.holder("data").unwrap(), None);
    let _held = leases.acquire("data", "watchkeeper serve, process 41").unwrap();
    let Err(StoreError::InUse { holder, .. }) = leases.acquire("data", "another") else {
        panic!("two writers at once");
    };
    assert_eq!(holder, "watchkeeper serve, process 41");
    assert_eq!(leases.holder("data").unwrap().as_deref(), Some("watchkeeper serve, process 41"));
    // Another name is another lease.
    drop(leases.acquire("outbox", "another").unwrap());
}

fn a_lease_ends_with_its_guard(leases: &dyn Leases) {
    drop(leases.acquire("data", "the first, with quite a long name").unwrap());
    assert_eq!(leases.holder("data").unwrap(), None);
    let _held = leases.acquire("data", "the second").unwrap();
    assert_eq!(leases.holder("data").unwrap().as_deref(), Some("the second"));
}
