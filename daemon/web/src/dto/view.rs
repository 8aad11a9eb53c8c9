//! Queues and searches that people keep under a name, and how far they have read.

use model::{Instant, alert::Urgency};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{SavedView, Shows};

/// Cases of a queue that a view shows.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewOfQueue {
    /// The queue.
    pub queue: String,
    /// Only cases of this account key or unknown domain.
    #[serde(default)]
    pub account: Option<String>,
    /// Only cases of this owner; `none` for cases without one.
    #[serde(default)]
    pub owner: Option<String>,
    /// Only cases of this level.
    #[serde(default)]
    pub level: Option<String>,
    /// Only cases of this team.
    #[serde(default)]
    pub team: Option<String>,
}

/// A search that a view shows.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewOfSearch {
    /// What was typed.
    pub q: String,
    /// Newest first instead of best first.
    #[serde(default)]
    pub newest: bool,
}

/// A view to be kept; it shows either a queue or a search.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepView {
    /// What it is called, 1 to 80 characters.
    pub name: String,
    /// The team to share it with; nothing keeps it to oneself.
    #[serde(default)]
    pub team: Option<String>,
    /// Its place among the others: the least stands first.
    #[serde(default)]
    pub order: u32,
    /// The cases of a queue.
    #[serde(default)]
    pub queue: Option<ViewOfQueue>,
    /// What a search finds.
    #[serde(default)]
    pub search: Option<ViewOfSearch>,
    /// How its owner is told of new mail that the search finds; nothing for not at all.
    #[serde(default)]
    pub tell: Option<Tell>,
}

/// How somebody is told of what their search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tell {
    /// By an alert, within their hours.
    Notice,
    /// By a line of their next digest.
    Digest,
}

impl Tell {
    /// How much that disturbs.
    pub fn urgency(self) -> Urgency {
        match self {
            Self::Notice => Urgency::Notice,
            Self::Digest => Urgency::Digest,
        }
    }

    fn of(urgency: Urgency) -> Self {
        match urgency {
            Urgency::Digest => Self::Digest,
            Urgency::Notice | Urgency::Page => Self::Notice,
        }
    }
}

impl KeepView {
    /// What it shows; nothing unless it is one thing.
    pub fn shows(&self) -> Option<Shows> {
        match (self.queue.clone(), self.search.clone()) {
            (Some(ViewOfQueue { queue, account, owner, level, team }), None) => {
                Some(Shows::Queue { queue, account, owner, level, team })
            }
            (None, Some(ViewOfSearch { q, newest })) => Some(Shows::Search { q, newest }),
            _ => None,
        }
    }
}

/// A queue or a search that somebody gave a name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct View {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The team that it is shared with; nothing if only its owner sees it.
    pub team: Option<String>,
    /// Its place among the others: the least stands first.
    pub order: u32,
    /// The cases of a queue that it shows.
    pub queue: Option<ViewOfQueue>,
    /// The search that it shows.
    pub search: Option<ViewOfSearch>,
    /// How its owner is told of new mail that the search finds; nothing for not at all.
    pub tell: Option<Tell>,
    /// Who made it.
    pub owner: String,
    /// Whether the caller may change and remove it.
    pub editable: bool,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub changed: Instant,
    /// How many cases it holds, or hits it finds; nothing if its queue is gone.
    pub count: Option<u64>,
    /// Its state, to be sent as `If-Match` with a change of it.
    pub tag: String,
}

impl View {
    /// A view as somebody sees it.
    pub fn new(view: SavedView, editable: bool, count: Option<u64>, tag: String) -> Self {
        let (queue, search) = match view.shows {
            Shows::Queue { queue, account, owner, level, team } => {
                (Some(ViewOfQueue { queue, account, owner, level, team }), None)
            }
            Shows::Search { q, newest } => (None, Some(ViewOfSearch { q, newest })),
        };
        Self {
            id: view.id,
            name: view.name,
            team: view.team,
            order: view.order,
            queue,
            search,
            tell: view.tells.map(|tells| Tell::of(tells.urgency)),
            owner: view.owner.to_string(),
            editable,
            changed_by: view.changed_by.to_string(),
            changed: view.changed,
            count,
            tag,
        }
    }
}

/// The views of the caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Views {
    /// Their own and those shared with their team, in their order.
    pub items: Vec<View>,
    /// The team that the caller belongs to, if the configuration says so.
    pub team: Option<String>,
    /// The teams that a view can be shared with.
    pub teams: Vec<String>,
}

/// Who else has a case open.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Viewers {
    /// How many others.
    pub count: u64,
    /// Their names; empty for whoever may only read.
    pub names: Vec<String>,
}

/// Up to when the caller has read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadMark {
    /// The instant; nothing if nothing was marked yet.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
}
