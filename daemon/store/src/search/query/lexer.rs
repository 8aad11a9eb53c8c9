//! Text to tokens. Nothing is refused: whatever has no meaning is a word.

use std::ops::Range;

use super::ast::Problem;

/// One token with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub at: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `OR`
    Or,
    /// `AND`
    And,
    /// `NOT` or a sign.
    Not,
    /// A word, a phrase or an operator with its value.
    Term {
        /// The operator in lower case, if there is one.
        operator: Option<String>,
        /// The word, phrase or value.
        value: String,
        /// Whether it was in quotation marks.
        quoted: bool,
        /// Whether a `*` follows.
        prefix: bool,
    },
}

/// Splits `text` into tokens; `problems` gets what is odd.
pub fn tokens(text: &str, problems: &mut Vec<Problem>) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, problems };
    let mut found = Vec::new();
    while let Some(token) = lexer.next() {
        found.push(token);
    }
    found
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    problems: &'a mut Vec<Problem>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<Token> {
        self.take_while(char::is_whitespace);
        let start = self.at;
        let first = self.peek()?;
        let kind = match first {
            '(' => self.sign(TokenKind::Open),
            ')' => self.sign(TokenKind::Close),
            '-' | '\u{2212}' if self.sign_binds(first) => self.sign(TokenKind::Not),
            _ if is_quote(first) => self.phrase(None),
            _ => self.word(),
        };
        Some(Token { kind, at: start..self.at })
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn sign(&mut self, kind: TokenKind) -> TokenKind {
        self.at += self.peek().map_or(0, char::len_utf8);
        kind
    }

    fn sign_binds(&self, sign: char) -> bool {
        let next = self.text[self.at + sign.len_utf8()..].chars().next();
        next.is_some_and(|c| c.is_alphanumeric() || c == '(' || is_quote(c))
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        let name = self.take_while(|c| c.is_ascii_alphabetic() || c == '_').to_ascii_lowercase();
        if !name.is_empty() && self.peek() == Some(':') {
            self.at += 1;
            return self.value(name);
        }
        self.at = start;
        let value = self.take_while(in_word).to_owned();
        match value.as_str() {
            "OR" => return TokenKind::Or,
            "AND" => return TokenKind::And,
            "NOT" => return TokenKind::Not,
            _ => {}
        }
        bare(None, &value)
    }

    fn value(&mut self, operator: String) -> TokenKind {
        if self.peek().is_some_and(is_quote) {
            return self.phrase(Some(operator));
        }
        let value = self.take_while(in_word).to_owned();
        bare(Some(operator), &value)
    }

    fn phrase(&mut self, operator: Option<String>) -> TokenKind {
        let opened = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        let value = self.take_while(|c| !is_quote(c)).to_owned();
        if let Some(closing) = self.peek() {
            self.at += closing.len_utf8();
        } else {
            self.problems.push((opened, "this quotation mark is not closed".into()));
        }
        let prefix = self.peek() == Some('*');
        self.at += usize::from(prefix);
        TokenKind::Term { operator, value, quoted: true, prefix }
    }
}

fn bare(operator: Option<String>, typed: &str) -> TokenKind {
    let value = typed.trim_end_matches('*');
    let prefix = value.len() < typed.len() && !value.is_empty();
    TokenKind::Term { operator, value: value.to_owned(), quoted: false, prefix }
}

fn in_word(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '(' | ')') && !is_quote(c)
}

/// Straight quotation marks, and the curved ones that telephones put in their place.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201C}' | '\u{201D}' | '\u{201E}')
}
