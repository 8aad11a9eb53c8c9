//! Acts of persons on promises.

use model::{
    Actor, Fact, Instant, MessageKey, PromiseDecision, PromiseId, Span, SpanPart, fact::NewFact,
};

use super::PromiseRecord;
use crate::{
    Result,
    acts::invalid,
    watchkeeper::{Watchkeeper, not_found},
};

/// What a person does about a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is one, as it was read.
    Confirm,
    /// These words are no promise.
    Reject,
    /// It is due at another time, or delivers something else.
    Edit {
        /// When it is due; nothing where no time was named.
        due: Option<Instant>,
        /// What is to be delivered; nothing leaves the rules' reading.
        deliverable: Option<String>,
    },
    /// It was taken back.
    Withdraw,
    /// It was kept.
    Keep {
        /// The message that shows it.
        evidence: Option<MessageKey>,
        /// When it was, where no message shows it; now unless given.
        at: Option<Instant>,
    },
}

impl Watchkeeper {
    /// Decides about a promise. What puts its reading right holds from its message on; what became
    /// of it, from when that happened.
    pub fn decide_promise(
        &self,
        id: PromiseId,
        decision: Decision,
        reason: String,
        actor: Actor,
        now: Instant,
    ) -> Result<PromiseRecord> {
        let Some(promise) = self.find_promise(id)? else {
            return Err(not_found(format!("promise {id}")));
        };
        let Some(span) = promise.quote.as_ref().map(|quote| quote.span.clone()) else {
            return Err(not_found(format!("the words of promise {id}")));
        };
        let (at, decided) = self.effect(&promise, decision, now)?;
        self.record_decision(span, decided, at, reason, actor, now)?;
        Ok(self.find_promise(id)?.unwrap_or(promise))
    }

    /// Says that words of a message are a promise that the rules did not see.
    pub fn add_promise(
        &self,
        span: Span,
        due: Option<Instant>,
        deliverable: Option<String>,
        actor: Actor,
        now: Instant,
    ) -> Result<PromiseRecord> {
        let message = self.message(span.message)?.message;
        if span.part != SpanPart::Body || span.start >= span.end || span.of(&message.body).is_none()
        {
            return Err(invalid(
                &format!("{}..{} is no passage of the message", span.start, span.end),
                "give byte offsets of its body, on whole characters",
            ));
        }
        let id = PromiseId::of(&span);
        let decided = PromiseDecision::Edited { due, deliverable };
        self.record_decision(span, decided, message.happened, String::new(), actor, now)?;
        let made = self.find_promise(id)?;
        made.ok_or_else(|| {
            let what = "these words belong to a promise that is known, or to nobody who promises";
            invalid(what, "edit the promise that stands there")
        })
    }

    /// When a decision takes effect, and as what it is recorded.
    fn effect(
        &self,
        promise: &PromiseRecord,
        decision: Decision,
        now: Instant,
    ) -> Result<(Instant, PromiseDecision)> {
        Ok(match decision {
            Decision::Confirm => (promise.at, PromiseDecision::Confirmed),
            Decision::Reject => (promise.at, PromiseDecision::Rejected),
            Decision::Edit { due, deliverable } => {
                if due.is_some_and(|due| due < promise.at) {
                    let what = "the promise would be due before it was made";
                    return Err(invalid(what, "give a later time, or none"));
                }
                (promise.at, PromiseDecision::Edited { due, deliverable })
            }
            Decision::Withdraw => (now, PromiseDecision::Withdrawn),
            Decision::Keep { evidence, at } => {
                let shown = evidence.map(|key| self.message(key)).transpose()?;
                let at = shown.map(|m| m.message.happened).or(at).unwrap_or(now);
                if at < promise.at {
                    let what = "the evidence is older than the promise";
                    return Err(invalid(what, "name a later message or time"));
                }
                (at, PromiseDecision::Kept { evidence })
            }
        })
    }

    fn record_decision(
        &self,
        promise: Span,
        decided: PromiseDecision,
        at: Instant,
        reason: String,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let fact = Fact::PromiseDecided { promise, decided, reason };
        self.ports.journal.append(&[NewFact { at, recorded: now, actor, fact }])?;
        self.project_all(now)?;
        self.settle_search()
    }
}
