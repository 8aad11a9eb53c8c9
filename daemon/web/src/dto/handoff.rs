//! Handing cases over, and the brief that goes with them.

use app::handoff;
use model::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CaseRow, Quote, each};

/// A case that was handed over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Handoff {
    /// Who is to take it: the name of a user, or an address.
    pub to: String,
    /// Who handed it over.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What they said to it.
    pub note: String,
    /// Who took it; nothing while it waits.
    pub accepted_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Instant>,
    /// How many seconds passed until then.
    pub accepted_after: Option<i64>,
    /// When whoever handed it over, and whoever is told by default, are told that nobody has taken it;
    /// nothing once somebody has.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reminds_at: Option<Instant>,
}

impl From<handoff::Handoff> for Handoff {
    fn from(row: handoff::Handoff) -> Self {
        let accepted_after = row.seconds();
        let handoff::Handoff { to, by, at, note, accepted_by, accepted_at, reminds_at, .. } = row;
        Self { to, by, at, note, accepted_by, accepted_at, accepted_after, reminds_at }
    }
}

/// A case that waits to be taken over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandedCase {
    /// The case.
    #[serde(flatten)]
    pub row: CaseRow,
    /// The handoff.
    pub handoff: Handoff,
}

impl From<handoff::HandedCase> for HandedCase {
    fn from(handed: handoff::HandedCase) -> Self {
        Self { row: handed.row.into(), handoff: handed.handoff.into() }
    }
}

/// Hands a case over.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOff {
    /// Who is to take it: the name of a user, or an address.
    pub to: String,
    /// What they should know first.
    #[serde(default)]
    pub note: String,
}

/// The brief of a case: one page that lets the next one act.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Brief {
    /// The case.
    pub case: CaseRow,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Its sections; one without any line is left out.
    pub sections: Vec<BriefSection>,
}

impl From<handoff::Brief> for Brief {
    fn from(brief: handoff::Brief) -> Self {
        Self { case: brief.row.into(), at: brief.at, sections: each(brief.sections) }
    }
}

/// A section of a brief.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BriefSection {
    /// `state`, `promises`, `people`, `tried`, `questions` or `next`.
    pub name: String,
    /// Its lines.
    pub lines: Vec<BriefLine>,
}

impl From<handoff::BriefSection> for BriefSection {
    fn from(section: handoff::BriefSection) -> Self {
        Self { name: section.name.to_owned(), lines: each(section.lines) }
    }
}

/// A line of a brief with the passage or the person that it comes from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BriefLine {
    /// `signal`, `set`, `promise`, `person`, `reply`, `note`, `question`, `reply_due` or `next_step`.
    pub kind: String,
    /// What it says: a title, a name, a value; empty where the quotation says all.
    pub text: String,
    /// More of it, such as a state, a job title or a value.
    pub detail: String,
    /// The passage it stands on.
    pub quote: Option<Quote>,
    /// The person it comes from.
    pub by: Option<String>,
    /// When it was said or set.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
    /// By when something is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<Instant>,
}

impl From<handoff::BriefLine> for BriefLine {
    fn from(line: handoff::BriefLine) -> Self {
        Self {
            kind: line.kind.name().to_owned(),
            text: line.text,
            detail: line.detail,
            quote: line.quote.map(Quote::from),
            by: line.by,
            at: line.at,
            due: line.due,
        }
    }
}
