//! The HTTP service.
pub mod access;
pub mod problem;
mod tls;
pub use tls::{Tls, TlsError};
