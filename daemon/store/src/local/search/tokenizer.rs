//! Our words, in the form that tantivy takes them.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::search::words::{Purpose, Words};

/// Splits texts into [`Words`].
#[derive(Debug, Clone, Default)]
pub(super) struct WordTokenizer {
    token: Token,
}

/// The words of one text.
pub(super) struct WordStream<'a> {
    words: Words<'a>,
    token: &'a mut Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { words: Words::new(text, Purpose::Index), token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(found) = self.words.read(&mut self.token.text) else { return false };
        self.token.position = found.position as usize;
        self.token.offset_from = found.range.start;
        self.token.offset_to = found.range.end;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
