//! From bytes to a message: MIME, character sets, segments, automatic-mail classes, thread keys.
//!
//! A pure function of its input: no clock, no file, no network, no configuration of a site. It
//! never fails on a text that a person could have sent; what is wrong with the bytes is a
//! [`message::Defect`]. Start with [`parse`].

mod attach;
mod body;
pub mod calendar;
mod charset;
mod class;
mod date;
mod defect;
mod headers;
mod html;
mod identity;
mod journal;
mod limits;
pub mod message;
mod nested;
mod parse;
mod parts;
mod plain;
mod raw;
mod segments;
mod subject;
mod time;
mod tnef;
mod transfer;
mod words;

pub use limits::{Limits, ParseContext, ParseError};
pub use message::*;
pub use parse::{attachment_bytes, html_body, parse, reported_html_body};
pub use plain::{decode_text, html_text};
pub use segments::split_text;
pub use subject::{display_subject, foreign_tokens, normalize_subject};
pub use tnef::rtf_text;
