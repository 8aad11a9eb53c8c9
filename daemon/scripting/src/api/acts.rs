//! `raise`, `clear`, `wake`: what a signal can do.

use std::{collections::BTreeMap, sync::Arc};

use engine::{Act, NearMiss, alerts::PolicyAct};
use model::{Instant, SignalId, Span, SpanPart};
use parking_lot::Mutex;
use rhai::{Array, Dynamic, Map, NativeCallContext};

use super::{
    Api, Fallible, fail, message::Message, passage::Passage, person::Person, policy::Telling,
};

/// The most spans of one raise: a reader looks at no more.
const MAX_SPANS: usize = 16;
/// The most acts of one call.
const MAX_ACTS: usize = 32;

/// The acts of one call of one signal; the script engine carries it beside the call.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    signal: SignalId,
    weight: i32,
    acts: Arc<Mutex<Vec<Act>>>,
    nearly: Arc<Mutex<Vec<NearMiss>>>,
    /// Whether somebody wants to know what nearly happened.
    explain: bool,
    /// What a policy does instead; nothing for a signal.
    telling: Option<Telling>,
}

impl Acting {
    pub(crate) fn new(signal: SignalId, weight: i32, explain: bool) -> Self {
        let (acts, nearly) = (Arc::default(), Arc::default());
        Self { signal, weight, acts, nearly, explain, telling: None }
    }

    /// What a policy does.
    pub(crate) fn of_policy(name: &str) -> Self {
        let telling = Some(Telling::new(name));
        Self { telling, ..Self::new(SignalId::new(name), 0, false) }
    }

    /// The acts of a policy, if it is one.
    pub(crate) fn telling(&self) -> Option<&Telling> {
        self.telling.as_ref()
    }

    /// What a policy did.
    pub(crate) fn told(&self) -> Vec<PolicyAct> {
        self.telling.as_ref().map(Telling::take).unwrap_or_default()
    }

    /// What was done.
    pub(crate) fn take(&self) -> Vec<Act> {
        std::mem::take(&mut *self.acts.lock())
    }

    /// Where it nearly fired.
    pub(crate) fn near_misses(&self) -> Vec<NearMiss> {
        std::mem::take(&mut *self.nearly.lock())
    }

    fn push(&self, act: Act) -> Fallible<()> {
        let mut acts = self.acts.lock();
        if acts.len() == MAX_ACTS {
            return fail(format!(
                "more than {MAX_ACTS} acts in one call: raise once, with a list of spans"
            ));
        }
        acts.push(act);
        Ok(())
    }
}

/// The acting signal of this call.
fn acting(context: &NativeCallContext<'_>) -> Fallible<Acting> {
    match context.tag().and_then(|tag| tag.clone().try_cast::<Acting>()) {
        Some(acting) if acting.telling.is_none() => Ok(acting),
        _ => fail(
            "raise, clear and wake belong into a signal's on_message, on_note, on_timer or on_level",
        ),
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.call(
        "",
        "raise(place)",
        "Raises the signal of this file. `place` is a Passage, a Message, a Person, a list of these, or `()` where time alone decides. While the signal is raised, raising it again adds evidence.",
        |context: NativeCallContext<'_>, place: Dynamic| raise(&context, &place, Map::new()),
    );
    api.call(
        "",
        "raise(place, #{ name: value, .. })",
        "The same, with what the rule looked at, for people to see. An input called `weight` replaces `WEIGHT` this once.",
        |context: NativeCallContext<'_>, place: Dynamic, inputs: Map| raise(&context, &place, inputs),
    );
    api.call(
        "",
        "clear()",
        "The signal of this file no longer holds. Nothing happens if it did not.",
        |context: NativeCallContext<'_>| {
            let acting = acting(&context)?;
            let signal = acting.signal.clone();
            acting.push(Act::Clear { signal })
        },
    );
    api.call(
        "",
        "wake(name, instant)",
        "Asks for a call of `on_timer(record, name)` at that instant. A second timer of the same name replaces the first; `()` as instant asks for nothing.",
        |context: NativeCallContext<'_>, name: &str, at: Instant| {
            let acting = acting(&context)?;
            let signal = acting.signal.clone();
            acting.push(Act::Wake { signal, name: name.to_owned(), at })
        },
    );
    api.call("", "wake(name, instant)", "", |_: &str, (): ()| ());
    api.call(
        "",
        "nearly(place, reason)",
        "For people who ask \"why not?\": the signal would have fired at this place, but for what `reason` says, such as `\"no reply is owed\"`.",
        |context: NativeCallContext<'_>, place: Dynamic, reason: &str| {
            let mut spans = Vec::new();
            gather(&place, &mut spans)?;
            nearly(&context, spans, reason.to_owned());
            Fallible::Ok(())
        },
    );
}

/// Notes that the acting signal nearly fired. Where none is acting or nobody asked, nothing happens.
pub(super) fn nearly(context: &NativeCallContext<'_>, spans: Vec<Span>, reason: String) {
    let Some(acting) = context.tag().and_then(|tag| tag.clone().try_cast::<Acting>()) else {
        return;
    };
    let mut known = acting.nearly.lock();
    if acting.explain && known.len() < MAX_ACTS {
        let near = NearMiss { signal: acting.signal.clone(), reason, spans };
        if !known.contains(&near) {
            known.push(near);
        }
    }
}

fn raise(context: &NativeCallContext<'_>, place: &Dynamic, mut inputs: Map) -> Fallible<()> {
    let acting = acting(context)?;
    let mut spans = Vec::new();
    gather(place, &mut spans)?;
    let weight = match inputs.remove("weight") {
        None => acting.weight,
        Some(weight) => match weight.as_int() {
            Ok(weight) => weight.clamp(-100, 100) as i32,
            Err(kind) => {
                return fail(format!("the input `weight` is a whole number, not a {kind}"));
            }
        },
    };
    let inputs: BTreeMap<String, String> =
        inputs.into_iter().map(|(name, value)| (name.to_string(), shown(&value))).collect();
    acting.push(Act::Raise { signal: acting.signal.clone(), weight, spans, inputs })
}

/// A value as people read it among the inputs.
fn shown(value: &Dynamic) -> String {
    if let Ok(number) = value.as_float() {
        return format!("{}", (number * 100.0).round() / 100.0);
    }
    if let Some(instant) = value.clone().try_cast::<Instant>() {
        return instant.to_string();
    }
    let text = value.to_string();
    crate::readings::capped(&text, 200).to_owned()
}

/// The spans that `place` stands for.
fn gather(place: &Dynamic, spans: &mut Vec<Span>) -> Fallible<()> {
    if place.is_unit() || spans.len() >= MAX_SPANS {
        return Ok(());
    }
    let span = if let Some(passage) = place.clone().try_cast::<Passage>() {
        passage.span()
    } else if let Some(message) = place.clone().try_cast::<Message>() {
        whole(&message)
    } else if let Some(person) = place.clone().try_cast::<Person>() {
        person.span()
    } else if let Some(list) = place.clone().try_cast::<Array>() {
        return list.iter().try_for_each(|item| gather(item, spans));
    } else {
        let kind = place.type_name().rsplit("::").next().unwrap_or_default().to_owned();
        return fail(format!(
            "raise takes a Passage, a Message, a Person, a list of these or (), not a {kind}"
        ));
    };
    if !spans.contains(&span) {
        spans.push(span);
    }
    Ok(())
}

/// The first sentence of a message's new text: the place that stands for the whole.
fn whole(message: &Message) -> Span {
    let (start, end) = message.opening();
    Span { message: message.get().key, part: SpanPart::Body, start, end }
}
