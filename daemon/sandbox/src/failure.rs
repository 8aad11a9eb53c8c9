//! Why a call of a plugin came to nothing.

use wasmtime::Trap;

use crate::{
    host::{MAX_CPU, MAX_MEMORY},
    view::{OutOfBudget, View},
};

/// Why a call of a plugin came to nothing. What it did until then is dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PluginFailure {
    /// It reached the limit of its fuel.
    #[error("it used up its fuel: let it do less in one call, or end its loop")]
    OutOfFuel,
    /// It took too much processor time.
    #[error("it was killed after {} ms of processor time", MAX_CPU.as_millis())]
    TooLong,
    /// It asked for too much memory.
    #[error("it asked for more than {} MiB of memory", MAX_MEMORY >> 20)]
    OutOfMemory,
    /// It recursed too deeply.
    #[error("it recursed too deeply")]
    TooDeep,
    /// It asked for too many bytes of the case.
    #[error("it asked for the case again and again: read a text once a call and keep it")]
    TooCurious,
    /// It trapped; Rust's panics and failed checks end here too.
    #[error("it trapped: {0}")]
    Trapped(String),
    /// What it returned cannot be.
    #[error("it returned nonsense: {0}")]
    Nonsense(String),
    /// It reported an error of its own.
    #[error("it reported: {0}")]
    Reported(String),
    /// It cannot be started at all.
    #[error("it cannot run: {0}")]
    Unusable(String),
    /// It failed too often before.
    #[error("it is not called any more: {0}")]
    Tripped(String),
}

impl PluginFailure {
    /// The same without anything that the plugin said, for facts: a plugin could repeat a message.
    pub fn without_words(&self) -> String {
        match self {
            Self::Reported(_) => "it reported an error".to_owned(),
            Self::Nonsense(_) => "it returned nonsense".to_owned(),
            other => other.to_string(),
        }
    }

    pub(crate) fn of(error: &wasmtime::Error, view: &View) -> Self {
        if error.downcast_ref::<OutOfBudget>().is_some() {
            return Self::TooCurious;
        }
        if error.downcast_ref::<TooLong>().is_some() {
            return Self::TooLong;
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => Self::OutOfFuel,
            Some(Trap::Interrupt) => Self::TooLong,
            Some(Trap::StackOverflow) => Self::TooDeep,
            // Guests answer a refused allocation with a trap of their own.
            _ if view.was_refused_memory() => Self::OutOfMemory,
            Some(trap) => Self::Trapped(trap.to_string()),
            None => Self::Nonsense(first_line(&error.root_cause().to_string())),
        }
    }
}

/// The interruption of a call that took too long.
#[derive(Debug, thiserror::Error)]
#[error("too much processor time")]
pub(crate) struct TooLong;

/// The first line of `text`, at most 200 bytes of it.
pub(crate) fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line[..line.floor_char_boundary(200)].to_owned()
}
