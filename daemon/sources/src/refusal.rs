//! Refusals: why an item cannot be captured, in the words of the ledger.

use std::io;

use app::source::Refusal;

/// A refusal for `reason`, one of the stable words listed at [`Refusal::reason`].
pub fn refuse(reason: &'static str, detail: impl Into<String>) -> Refusal {
    Refusal { reason, detail: detail.into() }
}

/// The refusal of an item that has more bytes than the capture takes.
pub fn too_large(size: u64, cap: u64) -> Refusal {
    refuse("too_large", format!("{size} bytes, the limit is {cap}"))
}

/// The refusal of an item that the system did not let us read.
pub fn from_io(error: &io::Error) -> Refusal {
    match error.kind() {
        io::ErrorKind::NotFound => refuse("vanished", "it was gone when it was to be read"),
        _ => refuse("unreadable", error.to_string()),
    }
}
