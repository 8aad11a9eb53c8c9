//! What the demo plays: people, accounts and conversations, as written in the TOML files beside.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use serde::Deserialize;

const COMPANY: &str = include_str!("company.toml");
const CONVERSATIONS: &[(&str, &str)] = &[
    ("escalations.toml", include_str!("conversations/escalations.toml")),
    ("promises.toml", include_str!("conversations/promises.toml")),
    ("troubles.toml", include_str!("conversations/troubles.toml")),
    ("calm.toml", include_str!("conversations/calm.toml")),
    ("machines.toml", include_str!("conversations/machines.toml")),
];

/// Everything that the demo plays.
#[derive(Debug)]
pub struct Script {
    /// Us, our people, and the customers.
    pub company: Company,
    /// What was written.
    pub conversations: Vec<Conversation>,
}

/// Us, our people, and the customers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// Our name.
    pub name: String,
    /// Our domain.
    pub domain: String,
    /// The zone that all times of day are read in.
    pub timezone: String,
    /// Our teams with their address patterns.
    pub teams: BTreeMap<String, Vec<String>>,
    /// Working time within which accounts are owed a reply, by tier.
    pub reply_targets: BTreeMap<String, String>,
    /// Whom alerts can be told, by the name that conversations use: their team and role.
    pub recipients: BTreeMap<String, RecipientScript>,
    /// What our people silenced before the latest mail came.
    pub silence: Vec<SilenceScript>,
    /// Everybody who writes or is written to, by the name that conversations use.
    pub people: BTreeMap<String, Person>,
    /// The customers.
    pub accounts: Vec<AccountScript>,
}

/// Somebody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Display name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Job title, as the imported contacts have it; nothing for a person they do not list.
    pub title: Option<String>,
    /// Signature below their mail.
    #[serde(default)]
    pub signature: String,
    /// The mail program they use: `plain`, `gmail`, `outlook` or `apple`.
    #[serde(default = "plain")]
    pub style: String,
}

fn plain() -> String {
    "plain".to_owned()
}

/// Somebody whom alerts can be told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientScript {
    /// Their team.
    pub team: String,
    /// Their role.
    pub role: String,
    /// Whether they take turns at being told what is for the team.
    #[serde(default)]
    pub on_duty: bool,
}

/// A time without alerts about a customer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilenceScript {
    /// Who silenced.
    pub by: String,
    /// The customer's name.
    pub account: String,
    /// For how many hours from now.
    pub hours: i64,
    /// Why.
    pub reason: String,
}

/// A customer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountScript {
    /// Its name.
    pub name: String,
    /// Its domains.
    pub domains: Vec<String>,
    /// Its tier.
    pub tier: String,
    /// Its zone.
    pub timezone: String,
    /// Days from now until its contract renews.
    pub renewal_in: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    conversation: Vec<Conversation>,
}

/// One conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// What other conversations call it.
    pub id: String,
    /// Its first subject.
    pub subject: String,
    /// Its messages.
    pub message: Vec<MessageScript>,
    /// Notes of our people.
    #[serde(default)]
    pub note: Vec<NoteScript>,
    /// What our people did with the case.
    #[serde(default)]
    pub act: Vec<ActScript>,
}

/// When something happened.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Working days before today.
    #[serde(default)]
    pub day: Option<u32>,
    /// Time of that day, `HH:MM`.
    #[serde(default)]
    pub time: Option<String>,
    /// Minutes before now, instead of day and time.
    #[serde(default)]
    pub ago: Option<i64>,
}

/// One message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageScript {
    /// Who wrote it.
    pub from: String,
    /// To whom.
    pub to: Vec<String>,
    /// Who else got it.
    #[serde(default)]
    pub cc: Vec<String>,
    /// When.
    pub at: When,
    /// The new text.
    pub text: String,
    /// Another subject than `Re:` and the conversation's.
    #[serde(default)]
    pub subject: Option<String>,
    /// The message it answers, counted from 1; 0 for none. The one before if left out.
    #[serde(default)]
    pub answers: Option<usize>,
    /// Message of another conversation that its References name: `id/number`.
    #[serde(default)]
    pub quotes: Option<String>,
    /// Whether the answered message is quoted below.
    #[serde(default = "yes")]
    pub quote: bool,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Attached files: name and text.
    #[serde(default)]
    pub attach: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

/// A note.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteScript {
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: When,
    /// What it says.
    pub text: String,
}

/// What somebody did with a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActScript {
    /// Who.
    pub by: String,
    /// The field that was set.
    #[serde(default)]
    pub field: Option<String>,
    /// Its value; for an owner the name of a person.
    #[serde(default)]
    pub value: Option<String>,
    /// What was done with the alerts of the case, instead.
    #[serde(default)]
    pub alerts: Option<AlertAct>,
    /// The conversation that the case was merged into, instead.
    #[serde(default)]
    pub merge_into: Option<String>,
    /// Why.
    pub reason: String,
}

/// What somebody does with alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertAct {
    /// Sees to them.
    Acknowledge,
    /// Puts them off until tomorrow.
    Snooze,
}

impl Script {
    /// Reads the files that the program was built with.
    pub fn read() -> anyhow::Result<Self> {
        let company: Company = toml::from_str(COMPANY).context("company.toml")?;
        let mut conversations = Vec::new();
        for (file, text) in CONVERSATIONS {
            let sheet: Sheet = toml::from_str(text).with_context(|| (*file).to_owned())?;
            conversations.extend(sheet.conversation);
        }
        let script = Self { company, conversations };
        script.check()?;
        Ok(script)
    }

    /// The person called `name`.
    pub fn person(&self, name: &str) -> anyhow::Result<&Person> {
        self.company.people.get(name).with_context(|| format!("nobody is called `{name}`"))
    }

    fn check(&self) -> anyhow::Result<()> {
        for name in self.company.recipients.keys() {
            self.person(name)?;
        }
        for silence in &self.company.silence {
            self.person(&silence.by)?;
        }
        for conversation in &self.conversations {
            let named = conversation
                .message
                .iter()
                .flat_map(|m| m.to.iter().chain(&m.cc).chain([&m.from]))
                .chain(conversation.note.iter().map(|note| &note.by))
                .chain(conversation.act.iter().map(|act| &act.by));
            for name in named {
                self.person(name).with_context(|| conversation.id.clone())?;
            }
            for (at, message) in conversation.message.iter().enumerate() {
                if message.answers.is_some_and(|answered| answered > at) {
                    bail!("{}: message {} answers a later one", conversation.id, at + 1);
                }
            }
        }
        Ok(())
    }
}
