//! The use cases: capture, project, query, correct, export, verify, rebuild.
//!
//! This crate joins the pure rooms (mail, engine) to the ports of `store`. It opens no file and
//! no socket itself, reads no clock (`now` is a parameter) and knows no script language.
//!
//! Start with [`Watchkeeper`], which owns the ports; [`capture`] takes evidence in,
//! [`project`] turns facts into views, [`record`] is what readers get.

pub mod record;
pub mod source;
