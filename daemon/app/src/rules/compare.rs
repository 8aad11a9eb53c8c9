//! What two sets make of one case.

use std::collections::BTreeMap;

use engine::{CaseFile, Level};
use model::{CaseId, Finding, FindingKind, Instant, LevelName, SignalId};
use serde::{Deserialize, Serialize};

/// What a set made of a case within a stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Summary {
    /// When each signal was raised first.
    pub(super) signals: BTreeMap<SignalId, Instant>,
    /// The gravest level, with its rank.
    pub(super) peak: Option<(u8, LevelName)>,
    /// Every time the case became an escalation, with who owned it then.
    pub(super) escalated: Vec<(Instant, Option<String>)>,
}

impl Summary {
    /// What `findings` say from `since` to `until`, on a scale of `levels`.
    pub(super) fn of(
        findings: &[Finding],
        levels: &[Level],
        since: Instant,
        until: Instant,
    ) -> Self {
        let mut summary = Self::default();
        let mut owner: Option<&String> = None;
        let mut was_escalated = false;
        for finding in findings.iter().take_while(|finding| finding.at <= until) {
            let within = finding.at >= since;
            match &finding.kind {
                FindingKind::Owner { to } => owner = to.as_ref(),
                FindingKind::SignalRaised { signal, .. } if within => {
                    summary.signals.entry(signal.clone()).or_insert(finding.at);
                }
                FindingKind::Severity { level, .. } => {
                    let known = levels.iter().find(|known| known.name == *level);
                    let escalated = known.is_some_and(|known| known.escalated);
                    if within {
                        let rank = known.map_or(0, |known| known.rank);
                        if known.is_some() && summary.peak.as_ref().is_none_or(|p| rank > p.0) {
                            summary.peak = Some((rank, level.clone()));
                        }
                        if escalated && !was_escalated {
                            summary.escalated.push((finding.at, owner.cloned()));
                        }
                    }
                    was_escalated = escalated;
                }
                _ => {}
            }
        }
        summary
    }

    pub(super) fn peak_name(&self) -> String {
        self.peak.as_ref().map_or_else(|| "none".to_owned(), |(_, level)| level.to_string())
    }
}

/// What another set makes of a case; only what differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseChange {
    /// The case.
    pub case: CaseId,
    /// Its title.
    pub title: String,
    /// Its account's name, if known.
    pub account: Option<String>,
    /// Signals that only the other set raises.
    pub gained: Vec<SignalId>,
    /// Signals that only the active set raises.
    pub lost: Vec<SignalId>,
    /// Its gravest level by the active set.
    pub level_before: String,
    /// Its gravest level by the other set.
    pub level_after: String,
    /// When the active set makes it an escalation first.
    pub escalated_before: Option<Instant>,
    /// When the other set makes it an escalation first.
    pub escalated_after: Option<Instant>,
}

/// What differs between `before` and `after` on a case, if anything does.
pub(super) fn change(file: &CaseFile, before: &Summary, after: &Summary) -> Option<CaseChange> {
    let only = |a: &Summary, b: &Summary| -> Vec<SignalId> {
        a.signals.keys().filter(|signal| !b.signals.contains_key(*signal)).cloned().collect()
    };
    let first = |summary: &Summary| summary.escalated.first().map(|(at, _)| *at);
    let title = file.messages.first().map(|message| mail::display_subject(&message.subject));
    let change = CaseChange {
        case: file.id,
        title: title.unwrap_or_default(),
        account: file.account.as_ref().map(|account| account.name.clone()),
        gained: only(after, before),
        lost: only(before, after),
        level_before: before.peak_name(),
        level_after: after.peak_name(),
        escalated_before: first(before),
        escalated_after: first(after),
    };
    let differs = !change.gained.is_empty()
        || !change.lost.is_empty()
        || change.level_before != change.level_after
        || change.escalated_before != change.escalated_after;
    differs.then_some(change)
}
