//! What signals do: noise, and what was missed.

use std::process::ExitCode;

use model::Seq;
use serde_json::json;

use super::{backtest::table, reading};
use crate::{cli::Common, clock, console};

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.0} %", 100.0 * share))
}

/// How often each signal fires, and which never does.
pub fn noise(common: &Common, days: u32) -> anyhow::Result<ExitCode> {
    let report = reading(common)?.app.noise(days, clock::now())?;
    if common.json {
        for one in &report.signals {
            let row = json!({
                "signal": one.signal, "fired": one.fired, "cases": one.cases, "a_day": one.a_day,
                "most_a_day": one.most_a_day, "escalated": one.escalated, "last": one.last,
                "disagreed": one.disagreed, "dead": one.dead,
            });
            console::line(&row.to_string());
        }
        return Ok(ExitCode::SUCCESS);
    }
    console::line(&format!("{}, the last {days} days", report.rules));
    table(
        &["signal", "fired", "cases", "a day", "most", "escalated", "disagreed", "last"],
        report.signals.iter().map(|one| {
            vec![
                one.signal.to_string(),
                one.fired.to_string(),
                one.cases.to_string(),
                format!("{:.2}", one.a_day),
                one.most_a_day.to_string(),
                percent(one.escalated),
                one.disagreed.to_string(),
                one.last.map_or_else(|| "never: a dead rule?".to_owned(), |at| at.to_string()),
            ]
        }),
    );
    Ok(ExitCode::SUCCESS)
}

/// The log of missed escalations.
pub fn missed(common: &Common) -> anyhow::Result<ExitCode> {
    let log = reading(common)?.app.missed_log()?;
    if common.json {
        for one in &log.labels {
            let row = json!({
                "label": one.label, "case": one.case, "since": one.since, "signal": one.signal,
                "level": one.level, "by": one.by, "note": one.note,
                "noticed_at": one.noticed_at, "in_time": one.in_time,
            });
            console::line(&row.to_string());
        }
        return Ok(ExitCode::SUCCESS);
    }
    if log.labels.is_empty() {
        console::line("No case is labelled as a missed escalation.");
    }
    table(
        &["label", "case", "since", "signal", "now", "note"],
        log.labels.iter().map(|one| {
            let now = match (one.in_time, one.noticed_at) {
                (true, _) => "noticed in time".to_owned(),
                (false, Some(at)) => format!("noticed {at}"),
                (false, None) => "missed".to_owned(),
            };
            let signal = one.signal.as_ref().map(ToString::to_string).unwrap_or_default();
            let (label, since) = (one.label.to_string(), one.since.to_string());
            vec![label, one.case.to_string(), since, signal, now, one.note.clone()]
        }),
    );
    table(
        &["signal", "raised", "labelled", "caught", "recall"],
        log.recall.iter().map(|one| {
            let numbers = [one.raised, one.labelled, one.caught].map(|n| n.to_string());
            let mut row = vec![one.signal.to_string()];
            row.extend(numbers);
            row.push(percent(one.recall));
            row
        }),
    );
    Ok(ExitCode::SUCCESS)
}

/// A labelled case as a test.
pub fn missed_fixture(common: &Common, label: u64) -> anyhow::Result<ExitCode> {
    let text = reading(common)?.app.missed_fixture(Seq(label), true)?;
    console::line(text.trim_end());
    Ok(ExitCode::SUCCESS)
}
