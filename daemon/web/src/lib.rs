//! The HTTP service: API, sign-in, live events and the embedded page.
//!
//! Every request to the API passes one guard, which asks one table of routes who may. Handlers
//! hand everything that blocks to a bounded pool, where `app` does the work; what comes back is
//! encoded once. Errors are problem details with stable codes. This crate decides nothing about
//! cases, reads no clock (the binary gives one), and opens no outbound connection.
//!
//! Start with [`serve()`]; [`access`] is about users, sessions and tokens, [`dto`] about what
//! travels. The description of the API is written from the code into `openapi.json`.

pub mod access;
mod acknowledge;
mod api;
mod clean;
mod connection;
mod counts;
pub mod dto;
mod guard;
mod input;
mod live;
mod openapi;
mod page;
pub mod presence;
mod printed;
mod problem;
mod reply;
mod router;
mod seats;
mod serve;
mod service;
mod site;
mod stall;
mod table;
mod telling;
mod tls;

pub use access::Access;
pub use connection::Limits;
pub use openapi::document as openapi_document;
pub use serve::{Running, ServeError, ServeOptions, serve};
pub use service::Clock;
pub use tls::{Tls, TlsError};
