//! The case as a plugin reads it.

use crate::{
    Act, Class, Note, Organisation, Part, Person, Segment, Side, Span,
    bindings::{
        given::watchkeeper::plugin::{
            account, log as lines, moment, notes, people, text,
            types::{Outline, Passage as Given},
        },
        signal::exports::watchkeeper::plugin::signal,
    },
};

/// The case as it stands when something happens. Nothing later shows.
#[derive(Debug, Clone, Copy)]
pub struct Case;

impl Case {
    /// The instant of what happens, in milliseconds since 1970, UTC.
    pub fn now(self) -> i64 {
        moment::now()
    }

    /// The next of a row of numbers that depends on the evidence alone.
    pub fn random(self) -> u64 {
        moment::random()
    }

    /// The message with this number, from 0.
    pub fn message(self, index: u32) -> Option<Message> {
        moment::message(index).map(|outline| Message { index, outline })
    }

    /// All messages so far, oldest first.
    pub fn messages(self) -> impl Iterator<Item = Message> {
        (0..moment::message_count()).filter_map(move |index| self.message(index))
    }

    /// The level that holds, or `none`.
    pub fn level(self) -> String {
        moment::level()
    }

    /// Whether the signal of that name is raised.
    pub fn raised(self, signal: &str) -> bool {
        moment::raised(signal)
    }

    /// When the reply that is owed falls due.
    pub fn reply_due(self) -> Option<i64> {
        moment::reply_due()
    }

    /// Working minutes between two instants.
    pub fn working_minutes(self, start: i64, end: i64) -> u64 {
        moment::working_minutes(start, end)
    }

    /// The customer's organisation. Needs the capability `account`.
    pub fn account(self) -> Option<Organisation> {
        account::account()
    }

    /// The notes so far. Needs the capability `notes`.
    pub fn notes(self) -> impl Iterator<Item = Note> {
        (0..moment::note_count()).filter_map(notes::read)
    }
}

/// A message of the case.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its number, from 0.
    pub index: u32,
    outline: Outline,
}

impl Message {
    /// When it happened, in milliseconds since 1970, UTC.
    pub fn at(&self) -> i64 {
        self.outline.at
    }

    /// Whose side its sender is on.
    pub fn side(&self) -> Side {
        self.outline.side
    }

    /// Whether a person of the customer's wrote it.
    pub fn from_customer(&self) -> bool {
        self.outline.side == Side::Customer && self.outline.class == Class::Human
    }

    /// What kind of mail it is.
    pub fn class(&self) -> Class {
        self.outline.class
    }

    /// The message of the case that it answers.
    pub fn answers(&self) -> Option<Message> {
        self.outline.answers.and_then(|index| Case.message(index))
    }

    /// How many files are attached.
    pub fn attachments(&self) -> u32 {
        self.outline.attachments
    }

    /// Its subject. Needs the capability `text`.
    pub fn subject(&self) -> String {
        text::subject(self.index)
    }

    /// What its author wrote for it, without quotations, signature and disclaimer. Needs the
    /// capability `text`.
    pub fn new_text(&self) -> Vec<Passage> {
        let passage = |Given { start, text }| Passage { message: self.index, start, text };
        text::new_text(self.index).into_iter().map(passage).collect()
    }

    /// The whole body. Needs the capability `text`.
    pub fn body(&self) -> Passage {
        Passage { message: self.index, start: 0, text: text::body(self.index) }
    }

    /// The parts of the body, covering all of it. Needs the capability `text`.
    pub fn segments(&self) -> Vec<Segment> {
        text::segments(self.index)
    }

    /// The names of attached files. Needs the capability `text`.
    pub fn file_names(&self) -> Vec<String> {
        text::attachments(self.index)
    }

    /// Who sent it. Needs the capability `people`.
    pub fn sender(&self) -> Option<Person> {
        people::sender(self.index)
    }

    /// Everybody in To. Needs the capability `people`.
    pub fn to(&self) -> Vec<Person> {
        people::to(self.index)
    }

    /// Everybody in Cc. Needs the capability `people`.
    pub fn cc(&self) -> Vec<Person> {
        people::cc(self.index)
    }
}

/// Words at a place of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The number of the message.
    pub message: u32,
    /// The byte of the body at which they begin.
    pub start: u32,
    /// The words.
    pub text: String,
}

impl Passage {
    /// The span of the bytes `start..end` of this passage.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let (start, end) = (self.start + start as u32, self.start + end as u32);
        Span { message: self.message, part: Part::Body, start, end }
    }

    /// The span of the first occurrence of `words`, upper and lower case of ASCII letters alike.
    pub fn find(&self, words: &str) -> Option<Span> {
        let start = self.text.to_ascii_lowercase().find(&words.to_ascii_lowercase())?;
        Some(self.span(start, start + words.len()))
    }
}

/// A signal to be raised.
#[derive(Debug, Clone)]
pub struct Raise(signal::Raise);

impl Raise {
    /// Raises the signal of that name, which the manifest declares.
    pub fn new(signal: &str) -> Self {
        let signal = signal.to_owned();
        Self(signal::Raise { signal, weight: None, spans: Vec::new(), inputs: Vec::new() })
    }

    /// Adds the words it stands on, the most telling first.
    pub fn at(mut self, span: Span) -> Self {
        self.0.spans.push(span);
        self
    }

    /// Adds a number that was looked at, by a name that the manifest declares.
    pub fn because(mut self, input: &str, value: f64) -> Self {
        self.0.inputs.push((input.to_owned(), value));
        self
    }

    /// Instead of the weight of the manifest, from -100 to 100.
    pub fn weighing(mut self, weight: i32) -> Self {
        self.0.weight = Some(weight);
        self
    }
}

impl From<Raise> for Act {
    fn from(raise: Raise) -> Self {
        Self::Raise(raise.0)
    }
}

/// Writes a line into the log of the service, never with words of a message. Needs the capability
/// `log`.
pub fn log(line: &str) {
    lines::say(line);
}
