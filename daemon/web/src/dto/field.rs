//! Fields of a team's own, and their values.

use app::fields;
use model::{CaseId, Instant, MessageKey};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{AccountRef, Quote};
use crate::reply;

/// A field of a team's rule set.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Field {
    /// The team whose set it is of; missing for the one of all other cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Its name.
    pub field: String,
    /// A short title.
    pub title: String,
    /// What it is.
    pub help: String,
    /// What its values are: `text`, `number`, `date` or `choice`.
    pub kind: String,
    /// The values of a choice.
    pub choices: Vec<String>,
    /// How many values were read.
    pub values: u64,
    /// How many of them nobody has decided about.
    pub undecided: u64,
}

impl From<fields::FieldRecord> for Field {
    fn from(field: fields::FieldRecord) -> Self {
        Self {
            team: field.team,
            field: field.field,
            title: field.title,
            help: field.help,
            kind: field.kind,
            choices: field.choices,
            values: field.values,
            undecided: field.undecided,
        }
    }
}

/// A value of a field with its evidence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldValue {
    /// Names it for acts.
    #[schema(examples("order.fedcba9876543210fedcba9876543210.body.12.21"))]
    pub id: String,
    /// The field.
    pub field: String,
    /// Its title.
    pub title: String,
    /// What its values are: `text`, `number`, `date` or `choice`.
    pub kind: String,
    /// The value: a person's before the rules'.
    pub value: String,
    /// What the rules read there; missing where they read nothing any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_value: Option<String>,
    /// `found` (nobody has decided), `approved`, `corrected` or `rejected`.
    pub state: String,
    /// Whether others of the case, or account, say something else and nobody has decided.
    pub conflicting: bool,
    /// The case.
    #[schema(value_type = String, examples("7F3K2-M9QAB"))]
    pub case: CaseId,
    /// Its title.
    pub case_title: String,
    /// Its account.
    pub account: AccountRef,
    /// The message that names it.
    #[schema(value_type = String)]
    pub message: MessageKey,
    /// When that was written.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Its words.
    pub quote: Option<Quote>,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Instant>,
    /// Why.
    pub reason: String,
    /// Its state, to be sent as `If-Match` with a decision about it.
    pub tag: String,
}

impl From<fields::FieldValueRecord> for FieldValue {
    fn from(value: fields::FieldValueRecord) -> Self {
        let standing = (&value.value, &value.state, &value.by, value.decided_at);
        Self {
            tag: reply::tag_of_value(&standing),
            id: value.id,
            field: value.field,
            title: value.title,
            kind: value.kind,
            value: value.value,
            rules_value: value.rules_value,
            state: value.state,
            conflicting: value.conflicting,
            case: value.case,
            case_title: value.case_title,
            account: value.account.into(),
            message: value.message,
            at: value.at,
            quote: value.quote.map(Quote::from),
            by: value.by,
            decided_at: value.decided_at,
            reason: value.reason,
        }
    }
}

/// For whom one value of each field is wanted.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LatestFor {
    /// Each case.
    Case,
    /// Each account.
    Account,
}

/// Which values are asked for; what is not given does not matter.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FieldQuery {
    /// The `next` of the page before; nothing for the first.
    pub cursor: Option<String>,
    /// Rows of a page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// Of this field.
    pub field: Option<String>,
    /// In this case.
    #[param(value_type = Option<String>)]
    pub case: Option<CaseId>,
    /// Of this account, by key or name.
    pub account: Option<String>,
    /// `found` (the review queue), `approved`, `corrected` or `rejected`.
    pub state: Option<String>,
    /// Only the latest that is not rejected, for each case or account.
    #[param(inline)]
    pub latest: Option<LatestFor>,
    /// Only those that others contradict while nobody has decided.
    #[serde(default)]
    pub conflicting: bool,
}

/// What a person decides about a value, told apart by `decision`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
pub enum DecideField {
    /// It is right.
    Approve {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// It is another one.
    Correct {
        /// The right one.
        value: String,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// What stands there is no value of the field.
    Reject {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// It stands again as the rules read it.
    Restore {
        /// Why.
        #[serde(default)]
        reason: String,
    },
}
