//! The twins in memory: as the adapters on disk, until the process ends. For tests and trials.

pub mod search;

mod evidence;
mod journal;
mod lease;
mod views;

pub use evidence::MemoryEvidence;
pub use journal::MemoryJournal;
pub use lease::MemoryLeases;
pub use views::MemoryViews;
