//! `watchkeeper source`: what a mailbox would bring, and letting a source rest.

use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use app::outside::{FolderPreview, Outside, Preview};
use egress::Egress;
use model::{Actor, SourceId};
use sources::imap::Probe;

use crate::{
    cli::{Common, Source},
    clock,
    config::Config,
    console, wiring,
};

/// Does what is asked of a source.
pub fn run(common: &Common, options: &Source) -> anyhow::Result<()> {
    let config = wiring::config(common)?;
    match options {
        Source::Preview { name } => preview(common, config, name),
        Source::Pause { name, reason } => {
            let id = id_of(&config, name)?;
            let open = open(common, config, &format!("PUT /api/v1/sources/{id}/pause"))?;
            open.app.pause_source(&id, reason, &Actor::CommandLine, clock::now())?;
            console::line(&format!("{id} rests until `watchkeeper source resume {name}`"));
            Ok(())
        }
        Source::Resume { name } => {
            let id = id_of(&config, name)?;
            let open = open(common, config, &format!("DELETE /api/v1/sources/{id}/pause"))?;
            open.app.resume_source(&id, &Actor::CommandLine, clock::now())?;
            console::line(&format!("{id} goes on"));
            Ok(())
        }
    }
}

/// Opens the store, unless the service has it: then the service is to be asked.
fn open(common: &Common, config: Config, route: &str) -> anyhow::Result<wiring::Open> {
    wiring::open(common, config).with_context(|| {
        format!("while the service runs, pause and resume a source in the page, or by {route}")
    })
}

/// The id of the source that the configuration calls `name`.
fn id_of(config: &Config, name: &str) -> anyhow::Result<SourceId> {
    let known = config.source.iter().find(|section| section.name.get_ref() == name);
    let Some(section) = known else {
        let names: Vec<&str> =
            config.source.iter().map(|section| section.name.get_ref().as_str()).collect();
        bail!("there is no [[source]] \"{name}\"; there are {}", names.join(", "));
    };
    Ok(section.id())
}

fn preview(common: &Common, config: Config, name: &str) -> anyhow::Result<()> {
    let id = id_of(&config, name)?;
    let dir = wiring::data_dir(common);
    let mailboxes = config.mailboxes(&dir).map_err(|error| anyhow!(error))?;
    let mailbox =
        mailboxes.into_iter().find(|mailbox| mailbox.info.id == id).with_context(|| {
            format!("{id} is no mailbox; only a mailbox can be looked at beforehand")
        })?;
    // Beside the service or before its first start: what is kept already is known if there is any.
    let open = wiring::open_to_read(common, config).ok();
    let app = open.as_ref().map(|open| open.app.clone());
    let egress = Egress::new(Arc::new(Outside::default()), Arc::new(clock::now));
    let probe = Probe::new(mailbox, app, egress);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let preview = runtime.block_on(probe.look()).map_err(|error| anyhow!(error))?;
    if common.json {
        console::line(&serde_json::to_string(&preview)?);
    } else {
        show(&preview);
    }
    Ok(())
}

fn show(preview: &Preview) {
    for folder in &preview.folders {
        console::line(&line(folder));
    }
}

fn line(folder: &FolderPreview) -> String {
    let FolderPreview { folder: name, messages, bytes, oldest, newest, kept, excluded } = folder;
    let mut text =
        format!("{name}: {} messages, {}", console::count(*messages), console::bytes(*bytes));
    if let (Some(oldest), Some(newest)) = (oldest, newest) {
        let day = |at: &model::Instant| at.timestamp().strftime("%Y-%m-%d").to_string();
        text.push_str(&format!(", {} to {}", day(oldest), day(newest)));
    }
    if *kept > 0 {
        text.push_str(&format!("; {} are kept already", console::count(*kept)));
    }
    for (reason, count) in excluded {
        let reason = reason.replace('_', " ");
        text.push_str(&format!("; {} left out ({reason})", console::count(*count)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_says_what_would_come_and_what_would_not() {
        let folder = FolderPreview {
            folder: "INBOX".to_owned(),
            messages: 1200,
            bytes: 3 << 20,
            oldest: "2026-01-02T10:00:00Z".parse().ok(),
            newest: "2026-02-03T10:00:00Z".parse().ok(),
            kept: 7,
            excluded: [("before_since".to_owned(), 40)].into(),
        };
        let text = line(&folder);
        for part in
            ["INBOX: ", "2026-01-02 to 2026-02-03", "7 are kept", "40 left out (before since)"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
