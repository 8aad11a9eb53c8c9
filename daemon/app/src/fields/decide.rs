//! Acts of persons on values of fields.

use model::{Actor, Fact, Instant, fact::FieldDecision};

use super::{FieldValueRecord, Heading, of_case, overlap, parse_id};
use crate::{
    Result,
    acts::invalid,
    card::quote,
    watchkeeper::{Watchkeeper, not_found},
};

/// The most characters of a value.
const VALUE_CHARS: usize = 200;

/// What a person does about a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldAct {
    /// It is right.
    Approve,
    /// It is another one.
    Correct(String),
    /// What stands there is no value of the field.
    Reject,
    /// It stands again as the rules read it.
    Restore,
}

impl Watchkeeper {
    /// Decides about the value with this id. It stays so whatever the rules read there later.
    pub fn decide_field(
        &self,
        id: &str,
        act: FieldAct,
        reason: String,
        actor: Actor,
        now: Instant,
    ) -> Result<FieldValueRecord> {
        let before = self.field_value(id)?;
        let missing = || not_found(format!("value `{id}`"));
        let (field, span) = parse_id(id).ok_or_else(missing)?;
        let case = before.case;
        let decided = match act {
            FieldAct::Approve => FieldDecision::Approved,
            FieldAct::Reject => FieldDecision::Rejected,
            FieldAct::Restore => FieldDecision::Restored,
            FieldAct::Correct(value) => {
                let value = value.trim().to_owned();
                self.check_value(case, &field, &value)?;
                FieldDecision::Corrected(value)
            }
        };
        self.record(
            Fact::FieldDecided { field: field.clone(), span, decided, reason },
            actor,
            now,
        )?;
        Ok(self.value_at(case, &field, id)?.unwrap_or(before))
    }

    /// The value with this id, as it stands.
    pub fn field_value(&self, id: &str) -> Result<FieldValueRecord> {
        let missing = || not_found(format!("value `{id}`"));
        let (field, span) = parse_id(id).ok_or_else(missing)?;
        let case = self.message(span.message)?.case;
        self.value_at(case, &field, id)?.ok_or_else(missing)
    }

    fn value_at(
        &self,
        case: model::CaseId,
        field: &str,
        id: &str,
    ) -> Result<Option<FieldValueRecord>> {
        let (case, state) = self.live_case(case)?;
        let snapshot = self.ports.views.snapshot()?;
        let file = self.file(&*snapshot, case, &state)?;
        let account = crate::card::account(&file, &state);
        let bench = self.bench();
        let (title, rules) = (&*state.title, &**bench.judge(&file));
        let heading = Heading { title, account: &account, rules };
        let all = of_case(&*snapshot, case, &heading, &|span| quote(&file, span))?;
        let Some((_, span)) = parse_id(id) else { return Ok(None) };
        let meant = |value: &FieldValueRecord| {
            value.field == field
                && parse_id(&value.id).is_some_and(|(_, place)| overlap(&place, &span))
        };
        Ok(all.into_iter().find(meant))
    }

    /// Refuses a value that is none of its field.
    fn check_value(&self, case: model::CaseId, field: &str, value: &str) -> Result<()> {
        if value.is_empty() || value.chars().count() > VALUE_CHARS {
            let remedy = "give 1 to 200 characters, or reject it";
            return Err(invalid("that is no value", remedy));
        }
        let file = self.case_file(case)?;
        let bench = self.bench();
        let spec = bench.judge(&file).fields().iter().find(|spec| spec.name == field);
        let Some(Err(remedy)) = spec.map(|spec| spec.accepts(value)) else { return Ok(()) };
        Err(invalid(&format!("`{value}` is no value of {field}"), &remedy))
    }
}
