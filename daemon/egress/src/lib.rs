//! Every connection that Watchkeeper opens: who may be called, by which protection, for how long.
//!
//! A host that the configuration does not name is never called, not even resolved. Nothing here
//! listens, and nothing here waits for ever: each step has a deadline. TLS is rustls with the
//! platform's roots, or with an authority of one's own for a single host; there is no way to leave a
//! certificate unchecked.
//!
//! Start with [`Egress`]; [`http`] makes one request at a time over it, [`Secret`] is how passwords
//! come in.

mod dial;
mod error;
pub mod http;
pub mod oauth;
mod roots;
mod secret;
mod stream;

pub use dial::{Clock, Egress, Host, Protection};
pub use error::EgressError;
pub use roots::Trust;
pub use secret::Secret;
pub use stream::Stream;
