//! Values of fields across cases.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use model::CaseId;
use serde::{Deserialize, Serialize};
use store::Snapshot;

use super::{
    DECIDED, FIELDS, FieldValueRecord, FieldsRow, Heading, ReadRow, Value, shown, standing,
};
use crate::{
    Result,
    acts::invalid,
    library::Rows,
    overlay::read_all,
    query::PageRequest,
    record::{CaseRow, Page},
    tables::{CARD, CASE, CaseState, case_key},
    watchkeeper::Watchkeeper,
};

/// The states of values.
const STATES: [&str; 4] = ["found", "approved", "corrected", "rejected"];

/// One value of each field for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latest {
    /// Each case.
    Case,
    /// Each account.
    Account,
}

/// Which values are asked for; what is not given does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldFilter {
    /// Of this field.
    pub field: Option<String>,
    /// In this case.
    pub case: Option<CaseId>,
    /// Of this account, by key or name.
    pub account: Option<String>,
    /// `found` (nobody has decided), `approved`, `corrected` or `rejected`.
    pub state: Option<String>,
    /// Only the latest that is not rejected, for each case or account.
    pub latest: Option<Latest>,
    /// Only those that others contradict while nobody has decided.
    pub conflicting: bool,
}

/// A field of a team's rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRecord {
    /// The team whose set it is of; nothing for the one of all other cases.
    pub team: Option<String>,
    /// Its name.
    pub field: String,
    /// A short title.
    pub title: String,
    /// What it is.
    pub help: String,
    /// What its values are.
    pub kind: String,
    /// The values of a choice.
    pub choices: Vec<String>,
    /// How many values were read.
    pub values: u64,
    /// How many of them nobody has decided about.
    pub undecided: u64,
}

impl Watchkeeper {
    /// The fields of all rule sets, with how many values each has.
    pub fn fields(&self) -> Result<Vec<FieldRecord>> {
        let bench = self.bench();
        let snapshot = self.ports.views.snapshot()?;
        let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for (value, _) in self.all_values(&*snapshot, &FieldFilter::default())? {
            let count = counts.entry(value.field.clone()).or_default();
            count.0 += 1;
            count.1 += u64::from(value.state() == "found");
        }
        let mut records = Vec::new();
        for (team, evaluator) in bench.all() {
            records.extend(evaluator.fields().iter().map(|spec| {
                let (values, undecided) = counts.get(&spec.name).copied().unwrap_or_default();
                FieldRecord {
                    team: team.map(str::to_owned),
                    field: spec.name.clone(),
                    title: spec.title.clone(),
                    help: spec.help.clone(),
                    kind: spec.kind.name().to_owned(),
                    choices: spec.choices.clone(),
                    values,
                    undecided,
                }
            }));
        }
        Ok(records)
    }

    /// A page of values, the latest first.
    pub fn field_values(
        &self,
        filter: &FieldFilter,
        page: &PageRequest,
    ) -> Result<Page<FieldValueRecord>> {
        if let Some(state) = filter.state.as_deref().filter(|state| !STATES.contains(state)) {
            let remedy = format!("use one of {}", STATES.join(", "));
            return Err(invalid(&format!("`{state}` is no state of a value"), &remedy));
        }
        let snapshot = self.ports.views.snapshot()?;
        let mut all = self.all_values(&*snapshot, filter)?;
        all.sort_by(|(a, _), (b, _)| {
            (Reverse(a.at), &a.field, &a.span).cmp(&(Reverse(b.at), &b.field, &b.span))
        });
        let group = |value: &Value, card: &CaseRow| match filter.latest {
            Some(Latest::Account) => {
                let account = card.account.id.as_ref().unwrap_or(&card.account.name);
                format!("{}\n{account}", value.field)
            }
            _ => format!("{}\n{}", value.field, value.case),
        };
        let keys: BTreeMap<String, String> =
            all.iter().map(|(value, card)| (value.id(), group(value, card))).collect();
        let key = |value: &Value| keys.get(&value.id()).cloned().unwrap_or_default();
        let values: Vec<Value> = all.iter().map(|(value, _)| value.clone()).collect();
        let conflicts = conflicts(&values, key);
        let mut seen: BTreeSet<String> = BTreeSet::new();
        all.retain(|(value, _)| {
            let first =
                filter.latest.is_none() || value.state() != "rejected" && seen.insert(key(value));
            let open = conflicts.contains(&key(value)) && value.state() == "found";
            first
                && filter.state.as_deref().is_none_or(|state| state == value.state())
                && (!filter.conflicting || open)
        });
        page.cut(&all, |(value, card)| {
            let Some(state) = snapshot.row::<CaseState>(CASE, &case_key(value.case))? else {
                return Ok(None);
            };
            let seen = self.seen(&*snapshot, value.case, &state)?;
            let conflicting = conflicts.contains(&key(value));
            let (title, account, rules) = (&*card.title, &card.account, &*seen.rules);
            let heading = Heading { title, account, rules };
            Ok(Some(shown(value, &heading, seen.passages.quote(&value.span), conflicting)))
        })
    }

    /// The values that a filter on field, case and account takes, each with the line of its case.
    fn all_values(
        &self,
        rows: &dyn Snapshot,
        filter: &FieldFilter,
    ) -> Result<Vec<(Value, CaseRow)>> {
        let mut kept: Vec<(CaseId, FieldsRow)> = Vec::new();
        let only = filter.case.map(|case| self.live_case(case)).transpose()?.map(|(id, _)| id);
        if let Some(case) = only {
            let row: Option<FieldsRow> = rows.row(FIELDS, &case_key(case))?;
            kept.extend(row.map(|row| (case, row)));
        } else {
            let decided = decided_messages(rows)?;
            read_all::<FieldsRow>(rows, FIELDS, &[], |key, row| {
                let tells = |m: &ReadRow| !m.found.is_empty() || decided.contains(&m.message.0);
                if let Ok(bytes) = <[u8; 8]>::try_from(key)
                    && row.messages.iter().any(tells)
                {
                    kept.push((CaseId::from_number(u64::from_be_bytes(bytes)), row));
                }
                true
            })?;
        }
        let mut values = Vec::new();
        for (case, row) in kept {
            let Some(card) = rows.row::<CaseRow>(CARD, &case_key(case))? else { continue };
            if !filter.account.as_ref().is_none_or(|account| is_of(&card, account)) {
                continue;
            }
            let of_case = standing(rows, case, row)?.into_iter();
            let wanted = |value: &Value| filter.field.as_ref().is_none_or(|f| *f == value.field);
            values.extend(of_case.filter(wanted).map(|value| (value, card.clone())));
        }
        Ok(values)
    }
}

/// The messages in which people have decided about values.
fn decided_messages(rows: &dyn Snapshot) -> Result<BTreeSet<[u8; 16]>> {
    let mut decided = BTreeSet::new();
    rows.scan(DECIDED, &[], &[], false, &mut |key, _| {
        decided.extend(<[u8; 16]>::try_from(key).ok());
        true
    })?;
    Ok(decided)
}

fn is_of(card: &CaseRow, account: &str) -> bool {
    let same = |text: &str| text.to_lowercase() == account.to_lowercase();
    same(&card.account.name) || card.account.id.as_deref().is_some_and(same)
}

/// The groups whose values contradict one another: several that are not rejected, and nobody has
/// decided about any.
pub(super) fn conflicts(values: &[Value], group: impl Fn(&Value) -> String) -> BTreeSet<String> {
    let mut by_group: BTreeMap<String, (BTreeSet<&str>, bool)> = BTreeMap::new();
    for value in values.iter().filter(|value| value.state() != "rejected") {
        let (texts, decided) = by_group.entry(group(value)).or_default();
        texts.insert(value.value());
        *decided |= value.state() != "found";
    }
    let open = by_group.into_iter().filter(|(_, (texts, decided))| texts.len() > 1 && !decided);
    open.map(|(group, _)| group).collect()
}
