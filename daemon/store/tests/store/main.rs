//! The adapters on local files and in memory: what a user would lose if they failed.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test shows what it measured or passed over")]

mod backup;
mod conformance;
mod crash;
mod damage;
mod disk_full;
mod golden;
mod packs;
mod sharing;
mod versions;
