//! From bytes to a message: MIME, character sets, segments, automatic-mail classes, thread keys.
//!
//! A pure function of its input: no clock, no file, no network, no configuration of a site. It
//! never fails on a text that a person could have sent; what is wrong with the bytes is a
//! [`message::Defect`]. Start with [`parse`].

pub mod message;

pub use message::*;
