//! Where things are kept: the ports [`Journal`], [`Evidence`], [`Views`], [`Search`] and
//! [`Leases`], a twin of each in memory ([`memory`]) and the adapter on local files ([`local`]).
//! Both pass one conformance suite (`tests/store/conformance`).
//!
//! Nothing here knows what a case is. Views are ordered tables of bytes; what the rows mean is the
//! business of `app`. Nothing outside this crate names redb, tantivy or zstd.

mod dedup;
pub mod local;
pub mod memory;
pub mod ports;
pub mod search;

pub use ports::*;
