//! What goes out at once.

use app::outbox::Sending;
use model::{
    alert::Route,
    id::{SendingId, short_hash},
};

/// One or more sendings that go out as one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Its idempotency key: the same whenever the same sendings go out together.
    pub id: SendingId,
    /// Whether it is a digest.
    pub digest: bool,
    /// The sendings, the longest due first.
    pub sendings: Vec<Sending>,
}

/// Who gets a message of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addressing {
    /// Everybody their own.
    Each,
    /// All the same one, as in a chat.
    Together,
}

impl Parcel {
    fn of(sendings: Vec<Sending>) -> Self {
        let id = match sendings.as_slice() {
            [one] => one.id,
            several => {
                let mut ids: Vec<&[u8]> = several.iter().map(|s| s.id.0.as_slice()).collect();
                ids.sort_unstable();
                ids.insert(0, b"parcel");
                SendingId(short_hash(&ids))
            }
        };
        let digest = sendings.first().is_some_and(|sending| sending.route == Route::Digest);
        Self { id, digest, sendings }
    }

    /// Packs sendings of one channel: what goes to the same place as one message goes together.
    pub(crate) fn pack(sendings: Vec<Sending>, addressing: Addressing) -> Vec<Self> {
        let together = |a: &Sending, b: &Sending| {
            if a.route != b.route {
                return false;
            }
            match (a.route, addressing) {
                (Route::Digest, Addressing::Each) => a.to == b.to,
                (Route::Digest, Addressing::Together) => true,
                (Route::Notice, Addressing::Each) => false,
                (Route::Notice, Addressing::Together) => {
                    a.alert.id == b.alert.id && a.round == b.round
                }
            }
        };
        let mut parcels: Vec<Vec<Sending>> = Vec::new();
        for sending in sendings {
            match parcels.iter_mut().find(|parcel| together(&parcel[0], &sending)) {
                Some(parcel) => parcel.push(sending),
                None => parcels.push(vec![sending]),
            }
        }
        parcels.into_iter().map(Self::of).collect()
    }

    /// Who gets it, each once.
    pub fn recipients(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.sendings.iter().map(|sending| sending.to.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// How often it failed before: as often as the one of it that failed least, so that nothing is
    /// given up early because of what it travels with.
    pub(crate) fn failed(&self) -> u32 {
        self.sendings.iter().map(|sending| sending.tries).min().unwrap_or(0)
    }
}
