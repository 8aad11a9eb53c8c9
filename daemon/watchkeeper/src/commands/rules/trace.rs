//! One case, looked at closely.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use app::rules::{FixtureWish, TraceWish};
use engine::{Trace, TracedCall};
use model::{CaseId, MessageKey, SignalId};
use serde_json::{Value, json};

use super::{reading, set};
use crate::{cli::Common, clock, console};

/// What is to be traced; `severity` names the severity function.
pub fn wish(case: CaseId, signal: &str, message: Option<MessageKey>, steps: usize) -> TraceWish {
    let signal = (signal != "severity").then(|| SignalId::new(signal));
    TraceWish { case, signal, message, steps }
}

/// Shows each step of a script on a case.
pub fn trace(common: &Common, name: Option<&str>, wish: &TraceWish) -> anyhow::Result<ExitCode> {
    let open = reading(common)?;
    let rules = match name {
        Some(name) => set(&open, name)?,
        None => open.app.rules_of_case(wish.case)?,
    };
    let trace = open.app.trace_rules(&*rules, wish, clock::now())?;
    if common.json {
        console::line(&serde_json::to_string_pretty(&as_json(&trace))?);
        return Ok(ExitCode::SUCCESS);
    }
    console::line(&format!("{} on case {}", trace.rules, wish.case));
    for call in &trace.calls {
        show(call);
    }
    if trace.calls.is_empty() {
        console::line("The script was not called.");
    }
    if trace.cut {
        console::line("There was more: name a message with --message, or raise --steps.");
    }
    Ok(ExitCode::SUCCESS)
}

fn show(call: &TracedCall) {
    console::line(&format!("\n{} {}: {} of {}", call.at, call.event, call.function, call.file));
    for step in &call.steps {
        let place = if step.file == call.file {
            step.line.to_string()
        } else {
            format!("{}:{}", step.file, step.line)
        };
        let indent = "  ".repeat(step.depth.saturating_sub(1));
        console::line(&format!("{place:>6}  {indent}{}", step.source));
        for (name, value) in &step.variables {
            console::line(&format!("        {indent}  {name} = {value}"));
        }
    }
    for outcome in &call.outcome {
        console::line(&format!("    ->  {outcome}"));
    }
    if let Some(error) = &call.error {
        console::line(&format!("    !!  {error}"));
    }
}

fn as_json(trace: &Trace) -> Value {
    let calls = trace.calls.iter().map(|call| {
        let steps = call.steps.iter().map(|step| {
            let variables: serde_json::Map<String, Value> =
                step.variables.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            json!({
                "file": step.file, "line": step.line, "column": step.column, "depth": step.depth,
                "source": step.source, "variables": variables,
            })
        });
        json!({
            "at": call.at, "event": call.event, "file": call.file, "function": call.function,
            "steps": steps.collect::<Vec<_>>(), "outcome": call.outcome,
            "error": call.error.as_ref().map(ToString::to_string),
        })
    });
    json!({ "rules": trace.rules, "calls": calls.collect::<Vec<_>>(), "cut": trace.cut })
}

/// Writes a case as a test.
pub fn fixture(
    common: &Common,
    case: CaseId,
    name: Option<String>,
    keep_names: bool,
    out: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let open = reading(common)?;
    let wish = FixtureWish { name, replace_names: !keep_names, ..FixtureWish::default() };
    let text = open.app.case_fixture(case, &wish)?;
    write(out, &text)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes `text` to a file, or prints it.
pub(super) fn write(out: Option<&Path>, text: &str) -> anyhow::Result<()> {
    let Some(path) = out else {
        console::line(text.trim_end());
        return Ok(());
    };
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
