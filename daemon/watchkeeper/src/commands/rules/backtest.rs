//! What another set would have made of all history.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
};

use app::{
    alerts::{ForecastRecord, PersonLoad},
    rules::{
        CaseChange,
        backtest::{AlertsChange, BacktestReport},
    },
};
use model::Instant;

use super::{reading, set};
use crate::{cli::Common, clock, console, stop};

/// Compares `candidate` with the active set and shows the figures.
pub fn run(
    common: &Common,
    candidate: &str,
    team: Option<&str>,
    since: Option<Instant>,
    cases: usize,
) -> anyhow::Result<ExitCode> {
    let open = reading(common)?;
    let compared = open.app.comparison(team, &*set(&open, candidate)?, since)?;
    let stop = stop::flag()?;
    let mut bar = console::Progress::new("backtest", None);
    let report = open.app.backtest(&compared, clock::now(), &stop, &mut |progress, report| {
        let so_far = format!("messages, {} of {} cases differ", report.changed, report.cases);
        bar.show(progress.messages_done, Some(progress.messages), &so_far);
    })?;
    bar.done();
    if common.json {
        console::line(&serde_json::to_string_pretty(&report)?);
    } else {
        show(&report, cases);
    }
    Ok(ExitCode::SUCCESS)
}

fn show(report: &BacktestReport, cases: usize) {
    let count = console::count;
    console::line(&format!("{} against {}", report.after, report.before));
    console::line(&format!(
        "{} in {}; {} with a difference",
        console::counted(report.messages, "message", "messages"),
        console::counted(report.cases, "case", "cases"),
        console::counted(report.changed, "case", "cases")
    ));
    let (before, after) = report.a_day();
    console::line(&format!(
        "escalations: {} before, {} after ({} gained, {} lost, {} earlier, {} later); {before:.2} a \
         day before, {after:.2} after",
        count(report.escalated.0),
        count(report.escalated.1),
        report.escalations_gained,
        report.escalations_lost,
        report.earlier,
        report.later
    ));
    table(
        &["signal", "before", "after", "gained", "lost"],
        report.signals.iter().map(|row| {
            let numbers = [row.before, row.after, row.gained, row.lost].map(count);
            std::iter::once(row.signal.to_string()).chain(numbers).collect()
        }),
    );
    table(
        &["field", "before", "after", "gained", "lost"],
        report.fields.iter().map(|row| {
            let numbers = [row.before, row.after, row.gained, row.lost].map(count);
            std::iter::once(row.field.clone()).chain(numbers).collect()
        }),
    );
    table(
        &["level from", "to", "cases"],
        report.moved.iter().map(|row| vec![row.from.clone(), row.to.clone(), count(row.cases)]),
    );
    table(
        &["escalations of", "before", "after"],
        report.people.iter().map(|row| {
            let person = if row.person.is_empty() { "(nobody)" } else { &row.person };
            vec![person.to_owned(), count(row.before), count(row.after)]
        }),
    );
    if let Some(alerts) = &report.alerts {
        show_alerts(alerts);
    }
    table(
        &["case", "level", "account", "title", "differs in"],
        report.named.iter().take(cases).map(|change| {
            let gained = change.gained.iter().map(|signal| format!("+{signal}"));
            let lost = change.lost.iter().map(|signal| format!("-{signal}"));
            vec![
                change.case.to_string(),
                format!("{} > {}", change.level_before, change.level_after),
                shortened(change.account.as_deref().unwrap_or_default(), 20),
                shortened(&change.title, 36),
                gained.chain(lost).chain(moved_in_time(change)).collect::<Vec<_>>().join(" "),
            ]
        }),
    );
    for plugin in &report.left_out {
        console::line(&format!("plugin {plugin} took no part: an administrator has to grant it"));
    }
    for error in &report.errors {
        console::line(&format!("failed: {error}"));
    }
    for error in &report.runaways {
        console::line(&format!("ran away and was stopped: {error}"));
    }
}

/// Whom the policies of both sets would have told.
fn show_alerts(alerts: &AlertsChange) {
    let (before, after) = (&alerts.before, &alerts.after);
    console::line(&format!(
        "\nalerts over {} days: {} notices before, {} after; {:.2} a day before, {:.2} after; {} \
         and {} pages, {} and {} over budget",
        alerts.days,
        before.notices,
        after.notices,
        before.notices_a_day,
        after.notices_a_day,
        before.pages,
        after.pages,
        before.over_budget,
        after.over_budget
    ));
    let loads = |record: &ForecastRecord| -> BTreeMap<String, (u32, f64, u32)> {
        let load = |one: &PersonLoad| (one.notices, one.notices_a_day, one.most_a_day);
        record.people.iter().map(|one| (one.to.clone(), load(one))).collect()
    };
    let (was, is) = (loads(before), loads(after));
    let people: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    table(
        &["notices to", "before", "after", "a day before", "after", "most a day before", "after"],
        people.into_iter().map(|person| {
            let load = |loads: &BTreeMap<_, _>| loads.get(person).copied().unwrap_or_default();
            let (was, is): ((u32, f64, u32), (u32, f64, u32)) = (load(&was), load(&is));
            vec![
                person.clone(),
                was.0.to_string(),
                is.0.to_string(),
                format!("{:.2}", was.1),
                format!("{:.2}", is.1),
                was.2.to_string(),
                is.2.to_string(),
            ]
        }),
    );
    let policies: BTreeSet<&String> = before.policies.keys().chain(after.policies.keys()).collect();
    table(
        &["alerts of", "before", "after"],
        policies.into_iter().map(|policy| {
            let told = |record: &ForecastRecord| {
                record.policies.get(policy).copied().unwrap_or_default().to_string()
            };
            vec![policy.clone(), told(before), told(after)]
        }),
    );
}

/// Whether the other set makes the case an escalation at another time.
fn moved_in_time(change: &CaseChange) -> Option<String> {
    let (before, after) = (change.escalated_before?, change.escalated_after?);
    match after.cmp(&before) {
        Ordering::Less => Some(format!("escalates earlier: {after}")),
        Ordering::Equal => None,
        Ordering::Greater => Some(format!("escalates later: {after}")),
    }
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let short: String = text.chars().take(most.saturating_sub(2)).collect();
    format!("{short}..")
}

/// Prints rows below a heading, in columns; nothing where there are no rows.
pub(super) fn table(heading: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return;
    }
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        widest.max(heading[column].len())
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    console::line("");
    console::line(&line(&heading.iter().map(ToString::to_string).collect::<Vec<_>>()));
    for row in &rows {
        console::line(&line(row));
    }
}
