//! Who may come in, and how many at a time.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::{Intake, Limits};

/// Rates of so many addresses are remembered before old ones are forgotten.
const REMEMBERED: usize = 10_000;
/// The span that a rate is measured over.
const MINUTE: Duration = Duration::from_mins(1);

/// Counts who is in.
pub(super) struct Door(Mutex<Inside>);

#[derive(Default)]
struct Inside {
    all: usize,
    peers: BTreeMap<IpAddr, usize>,
    rates: BTreeMap<IpAddr, (Instant, u32)>,
}

/// Somebody who is in, until this is dropped.
pub(super) struct Entry {
    door: Arc<Door>,
    peer: Option<IpAddr>,
}

impl Door {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::default()))
    }

    /// Lets somebody in, or says why not. Who comes by a Unix socket has no address.
    pub fn enter(
        self: &Arc<Self>,
        intake: &Intake,
        peer: Option<IpAddr>,
    ) -> Result<Entry, &'static str> {
        let peer = peer.map(|peer| peer.to_canonical());
        if let Some(peer) = peer
            && !intake.peers.is_empty()
            && !intake.peers.iter().any(|network| network.holds(peer))
        {
            return Err("554 5.7.1 you may not connect from there");
        }
        let mut inside = self.0.lock();
        if inside.all >= intake.limits.connections {
            return Err("421 4.3.2 too many connections; try again later");
        }
        if let Some(peer) = peer {
            let own = inside.peers.entry(peer).or_default();
            if *own >= intake.limits.connections_per_peer {
                return Err("421 4.7.0 too many connections from your address; try again later");
            }
            *own += 1;
        }
        inside.all += 1;
        Ok(Entry { door: self.clone(), peer })
    }
}

impl Entry {
    /// Whether one message more is not too many for a minute.
    pub fn may_send(&self, limits: &Limits, now: Instant) -> bool {
        let (Some(peer), Some(most)) = (self.peer, limits.messages_per_minute) else { return true };
        let mut inside = self.door.0.lock();
        if inside.rates.len() > REMEMBERED {
            inside.rates.retain(|_, (since, _)| now.duration_since(*since) < MINUTE);
        }
        let (since, count) = inside.rates.entry(peer).or_insert((now, 0));
        if now.duration_since(*since) >= MINUTE {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count <= most
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut inside = self.door.0.lock();
        inside.all -= 1;
        if let Some(peer) = self.peer
            && let Some(own) = inside.peers.get_mut(&peer)
        {
            *own -= 1;
            if *own == 0 {
                inside.peers.remove(&peer);
            }
        }
    }
}
