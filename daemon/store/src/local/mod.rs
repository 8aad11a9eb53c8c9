//! The adapter on local files.
//!
//! A data directory holds `journal.redb` and `evidence/`, which are precious; `views.redb`,
//! `evidence/index.redb` and `search/`, which are rebuilt from these; `access.redb`, and `lock`.
//! Start with [`Store::open`].

pub mod backup;
pub mod block;
mod cache;
mod database;
mod dedup_keys;
mod evidence;
mod fault;
mod journal;
mod journal_writer;
mod lease;
mod overlay;
mod store;
mod views;

pub use lease::{DATA_LEASE, FileLeases};
pub use store::{Mode, OpenOptions, OpenReport, Store, open_access, open_drafts};
pub mod search;
