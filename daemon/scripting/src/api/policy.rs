//! `alert`, `settle` and whom they name: what a policy can do.

use std::sync::Arc;

use engine::alerts::{Call, PolicyAct};
use model::{
    alert::{Audience, ChainStep, Pacing, Urgency},
    fact::Role,
};
use parking_lot::Mutex;
use rhai::{Array, Dynamic, Map, NativeCallContext};

use super::{Api, Fallible, acts::Acting, fail};
use crate::error::did_you_mean;

/// The most acts of one call of a policy.
const MAX_ACTS: usize = 16;
/// The most steps of a chain, and of repeats.
const MAX_STEPS: usize = 16;
/// The longest time that an option can set, in minutes: eight weeks.
const MAX_MINUTES: f64 = 8.0 * 7.0 * 24.0 * 60.0;
/// The most characters of what an alert says and of its key.
const MAX_TEXT: usize = 500;

/// What `alert` can be given beside who and what.
pub(crate) const OPTIONS: [&str; 9] = [
    "key",
    "group",
    "channel",
    "urgency",
    "wait_minutes",
    "window_minutes",
    "quiet_hours",
    "repeat_hours",
    "then",
];
/// How an urgency is written.
pub(crate) const URGENCIES: [&str; 3] = ["page", "notice", "digest"];

/// The acts of one call of one policy.
#[derive(Debug, Clone)]
pub(crate) struct Telling {
    policy: String,
    acts: Arc<Mutex<Vec<PolicyAct>>>,
}

impl Telling {
    pub(crate) fn new(policy: &str) -> Self {
        Self { policy: policy.to_owned(), acts: Arc::default() }
    }

    /// What was done.
    pub(crate) fn take(&self) -> Vec<PolicyAct> {
        std::mem::take(&mut *self.acts.lock())
    }

    fn push(&self, act: PolicyAct) -> Fallible<()> {
        let mut acts = self.acts.lock();
        if acts.len() == MAX_ACTS {
            return fail(format!("more than {MAX_ACTS} acts in one call: alert a group instead"));
        }
        acts.push(act);
        Ok(())
    }
}

/// Whom an alert is for, within a script.
#[derive(Debug, Clone)]
struct Whom(Audience);

/// A link of a chain, within a script.
#[derive(Debug, Clone)]
struct Link(ChainStep);

fn telling(context: &NativeCallContext<'_>) -> Fallible<Telling> {
    let acting = context.tag().and_then(|tag| tag.clone().try_cast::<Acting>());
    match acting.and_then(|acting| acting.telling().cloned()) {
        Some(telling) => Ok(telling),
        None => fail("alert and settle belong into a policy's on_change"),
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    register_acts(api);
    register_audiences(api);
    api.kind::<Whom>("Audience", "Whom an alert is for.");
    api.kind::<Link>("ChainStep", "Who is told next while nobody acknowledges an alert.");
}

fn register_acts(api: &mut Api<'_>) {
    api.call(
        "",
        "alert(to, says)",
        "Only in a policy: wishes that `to`, an Audience, is told what `says` says. Hours, budgets, silences and one notice a case and window are kept by the program.",
        |context: NativeCallContext<'_>, to: Whom, says: &str| {
            alert(&context, to, says, Map::new())
        },
    );
    api.call(
        "",
        "alert(to, says, #{ option: value, .. })",
        "The same with options: `key` (two alerts of a case with one key are the same), `group` (what goes into one notice; the case), `channel` (`\"mail\"`), `urgency` (`\"page\"`, `\"notice\"` or `\"digest\"`), `wait_minutes` (first see whether it settles), `window_minutes` (one notice in so long; 60), `quiet_hours` (the same does not alert again so soon, unless graver; 12), `repeat_hours` (a list: repeats while nobody acknowledges, the last one over and over), `then` (a list of ChainStep).",
        |context: NativeCallContext<'_>, to: Whom, says: &str, options: Map| {
            alert(&context, to, says, options)
        },
    );
    api.call(
        "",
        "settle(key)",
        "Only in a policy: what it told of this case under `key` no longer holds; what has not gone out does not, and repeats stop.",
        |context: NativeCallContext<'_>, key: &str| {
            let telling = telling(&context)?;
            let policy = telling.policy.clone();
            telling.push(PolicyAct::Settle { policy, key: key.to_owned() })
        },
    );
}

fn register_audiences(api: &mut Api<'_>) {
    api.call(
        "",
        "owner() -> Audience",
        "The owner of the case; its team where it has none.",
        || Whom(Audience::Owner),
    );
    api.call(
        "",
        "team() -> Audience",
        "The team that handles the case: whoever is on duty, else all of it.",
        || Whom(Audience::CaseTeam),
    );
    api.call("", "team(name) -> Audience", "A team of the configuration.", |name: &str| {
        Whom(Audience::Team(name.to_owned()))
    });
    api.call(
        "",
        "role(name) -> Audience",
        "Everybody with that role: `admin`, `ops`, `manager`, `agent` or `viewer`.",
        role,
    );
    api.call(
        "",
        "group(name) -> Audience",
        "A named group of addresses of the configuration.",
        |name: &str| Whom(Audience::Group(name.to_owned())),
    );
    api.call("", "person(address) -> Audience", "One address.", |address: &str| {
        Whom(Audience::Person(address.to_lowercase()))
    });
    api.call(
        "",
        "after_minutes(minutes, to) -> ChainStep",
        "A step of `then`: who is told after so many minutes without an acknowledgement.",
        |minutes: i64, to: Whom| -> Fallible<Link> {
            let after = in_minutes(minutes as f64, "after_minutes")?;
            Ok(Link(ChainStep { audience: to.0, after }))
        },
    );
}

fn role(name: &str) -> Fallible<Whom> {
    let all = [Role::Admin, Role::Ops, Role::Manager, Role::Agent, Role::Viewer];
    if let Some(role) = all.into_iter().find(|role| role.word() == name) {
        return Ok(Whom(Audience::Role(role)));
    }
    let hint = did_you_mean(name, all.map(Role::word));
    fail(format!("no role `{name}`{hint}"))
}

fn alert(context: &NativeCallContext<'_>, to: Whom, says: &str, options: Map) -> Fallible<()> {
    let telling = telling(context)?;
    let mut call = Call {
        policy: telling.policy.clone(),
        audience: to.0,
        channel: "mail".to_owned(),
        urgency: Urgency::Notice,
        says: crate::readings::capped(says, MAX_TEXT).to_owned(),
        key: String::new(),
        group: None,
        pacing: Pacing { window: 60, quiet: 12 * 60, ..Pacing::default() },
    };
    for (name, value) in options {
        set_option(&mut call, &name, value)?;
    }
    telling.push(PolicyAct::Alert(call))
}

fn set_option(call: &mut Call, name: &str, value: Dynamic) -> Fallible<()> {
    let pacing = &mut call.pacing;
    match name {
        "key" => call.key = text(name, &value)?,
        "group" => call.group = Some(text(name, &value)?),
        "channel" => call.channel = text(name, &value)?,
        "urgency" => call.urgency = urgency(&text(name, &value)?)?,
        "wait_minutes" => pacing.wait = in_minutes(number(name, &value)?, name)?,
        "window_minutes" => pacing.window = in_minutes(number(name, &value)?, name)?,
        "quiet_hours" => pacing.quiet = in_minutes(number(name, &value)? * 60.0, name)?,
        "repeat_hours" => {
            let gap = |value: &Dynamic| {
                let gap = in_minutes(number(name, value)? * 60.0, name)?;
                if gap == 0 { fail("a repeat comes after some time: not 0") } else { Ok(gap) }
            };
            pacing.repeats = list(name, value)?.iter().map(gap).collect::<Fallible<_>>()?;
        }
        "then" => {
            let step = |value: Dynamic| match value.try_cast::<Link>() {
                Some(link) => Ok(link.0),
                None => fail("`then` is a list of after_minutes(minutes, to)"),
            };
            pacing.chain = list(name, value)?.into_iter().map(step).collect::<Fallible<_>>()?;
        }
        _ => {
            let hint = did_you_mean(name, OPTIONS);
            return fail(format!("alert knows no option `{name}`{hint}"));
        }
    }
    Ok(())
}

fn urgency(word: &str) -> Fallible<Urgency> {
    match word {
        "page" => Ok(Urgency::Page),
        "notice" => Ok(Urgency::Notice),
        "digest" => Ok(Urgency::Digest),
        _ => fail(format!("`{word}` is no urgency: write page, notice or digest")),
    }
}

fn text(option: &str, value: &Dynamic) -> Fallible<String> {
    match value.clone().into_string() {
        Ok(text) => Ok(crate::readings::capped(&text, MAX_TEXT).to_owned()),
        Err(kind) => fail(format!("the option `{option}` is a text, not a {kind}")),
    }
}

fn number(option: &str, value: &Dynamic) -> Fallible<f64> {
    match (value.as_int(), value.as_float()) {
        (Ok(whole), _) => Ok(whole as f64),
        (_, Ok(number)) => Ok(number),
        (_, Err(kind)) => fail(format!("the option `{option}` is a number, not a {kind}")),
    }
}

fn list(option: &str, value: Dynamic) -> Fallible<Array> {
    match value.try_cast::<Array>() {
        Some(list) if list.len() <= MAX_STEPS => Ok(list),
        Some(_) => fail(format!("the option `{option}` has more than {MAX_STEPS} steps")),
        None => fail(format!("the option `{option}` is a list: write [ .. ]")),
    }
}

fn in_minutes(minutes: f64, what: &str) -> Fallible<u32> {
    if (0.0..=MAX_MINUTES).contains(&minutes) {
        return Ok(minutes.round() as u32);
    }
    fail(format!("`{what}` lies between 0 and eight weeks"))
}
