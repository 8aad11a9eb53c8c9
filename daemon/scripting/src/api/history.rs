//! How a case went so far: who owned it, which teams wrote, how often it went to and fro.

use model::{FindingKind, Instant, Side};
use rhai::{Array, Dynamic, ImmutableString};

use super::{Api, record::Record};

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
