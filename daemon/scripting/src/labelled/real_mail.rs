//! What the default set finds in the mail of real people who complain of nothing to us, as if every
//! message had been sent to our support. Where the corpora are not at hand nothing is measured.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use engine::{CaseFile, CaseMessage, Participant, assess};
use jiff::{SignedDuration, tz::TimeZone};
use mail::{Limits, ParseContext};
use model::{Address, CaseId, FindingKind, Instant, Side};

use super::{corpora, quote};
use crate::{RhaiEvaluator, RuleSet, set::Tests};

/// How many messages of each kind are read.
const MOST: usize = 2000;
/// So many firings are printed for a person to judge, chosen by [`SEED`] alone.
const SAMPLE: usize = 100;
/// Chooses the sample; the figures of `tests/bench/README.md` were judged with this one.
const SEED: &[u8] = b"2026-11";
/// Letters before and behind a quote that are printed with it.
const AROUND: usize = 160;

/// A firing to be looked at: its place in the draw, and what is printed.
type Drawn = ([u8; 16], String);

#[test]
fn mail_that_is_no_complaint_fills_no_queue() {
    let Some(corpora) = corpora() else {
        println!("skipped: WATCHKEEPER_CORPORA is not set");
        return;
    };
    let rules = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let files = crate::files::read(&rules).unwrap();
    let set = RuleSet::with_tests("default", files, Tests::Skip).unwrap_or_else(|e| panic!("{e}"));
    let evaluator = RhaiEvaluator::new(Arc::new(set));
    // The largest share that may be taken for an escalation; no spam comes to a support unsifted.
    let kinds = [
        ("lists", "corpora/mail/lists", 0.01),
        ("business", "corpora/mail/enron/blair-l", 0.01),
        ("ham", "corpora/mail/spamassassin/easy-ham-1", 0.03),
        ("spam", "corpora/mail/spamassassin/spam-1", 0.05),
    ];
    let mut too_many = Vec::new();
    let mut drawn: Vec<Drawn> = Vec::new();
    for (kind, folder, share) in kinds {
        let (mut count, mut escalated) = (0, 0_usize);
        let mut fired: BTreeMap<String, usize> = BTreeMap::new();
        for path in files_below(&corpora.join(folder)).into_iter().take(MOST) {
            let Some(case) = alone(&path) else { continue };
            count += 1;
            let until = case.messages[0].at.plus(SignedDuration::from_mins(1));
            let found = assess(&case, &evaluator, until);
            assert_eq!(found.errors, [], "{}", path.display());
            let level = found.assessment.level_at(until);
            escalated += usize::from(matches!(level.as_str(), "S1" | "S2" | "S3"));
            for finding in &found.assessment.findings {
                let FindingKind::SignalRaised { signal, .. } = &finding.kind else { continue };
                *fired.entry(signal.to_string()).or_default() += 1;
                let key = case.messages[0].key;
                let draw = model::id::short_hash(&[SEED, &key.0, signal.as_str().as_bytes()]);
                let shown = around(&case, &finding.kind);
                drawn.push((draw, format!("[{kind}] {signal} {level}: {shown}")));
            }
        }
        println!("{kind}: {count} messages, {escalated} escalated, {fired:?}");
        if escalated as f64 > share * f64::from(count) {
            too_many.push(kind);
        }
    }
    drawn.sort();
    for (number, (_, shown)) in drawn.iter().take(SAMPLE).enumerate() {
        println!("{:>3} {shown}", number + 1);
    }
    assert!(too_many.is_empty(), "{too_many:?}");
}

/// The words that a firing stands on, marked, with some of what stands around them.
fn around(case: &CaseFile, kind: &FindingKind) -> String {
    let body = &*case.messages[0].body;
    let words = quote(case, kind);
    let Some(start) = body.find(&words).filter(|_| !words.is_empty()) else { return words };
    let end = start + words.len();
    let from = body.floor_char_boundary(start.saturating_sub(AROUND));
    let to = body.ceil_char_boundary((end + AROUND).min(body.len()));
    let marked = format!("{}>>{words}<<{}", &body[from..start], &body[end..to]);
    marked.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Files in a folder and below it, in order of their paths.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// A case of the message in a file alone, sent to our support by a customer.
fn alone(path: &Path) -> Option<Arc<CaseFile>> {
    let captured = Instant::from_seconds(1_772_000_000);
    let context = ParseContext { received: None, journal: false, captured };
    let message = mail::parse(&std::fs::read(path).unwrap(), &context, &Limits::default()).ok()?;
    let person =
        |address: Address, side: Side| Participant { address, side, team: None, title: "".into() };
    let support = Address { name: String::new(), email: "support@ours.example".to_owned() };
    let seen = CaseMessage {
        key: message.key,
        at: message.happened,
        offset: message.utc_offset,
        from: person(message.from.clone(), Side::Customer),
        to: vec![person(support, Side::Us)],
        cc: vec![],
        subject: message.subject.as_str().into(),
        body: message.body.as_str().into(),
        segments: message.segments.as_slice().into(),
        class: message.class.kind,
        attachments: vec![],
        answers: None,
    };
    Some(Arc::new(CaseFile {
        id: CaseId::derive(&message.key, 0),
        account: None,
        contacts: vec![],
        messages: vec![Arc::new(seen)],
        notes: vec![],
        judged: vec![],
        decided: vec![],
        given_to: None,
        earlier: [].into(),
        calendar: Arc::new(engine::Calendar::office_hours(TimeZone::UTC)),
        reply_minutes: None,
    }))
}
