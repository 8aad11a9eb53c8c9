//! A change of a case, as policies look at it.

use std::{collections::BTreeMap, sync::Arc};

use engine::alerts::{Change, Standing};
use jiff::civil::Date;
use model::{Instant, SignalId};
use rhai::{Array, Dynamic, ImmutableString};

use super::Api;

/// A change within a script.
#[derive(Debug, Clone)]
pub(crate) struct Changed(pub(crate) Arc<Change>);

/// One side of a change within a script.
#[derive(Debug, Clone)]
struct Side(Arc<Standing>);

pub(super) fn register(api: &mut Api<'_>) {
    register_change(api);
    register_account(api);
    register_standing(api);
}

fn register_change(api: &mut Api<'_>) {
    api.kind::<Changed>("Change", "A case before and after something happened, for policies.");
    api.get("Change", "at: Instant", "When it happened.", |c: &mut Changed| c.0.at);
    api.get("Change", "before: Standing", "The case just before.", |c: &mut Changed| {
        Side(Arc::clone(&c.0.before))
    });
    api.get("Change", "after: Standing", "The case since then.", |c: &mut Changed| {
        Side(Arc::clone(&c.0.after))
    });
    api.get(
        "Change",
        "raised: bool",
        "Whether the level became a graver one.",
        |c: &mut Changed| c.0.raised(),
    );
    api.get(
        "Change",
        "lowered: bool",
        "Whether the level became a lesser one.",
        |c: &mut Changed| c.0.lowered(),
    );
    api.get(
        "Change",
        "top: bool",
        "Whether the level since then is the gravest of all.",
        |c: &mut Changed| c.0.top,
    );
    api.get(
        "Change",
        "reopened: bool",
        "Whether the case was resolved or dismissed and is no longer.",
        |c: &mut Changed| c.0.reopened(),
    );
    api.call(
        "Change",
        "began(signal) -> bool",
        "Whether the signal of that name began to hold.",
        |c: &mut Changed, signal: &str| c.0.began(&SignalId::new(signal)),
    );
    api.call(
        "Change",
        "ended(signal) -> bool",
        "Whether the signal of that name ceased to hold.",
        |c: &mut Changed, signal: &str| c.0.ended(&SignalId::new(signal)),
    );
    api.get(
        "Change",
        "by: string",
        "The person who made the change; empty if mail or time did.",
        |c: &mut Changed| -> ImmutableString { c.0.by.as_deref().unwrap_or_default().into() },
    );
    api.get(
        "Change",
        "reasons: list of string",
        "Why the level is what it is, the most important first.",
        |c: &mut Changed| -> Array {
            c.0.reasons.iter().map(|reason| Dynamic::from(reason.text.clone())).collect()
        },
    );
    api.get(
        "Change",
        "team: string",
        "The team that handles the case; empty if none.",
        |c: &mut Changed| -> ImmutableString {
            c.0.subject.team.as_deref().unwrap_or_default().into()
        },
    );
}

fn register_account(api: &mut Api<'_>) {
    api.get(
        "Change",
        "tier: string",
        "The service tier of the account; empty if unknown.",
        |c: &mut Changed| -> ImmutableString {
            let account = c.0.subject.account.as_ref();
            account.and_then(|account| account.tier.as_deref()).unwrap_or_default().into()
        },
    );
    api.call(
        "Change",
        "field(name) -> string",
        "Any further column of the account's import; empty if there is none.",
        |c: &mut Changed, name: &str| -> ImmutableString {
            let account = c.0.subject.account.as_ref();
            let value = account.and_then(|account| account.fields.get(name));
            value.map_or("", String::as_str).into()
        },
    );
    api.call(
        "Change",
        "renews_within(days) -> bool",
        "Whether the account's contract renews within so many days.",
        |c: &mut Changed, days: i64| renews_within(&c.0, days),
    );
}

fn renews_within(change: &Change, days: i64) -> bool {
    let account = change.subject.account.as_ref();
    let renewal = account.and_then(|account| account.renewal.as_deref()?.parse::<Date>().ok());
    let today = change.at.in_zone(&jiff::tz::TimeZone::UTC).date();
    renewal.is_some_and(|date| (0..=days).contains(&i64::from((date - today).get_days())))
}

fn register_standing(api: &mut Api<'_>) {
    api.kind::<Side>("Standing", "One side of a Change.");
    api.get(
        "Standing",
        "level: string",
        "The level, a person's before the rules', or `none`.",
        |s: &mut Side| -> ImmutableString { s.0.level.as_str().into() },
    );
    api.get("Standing", "rank: int", "The rank of the level, 0 to 100.", |s: &mut Side| {
        i64::from(s.0.rank)
    });
    api.get(
        "Standing",
        "escalated: bool",
        "Whether the level counts as an escalation.",
        |s: &mut Side| s.0.escalated,
    );
    api.call(
        "Standing",
        "has(name) -> bool",
        "Whether the signal of that name is raised.",
        |s: &mut Side, name: &str| s.0.signals.contains_key(&SignalId::new(name)),
    );
    api.get(
        "Standing",
        "raised_signals: list of string",
        "The names of the signals that are raised.",
        |s: &mut Side| -> Array {
            s.0.signals.keys().map(|id| Dynamic::from(id.as_str().to_owned())).collect()
        },
    );
    api.call(
        "Standing",
        "input(signal, name) -> string",
        "An input of the latest firing of a signal; empty if there is none.",
        |s: &mut Side, signal: &str, name: &str| -> ImmutableString {
            let raised = s.0.signals.get(&SignalId::new(signal));
            let inputs: Option<&BTreeMap<String, String>> = raised.map(|raised| &raised.inputs);
            inputs.and_then(|inputs| inputs.get(name)).map_or("", String::as_str).into()
        },
    );
    api.get(
        "Standing",
        "owner: string",
        "The address of the owner; empty if there is none.",
        |s: &mut Side| -> ImmutableString { s.0.owner.as_deref().unwrap_or_default().into() },
    );
    api.get(
        "Standing",
        "waiting_on: string",
        "Who has to act next: `us`, `customer`, `internal:<team>` or `nobody`.",
        |s: &mut Side| -> ImmutableString { s.0.waiting_on.as_str().into() },
    );
    api.get(
        "Standing",
        "reply_due: Instant or ()",
        "When the reply that is owed falls due.",
        |s: &mut Side| s.0.reply_due.map_or(Dynamic::UNIT, Dynamic::from::<Instant>),
    );
    api.get(
        "Standing",
        "state: string",
        "The state of the case: `candidate`, `open`, `monitoring`, `resolved`, `reopened` or `dismissed`.",
        |s: &mut Side| -> ImmutableString { s.0.state.as_str().into() },
    );
}
