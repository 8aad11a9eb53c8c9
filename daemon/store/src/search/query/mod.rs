//! The query language.
//!
//! | typed | finds |
//! |---|---|
//! | `late invoice` | both words, anywhere: subject, text, people, quotations, file names |
//! | `"late invoice"` | these words side by side, spelt like this |
//! | `inv*` | words that begin so |
//! | `-paid`, `NOT paid` | what does not have it |
//! | `a OR b`, `(a b) OR c` | either; words side by side bind tighter than OR |
//! | `from:` `to:` `cc:` `subject:` `account:` `body:` `quoted:` `file:` | words in that part; `body:` is new text, `cc:` is `to:` |
//! | `from:us`, `from:customer` | by the side of the sender |
//! | `subject:(a OR b)` | any query over one part |
//! | `before:` `after:` `on:` | with `2026-01-31`, `2026-01`, `2026`, `today`, `7d`, `2w`, `3m`, `1y` or RFC 3339; `before:` leaves the day named out, `after:` begins with it |
//! | `has:attachment` `has:pdf` `has:image` … | a kind of file, an extension or a media type |
//! | `kind:` `class:` `source:` | one of the plain marks |
//! | `signal:` `severity:` `owner:` `case:` `state:` `team:` | for the views of cases; see [`split_view_terms`] |
//!
//! Nothing that is typed is an error: what has no meaning is searched for as words or left out, and
//! said in [`Query::problems`] with the byte it stands at.

mod ast;
mod dates;
mod lexer;
mod parse;
#[cfg(test)]
mod tests;
mod view;

pub use ast::{Node, Part, Problem, Scope, Text, ViewTerm};
pub use dates::{Clock, Stretch, read_date};
pub use parse::{Query, VIEW_OPERATORS, parse};
pub use view::{ViewTerms, split_view_terms};
