//! What an assessment of a case found: the dated outcome of running a rule set over it.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    Instant, MessageKey, PromiseId, PromiseStanding, PromiseState, Promisor, RuleSetId, Span,
    promise,
};

/// Names a signal, such as `repeated_follow_up`: the file name of its script.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SignalId(pub Arc<str>);

impl SignalId {
    /// The signal with this name.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SignalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A level of a team's own severity scale, such as `S2`; `none` for no severity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LevelName(pub Arc<str>);

impl LevelName {
    /// The level of an ordinary case.
    pub fn none() -> Self {
        Self(Arc::from("none"))
    }

    /// Whether this is no severity at all.
    pub fn is_none(&self) -> bool {
        &*self.0 == "none"
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for LevelName {
    fn from(name: &str) -> Self {
        Self(Arc::from(name))
    }
}

impl fmt::Display for LevelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One reason for a severity: words of the rule, and the signal that they stand on, if any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's own words; never words of a message.
    pub text: String,
    /// The signal behind it.
    pub signal: Option<SignalId>,
}

/// One dated outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// When it became true, along the time things happened.
    pub at: Instant,
    /// The message that made it true; nothing if time did.
    pub message: Option<MessageKey>,
    /// What became true.
    pub kind: FindingKind,
}

/// What can become true of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A signal fired. While it is raised, further firings add evidence under the same name.
    SignalRaised {
        /// The signal.
        signal: SignalId,
        /// Its weight in the attention score.
        weight: i32,
        /// The passages it stands on, the most telling first.
        spans: Vec<Span>,
        /// What the rule looked at, by name: counts, hours, instants. Never words of a message.
        inputs: BTreeMap<String, String>,
    },
    /// A signal ceased to hold.
    SignalCleared {
        /// The signal.
        signal: SignalId,
    },
    /// The severity became another.
    Severity {
        /// The new level.
        level: LevelName,
        /// Why, the most important first.
        reasons: Vec<Reason>,
    },
    /// A person of ours became the owner, or nobody.
    Owner {
        /// The address of the owner.
        to: Option<String>,
    },
    /// The side that has to act next changed: `us`, `customer`, `internal:<team>` or `nobody`.
    WaitingOn {
        /// Who is awaited.
        on: String,
    },
    /// The attention score changed.
    Attention {
        /// 0 (quiet) to 100.
        score: u8,
    },
    /// The instant by which the oldest unanswered customer message is to be answered.
    ReplyDue {
        /// The due instant; nothing when no reply is owed.
        due: Option<Instant>,
    },
    /// Somebody promised something; it is open from here on.
    PromiseMade {
        /// The promise.
        promise: PromiseId,
        /// Whose it is.
        by: Promisor,
        /// The address of the person who made it.
        who: String,
        /// Its words.
        span: Span,
        /// What is to be delivered, within its words.
        deliverable: Option<Span>,
        /// When it is due; nothing where no time was named.
        due: Option<Instant>,
        /// Whether a careful reader could take its time for another instant.
        ambiguous: bool,
    },
    /// A person put a promise right, or confirmed it as it is; the rules' reading is the one that it
    /// was made with.
    PromiseEdited {
        /// The promise.
        promise: PromiseId,
        /// When it is due.
        due: Option<Instant>,
        /// What is to be delivered, in the person's words.
        deliverable: Option<String>,
    },
    /// A person said that these words are no promise.
    PromiseRejected {
        /// The promise.
        promise: PromiseId,
    },
    /// Something became of a promise.
    PromiseMoved {
        /// The promise.
        promise: PromiseId,
        /// What became of it.
        state: PromiseState,
        /// The words that show it; nothing if time or a person did.
        evidence: Option<Span>,
        /// The promise that stands in its place from here on.
        replaced_by: Option<PromiseId>,
    },
}

/// Everything that a rule set found about one case, in order of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The rule set that found it.
    pub rules: RuleSetId,
    /// The instant up to which the case was followed.
    pub until: Instant,
    /// The findings, oldest first.
    pub findings: Vec<Finding>,
    /// The next instant at which time alone may change something.
    pub wake: Option<Instant>,
}

impl Assessment {
    /// The level that holds at `at`.
    pub fn level_at(&self, at: Instant) -> LevelName {
        let held = self.findings.iter().take_while(|f| f.at <= at).filter_map(|f| match &f.kind {
            FindingKind::Severity { level, .. } => Some(level),
            _ => None,
        });
        held.last().cloned().unwrap_or_else(LevelName::none)
    }

    /// The promises made up to and including `at`, as they stood then, in the order in which they
    /// were made; not those that a person rejected.
    pub fn promises_at(&self, at: Instant) -> Vec<PromiseStanding> {
        promise::standing(self.findings.iter().take_while(|f| f.at <= at))
    }

    /// The signals raised and not cleared at `at`, each with its first finding, in order of time.
    pub fn signals_at(&self, at: Instant) -> Vec<&Finding> {
        let mut raised: Vec<&Finding> = Vec::new();
        let named = |finding: &Finding| match &finding.kind {
            FindingKind::SignalRaised { signal, .. } | FindingKind::SignalCleared { signal } => {
                Some(signal.clone())
            }
            _ => None,
        };
        for finding in self.findings.iter().take_while(|f| f.at <= at) {
            match &finding.kind {
                FindingKind::SignalRaised { signal, .. }
                    if !raised.iter().any(|r| named(r).as_ref() == Some(signal)) =>
                {
                    raised.push(finding);
                }
                FindingKind::SignalCleared { signal } => {
                    raised.retain(|r| named(r).as_ref() != Some(signal));
                }
                _ => {}
            }
        }
        raised
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64, kind: FindingKind) -> Finding {
        Finding { at: Instant::from_seconds(second), message: None, kind }
    }

    #[test]
    fn a_cleared_signal_no_longer_holds_but_did() {
        let signal = SignalId::new("frustration");
        let raised = FindingKind::SignalRaised {
            signal: signal.clone(),
            weight: 8,
            spans: vec![],
            inputs: BTreeMap::new(),
        };
        let found = Assessment {
            rules: RuleSetId::new("default@0"),
            until: Instant::from_seconds(30),
            findings: vec![at(10, raised), at(20, FindingKind::SignalCleared { signal })],
            wake: None,
        };
        assert_eq!(found.signals_at(Instant::from_seconds(15)).len(), 1);
        assert_eq!(found.signals_at(Instant::from_seconds(25)).len(), 0);
    }
}
