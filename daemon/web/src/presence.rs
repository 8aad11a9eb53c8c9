//! Who has which case open now. Kept in memory only: it is nobody's business tomorrow.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use model::{CaseId, Instant, UserName};
use parking_lot::Mutex;

/// How long somebody counts as looking after they last said so; the page says so three times in it.
const LOOKS: SignedDuration = SignedDuration::from_secs(60);
/// Open cases that are known at the same time.
const MOST: usize = 10_000;

/// Who looks at what.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    held: Mutex<BTreeMap<CaseId, BTreeMap<UserName, Instant>>>,
}

impl Presence {
    /// Notes that `user` has `case` open. Gives the others who have, and whether `user` is new there.
    pub(crate) fn look(
        &self,
        case: CaseId,
        user: &UserName,
        now: Instant,
    ) -> (Vec<UserName>, bool) {
        let mut held = self.held.lock();
        held.retain(|_, lookers| {
            lookers.retain(|_, at| now.since(*at) < LOOKS);
            !lookers.is_empty()
        });
        if held.len() >= MOST && !held.contains_key(&case) {
            return (Vec::new(), false);
        }
        let lookers = held.entry(case).or_default();
        let new = lookers.insert(user.clone(), now).is_none();
        (lookers.keys().filter(|one| *one != user).cloned().collect(), new)
    }

    /// Notes that `user` has closed `case`. Gives whether that is news.
    pub(crate) fn leave(&self, case: CaseId, user: &UserName) -> bool {
        let mut held = self.held.lock();
        held.get_mut(&case).is_some_and(|lookers| lookers.remove(user).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_gone_without_a_word_is_not_shown_for_long() {
        let presence = Presence::default();
        let case = CaseId::from_number(7);
        let (ann, ben) = (UserName::new("ann"), UserName::new("ben"));
        let at = |seconds: i64| Instant::from_millis(seconds * 1000);
        assert_eq!(presence.look(case, &ann, at(0)), (vec![], true));
        assert_eq!(presence.look(case, &ben, at(30)), (vec![ann.clone()], true));
        assert_eq!(presence.look(case, &ben, at(59)), (vec![ann.clone()], false));
        assert_eq!(presence.look(case, &ben, at(60)), (vec![], false));
        assert!(presence.leave(case, &ben) && !presence.leave(case, &ben));
        assert_eq!(presence.look(case, &ann, at(61)), (vec![], true));
    }
}
