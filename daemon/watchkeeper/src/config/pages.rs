//! Pages of the web that are watched.

use std::time::Duration;

use egress::{Host, Protection, Trust, http::Endpoint};
use model::{AccountId, CaseId, fact::NoteTarget};
use sources::page::{CONFIRM, DEADLINE, WatchedPage, text};

use super::mailboxes::SourceSection;

/// How often a page is looked at where nothing is said.
const USUAL: Duration = Duration::from_mins(15);

impl SourceSection {
    /// What is wrong with a page, if anything is.
    pub(super) fn page_fault(&self) -> Option<String> {
        if self.path.is_some() || self.secret_url.is_some() {
            return Some("a page has `url`, and no `path` or `secret_url`".to_owned());
        }
        if let Some(key) = self.key_of_mailboxes() {
            return Some(format!("`{key}` belongs to a mailbox; a page has `url` and `every`"));
        }
        self.page().err()
    }

    /// The page, ready to be watched.
    pub fn page(&self) -> Result<WatchedPage, String> {
        let url = self.url.as_deref().ok_or("it needs `url`")?;
        let trust = self.ca.clone().map_or(Trust::Platform, Trust::File);
        let endpoint = Endpoint::parse(url, trust)?;
        if endpoint.url().split('/').nth(2).is_some_and(|authority| authority.contains('@')) {
            return Err(
                "a URL with a password in it is shown to everybody; leave it out".to_owned()
            );
        }
        let every = self.every.map_or(Ok(USUAL), |span| span.0.try_into()).unwrap_or(USUAL);
        let name = self.name.get_ref();
        Ok(WatchedPage {
            info: WatchedPage::info(name, url),
            hosts: self.named_hosts(endpoint.host.port),
            scope: self.scope()?,
            every: every.max(Duration::from_mins(1)),
            confirm: CONFIRM,
            about: self.about()?,
            inside: self.allow_private,
            ignore_robots: self.ignore_robots,
            deadline: DEADLINE,
            endpoint,
        })
    }

    /// The hosts that it may lead to beside its own.
    pub(super) fn named_hosts(&self, port: u16) -> Vec<Host> {
        let host = |name: &String| Host { name: name.clone(), port, protection: Protection::None };
        self.hosts.iter().map(host).collect()
    }

    fn scope(&self) -> Result<text::Scope, String> {
        let selector = self.selector.as_deref().map(text::selector).transpose()?;
        let ignore = self.ignore.iter().map(|one| text::selector(one)).collect::<Result<_, _>>()?;
        Ok(text::Scope { selector, ignore })
    }

    /// What it tells of: a case, an account, or nothing but itself.
    pub(super) fn about(&self) -> Result<NoteTarget, String> {
        match (&self.case, &self.account) {
            (Some(_), Some(_)) => Err("it tells of `case` or `account`, not of both".to_owned()),
            (Some(case), None) => case
                .parse::<CaseId>()
                .map(NoteTarget::Case)
                .map_err(|_| format!("\"{case}\" is no case; cases are written as 7F3K2-M9QAB")),
            (None, Some(account)) => Ok(NoteTarget::Account(AccountId::new(account.trim()))),
            (None, None) => {
                let name = self.name.get_ref();
                Ok(NoteTarget::Source(WatchedPage::info(name, "").id))
            }
        }
    }
}
