//! The customer's organisation.

use std::sync::Arc;

use model::Instant;
use rhai::ImmutableString;

use super::{Api, looked_around};
use crate::scene::Scene;

/// The account of a case.
#[derive(Debug, Clone)]
pub(super) struct AccountOf(pub(super) Arc<Scene>);

pub(super) fn register(api: &mut Api<'_>) {
    api.kind::<AccountOf>(
        "Account",
        "The customer's organisation. Of an unknown one every text is empty.",
    );
    api.get("Account", "known: bool", "Whether the account is known.", |a: &mut AccountOf| {
        a.0.case.account.is_some()
    });
    api.get("Account", "name: string", "Its name.", |a: &mut AccountOf| {
        text_of(a, |account| Some(&account.name))
    });
    api.get(
        "Account",
        "tier: string",
        "Its service tier, such as `enterprise`.",
        |a: &mut AccountOf| text_of(a, |account| account.tier.as_ref()),
    );
    api.get(
        "Account",
        "renewal: string",
        "The day its contract renews, as `2026-03-31`.",
        |a: &mut AccountOf| text_of(a, |account| account.renewal.as_ref()),
    );
    api.call(
        "Account",
        "renews_within(days) -> bool",
        "Whether its contract renews within so many days from now.",
        |a: &mut AccountOf, days: i64| {
            looked_around();
            renews_within(a, days)
        },
    );
    api.get(
        "Account",
        "earlier_escalations: int",
        "How many escalations it had in the 90 days before, by the column `prior_escalations_90d` of the import.",
        |a: &mut AccountOf| {
            text_of(a, |account| account.fields.get("prior_escalations_90d"))
                .trim()
                .parse::<i64>()
                .unwrap_or(0)
        },
    );
    api.call(
        "Account",
        "field(name) -> string",
        "Any further column of the import; empty if there is none.",
        |a: &mut AccountOf, name: &str| text_of(a, |account| account.fields.get(name)),
    );
}

fn text_of(
    account: &AccountOf,
    pick: impl Fn(&model::Account) -> Option<&String>,
) -> ImmutableString {
    let text = account.0.case.account.as_deref().and_then(pick);
    text.map_or_else(ImmutableString::new, |text| text.as_str().into())
}

fn renews_within(account: &AccountOf, days: i64) -> bool {
    let scene = &account.0;
    let written = scene.case.account.as_deref().and_then(|a| a.renewal.as_deref());
    let day = written.and_then(|text| text.trim().parse::<jiff::civil::Date>().ok());
    let start = day.and_then(|day| day.to_zoned(scene.case.calendar.zone.clone()).ok());
    start.is_some_and(|start| {
        let ahead = Instant::from(start.timestamp()).since(scene.at).as_hours();
        (0..=days.clamp(0, 36_500) * 24).contains(&ahead)
    })
}
