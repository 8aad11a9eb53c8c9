//! The demo's data directory: a Maildir, and the configuration of its company.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use super::{USER, mails::Mail, script::Script};

/// Writes `mails` as a Maildir below `dir`; gives its path.
pub fn write_maildir(dir: &Path, mails: &[Mail]) -> anyhow::Result<PathBuf> {
    let maildir = dir.join("demo-mail");
    for sub in ["cur", "new", "tmp"] {
        let folder = maildir.join(sub);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    for mail in mails {
        let name: String =
            mail.message_id.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let path = maildir.join("cur").join(format!("{}.{name}.demo:2,S", mail.at.seconds()));
        fs::write(&path, &mail.raw).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(maildir)
}

/// The configuration of the demo's company.
pub fn configuration(script: &Script) -> anyhow::Result<String> {
    let company = &script.company;
    let mut text = String::from("# Made by `watchkeeper demo`.\n[organisation]\n");
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    writeln!(text, "name = {}", quoted(&company.name))?;
    writeln!(text, "domains = [{}]", quoted(&company.domain))?;
    writeln!(text, "timezone = {}", quoted(&company.timezone))?;
    writeln!(text, "\n[reply_targets]")?;
    for (tier, hours) in &company.reply_targets {
        writeln!(text, "{} = {}", quoted(tier), quoted(hours))?;
    }
    for (name, addresses) in &company.teams {
        let addresses: Vec<String> = addresses.iter().map(|address| quoted(address)).collect();
        writeln!(text, "\n[[teams]]\nname = {}", quoted(name))?;
        writeln!(text, "addresses = [{}]", addresses.join(", "))?;
        let duty = script.company.recipients.iter().filter(|(_, r)| r.team == *name && r.on_duty);
        let duty: anyhow::Result<Vec<String>> =
            duty.map(|(name, _)| Ok(quoted(&script.person(name)?.email))).collect();
        let duty = duty?;
        if !duty.is_empty() {
            writeln!(text, "on_duty = [{}]", duty.join(", "))?;
        }
    }
    for (name, recipient) in &script.company.recipients {
        writeln!(text, "\n[[people]]\nemail = {}", quoted(&script.person(name)?.email))?;
        writeln!(text, "team = {}", quoted(&recipient.team))?;
        writeln!(text, "role = {}", quoted(&recipient.role))?;
    }
    // Who looks at the demo is told, too: of their own searches, and of cases that they hand over.
    let own = quoted(&format!("{USER}@{}", company.domain));
    writeln!(text, "\n[[people]]\nemail = {own}\nuser = {}\nrole = \"admin\"", quoted(USER))?;
    // Further back than usual, so that there is something to look at.
    writeln!(text, "\n[alerts]\nhorizon = \"7d\"")?;
    Ok(text)
}
