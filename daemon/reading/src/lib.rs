//! What a text says: words of lists, negation and hypotheticals, times and dates, languages.
//!
//! Pure functions of their arguments: no file, clock or network, and no opinion about what a find
//! means; that is for rules. Start with [`WordLists`], which finds the words of every list in one
//! pass, [`dates`], which resolves "by Friday" against the instant and zone of its author, and
//! [`promises`], which tells who commits to what.

mod automaton;
pub mod dates;
mod fold;
mod hits;
mod language;
mod lists;
pub mod money;
mod pattern;
pub mod promises;
pub mod titles;
mod token;
mod vocabulary;

pub use hits::{CONDITIONALS, Hit, Hits, NEGATIONS};
pub use language::{CODES, Languages};
pub use lists::{ListError, ListId, WordLists};
pub use token::{Sentence, Text, Token};
