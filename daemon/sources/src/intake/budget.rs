//! How many bytes of messages may be on their way in at once, over all connections.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The unit in which bytes are counted.
const UNIT: usize = 64 << 10;

/// The room that all messages share.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<Semaphore>);

/// What one message takes up of it, until it is dropped.
#[derive(Debug, Default)]
pub(super) struct Share(Option<OwnedSemaphorePermit>);

impl Budget {
    pub fn new(bytes: u64) -> Self {
        let units = usize::try_from(bytes).unwrap_or(usize::MAX).div_ceil(UNIT);
        Self(Arc::new(Semaphore::new(units.min(Semaphore::MAX_PERMITS))))
    }
}

impl Share {
    /// Takes up enough for `bytes` in all. Gives whether there is room: nobody is waited for, since
    /// those who hold the room may wait, too.
    pub fn grow(&mut self, budget: &Budget, bytes: usize) -> bool {
        let held = self.0.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let wanted = bytes.div_ceil(UNIT).saturating_sub(held);
        if wanted == 0 {
            return true;
        }
        let Ok(wanted) = u32::try_from(wanted) else { return false };
        let Ok(more) = budget.0.clone().try_acquire_many_owned(wanted) else { return false };
        match &mut self.0 {
            Some(share) => share.merge(more),
            None => self.0 = Some(more),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_that_a_message_took_up_is_free_again_when_it_is_done() {
        let budget = Budget::new(128 << 10);
        let (mut one, mut two) = (Share::default(), Share::default());
        assert!(one.grow(&budget, 100 << 10) && one.grow(&budget, 120 << 10));
        assert!(!two.grow(&budget, 1));
        drop(one);
        assert!(two.grow(&budget, 1));
    }
}
