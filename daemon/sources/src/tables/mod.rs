//! Accounts, contacts and notes that come along with mail, as CSV and JSON Lines.
//!
//! Every file is taken as a whole or not at all: [`TableError`] lists what is wrong, by line, with
//! what to write instead. Reading the same file again gives the same rows.

mod account;
mod contact;
mod error;
mod note;
mod sheet;
mod text;

pub use account::read_accounts;
pub use contact::read_contacts;
pub use error::{Fault, TableError};
pub use note::{Note, read_notes};

#[cfg(test)]
mod tests;
