//! What people keep for themselves: queues and searches under a name, and how far they have read.
//!
//! These are settings, no facts: they say nothing about a case, so they stand beside users and
//! sessions and not in the journal.

use std::collections::BTreeMap;

use model::{Instant, UserName, alert::Urgency};
use serde::{Deserialize, Serialize};

use super::{
    Access, AccessError,
    record::{load, save},
};

/// The most views that one person keeps.
pub const VIEWS_MOST: usize = 100;
/// Cases of which is remembered when a person looked at them; the oldest are forgotten.
const LOOKED_MOST: usize = 500;
/// The most characters of a name.
const NAME_CHARS: usize = 80;
/// The most bytes of a value that a view filters by.
const VALUE_BYTES: usize = 2000;

/// A queue or a search that somebody gave a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// What tells it from others; chosen by who made it.
    pub id: String,
    /// Who made it.
    pub owner: UserName,
    /// The team that it is shared with; nothing if it is its owner's alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// What it is called.
    pub name: String,
    /// Its place among the others: the least stands first.
    pub order: u32,
    /// What it shows.
    pub shows: Shows,
    /// How its owner is told of new mail that its search finds; nothing if they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tells: Option<Tells>,
    /// Who changed it last.
    pub changed_by: UserName,
    /// When.
    pub changed: Instant,
}

/// How somebody is told of what their search finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tells {
    /// How much it may disturb: a notice, or a line of the digest.
    pub urgency: Urgency,
    /// What was taken in before is not told.
    pub since: Instant,
}

/// What a view shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shows {
    /// Cases of a queue.
    Queue {
        /// The queue.
        queue: String,
        /// Only cases of this account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<String>,
        /// Only cases of this owner.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<String>,
        /// Only cases of this level.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<String>,
        /// Only cases of this team.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<String>,
    },
    /// What a search finds.
    Search {
        /// What was typed.
        q: String,
        /// Newest first instead of best first.
        #[serde(default)]
        newest: bool,
    },
}

/// How far a person has read.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Marks {
    /// What changed, up to here.
    #[serde(default)]
    changes: Option<Instant>,
    /// When they looked at a case last.
    #[serde(default)]
    cases: BTreeMap<String, Instant>,
}

/// What can be marked as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    /// The feed of changes.
    Changes,
    /// A case.
    Case(model::CaseId),
}

impl SavedView {
    fn check(&self) -> Result<(), AccessError> {
        let odd = |what: &str, remedy: &str| {
            Err(AccessError::BadView { what: what.to_owned(), remedy: remedy.to_owned() })
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if self.id.is_empty() || self.id.len() > 64 || !self.id.chars().all(plain) {
            return odd(
                "this cannot be the id of a view",
                "use 1 to 64 letters, digits and dashes",
            );
        }
        let name = self.name.chars().count();
        if self.name.trim().is_empty() || name > NAME_CHARS {
            return odd("a view needs a name", &format!("give it 1 to {NAME_CHARS} characters"));
        }
        let values: Vec<&str> = match &self.shows {
            Shows::Queue { queue, account, owner, level, team } => {
                let narrowed = [account, owner, level, team].into_iter().flatten();
                narrowed.chain([queue]).map(String::as_str).collect()
            }
            Shows::Search { q, .. } => vec![q],
        };
        let all = values.into_iter().chain(self.team.as_deref());
        if all.into_iter().any(|value| value.is_empty() || value.len() > VALUE_BYTES) {
            return odd(
                "a view filters by something that is empty or too long",
                &format!("give 1 to {VALUE_BYTES} bytes, or leave it out"),
            );
        }
        Ok(())
    }

    /// Whether somebody of `team` sees it. Who is of no known team sees those of all.
    pub fn is_for(&self, user: &UserName, team: Option<&str>) -> bool {
        let shared = self.team.as_deref();
        self.owner == *user || shared.is_some_and(|with| team.is_none_or(|own| own == with))
    }
}

impl Access {
    /// The views that `user`, who is of `team`, sees: their own and those shared with the team; in
    /// their order.
    pub fn views(
        &self,
        user: &UserName,
        team: Option<&str>,
    ) -> Result<Vec<SavedView>, AccessError> {
        let mut found = Vec::new();
        load(&*self.store, VIEW.as_bytes(), |_, view: SavedView| {
            if view.is_for(user, team) {
                found.push(view);
            }
        })?;
        found.sort_by(|a, b| (a.order, &a.name, &a.id).cmp(&(b.order, &b.name, &b.id)));
        Ok(found)
    }

    /// The views that tell their owner of something.
    pub fn telling_views(&self) -> Result<Vec<SavedView>, AccessError> {
        let mut found = Vec::new();
        load(&*self.store, VIEW.as_bytes(), |_, view: SavedView| {
            if view.tells.is_some() {
                found.push(view);
            }
        })?;
        Ok(found)
    }

    /// The view with this id, whoever's it is.
    pub fn view(&self, id: &str) -> Result<Option<SavedView>, AccessError> {
        let bytes = self.store.get(format!("{VIEW}{id}").as_bytes()).map_err(AccessError::Store)?;
        let view = bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose();
        view.map_err(|error| AccessError::Store(error.into()))
    }

    /// Keeps a view, in place of the one with its id.
    pub fn keep_view(&self, view: &SavedView) -> Result<(), AccessError> {
        view.check()?;
        let mut kept = 0;
        load(&*self.store, VIEW.as_bytes(), |id, one: SavedView| {
            kept += usize::from(one.owner == view.owner && id != view.id);
        })?;
        if kept >= VIEWS_MOST {
            return Err(AccessError::BadView {
                what: format!("you keep {VIEWS_MOST} views already"),
                remedy: "remove one first".to_owned(),
            });
        }
        save(&*self.store, format!("{VIEW}{}", view.id).as_bytes(), view)
    }

    /// Forgets a view.
    pub fn drop_view(&self, id: &str) -> Result<(), AccessError> {
        self.store.delete(format!("{VIEW}{id}").as_bytes()).map_err(AccessError::Store)
    }

    /// Up to when `user` has read; nothing if they never said.
    pub fn mark(&self, user: &UserName, of: &Marked) -> Result<Option<Instant>, AccessError> {
        let marks = self.marks(user)?;
        Ok(match of {
            Marked::Changes => marks.changes,
            Marked::Case(case) => marks.cases.get(&case.to_string()).copied(),
        })
    }

    /// Notes up to when `user` has read.
    pub fn set_mark(&self, user: &UserName, of: &Marked, at: Instant) -> Result<(), AccessError> {
        let _one = self.marking.lock();
        let mut marks = self.marks(user)?;
        match of {
            Marked::Changes => marks.changes = Some(at),
            Marked::Case(case) => {
                marks.cases.insert(case.to_string(), at);
                while marks.cases.len() > LOOKED_MOST {
                    let oldest = marks.cases.iter().min_by_key(|(_, at)| **at);
                    let Some(oldest) = oldest.map(|(case, _)| case.clone()) else { break };
                    marks.cases.remove(&oldest);
                }
            }
        }
        save(&*self.store, format!("{MARK}{user}").as_bytes(), &marks)
    }

    fn marks(&self, user: &UserName) -> Result<Marks, AccessError> {
        let bytes =
            self.store.get(format!("{MARK}{user}").as_bytes()).map_err(AccessError::Store)?;
        let marks = bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose();
        Ok(marks.map_err(|error| AccessError::Store(error.into()))?.unwrap_or_default())
    }

    /// Forgets what somebody kept for themselves; what they shared stays with the team.
    pub(super) fn forget_personal(&self, user: &UserName) -> Result<(), AccessError> {
        for view in self.views(user, None)? {
            if view.owner == *user && view.team.is_none() {
                self.drop_view(&view.id)?;
            }
        }
        self.store.delete(format!("{MARK}{user}").as_bytes()).map_err(AccessError::Store)
    }
}

/// What the keys of views begin with.
const VIEW: &str = "view/";
/// What the keys of marks begin with.
const MARK: &str = "mark/";
