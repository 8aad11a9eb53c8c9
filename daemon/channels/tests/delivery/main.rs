//! Alerts from the outbox to real peers on this machine: a mail server and a web server that fail,
//! defer, drop and duplicate on command.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod answers;
mod chat;
mod mail;
mod peer;
mod world;
