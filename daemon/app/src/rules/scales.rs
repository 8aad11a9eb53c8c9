//! Which scale a case is measured on, for reports over all cases.

use std::collections::HashMap;

use model::{CaseId, LevelName};

use super::Bench;
use crate::{Result, watchkeeper::Watchkeeper};

/// The scales of all cases as they stood when it was made.
pub(crate) struct Scales {
    bench: Bench,
    /// The team whose own set judges a case; the others are judged by one set.
    teams: HashMap<CaseId, String>,
}

impl Scales {
    /// The team whose own set judges the case with this key in the views.
    pub(crate) fn owner(&self, case: &[u8]) -> Option<&str> {
        let case = CaseId::from_number(u64::from_be_bytes(case.try_into().ok()?));
        self.teams.get(&case).map(String::as_str)
    }

    /// Whether the level counts as an escalation on the scale of that case.
    pub(crate) fn escalated(&self, case: &[u8], level: &LevelName) -> bool {
        self.bench.escalated(self.owner(case), level)
    }

    /// The rank of the level across all teams, 0 to 100, on the scale of that case.
    pub(crate) fn rank(&self, case: &[u8], level: &LevelName) -> u8 {
        self.bench.level(self.owner(case), level).map_or(0, |level| level.rank)
    }

    /// Whether the scale of that case has such a level.
    pub(crate) fn knows(&self, case: &[u8], level: &LevelName) -> bool {
        self.bench.level(self.owner(case), level).is_some()
    }
}

impl Watchkeeper {
    /// The scales of all cases.
    pub(crate) fn scales(&self) -> Result<Scales> {
        let bench = self.bench();
        let mut teams = HashMap::new();
        if !bench.is_alone() {
            let board = self.board()?.read();
            let owned = board.places().filter_map(|place| {
                let team = bench.owner(Some(board.team(place)))?;
                Some((place.id, team.to_owned()))
            });
            teams = owned.collect();
        }
        Ok(Scales { bench, teams })
    }
}
