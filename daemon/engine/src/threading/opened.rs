//! What other cases of an account may know of a case: how it began.

use model::Instant;
use serde::{Deserialize, Serialize};

use super::{
    card::{Mark, Word},
    summary::CaseSummary,
};

/// The least number of telling words that two subjects share, unless they are the same.
const LEAST_SHARED: usize = 2;

/// How a case began: its earliest message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// When.
    pub at: Instant,
    sender: Mark,
    subject: Mark,
    /// Telling words of its subject, ascending.
    words: Vec<Word>,
}

impl Opened {
    /// How the case of `summary` began; nothing for one without ours, of which no rule speaks, or
    /// with a subject that tells nothing.
    pub fn of(summary: &CaseSummary) -> Option<Self> {
        let opening = summary.opening().filter(|_| summary.with_us)?;
        let traits = &opening.traits;
        if traits.words.is_empty() || traits.has(super::card::AUTOMATIC) {
            return None;
        }
        let (sender, subject, words) = (traits.sender, traits.subject, traits.words.clone());
        Some(Self { at: opening.at, sender, subject, words })
    }

    /// Whether the same person wrote both.
    pub fn same_person(&self, other: &Self) -> bool {
        self.sender == other.sender
    }

    /// How much of the subject with the fewer telling words both share, in percent; 0 where that is
    /// a single word of several, which ties nothing.
    pub fn likeness(&self, other: &Self) -> u8 {
        if self.subject == other.subject {
            return 100;
        }
        let shared = self.words.iter().filter(|word| other.words.binary_search(word).is_ok());
        let shared = shared.count();
        if shared < LEAST_SHARED {
            return 0;
        }
        let fewer = self.words.len().min(other.words.len()).max(1);
        (shared * 100 / fewer).min(100) as u8
    }
}
