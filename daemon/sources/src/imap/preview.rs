//! What a mailbox would bring, before anything of it is taken in.

use std::{sync::Arc, time::Duration};

use app::{
    Watchkeeper,
    outside::{FolderPreview, Preview, SourceProbe},
};
use egress::Egress;
use model::Instant;

use super::{
    Mailbox,
    changes::Tells,
    connect::{self, within},
    error::WatchError,
    fetch,
    folder::{self, SHORT},
};

/// How long looking at a whole mailbox may take.
const LONGEST: Duration = Duration::from_mins(2);

/// Looks at a mailbox without taking anything in.
pub struct Probe {
    mailbox: Mailbox,
    /// What knows which messages are kept already, if there is anything yet.
    app: Option<Arc<Watchkeeper>>,
    egress: Egress,
}

impl Probe {
    /// A probe of `mailbox`; it lets its host be called.
    pub fn new(mailbox: Mailbox, app: Option<Arc<Watchkeeper>>, egress: Egress) -> Self {
        mailbox.allow(&egress);
        Self { mailbox, app, egress }
    }

    /// What the mailbox would bring now.
    pub async fn look(&self) -> Result<Preview, String> {
        let looked = tokio::time::timeout(LONGEST, self.folders()).await;
        let folders = looked
            .map_err(|_| "the mailbox is too large to be looked at in two minutes".to_owned())?
            .map_err(|error| error.to_string())?;
        Ok(Preview { source: self.mailbox.info.id.clone(), folders })
    }

    async fn folders(&self) -> Result<Vec<FolderPreview>, WatchError> {
        let mut session = connect::open(&self.mailbox, &self.egress).await?;
        let mut previews = Vec::new();
        for one in folder::find(&mut session, &self.mailbox.folders).await? {
            let state = one.examine(&mut session, Tells::Nothing, None).await?;
            let uids: Vec<u32> = match state.exists {
                0 => Vec::new(),
                _ => one.uids(&mut session, 1, "").await?.into_iter().collect(),
            };
            let seen = fetch::shown(&mut session, &uids, &self.mailbox.scope).await?;
            let mut preview =
                FolderPreview { folder: one.name.clone(), ..FolderPreview::default() };
            for (reason, count) in seen.excluded {
                preview.excluded.insert(reason.to_owned(), count);
            }
            let keys: Vec<_> = seen
                .shown
                .iter()
                .map(|shown| one.item(&self.mailbox.info, state.validity, shown))
                .collect();
            let known = match &self.app {
                Some(app) => app.known_items(&keys)?,
                None => vec![false; keys.len()],
            };
            for (shown, known) in seen.shown.iter().zip(known) {
                if shown.size > self.mailbox.max_size {
                    *preview.excluded.entry("too_large".to_owned()).or_default() += 1;
                    continue;
                }
                if known {
                    preview.kept += 1;
                    continue;
                }
                preview.messages += 1;
                preview.bytes += shown.size;
                let at = shown.date.map(Instant::from_millis);
                preview.oldest = preview.oldest.min(at).or(preview.oldest).or(at);
                preview.newest = preview.newest.max(at);
            }
            previews.push(preview);
        }
        // Nobody waits for the server's farewell.
        let _ = within("signing out", SHORT, session.logout()).await;
        Ok(previews)
    }
}

impl SourceProbe for Probe {
    fn preview(&self) -> Result<Preview, String> {
        tokio::runtime::Handle::current().block_on(self.look())
    }
}
