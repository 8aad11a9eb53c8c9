//! The query language: words, `"phrases"`, `prefix*`, operators, `-not`, `OR`, parentheses.
//!
//! Words stand for AND, which binds tighter than OR. Nothing that is typed is an error: what has
//! no meaning is searched for as words or left out, and said in [`Query::problems`].

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
