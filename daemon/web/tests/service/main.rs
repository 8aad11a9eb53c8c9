//! The service as its clients see it: a real server on a free port, spoken to over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod acting;
mod alerting;
mod client;
mod described;
mod digesting;
mod handing_over;
mod limits;
mod live;
mod page;
mod personal;
mod plugins;
mod reading;
mod roles;
mod rules;
mod signing_in;
mod telling;
mod tls;
mod together;
mod world;
