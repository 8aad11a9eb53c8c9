//! Telling once more: repeats that back off, chains that go on, snoozes that end.

use jiff::SignedDuration;
use model::{
    Actor, Fact, Instant,
    alert::{Audience, Renewal},
    id::AlertId,
};

use super::{
    decide::Work,
    desk::{Desk, Round, Tracked},
};

impl Tracked {
    /// What comes next while nobody acknowledges it, and when.
    pub(super) fn next(&self) -> Option<(Instant, Renewal)> {
        if !self.interrupts() {
            return None;
        }
        if let Some(until) = self.snoozed {
            return Some((until, Renewal::SnoozeEnded));
        }
        let chain = self.next_step();
        let repeat = self.next_repeat();
        [chain, repeat].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    fn next_step(&self) -> Option<(Instant, Renewal)> {
        let done = self.steps_done();
        let step = self.alert.pacing.chain.get(done)?;
        let counts = |round: &&Round| round.reason != Some(Renewal::Repeat);
        let last = self.rounds.iter().rev().find(counts)?;
        let number = u32::try_from(done + 1).ok()?;
        Some((last.due().plus(minutes(step.after)), Renewal::Chain(number)))
    }

    fn next_repeat(&self) -> Option<(Instant, Renewal)> {
        let is_repeat = |round: &&Round| round.reason == Some(Renewal::Repeat);
        let done = self.rounds.iter().filter(is_repeat).count();
        let gaps = &self.alert.pacing.repeats;
        let gap = gaps.get(done).or(gaps.last())?;
        let last = self.rounds.last()?;
        Some((last.due().plus(minutes(*gap)), Renewal::Repeat))
    }

    fn steps_done(&self) -> usize {
        let is_step = |round: &&Round| matches!(round.reason, Some(Renewal::Chain(_)));
        self.rounds.iter().filter(is_step).count()
    }

    /// Who is told by `renewal`: the next link of the chain, or everybody reached so far.
    fn audiences(&self, renewal: Renewal) -> Vec<Audience> {
        let chain = &self.alert.pacing.chain;
        if let Renewal::Chain(step) = renewal {
            let step = chain.get(step as usize - 1);
            return step.map(|step| step.audience.clone()).into_iter().collect();
        }
        let reached = chain.iter().take(self.steps_done()).map(|step| step.audience.clone());
        std::iter::once(self.alert.audience.clone()).chain(reached).collect()
    }
}

impl Desk {
    /// The next instant at which time alone brings something to decide; nothing if it never does.
    pub fn wake(&self) -> Option<Instant> {
        let open = self.maybe_open().flat_map(|tracked| {
            let next = tracked.next().map(|(at, _)| {
                // What is silenced then waits for the silence's end.
                let silence = self.silenced(&tracked.alert, at);
                silence.map_or(at, |kept| at.max(kept.silence.until))
            });
            let expires = tracked.interrupts().then(|| Work::expires(tracked));
            next.into_iter().chain(expires)
        });
        let silences = self.silences().filter(|kept| kept.lifted.is_none());
        open.chain(silences.map(|kept| kept.silence.until)).min()
    }
}

impl Work<'_> {
    /// Tells once more what is due for it.
    pub(super) fn renew(&mut self) {
        let due: Vec<AlertId> = self
            .desk
            .maybe_open()
            .filter(|tracked| tracked.is_open(self.now()))
            .map(|tracked| tracked.alert.id)
            .collect();
        for id in due {
            // A renewal's own time is never before now, so this ends after one.
            self.renew_one(id);
        }
    }

    fn renew_one(&mut self, id: AlertId) {
        let now = self.now();
        let Some(tracked) = self.desk.alert(&id).cloned() else { return };
        let Some((at, reason)) = tracked.next() else { return };
        if at > now || self.desk.silenced(&tracked.alert, now).is_some() {
            return;
        }
        let audiences = tracked.audiences(reason);
        let deliveries = self.deliveries(&tracked.alert, &audiences, now, None);
        self.record(Actor::System, Fact::AlertRenewed { alert: id, reason, deliveries });
    }
}

fn minutes(minutes: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(minutes))
}
