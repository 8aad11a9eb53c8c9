use std::{collections::BTreeMap, sync::Arc};

use model::{Account, CaseId, Contact};

use super::*;
use crate::{
    directory::Directory,
    sides::{Sides, SidesConfig, TeamConfig},
};

mod exact;
mod foreign;
mod order;
mod weak;

/// A mail to be read, as header lines and body.
#[derive(Clone)]
pub(super) struct Mail {
    id: String,
    from: String,
    to: String,
    cc: String,
    subject: String,
    references: Vec<String>,
    day: f64,
    extra: String,
    body: String,
}

/// A mail of Jane's at Northwind to our support desk, on day 0.
pub(super) fn mail(id: &str) -> Mail {
    Mail {
        id: id.to_owned(),
        from: "Jane <jane@northwind.example>".to_owned(),
        to: "support@ours.example".to_owned(),
        cc: String::new(),
        subject: "Export fails at night".to_owned(),
        references: Vec::new(),
        day: 0.0,
        extra: String::new(),
        body: format!("The text of {id}."),
    }
}

impl Mail {
    pub(super) fn from(mut self, from: &str) -> Self {
        from.clone_into(&mut self.from);
        self
    }

    pub(super) fn to(mut self, to: &str) -> Self {
        to.clone_into(&mut self.to);
        self
    }

    pub(super) fn cc(mut self, cc: &str) -> Self {
        cc.clone_into(&mut self.cc);
        self
    }

    pub(super) fn subject(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.subject);
        self
    }

    pub(super) fn answers(mut self, references: &[&str]) -> Self {
        self.references = references.iter().map(|id| (*id).to_owned()).collect();
        self
    }

    pub(super) fn day(mut self, day: f64) -> Self {
        self.day = day;
        self
    }

    pub(super) fn header(mut self, line: &str) -> Self {
        self.extra += line;
        self.extra += "\n";
        self
    }

    pub(super) fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    fn raw(&self) -> String {
        let seconds = (self.day * 86_400.0) as i64 + 1_768_200_000;
        let date = jiff::Timestamp::from_second(seconds).unwrap();
        let date = jiff::fmt::rfc2822::to_string(&date.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
        let Self { id, from, to, cc, subject, extra, body, .. } = self;
        let ids: Vec<String> = self.references.iter().map(|id| format!("<{id}>")).collect();
        let references = ids.join(" ");
        let lines = [("To", to), ("Cc", cc), ("References", &references)];
        let lines = lines.iter().filter(|(_, value)| !value.is_empty());
        let headers: String =
            lines.map(|(name, value)| [name, ": ", value, "\n"].concat()).collect();
        format!(
            "Message-ID: <{id}>\nDate: {date}\nFrom: {from}\nSubject: {subject}\n\
             {headers}{extra}\n{body}\n"
        )
    }

    pub(super) fn read(&self) -> Threadable {
        let captured = "2026-06-01T00:00:00Z".parse().unwrap();
        let context = mail::ParseContext { received: None, journal: false, captured };
        let raw = self.raw();
        let message = mail::parse(raw.as_bytes(), &context, &mail::Limits::default()).unwrap();
        Threadable::of(&message, &directory())
    }
}

/// We are ours.example; Northwind and Contoso are known accounts.
pub(super) fn directory() -> Directory {
    let desk = TeamConfig {
        name: "support".to_owned(),
        addresses: vec!["support@ours.example".to_owned(), "*@desk.ours.example".to_owned()],
    };
    let config = SidesConfig {
        domains: vec!["ours.example".to_owned()],
        teams: vec![desk],
        partners: vec!["partner.example".to_owned()],
        ..SidesConfig::default()
    };
    let mut directory = Directory::new(Arc::new(Sides::new(&config)));
    for (name, domain) in [("Northwind", "northwind.example"), ("Contoso", "contoso.example")] {
        directory.put_account(Arc::new(Account {
            id: model::fold_text(name).as_str().into(),
            name: name.to_owned(),
            domains: vec![domain.to_owned()],
            tier: None,
            timezone: None,
            renewal: None,
            fields: BTreeMap::new(),
        }));
    }
    directory.put_contact(Arc::new(Contact {
        email: "boss@gmail.com".to_owned(),
        name: "Boss".to_owned(),
        title: "Owner".to_owned(),
        account: Some("northwind".into()),
        fields: BTreeMap::new(),
    }));
    directory
}

/// Mails placed one after the other.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) index: MemoryIndex,
}

impl Desk {
    pub(super) fn take(&mut self, mail: &Mail) -> (CaseId, Placement) {
        self.index.add(&mail.read())
    }

    /// Takes `mail` and gives its case now and why.
    pub(super) fn why(&mut self, mail: &Mail) -> (CaseId, ThreadRule) {
        let (case, placement) = self.take(mail);
        (case, placement.why.rule)
    }
}

pub(super) const ANNA: &str = "Anna <anna@desk.ours.example>";
