//! Alerts: what a policy asked to have told, to whom and how, and what became of it.
//!
//! Everything here is written into facts and into views, so it is plain data in a form that both
//! JSON and a binary form can carry.

use serde::{Deserialize, Serialize};

use crate::{
    AccountId, CaseId, Instant, LevelName,
    fact::Role,
    id::{AlertId, SilenceId, short_hash},
};

/// How much an alert may disturb. Later ones disturb more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// It waits for the next digest.
    Digest,
    /// It is told when it happens, within the recipient's hours.
    Notice,
    /// Somebody has to act now; it escalates until somebody acknowledges it.
    Page,
}

/// Who is to be told, as a policy names them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The owner of the case; its team where it has none.
    Owner,
    /// The team that handles the case.
    CaseTeam,
    /// A team of ours: who is on duty, or all of it.
    Team(String),
    /// Everybody with this role.
    Role(Role),
    /// A named group of addresses.
    Group(String),
    /// One address.
    Person(String),
    /// Several people, each by address or by the name they sign in with.
    People(Vec<String>),
}

/// One step of an escalation chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainStep {
    /// Who is told next.
    pub audience: Audience,
    /// Minutes without an acknowledgement, since the step before.
    pub after: u32,
}

/// The times that a policy sets for an alert, in minutes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pacing {
    /// How long it waits before it goes out; it is dropped if it is settled meanwhile.
    pub wait: u32,
    /// One notice goes out in so long a time; what follows waits and goes together.
    pub window: u32,
    /// For so long after it ended the same does not alert again, unless it got graver.
    pub quiet: u32,
    /// How long until it is repeated without an acknowledgement: each time the next of these, then
    /// always the last. Empty for never.
    pub repeats: Vec<u32>,
    /// Who is told next while nobody acknowledges.
    pub chain: Vec<ChainStep>,
}

/// What a policy asked for. It holds words of the rule and never words of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The case; nothing for what is about no case, such as the end of a silence.
    pub case: Option<CaseId>,
    /// The account of the case, if known.
    pub account: Option<AccountId>,
    /// The policy: the name of its file.
    pub policy: String,
    /// When what it tells of became true.
    pub at: Instant,
    /// What makes two alerts of a case and policy the same.
    pub key: String,
    /// What goes together into one notice; usually the case.
    pub group: String,
    /// Who is told.
    pub audience: Audience,
    /// The channel's name, such as `mail`.
    pub channel: String,
    /// How much it may disturb.
    pub urgency: Urgency,
    /// What it says, in words of the rule.
    pub says: String,
    /// The level of the case then.
    pub level: LevelName,
    /// The rank of that level, 0 to 100.
    pub rank: u8,
    /// Whether that is the gravest level: it keeps no hours and no budget.
    pub top: bool,
    /// The owner of the case then.
    pub owner: Option<String>,
    /// The team that handled it then.
    pub team: Option<String>,
    /// Its times.
    pub pacing: Pacing,
}

impl AlertId {
    /// The id of what `policy` tells of `case` under `key` and `audience` at `at`: the same however
    /// often it is worked out.
    pub fn derive(
        case: Option<CaseId>,
        policy: &str,
        key: &str,
        audience: &Audience,
        at: Instant,
    ) -> Self {
        let case = case.map_or([0; 8], |case| case.number().to_be_bytes());
        let audience = audience.to_string();
        let at = at.millis().to_be_bytes();
        let (policy, key, audience) = (policy.as_bytes(), key.as_bytes(), audience.as_bytes());
        Self(short_hash(&[b"alert", &case, policy, key, audience, &at]))
    }
}

impl std::fmt::Display for Audience {
    /// As a policy writes it, such as `team support`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Owner => f.write_str("owner"),
            Self::CaseTeam => f.write_str("team"),
            Self::Team(name) => write!(f, "team {name}"),
            Self::Role(role) => write!(f, "role {}", role.word()),
            Self::Group(name) => write!(f, "group {name}"),
            Self::Person(address) => f.write_str(address),
            Self::People(names) => f.write_str(&names.join(", ")),
        }
    }
}

/// By which way something goes to a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// As a notice of its own.
    Notice,
    /// As a line of the next digest.
    Digest,
}

/// Why something goes out later, or by another way, than asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// The policy wants to see first whether it settles.
    Wait,
    /// The recipient does not work then.
    Hours,
    /// A notice about the case has just gone out.
    Window,
    /// The recipient or the team has had its share of the day; it goes into the digest.
    Budget,
    /// The policy asked for the digest.
    Digest,
}

/// What goes to one recipient, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The recipient's address.
    pub to: String,
    /// When it is to go out.
    pub due: Instant,
    /// By which way.
    pub route: Route,
    /// Why it is not told at once; nothing if it is.
    pub held: Option<Held>,
}

/// Why an alert is told to nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// The same is told already and nobody has acknowledged it yet.
    Duplicate(AlertId),
    /// The same was told a short time ago and has come and gone since.
    Flapping(AlertId),
    /// A person silenced it.
    Silenced(SilenceId),
    /// Nobody is configured whom it could be told.
    NoRecipient,
    /// Another rule set found it in what was known before.
    RulesChanged,
}

/// Why an alert is told once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    /// Nobody acknowledged it for a while.
    Repeat,
    /// Nobody acknowledged it in time: the step of its chain with this number, from 1.
    Chain(u32),
    /// It was snoozed until now.
    SnoozeEnded,
}

/// Why an alert ended without an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Its policy found that it no longer holds.
    Settled,
    /// The same got graver and is told anew.
    Superseded,
    /// A person resolved or dismissed the case.
    CaseClosed,
    /// Nobody acknowledged it for four weeks.
    Expired,
}

/// What a silence is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SilenceScope {
    /// All alerts.
    Everything,
    /// Those of a case.
    Case(CaseId),
    /// Those of an account.
    Account(AccountId),
    /// Those of the cases of a team.
    Team(String),
    /// Those of a policy.
    Policy(String),
}

impl SilenceScope {
    /// Whether `alert` is meant.
    pub fn covers(&self, alert: &Alert) -> bool {
        match self {
            Self::Everything => true,
            Self::Case(case) => alert.case == Some(*case),
            Self::Account(account) => alert.account.as_ref() == Some(account),
            Self::Team(team) => alert.team.as_ref() == Some(team),
            Self::Policy(policy) => alert.policy == *policy,
        }
    }
}

impl std::fmt::Display for SilenceScope {
    /// For people, such as `case 7F3K2-M9QAB`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Everything => f.write_str("all alerts"),
            Self::Case(case) => write!(f, "case {case}"),
            Self::Account(account) => write!(f, "account {account}"),
            Self::Team(team) => write!(f, "team {team}"),
            Self::Policy(policy) => write!(f, "policy {policy}"),
        }
    }
}

/// A time without alerts of some kind, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Its id.
    pub id: SilenceId,
    /// What it is about.
    pub scope: SilenceScope,
    /// When it ends by itself.
    pub until: Instant,
    /// Why, in the person's words.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_finding_has_the_same_alert_and_another_audience_another() {
        let at = Instant::from_seconds(7);
        let case = Some(CaseId::from_number(3));
        let id = |audience: &Audience| AlertId::derive(case, "level_raised", "S2", audience, at);
        assert_eq!(id(&Audience::Owner), id(&Audience::Owner));
        assert_ne!(id(&Audience::Owner), id(&Audience::CaseTeam));
    }
}
