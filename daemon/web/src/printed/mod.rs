//! Printed documents: what the brief and the pilot report say on paper, and in which words.

pub(crate) mod brief;
pub(crate) mod pilot;
mod words;

pub(crate) use words::{Language, Voice};
