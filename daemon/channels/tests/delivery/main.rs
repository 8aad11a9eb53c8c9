//! Alerts from the outbox to real peers on this machine: a mail server and a web server that fail,
//! defer, drop and duplicate on command, and one that protects and signs in (aiosmtpd).
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod answers;
mod chat;
mod mail;
mod peer;
mod submission;
mod undecided;
mod world;
