//! What a plugin returned, checked before anybody sees it.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    Act,
    plugin::{About, Detail, FieldValue, Manifest, Named},
};
use model::{Instant, SignalId, Span, SpanPart};

use crate::{
    contract::{
        given::types,
        hooks::{enrich, extract, field, notify, signal},
    },
    failure::{PluginFailure, first_line},
    plugin::{Composed, Extracted},
    view::Scene,
};

/// The most acts, values or details of one call.
const MOST: usize = 64;
/// The most spans of a firing.
const SPANS: usize = 32;
/// The longest name of a timer, in bytes.
const NAME: usize = 64;
/// The longest value of a field or detail, in bytes.
const VALUE: usize = 500;
/// The longest text of a file, in bytes.
const TEXT: usize = 4 << 20;
/// The longest text of a notice, in bytes.
const NOTICE: usize = 64 << 10;
/// How far from now a timer may be set: ten years, in milliseconds.
const FAR: i64 = 10 * 366 * 86_400_000;

type Checked<T> = Result<T, PluginFailure>;

fn nonsense<T>(what: impl Into<String>) -> Checked<T> {
    Err(PluginFailure::Nonsense(what.into()))
}

/// What the guest returned, unless it reported an error.
fn accepted<T>(answer: Result<T, String>) -> Checked<T> {
    answer.map_err(|said| PluginFailure::Reported(first_line(&said)))
}

fn few<T>(list: &[T], most: usize, what: &str) -> Checked<()> {
    if list.len() > most {
        return nonsense(format!("{} {what}, at most {most} are taken", list.len()));
    }
    Ok(())
}

fn short(text: &str, most: usize, what: &str) -> Checked<()> {
    if text.len() > most {
        return nonsense(format!("{what} of {} bytes, at most {most} are taken", text.len()));
    }
    Ok(())
}

/// The acts of a signal plugin.
pub(crate) fn acts(
    answer: Result<Vec<signal::Act>, String>,
    manifest: &Manifest,
    scene: &Scene,
    now: Instant,
) -> Checked<Vec<Act>> {
    let acts = accepted(answer)?;
    few(&acts, MOST, "acts")?;
    acts.into_iter().map(|act| one_act(act, manifest, scene, now)).collect()
}

fn one_act(act: signal::Act, manifest: &Manifest, scene: &Scene, now: Instant) -> Checked<Act> {
    match act {
        signal::Act::Raise(raise) => {
            let signal = declared(manifest, &raise.signal)?;
            let Some(spec) = manifest.signal(&signal) else { return nonsense("no such signal") };
            let weight = raise.weight.unwrap_or(spec.weight);
            if !(-100..=100).contains(&weight) {
                return nonsense(format!("the weight {weight}, it is from -100 to 100"));
            }
            few(&raise.spans, SPANS, "spans")?;
            let spans =
                raise.spans.iter().map(|given| span(given, scene)).collect::<Checked<_>>()?;
            let inputs = inputs(&raise.inputs, &spec.inputs)?;
            Ok(Act::Raise { signal, weight, spans, inputs })
        }
        signal::Act::Clear(name) => Ok(Act::Clear { signal: declared(manifest, &name)? }),
        signal::Act::Wake(wake) => {
            short(&wake.name, NAME, "a timer's name")?;
            let far = wake.at.checked_sub(now.millis()).is_none_or(|wait| wait.abs() > FAR);
            if far {
                return nonsense("a timer more than ten years away");
            }
            let signal = declared(manifest, &wake.signal)?;
            Ok(Act::Wake { signal, name: wake.name, at: Instant::from_millis(wake.at) })
        }
    }
}

fn declared(manifest: &Manifest, name: &str) -> Checked<SignalId> {
    match manifest.signals.iter().find(|signal| signal.id.as_str() == name) {
        Some(signal) => Ok(signal.id.clone()),
        None => nonsense(format!("the signal `{}`, which its manifest lacks", first_line(name))),
    }
}

/// Only numbers, and only by names of the manifest, so that no word of a message gets into a fact.
fn inputs(
    given: &[(String, f64)],
    declared: &BTreeSet<String>,
) -> Checked<BTreeMap<String, String>> {
    few(given, MOST, "inputs")?;
    let mut inputs = BTreeMap::new();
    for (name, value) in given {
        if !declared.contains(name) {
            let name = first_line(name);
            return nonsense(format!("the input `{name}`, which its manifest lacks"));
        }
        if !value.is_finite() || value.abs() > 1e15 {
            return nonsense(format!("the input `{name}` is {value}"));
        }
        inputs.insert(name.clone(), number(*value));
    }
    Ok(inputs)
}

/// A number as people read it: at most four decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A span that lies within the text it names, between characters.
fn span(given: &types::Span, scene: &Scene) -> Checked<Span> {
    let types::Span { message, part, start, end } = *given;
    let Some(found) = scene.message(message) else {
        return nonsense(format!("a span in message {message}, which has not come yet"));
    };
    let (part, text) = match part {
        types::Part::Body => (SpanPart::Body, &found.body),
        types::Part::Subject => (SpanPart::Subject, &found.subject),
    };
    if start >= end || text.get(start as usize..end as usize).is_none() {
        return nonsense(format!("the span {start}..{end} does not fit message {message}"));
    }
    Ok(Span { message: found.key, part, start, end })
}

fn known(list: &[Named], name: &str, what: &str) -> Checked<()> {
    if list.iter().any(|named| named.name == name) {
        return Ok(());
    }
    nonsense(format!("the {what} `{}`, which its manifest lacks", first_line(name)))
}

/// The values of a field plugin.
pub(crate) fn values(
    answer: Result<Vec<field::Value>, String>,
    manifest: &Manifest,
    scene: &Scene,
) -> Checked<Vec<FieldValue>> {
    let values = accepted(answer)?;
    few(&values, MOST, "values")?;
    let value = |given: field::Value| {
        known(&manifest.fields, &given.field, "field")?;
        short(&given.value, VALUE, "a value")?;
        if given.value.trim().is_empty() {
            return nonsense("an empty value");
        }
        if !(0.0..=1.0).contains(&given.confidence) {
            return nonsense(format!("the confidence {}, it is from 0 to 1", given.confidence));
        }
        Ok(FieldValue {
            plugin: manifest.name.clone(),
            span: span(&given.span, scene)?,
            field: given.field,
            value: given.value,
            confidence: given.confidence,
        })
    };
    values.into_iter().map(value).collect()
}

/// The details of an enriching plugin.
pub(crate) fn details(
    answer: Result<Vec<enrich::Detail>, String>,
    manifest: &Manifest,
) -> Checked<Vec<Detail>> {
    let details = accepted(answer)?;
    few(&details, MOST, "details")?;
    let detail = |given: enrich::Detail| {
        known(&manifest.details, &given.name, "detail")?;
        short(&given.value, VALUE, "a value")?;
        let about = match given.about {
            enrich::Subject::ThisCase => About::Case,
            enrich::Subject::Account => About::Account,
            enrich::Subject::Person(email) => {
                short(&email, 320, "an address")?;
                About::Person(email)
            }
        };
        let plugin = manifest.name.clone();
        Ok(Detail { plugin, about, name: given.name, value: given.value })
    };
    details.into_iter().map(detail).collect()
}

/// The text of a file.
pub(crate) fn extracted(
    answer: Result<Option<extract::Extracted>, String>,
) -> Checked<Option<Extracted>> {
    let Some(extract::Extracted { text, title }) = accepted(answer)? else { return Ok(None) };
    short(&text, TEXT, "a text")?;
    short(&title, VALUE, "a title")?;
    Ok(Some(Extracted { text, title }))
}

/// The form of a notice.
pub(crate) fn composed(
    answer: Result<Option<notify::Composed>, String>,
) -> Checked<Option<Composed>> {
    let Some(notify::Composed { title, text, payload }) = accepted(answer)? else {
        return Ok(None);
    };
    short(&title, VALUE, "a title")?;
    short(&text, NOTICE, "a text")?;
    short(&payload, NOTICE, "a payload")?;
    if title.chars().any(char::is_control) {
        return nonsense("a title with control characters");
    }
    Ok(Some(Composed { title, text, payload }))
}
