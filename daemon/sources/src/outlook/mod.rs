//! Outlook's files: single messages (MSG, MS-OXMSG) and stores of them (PST and OST, MS-PST).
//!
//! Neither holds mail as it travelled. Each message is written as RFC 5322 again: with the header
//! that the transport left behind where there is one, and the same bytes at every reading, so that a
//! second import doubles nothing. The file itself stays where it is.

mod blocks;
mod compose;
mod heap;
mod item;
mod msg;
mod node;
mod pst;

pub use msg::{is_message, read};
pub use pst::PstSource;
