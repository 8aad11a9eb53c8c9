//! Sources of evidence: files (Maildir, mbox, EML, Outlook's PST and MSG, zip, folders of these, and the
//! tables and notes that come along with them), mailboxes on a server and pages of the web, watched, and
//! mail that servers hand to us.
//!
//! A source lists and reads; it never parses a message, never writes anything but the socket that it
//! listens on, and never follows a symbolic link into another folder. What it cannot give as a message
//! it offers all the same, with a refusal that names the reason, so that the ledger accounts for every
//! file.
//!
//! Start with [`open()`], which recognises what lies at a path, with [`imap::Watcher`], with
//! [`page::PageWatcher`], with [`watched`] files, and with [`intake::Reception`]. [`mbox`] is of use by itself.

mod archive;
mod disk;
mod folder;
pub mod imap;
pub mod intake;
mod listing;
mod looking;
mod maildir;
pub mod mbox;
mod message_file;
mod open;
mod outlook;
pub mod page;
mod recognise;
mod refusal;
pub mod tables;
pub mod watched;

pub use archive::ArchiveLimits;
pub use disk::ReadAt;
pub use open::{OpenOptions, open};
