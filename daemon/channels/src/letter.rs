//! What a parcel says, before it has a form: subject, lines, links.

use app::{alerts::AlertRecord, outbox::Sending, seal::AcknowledgeLink};
use model::CaseId;

use crate::{Parcel, courier::House};

/// A parcel in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject: the same for every notice about a case, so that they stay together.
    pub subject: String,
    /// What it is about in a sentence.
    pub lead: String,
    /// The cases that it is about, each with what happened.
    pub items: Vec<Item>,
    /// By which the recipient says that they see to it, if it wants that.
    pub acknowledge: Option<String>,
    /// Why the recipient gets this, and what to do about it.
    pub footer: String,
    /// The case, if it is about one.
    pub case: Option<CaseId>,
}

/// What happened to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The title of the case; what it is about if it has none.
    pub title: String,
    /// Its level, account and id, as far as there are any.
    pub facts: Vec<String>,
    /// What the alerts say, each once.
    pub says: Vec<String>,
    /// Where the case is shown.
    pub link: Option<String>,
}

impl Letter {
    /// The words of a parcel.
    pub(crate) fn of(parcel: &Parcel, house: &House) -> Self {
        match parcel.sendings.first() {
            Some(first) if !parcel.digest => notice(parcel, first, house),
            _ => digest(parcel, house),
        }
    }
}

fn notice(parcel: &Parcel, first: &Sending, house: &House) -> Letter {
    let alert = &first.alert;
    let alerts = std::iter::once(alert).chain(&first.along);
    let items = items(alerts, house);
    let subject = match (&alert.title, alert.case) {
        (Some(title), Some(case)) => format!("{} {}", one_line(title), case.token()),
        (None, Some(case)) => format!("Case {case} {}", case.token()),
        _ => one_line(&alert.policy_title),
    };
    let again = match first.round {
        0 => String::new(),
        1 => " This is the second time of telling; nobody has acknowledged it.".to_owned(),
        n => format!(" This is told for the {}th time; nobody has acknowledged it.", n + 1),
    };
    // A chat has many readers: who acknowledges there signs in.
    let acknowledge = match parcel.recipients().as_slice() {
        [to] => {
            Some(house.acknowledge_url(&AcknowledgeLink { alert: alert.id, to: (*to).to_owned() }))
        }
        _ => None,
    };
    let to = parcel.recipients().join(", ");
    Letter {
        subject,
        lead: format!("{}{again}", level_first(alert)),
        items,
        acknowledge,
        footer: format!(
            "For {to}, because the policy \"{}\" tells {}.",
            alert.policy_title, alert.audience
        ),
        case: alert.case,
    }
}

fn digest(parcel: &Parcel, house: &House) -> Letter {
    let alerts = parcel.sendings.iter().flat_map(|s| std::iter::once(&s.alert).chain(&s.along));
    let mut changes: Vec<&AlertRecord> = Vec::new();
    for alert in alerts {
        if !changes.iter().any(|known| known.id == alert.id) {
            changes.push(alert);
        }
    }
    let count = changes.len();
    let items = items(changes.into_iter(), house);
    let what = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    let summary =
        format!("{} in {}", what(count, "change", "changes"), what(items.len(), "case", "cases"));
    Letter {
        subject: format!("Digest: {summary}"),
        lead: format!("What changed since the last digest: {summary}."),
        items,
        acknowledge: None,
        footer: format!("For {}.", parcel.recipients().join(", ")),
        case: None,
    }
}

/// Alerts by case, in the order in which the cases come up.
fn items<'a>(alerts: impl Iterator<Item = &'a AlertRecord>, house: &House) -> Vec<Item> {
    let mut items: Vec<(Option<CaseId>, Item)> = Vec::new();
    for alert in alerts {
        let known = items.iter_mut().find(|(case, _)| alert.case.is_some() && *case == alert.case);
        if let Some((_, item)) = known {
            if !item.says.contains(&alert.says) {
                item.says.push(alert.says.clone());
            }
            continue;
        }
        let mut facts = Vec::new();
        if alert.case.is_some() {
            facts.push(alert.level.to_string());
        }
        facts.extend(alert.account.clone());
        facts.extend(alert.case.map(|case| case.to_string()));
        let title = alert.title.as_deref().unwrap_or(&alert.policy_title);
        let item = Item {
            title: one_line(title),
            facts,
            says: vec![alert.says.clone()],
            link: alert.case.map(|case| house.case_url(case)),
        };
        items.push((alert.case, item));
    }
    items.into_iter().map(|(_, item)| item).collect()
}

/// What a notice says first: it is what a phone shows of it.
fn level_first(alert: &AlertRecord) -> String {
    match alert.case {
        Some(_) => format!("{}: {}", alert.level, alert.says),
        None => alert.says.clone(),
    }
}

/// A customer wrote the title: no line of it may become a header or a line of ours.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
