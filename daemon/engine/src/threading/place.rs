//! The decision: exact ties first, then weak ones.

use std::{collections::BTreeSet, sync::Arc};

use model::{CaseId, MessageKey};

use super::{
    CaseChoice, Known, Placement, Review, ThreadIndex, ThreadRule, Why,
    admit::{hijacks, may_merge, refusal},
    card::Card,
    late,
    summary::CaseSummary,
    threadable::Threadable,
    ties,
};

/// Decides which case `message` belongs to.
pub fn place(message: &Threadable, index: &dyn ThreadIndex) -> Placement {
    let mut decision = Decision { message, index, ties: vec![], review: None, quoted_by: vec![] };
    decision.twins();
    if let Some(parent) = decision.ancestors() {
        let detail = format!("answers {parent} with another subject, quoting nothing");
        return decision.new_case(ThreadRule::Hijack, detail, 80);
    }
    decision.enclosed();
    decision.children();
    decision.siblings();
    if decision.ties.is_empty() {
        decision.own_token();
    }
    // Its children do not keep it from what it would have joined had it come before them.
    if decision.ties.iter().all(|tie| tie.rule == ThreadRule::LateParent) {
        let children: Vec<CaseId> = decision.ties.iter().map(|tie| tie.case).collect();
        decision.ties.extend(ties::weak(message, &children, index));
    }
    let late = late::ties(message, || decision.here(), index);
    decision.ties.extend(late);
    decision.finish()
}

/// A reason to join a case.
pub(super) struct Tie {
    pub(super) case: CaseId,
    pub(super) rule: ThreadRule,
    pub(super) detail: String,
    pub(super) confidence: u8,
}

struct Decision<'a> {
    message: &'a Threadable,
    index: &'a dyn ThreadIndex,
    /// The first one tells why; the cases of the others are merged into its case.
    ties: Vec<Tie>,
    review: Option<Review>,
    quoted_by: Vec<MessageKey>,
}

impl Decision<'_> {
    /// Ties by the message's own Message-ID: a copy that a list or a gateway has changed.
    fn twins(&mut self) {
        let Some(id) = &self.message.message_id else { return };
        let Some(known) = self.known(id) else { return };
        let refused = self.refusal(&self.case(known.case), None);
        match refused {
            None if known.card.traits.sender == self.message.traits.sender => {
                self.tie(known.case, ThreadRule::SameMessageId, id, 98);
            }
            None => {}
            Some(reason) => self.note_review(known.case, &format!("it reuses {id}, but {reason}")),
        }
    }

    /// Ties by References and In-Reply-To, the nearest first. Gives the Message-ID that the message
    /// answers if it starts something new in truth.
    fn ancestors(&mut self) -> Option<String> {
        let references = &self.message.references;
        let mut nearest: Option<Card> = None;
        for (position, id) in references.iter().enumerate().rev() {
            let Some(known) = self.known(id) else { continue };
            if self.ties.iter().any(|tie| tie.case == known.case) {
                nearest = Some(known.card);
                continue;
            }
            let case = self.case(known.case);
            if let Some(reason) = self.refusal(&case, Some(&known.card)) {
                self.note_review(known.case, &format!("it references {id}, but {reason}"));
                continue;
            }
            // An older ancestor in another case: two cases that this message ties together, unless
            // they are apart for a reason.
            if nearest.as_ref().is_some_and(|near| self.are_apart(near, &known)) {
                break;
            }
            let starts_anew = hijacks(&self.message.traits, &known.card.traits, Some(&case))
                && CaseId::find_token(&self.message.subject) != Some(known.case);
            if starts_anew {
                if nearest.is_none() && self.ties.is_empty() {
                    return Some(id.clone());
                }
                break;
            }
            let reply_only = position >= references.len() - self.message.reply_only;
            let (rule, confidence) = match (reply_only, position + 1 == references.len()) {
                (true, _) => (ThreadRule::InReplyTo, 97),
                (false, true) => (ThreadRule::References, 99),
                // The parent itself is missing, or the header was cut.
                (false, false) => (ThreadRule::References, 95),
            };
            self.tie(known.case, rule, id, confidence);
            nearest = Some(known.card);
        }
        None
    }

    /// Whether two messages that one References header names are in different cases on purpose: a
    /// person moved one, or the nearer one answers the older one and yet was not let in.
    fn are_apart(&self, near: &Card, older: &Known) -> bool {
        let case = self.case(older.case);
        near.moved
            || older.card.moved
            || hijacks(&near.traits, &older.card.traits, Some(&case))
            || refusal(&case, &near.traits, &[], Some(&older.card)).is_some()
    }

    /// Ties by messages within this one: a bounce holds what bounced, a forward what was said.
    fn enclosed(&mut self) {
        for id in &self.message.encloses {
            let Some(known) = self.known(id) else { continue };
            let case = self.case(known.case);
            match self.refusal(&case, Some(&known.card)) {
                None => self.tie(known.case, ThreadRule::Enclosed, id, 90),
                Some(reason) => {
                    self.note_review(known.case, &format!("it encloses {id}, but {reason}"));
                }
            }
        }
    }

    /// Ties by messages that arrived before this one, their parent.
    fn children(&mut self) {
        let Some(id) = &self.message.message_id else { return };
        let children = self.index.awaiting(id);
        if children.is_empty() {
            return;
        }
        let here = self.here();
        let card = self.message.card();
        for child in children {
            let traits = &child.card.traits;
            let theirs = self.case(child.case);
            let admitted = refusal(&here, traits, &[], Some(&card)).is_none()
                || self.refusal(&theirs, Some(&child.card)).is_none();
            if !admitted {
                self.quoted_by.push(child.card.key);
            } else if !hijacks(traits, &self.message.traits, Some(&here))
                && (self.ties.is_empty() || !child.card.moved)
            {
                let detail = format!("referenced by an earlier message as {id}");
                self.tie(child.case, ThreadRule::LateParent, &detail, 95);
            }
        }
    }

    /// The message together with the cases that it is tied to so far.
    fn here(&self) -> CaseSummary {
        let mut here = CaseSummary::default();
        here.absorb(self.message);
        for tie in &self.ties {
            here.merge(&self.case(tie.case));
        }
        here
    }

    /// Ties by messages that reference the same message, which has not arrived.
    fn siblings(&mut self) {
        for id in self.message.references.iter().rev() {
            let siblings = self.index.awaiting(id);
            if siblings.is_empty() || self.known(id).is_some() {
                continue;
            }
            for sibling in siblings {
                let (ours, theirs) = (&self.message.traits, &sibling.card.traits);
                let case = self.case(sibling.case);
                let apart = sibling.card.moved
                    || hijacks(ours, theirs, Some(&case))
                    || hijacks(theirs, ours, None)
                    || self.refusal(&case, None).is_some();
                if !apart {
                    self.tie(sibling.case, ThreadRule::SharedAncestor, id, 90);
                }
            }
        }
    }

    /// Our own token in the subject.
    fn own_token(&mut self) {
        let Some(named) = CaseId::find_token(&self.message.subject) else { return };
        let Some(case) = self.index.case(named) else { return };
        match self.refusal(&case, None) {
            None => self.tie(named, ThreadRule::Token, &named.token(), 90),
            Some(reason) => {
                let token = named.token();
                self.note_review(named, &format!("its subject bears {token}, but {reason}"));
            }
        }
    }

    fn finish(self) -> Placement {
        let Some(first) = self.ties.first() else {
            return self.new_case(ThreadRule::New, String::new(), 100);
        };
        let why =
            Why { rule: first.rule, detail: first.detail.clone(), confidence: first.confidence };
        let primary = self.case(first.case);
        let mut joined = BTreeSet::from([first.case]);
        for tie in &self.ties[1..] {
            if !joined.contains(&tie.case) && may_merge(&primary, &self.case(tie.case)) {
                joined.insert(tie.case);
            }
        }
        // The case that began first keeps its name.
        let kept = joined.iter().min_by_key(|case| (self.case(**case).first(), **case)).copied();
        let kept = kept.unwrap_or(first.case);
        joined.remove(&kept);
        Placement {
            case: CaseChoice::Existing(kept),
            // A case that this message belongs to needs no review.
            review: self.review.filter(|r| r.case != kept && !joined.contains(&r.case)),
            merges: joined.into_iter().collect(),
            why,
            quoted_by: sorted(self.quoted_by),
        }
    }

    fn new_case(self, rule: ThreadRule, detail: String, confidence: u8) -> Placement {
        Placement {
            case: CaseChoice::New,
            merges: Vec::new(),
            why: Why { rule, detail, confidence },
            review: self.review,
            quoted_by: sorted(self.quoted_by),
        }
    }

    fn tie(&mut self, case: CaseId, rule: ThreadRule, detail: &str, confidence: u8) {
        if !self.ties.iter().any(|tie| tie.case == case) {
            self.ties.push(Tie { case, rule, detail: detail.to_owned(), confidence });
        }
    }

    fn note_review(&mut self, case: CaseId, reason: &str) {
        self.review.get_or_insert_with(|| Review { case, reason: reason.to_owned() });
    }

    fn refusal(&self, case: &CaseSummary, parent: Option<&Card>) -> Option<&'static str> {
        refusal(case, &self.message.traits, &self.message.ours, parent)
    }

    /// The message with this Message-ID, unless it is this very one.
    fn known(&self, id: &str) -> Option<Known> {
        self.index.by_message_id(id).filter(|known| known.card.key != self.message.key)
    }

    fn case(&self, case: CaseId) -> Arc<CaseSummary> {
        self.index.case(case).unwrap_or_default()
    }
}

fn sorted(mut keys: Vec<MessageKey>) -> Vec<MessageKey> {
    keys.sort_unstable();
    keys.dedup();
    keys
}
