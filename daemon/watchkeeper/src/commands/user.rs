//! `watchkeeper user`: people who may sign in, where no browser is at hand.

use std::io::Read as _;

use anyhow::{Context as _, bail};
use model::{Actor, Fact, UserName, fact::Role};
use store::local::open_access;
use web::access::Access;

use crate::{
    access::StoredAccess,
    cli::{Common, User},
    clock, console, wiring,
};

/// The longest password that is read.
const PASSWORD_BYTES: u64 = 4096;

/// Adds a user.
pub fn run(common: &Common, options: &User) -> anyhow::Result<()> {
    let User::Add { name, role } = options;
    let role = match role.as_str() {
        "admin" => Role::Admin,
        "ops" => Role::Ops,
        "manager" => Role::Manager,
        "agent" => Role::Agent,
        "viewer" => Role::Viewer,
        other => bail!("`{other}` is no role: use admin, ops, manager, agent or viewer"),
    };
    let open = wiring::open(common, wiring::config(common)?)?;
    let access = Access::open(StoredAccess(open_access(&open.dir)?), clock::now())?;
    console::note("password (at least 12 characters), then Enter and Ctrl-D:");
    let mut password = String::new();
    std::io::stdin()
        .take(PASSWORD_BYTES)
        .read_to_string(&mut password)
        .context("cannot read the password")?;
    access.add_user(name, password.trim_end_matches(['\r', '\n']), role, clock::now())?;
    let fact = Fact::UserAdded { user: UserName::new(name), role };
    open.app.audit(fact, Actor::CommandLine, clock::now())?;
    console::line(&format!("{name} may sign in"));
    Ok(())
}
