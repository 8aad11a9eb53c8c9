//! `watchkeeper alerts`: who was told of what, why not, and what a rule set would tell.

use anyhow::Context as _;
use app::{
    PageRequest,
    alerts::{AlertFilter, AlertRecord, ForecastRecord},
    outbox::DeadLetter,
};
use model::{Actor, id::SendingId};
use serde_json::json;

use crate::{
    cli::{Alerts, Common},
    clock, console, wiring,
};

/// Lists alerts, or forecasts them.
pub fn run(common: &Common, options: &Alerts) -> anyhow::Result<()> {
    if let Some(which) = &options.replay {
        return replay(common, which);
    }
    let open = wiring::open_to_read(common, wiring::config(common)?)?;
    let now = clock::now();
    if let Some(days) = options.forecast {
        let forecast = open.app.forecast_alerts(None, days, now)?;
        if common.json {
            console::line(&serde_json::to_string(&forecast)?);
        } else {
            show_forecast(&forecast);
        }
        return Ok(());
    }
    if options.dead {
        return list_dead(&open, common.json);
    }
    let filter = AlertFilter {
        state: options.state.clone(),
        case: options.case,
        to: options.to.clone(),
        ..AlertFilter::default()
    };
    let mut asked = PageRequest { cursor: None, limit: options.limit };
    let mut page = open.app.alerts(&filter, &asked, now)?;
    // A page has an end of its own; what was asked for counts.
    while page.items.len() < options.limit && page.next.is_some() {
        asked.cursor = page.next.take();
        asked.limit = options.limit - page.items.len();
        let more = open.app.alerts(&filter, &asked, now)?;
        page.items.extend(more.items);
        page.next = more.next;
    }
    if common.json {
        console::line(&serde_json::to_string(&page)?);
        return Ok(());
    }
    for alert in &page.items {
        show(alert);
    }
    let shown = page.items.len();
    console::note(&format!("{shown} of {} alerts", console::count(page.total)));
    Ok(())
}

/// Lists what was given up.
fn list_dead(open: &wiring::Open, as_json: bool) -> anyhow::Result<()> {
    let letters = open.app.dead_letters(clock::now())?;
    for letter in &letters {
        let DeadLetter { id, channel, to, tries, at, error, .. } = letter;
        if as_json {
            let row = json!({
                "id": id, "channel": channel, "to": to, "tries": tries, "at": at, "error": error,
                "open": letter.open, "alert": letter.alert.id, "case": letter.alert.case,
                "says": letter.alert.says,
            });
            console::line(&row.to_string());
            continue;
        }
        let when = at.timestamp().strftime("%Y-%m-%d %H:%M");
        let over = if letter.open { "" } else { " (over)" };
        console::line(&format!(
            "{id}  {when}  {channel} to {to}, {tries} tries{over}\n    {}\n    {error}",
            letter.alert.says
        ));
    }
    console::note(&format!("{} dead letters", letters.len()));
    Ok(())
}

/// Has dead letters tried again.
fn replay(common: &Common, which: &str) -> anyhow::Result<()> {
    let open = wiring::open(common, wiring::config(common)?)?;
    let now = clock::now();
    let ids: Vec<SendingId> = if which == "all" {
        let letters = open.app.dead_letters(now)?;
        letters.into_iter().filter(|letter| letter.open).map(|letter| letter.id).collect()
    } else {
        vec![which.parse().with_context(|| {
            format!("`{which}` is no dead letter; use `all` or an id of `alerts --dead`")
        })?]
    };
    for id in &ids {
        open.app.replay_sending(*id, Actor::CommandLine, now)?;
    }
    console::note(&format!("{} are tried again when the service runs", ids.len()));
    Ok(())
}

fn show(alert: &AlertRecord) {
    let when = alert.decided.timestamp().strftime("%Y-%m-%d %H:%M");
    let case = alert.case.map(|case| case.to_string()).unwrap_or_default();
    let title = alert.title.as_deref().unwrap_or_default();
    let mut to: Vec<&str> = alert.deliveries.iter().map(|d| d.to.as_str()).collect();
    to.sort_unstable();
    to.dedup();
    let to = if to.is_empty() { alert.audience.clone() } else { to.join(", ") };
    console::line(&format!(
        "{when}  {}  {}  {}  {case}  {title}\n    {}\n    to {to}: {}",
        alert.state, alert.urgency, alert.level, alert.says, alert.reason
    ));
}

fn show_forecast(forecast: &ForecastRecord) {
    console::line(&format!(
        "{}: {} notices in {} days, {:.1} a day; {} pages, {} grouped, {} suppressed, {} over budget",
        forecast.rules,
        forecast.notices,
        forecast.days,
        forecast.notices_a_day,
        forecast.pages,
        forecast.grouped,
        forecast.suppressed,
        forecast.over_budget
    ));
    for person in &forecast.people {
        console::line(&format!(
            "  {:<40} {:>5} notices, {:.1} a day, at most {}; {} lines of digests",
            person.to, person.notices, person.notices_a_day, person.most_a_day, person.digest_lines
        ));
    }
    for (policy, alerts) in &forecast.policies {
        console::line(&format!("  {policy:<40} {alerts:>5} alerts"));
    }
}
