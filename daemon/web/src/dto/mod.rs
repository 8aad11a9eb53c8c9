//! The shapes of the API: what requests and answers hold, each field described for the generated
//! clients. Instants are RFC 3339 in UTC, offsets are bytes of UTF-8, ids are text.

mod access;
mod account;
mod act;
mod administration;
mod alert;
mod backup;
mod baseline;
mod calendar;
mod case;
mod change;
mod definition;
mod digest;
mod due;
mod field;
mod file;
mod handoff;
mod health;
mod level;
mod message;
mod outside;
mod pack;
mod paper;
mod pilot;
mod plugin;
mod promise;
mod report;
mod rules;
mod search;
mod signal;
mod similar;
mod source;
mod timeline;
mod trial;
mod view;

pub use access::*;
pub use account::*;
pub use act::*;
pub use administration::*;
pub use alert::*;
pub use backup::*;
pub use baseline::*;
pub use calendar::*;
pub use case::*;
pub use change::*;
pub use definition::*;
pub use digest::*;
pub use due::*;
pub use field::*;
pub use file::*;
pub use handoff::*;
pub use health::*;
pub use level::*;
pub use message::*;
pub use outside::*;
pub use pack::*;
pub use paper::*;
pub use pilot::*;
pub use plugin::*;
pub use promise::*;
pub use report::*;
pub use rules::*;
pub use search::*;
pub use signal::*;
pub use similar::*;
pub use source::*;
pub use timeline::*;
pub use trial::*;
pub use view::*;

use app::record;
use model::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most rows of a page.
pub const PAGE_MOST: usize = 200;
/// The rows of a page where nothing is asked for.
const PAGE_USUAL: usize = 50;

/// Converts every item.
fn each<A, B: From<A>>(items: Vec<A>) -> Vec<B> {
    items.into_iter().map(B::from).collect()
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to pass as `cursor` to get the next page; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many rows there are in all.
    pub total: u64,
}

impl<A, B: From<A>> From<record::Page<A>> for Page<B> {
    fn from(page: record::Page<A>) -> Self {
        Self { items: each(page.items), next: page.next, total: page.total }
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next` of the page before; nothing for the first.
    pub cursor: Option<String>,
    /// Rows of a page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
}

impl PageQuery {
    /// The number of rows to give, within bounds.
    pub fn rows(&self) -> usize {
        self.limit.unwrap_or(PAGE_USUAL).clamp(1, PAGE_MOST)
    }
}

/// An e-mail address with the name that stood beside it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Address {
    /// The display name; empty if there was none.
    pub name: String,
    /// `local@domain` in lower case; empty if the header held only a name.
    pub email: String,
}

impl From<model::Address> for Address {
    fn from(address: model::Address) -> Self {
        Self { name: address.name, email: address.email }
    }
}

/// A passage of a message with its words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Quote {
    /// The message it stands in.
    #[schema(value_type = String)]
    pub message: model::MessageKey,
    /// Which text of the message.
    pub part: SpanPart,
    /// Byte offset of its first character in the UTF-8 of that text.
    pub start: u32,
    /// Byte offset behind its last character.
    pub end: u32,
    /// Its words.
    pub text: String,
    /// Who wrote them.
    pub from: Address,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
}

impl From<record::Quote> for Quote {
    fn from(quote: record::Quote) -> Self {
        Self {
            message: quote.span.message,
            part: quote.span.part.into(),
            start: quote.span.start,
            end: quote.span.end,
            text: quote.text,
            from: quote.from.into(),
            at: quote.at,
        }
    }
}

/// Which text of a message a passage stands in.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpanPart {
    /// The decoded plain text of the body.
    Body,
    /// The subject.
    Subject,
    /// The From header as shown.
    From,
    /// The To header as shown.
    To,
    /// The Cc header as shown.
    Cc,
    /// The names of attached files, a line each.
    Attachments,
}

impl From<model::SpanPart> for SpanPart {
    fn from(part: model::SpanPart) -> Self {
        match part {
            model::SpanPart::Body => Self::Body,
            model::SpanPart::Subject => Self::Subject,
            model::SpanPart::From => Self::From,
            model::SpanPart::To => Self::To,
            model::SpanPart::Cc => Self::Cc,
            model::SpanPart::Attachments => Self::Attachments,
        }
    }
}

/// Something that changed; sent as the data of a server-sent event named `change`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeEvent {
    /// The last fact behind it; also the id of the event.
    pub seq: u64,
    /// What changed: `cases`, `alerts`, `sources`, `search`, or `viewers` where somebody opened or
    /// closed a case.
    pub kind: String,
    /// The cases that changed.
    #[schema(value_type = Vec<String>)]
    pub cases: Vec<model::CaseId>,
}

impl From<&app::LiveEvent> for ChangeEvent {
    fn from(event: &app::LiveEvent) -> Self {
        Self { seq: event.seq.0, kind: event.kind.to_owned(), cases: event.cases.clone() }
    }
}
