//! How many connections there may be: in all, and from one address.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places for connections.
pub(crate) struct Seats {
    all: Arc<Semaphore>,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    most_per_address: usize,
    /// Proxies, who speak for many.
    exempt: Vec<IpAddr>,
}

/// One of the places, until it is dropped.
pub(crate) struct Seat {
    _one: OwnedSemaphorePermit,
    address: IpAddr,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Seats {
    pub(crate) fn new(all: usize, most_per_address: usize, exempt: Vec<IpAddr>) -> Self {
        let all = Arc::new(Semaphore::new(all));
        Self { all, taken: Arc::default(), most_per_address, exempt }
    }

    /// Waits until there is a place for another connection.
    pub(crate) async fn free(&self) -> Option<OwnedSemaphorePermit> {
        self.all.clone().acquire_owned().await.ok()
    }

    /// Takes the place for a connection from `address`; nothing if it has too many already.
    pub(crate) fn take(&self, one: OwnedSemaphorePermit, address: IpAddr) -> Option<Seat> {
        let address = address.to_canonical();
        let mut taken = self.taken.lock();
        let count = taken.entry(address).or_default();
        if *count >= self.most_per_address && !self.exempt.contains(&address) {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Seat { _one: one, address, taken: self.taken.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.taken.lock();
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_address_cannot_take_every_place() {
        let proxy: IpAddr = "192.0.2.9".parse().unwrap();
        let seats = Seats::new(8, 2, vec![proxy]);
        let take = async |address: &str| {
            let one = seats.free().await.unwrap();
            seats.take(one, address.parse().unwrap())
        };
        let first = take("192.0.2.1").await;
        let second = take("::ffff:192.0.2.1").await;
        assert!(first.is_some() && second.is_some());
        assert!(take("192.0.2.1").await.is_none());
        assert!(take("192.0.2.2").await.is_some());
        let many = (take("192.0.2.9").await, take("192.0.2.9").await, take("192.0.2.9").await);
        assert!(many.2.is_some());
        drop(first);
        assert!(take("192.0.2.1").await.is_some());
    }

    #[tokio::test]
    async fn nothing_is_remembered_of_who_has_left() {
        let seats = Seats::new(1, 1, Vec::new());
        for n in 0..100_u32 {
            let one = seats.free().await.unwrap();
            let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(n));
            drop(seats.take(one, address).unwrap());
        }
        assert!(seats.taken.lock().is_empty());
    }
}
