//! How a case went so far: who owned it, which teams wrote, how often it went to and fro.

use std::sync::Arc;

use engine::CaseMessage;
use model::{FindingKind, Instant, Side};
use rhai::{Array, Dynamic, ImmutableString};

use super::{Api, message::Message, record::Record};
use crate::scene::Scene;

pub(super) fn register(api: &mut Api<'_>) {
    api.get(
        "Record",
        "owner: string",
        "The address of the person of ours who owns it; empty if nobody does.",
        |r: &mut Record| -> ImmutableString {
            owners(r).last().map_or_else(ImmutableString::new, |(_, who)| who.into())
        },
    );
    api.get(
        "Record",
        "owner_changes: list of Instant",
        "When it went from one owner to another, in order of time.",
        |r: &mut Record| -> Array {
            owners(r).iter().skip(1).map(|(at, _)| Dynamic::from(*at)).collect()
        },
    );
    api.get(
        "Record",
        "teams: list of string",
        "The teams of ours whose people wrote in it, in order of their first message.",
        |r: &mut Record| teams(r),
    );
    api.get(
        "Record",
        "exchanges: int",
        "How often the turn went from the customer's people to ours and back, mail of machines left out.",
        |r: &mut Record| exchanges(r),
    );
    api.get(
        "Record",
        "last_word: Message or ()",
        "The latest message that a person of the customer's wrote.",
        |r: &mut Record| earlier(&r.0, r.0.messages, CaseMessage::from_customer),
    );
    api.get(
        "Message",
        "before: Message or ()",
        "The message that a person wrote before it.",
        |m: &mut Message| earlier(&m.scene, m.position, |_| true),
    );
    api.get(
        "Message",
        "before_from_customer: Message or ()",
        "The message that a person of the customer's wrote before it.",
        |m: &mut Message| earlier(&m.scene, m.position, CaseMessage::from_customer),
    );
}

/// The last message before `position` that a person wrote and that `fits`.
fn earlier(scene: &Arc<Scene>, position: usize, fits: impl Fn(&CaseMessage) -> bool) -> Dynamic {
    let found = scene.visible()[..position].iter().rposition(|m| !m.is_automatic() && fits(m));
    found.map_or(Dynamic::UNIT, |at| Dynamic::from(Message::new(scene, at)))
}

/// Owners in order of time, each with its beginning.
fn owners(record: &Record) -> Vec<(Instant, String)> {
    let findings = record.0.findings.iter();
    let owned = findings.filter_map(|finding| match &finding.kind {
        FindingKind::Owner { to: Some(to) } => Some((finding.at, to.clone())),
        _ => None,
    });
    owned.collect()
}

fn teams(record: &Record) -> Array {
    let mut teams: Vec<&str> = Vec::new();
    for message in record.0.visible().iter().filter(|m| m.from_us() && !m.is_automatic()) {
        if let Some(team) = message.from.team.as_deref()
            && !teams.contains(&team)
        {
            teams.push(team);
        }
    }
    teams.into_iter().map(|team| Dynamic::from(ImmutableString::from(team))).collect()
}

fn exchanges(record: &Record) -> i64 {
    let human = record.0.visible().iter().filter(|m| !m.is_automatic());
    let sides: Vec<Side> = human.map(|m| m.from.side).filter(|s| *s != Side::Partner).collect();
    let turns = sides.windows(2).filter(|pair| pair[0] != pair[1]).count();
    (turns / 2) as i64
}
