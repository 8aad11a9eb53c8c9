//! The ledger against the labels, counted as `score.py` beside the threads counts.

use std::collections::BTreeSet;

use engine::CaseFile;
use model::{Assessment, Instant, PromiseId, PromiseState, Span};

use super::Thread;

/// What was found of the labelled promises.
#[derive(Debug, Default)]
pub(super) struct Tally {
    found: usize,
    missed: usize,
    extra: usize,
    side: usize,
    due: usize,
    due_of: usize,
    outcome: usize,
}

/// A promise as an export would give it.
struct Exported {
    id: PromiseId,
    span: Span,
    by: &'static str,
    due: Option<Instant>,
    outcome: &'static str,
    turns: Vec<(Instant, Option<Span>)>,
}

impl Tally {
    pub(super) fn compare(&mut self, thread: &Thread<'_>, case: &CaseFile, found: &Assessment) {
        let promises = exported(found, thread.instant("now"));
        let mut used: BTreeSet<PromiseId> = BTreeSet::new();
        for wanted in thread.0["truth"]["promises"].as_array().unwrap() {
            let (at, quote) = (&wanted["at"], wanted["quote"].as_str().unwrap());
            let message = thread.key(at.as_u64().unwrap());
            let hit = promises.iter().find(|p| {
                !used.contains(&p.id)
                    && p.span.message == message
                    && overlap(&words(case, &p.span), quote)
            });
            let Some(hit) = hit else {
                self.missed += 1;
                println!("[promise missed] {} at {at}: {quote:?}", thread.id());
                continue;
            };
            used.insert(hit.id);
            self.found += 1;
            self.side += usize::from(wanted["by"] == hit.by);
            if let Some(due) = wanted["due"].as_str() {
                let due: Instant = due.parse().unwrap();
                self.due_of += 1;
                let near = |found: Instant| found.since(due).as_secs().abs() <= 3600;
                self.due += usize::from(hit.due.is_some_and(near));
                if !hit.due.is_some_and(near) {
                    let found = hit.due.map(|at| at.to_string());
                    println!("[due] {} {quote:?} wanted {due}, found {found:?}", thread.id());
                }
            }
            self.outcome += usize::from(wanted["outcome"] == hit.outcome);
            if wanted["outcome"] != hit.outcome {
                let wanted = &wanted["outcome"];
                println!(
                    "[outcome] {} at {at} {quote:?} wanted {wanted}, found {}",
                    thread.id(),
                    hit.outcome
                );
                for (at, evidence) in &hit.turns {
                    println!("    {at}: {:?}", evidence.as_ref().map(|span| words(case, span)));
                }
            }
        }
        for extra in promises.iter().filter(|p| !used.contains(&p.id)) {
            self.extra += 1;
            let place = case.messages.iter().position(|m| m.key == extra.span.message);
            let words = words(case, &extra.span);
            println!(
                "[promise too many] {} at {:?} by {}: {words:?}",
                thread.id(),
                place.map(|p| p + 1),
                extra.by
            );
        }
    }

    fn shares(&self) -> [(&'static str, f64, f64); 5] {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        [
            ("promise recall", share(self.found, self.found + self.missed), 0.9),
            ("promise precision", share(self.found, self.found + self.extra), 0.9),
            ("promise side right", share(self.side, self.found), 0.97),
            ("due times right", share(self.due, self.due_of), 0.93),
            ("outcomes right", share(self.outcome, self.found), 0.9),
        ]
    }

    pub(super) fn show(&self) {
        for (name, share, _) in self.shares() {
            println!("{name:22} {share:.3}");
        }
    }

    pub(super) fn check(&self) {
        for (name, share, least) in self.shares() {
            assert!(share >= least, "{name} {share:.3} is below {least}");
        }
    }
}

/// The promises of an assessment with what had become of them at `now`.
fn exported(found: &Assessment, now: Instant) -> Vec<Exported> {
    let standing = found.promises_at(now).into_iter();
    let outcome = |state: PromiseState| match state {
        PromiseState::Late | PromiseState::Disputed => "missed",
        state => state.name(),
    };
    standing
        .map(|p| Exported {
            id: p.id,
            by: p.by.name(),
            due: p.due,
            outcome: outcome(p.state()),
            turns: p.history.iter().skip(1).map(|t| (t.at, t.evidence.clone())).collect(),
            span: p.span,
        })
        .collect()
}

fn words(case: &CaseFile, span: &Span) -> String {
    let message = case.messages.iter().find(|m| m.key == span.message);
    message.and_then(|m| span.of(&m.body)).unwrap_or_default().to_owned()
}

/// Whether two quotes speak of the same passage.
fn overlap(a: &str, b: &str) -> bool {
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let (a, b) = (normal(a), normal(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    if a.contains(&b) || b.contains(&a) {
        return true;
    }
    let (a, b): (BTreeSet<&str>, BTreeSet<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    2 * a.intersection(&b).count() >= a.len().min(b.len())
}
