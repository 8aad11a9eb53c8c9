//! The text of attached files, read by a child process that can do nothing else.
//!
//! Files that strangers sent are read in a process of their own, which has no network, opens no
//! file, starts no program and holds little memory: [`Reader`] starts it, hands it one file after
//! the other, and takes its answers within a deadline. A file that makes it crash, hang or swell
//! costs that one file: the next is read by a new child. [`child`] is what runs there.
//!
//! This crate keeps nothing, and knows no case, no store and no configuration file. Formats are in
//! `formats`; a format never calls another process, and nothing but `child` calls a format.

pub mod child;
mod confine;
mod formats;
mod kind;
mod limits;
mod ocr;
mod output;
mod reader;
mod wire;

pub use confine::{Confinement, Strength};
pub use limits::Limits;
pub use ocr::{OcrCommand, become_command};
pub use reader::{ExtractError, Handed, Reader, Reading};

/// The version of the readers; raised whenever the same bytes may give other text.
pub const VERSION: u16 = 4;
