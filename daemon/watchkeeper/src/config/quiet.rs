//! Who is told of a source that is too quiet, and by which way.

use std::collections::BTreeMap;

use app::quiet::QuietRules;

use super::{ChannelSection, Config, SourceKind, outside::ChannelKind};

impl Config {
    /// What the silence watchdog does; nothing without sources or channels.
    pub fn quiet_rules(&self) -> Option<QuietRules> {
        let sources = self.source.iter().filter_map(|section| {
            // A page or a file that stays as it is is not silent.
            let mail =
                matches!(section.kind, SourceKind::Imap | SourceKind::Smtp | SourceKind::Lmtp);
            mail.then(|| (section.id(), section.quiet_after.map(|span| span.0)))
        });
        let sources: BTreeMap<_, _> = sources.collect();
        if sources.is_empty() {
            return None;
        }
        let QuietRules { channel, tell, .. } = self.alarm()?;
        Some(QuietRules { sources, channel, tell })
    }

    /// Who is told of what concerns no case, and by which way; nothing without channels.
    pub fn alarm(&self) -> Option<QuietRules> {
        // Mail that does not come in may not go out either: another way is better.
        let other = |section: &&ChannelSection| section.kind != ChannelKind::Smtp;
        let named = || self.alerts.quiet_channel.clone();
        let usual = || self.channel.iter().find(other).or_else(|| self.channel.first());
        let channel = named().or_else(|| usual().map(|section| section.name.get_ref().clone()))?;
        let tell = match self.alerts.quiet_tell.as_slice() {
            [] => &self.alerts.fallback,
            named => named,
        };
        let tell = tell.iter().map(|address| address.0.clone()).collect();
        Some(QuietRules { sources: BTreeMap::new(), channel, tell })
    }
}
