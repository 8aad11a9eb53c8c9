//! Alerts on their way out: mail by SMTP submission, signed webhooks, chats.
//!
//! The outbox of `app` says what is due; the [`Courier`] takes it under a lease, packs what goes
//! together ([`parcel`]), puts it into words ([`letter`]), hands it to its [`Channel`], and records
//! what became of it. It is sent at least once, under a key that is the same for every try. What fails
//! is tried again over hours; a channel that is down is probed with one parcel at a time, so that an
//! outage costs neither alerts nor a flood of facts. Whom to tell and when was decided before: this
//! crate decides nothing about cases, and calls no host that the configuration does not name.

mod backoff;
mod channel;
mod chat;
mod courier;
mod digest;
mod failure;
mod letter;
mod mail;
mod parcel;
mod smtp;
mod webhook;

pub use backoff::Backoff;
pub use channel::{Channel, Means};
pub use chat::{Chat, ChatKind};
pub use courier::{Courier, House};
pub use failure::Failure;
pub use letter::Letter;
pub use parcel::Parcel;
pub use smtp::{Login, Proof, Smtp};
pub use webhook::Webhook;
