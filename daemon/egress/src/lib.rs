//! Every connection that Watchkeeper opens: who may be called, by which protection, for how long.
//!
//! A host that the configuration does not name is never called, not even resolved. Nothing here
//! listens, and nothing here waits for ever: each step has a deadline. TLS is rustls with the
//! platform's roots, or with an authority of one's own for a single host; there is no way to leave a
//! certificate unchecked.
//!
//! Pages of the web are on hosts whose names and redirects belong to others: [`Egress::fetch`] dials
//! addresses of the public internet alone, unless it is told otherwise.
//!
//! Start with [`Egress`]; [`http`] makes one request at a time over it, [`Secret`] is how passwords
//! come in.

mod address;
mod dial;
mod error;
mod fetch;
pub mod http;
pub mod oauth;
mod roots;
mod secret;
mod stream;

pub use address::{Addresses, Resolver, is_public};
pub use dial::{Clock, Egress, Host, Protection};
pub use error::EgressError;
pub use fetch::{Fetch, Fetched};
pub use roots::Trust;
pub use secret::Secret;
pub use stream::{Stream, certificate_file_ends};
