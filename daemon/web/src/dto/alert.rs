//! Alerts, silences and forecasts.

use std::collections::BTreeMap;

use app::alerts::{
    AlertRecord, DeliveryRecord, ForecastRecord, NewSilence as NewSilenceRecord, SilenceRecord,
};
use model::{AccountId, AlertId, CaseId, Instant, SilenceId, alert, id::ParseIdError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::each;

/// Which alerts, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AlertQuery {
    /// The `next` of the page before; nothing for the first.
    pub cursor: Option<String>,
    /// Alerts of a page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// Only those that stand so: `open` for all that wait for somebody, `held`, `queued`, `sent`,
    /// `grouped`, `suppressed`, `acknowledged`, `snoozed`, `settled`, `superseded`, `closed` or
    /// `expired`.
    pub state: Option<String>,
    /// Only those of the case with this id.
    #[param(value_type = Option<String>)]
    pub case: Option<CaseId>,
    /// Only those that go to this address.
    pub to: Option<String>,
    /// Only those of this policy.
    pub policy: Option<String>,
    /// Only what was decided since this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
}

/// An alert with why it was told or not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Alert {
    /// The alert.
    #[schema(value_type = String)]
    pub id: AlertId,
    /// The case; nothing for what is about no case.
    #[schema(value_type = Option<String>)]
    pub case: Option<CaseId>,
    /// The title of the case.
    pub title: Option<String>,
    /// The account of the case, as queues show it.
    pub account: Option<String>,
    /// The policy: the name of its file.
    pub policy: String,
    /// Its title.
    pub policy_title: String,
    /// Whom it tells and when.
    pub help: String,
    /// What the alert says.
    pub says: String,
    /// When it became true.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// When it was decided about.
    #[schema(value_type = String, format = DateTime)]
    pub decided: Instant,
    /// The rule set whose policy it was.
    pub rules: Option<String>,
    /// Who was meant, such as `owner` or `team support`.
    pub audience: String,
    /// The channel.
    pub channel: String,
    /// `page`, `notice` or `digest`.
    pub urgency: String,
    /// The level of the case then.
    pub level: String,
    /// How it stands, such as `held`.
    pub state: String,
    /// Why, as a stable word such as `outside_hours`, `duplicate` or `over_budget`.
    pub code: String,
    /// Why, as a sentence.
    pub reason: String,
    /// To whom it went or goes, the first round first.
    pub deliveries: Vec<AlertDelivery>,
    /// Alerts that go with it, in one notice.
    #[schema(value_type = Vec<String>)]
    pub carries: Vec<AlertId>,
    /// Who saw to it.
    pub acknowledged: Option<Acknowledgement>,
    /// Until when it rests.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_until: Option<Instant>,
}

impl From<AlertRecord> for Alert {
    fn from(record: AlertRecord) -> Self {
        let seen = |seen: app::alerts::AcknowledgedRecord| Acknowledgement {
            by: seen.by,
            at: seen.at,
            note: seen.note,
        };
        Self {
            id: record.id,
            case: record.case,
            title: record.title,
            account: record.account,
            policy: record.policy,
            policy_title: record.policy_title,
            help: record.help,
            says: record.says,
            at: record.at,
            decided: record.decided,
            rules: record.rules,
            audience: record.audience,
            channel: record.channel,
            urgency: record.urgency,
            level: record.level.to_string(),
            state: record.state,
            code: record.code,
            reason: record.reason,
            deliveries: each(record.deliveries),
            carries: record.carries,
            acknowledged: record.acknowledged.map(seen),
            snoozed_until: record.snoozed_until,
        }
    }
}

/// What goes or went to one recipient.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AlertDelivery {
    /// The recipient.
    pub to: String,
    /// When it is or was due.
    #[schema(value_type = String, format = DateTime)]
    pub due: Instant,
    /// `notice` or `digest`.
    pub route: String,
    /// Why it is later or by another way than asked for: `wait`, `outside_hours`, `window`,
    /// `over_budget` or `digest`.
    pub held: Option<String>,
    /// Which time of telling, from 0.
    pub round: u32,
    /// Why it is told once more: `repeat`, `chain` or `snooze_ended`.
    pub because: Option<String>,
    /// When it was sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Instant>,
    /// What went wrong last.
    pub error: Option<String>,
}

impl From<DeliveryRecord> for AlertDelivery {
    fn from(record: DeliveryRecord) -> Self {
        let DeliveryRecord { to, due, route, held, round, because, sent_at, error } = record;
        Self { to, due, route, held, round, because, sent_at, error }
    }
}

/// Who saw to an alert.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Acknowledgement {
    /// Who.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What they said.
    pub note: String,
}

/// Somebody sees to an alert.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {
    /// What they say to it.
    #[serde(default)]
    pub note: String,
}

/// An alert is to rest.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// Until when; at most 90 days ahead.
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
}

/// What a silence is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SilenceScope {
    /// All alerts.
    Everything,
    /// Those of a case, by its id.
    Case(String),
    /// Those of an account, by its key.
    Account(String),
    /// Those of the cases of a team.
    Team(String),
    /// Those of a policy.
    Policy(String),
}

impl TryFrom<SilenceScope> for alert::SilenceScope {
    type Error = ParseIdError;

    fn try_from(scope: SilenceScope) -> Result<Self, ParseIdError> {
        Ok(match scope {
            SilenceScope::Everything => Self::Everything,
            SilenceScope::Case(case) => Self::Case(case.parse()?),
            SilenceScope::Account(account) => Self::Account(AccountId::new(&account)),
            SilenceScope::Team(team) => Self::Team(team),
            SilenceScope::Policy(policy) => Self::Policy(policy),
        })
    }
}

impl From<alert::SilenceScope> for SilenceScope {
    fn from(scope: alert::SilenceScope) -> Self {
        match scope {
            alert::SilenceScope::Everything => Self::Everything,
            alert::SilenceScope::Case(case) => Self::Case(case.to_string()),
            alert::SilenceScope::Account(account) => Self::Account(account.to_string()),
            alert::SilenceScope::Team(team) => Self::Team(team),
            alert::SilenceScope::Policy(policy) => Self::Policy(policy),
        }
    }
}

/// A silence to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSilence {
    /// What it is about.
    pub scope: SilenceScope,
    /// When it ends by itself; at most 90 days ahead.
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    /// Why; it must not be empty.
    pub reason: String,
}

impl TryFrom<NewSilence> for NewSilenceRecord {
    type Error = ParseIdError;

    fn try_from(new: NewSilence) -> Result<Self, ParseIdError> {
        Ok(Self { scope: new.scope.try_into()?, until: new.until, reason: new.reason })
    }
}

/// A silence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Silence {
    /// The silence.
    #[schema(value_type = String)]
    pub id: SilenceId,
    /// What it is about.
    pub scope: SilenceScope,
    /// The same for people, such as `team support`.
    pub about: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Whether it holds.
    pub active: bool,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Instant>,
    /// How many alerts it held back.
    pub held_back: u64,
}

impl From<SilenceRecord> for Silence {
    fn from(record: SilenceRecord) -> Self {
        Self {
            id: record.id,
            scope: record.scope.into(),
            about: record.about,
            at: record.at,
            until: record.until,
            by: record.by,
            reason: record.reason,
            active: record.active,
            ended_at: record.ended_at,
            held_back: record.held_back,
        }
    }
}

/// How far back a forecast looks.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ForecastQuery {
    /// Days, 1 to 366; 30 if not given.
    #[param(minimum = 1, maximum = 366, default = 30)]
    pub days: Option<u32>,
}

/// What policies would have told, if somebody had acknowledged every notice within the hour.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AlertForecast {
    /// The rule set.
    pub rules: String,
    /// Days looked at.
    pub days: u32,
    /// Notices in all.
    pub notices: u32,
    /// Notices a day, on average.
    pub notices_a_day: f64,
    /// Pages among the alerts.
    pub pages: u32,
    /// Alerts that went along with others in one notice.
    pub grouped: u32,
    /// Alerts that were told to nobody.
    pub suppressed: u32,
    /// Alerts of which some went to the digest because somebody had had enough.
    pub over_budget: u32,
    /// Notices a person.
    pub people: Vec<PersonLoad>,
    /// Alerts told, by policy.
    pub policies: BTreeMap<String, u32>,
    /// Notices by day, as `2026-03-02`.
    pub by_day: BTreeMap<String, u32>,
    /// The cases that alerted, those with most alerts first.
    pub cases: Vec<CaseLoad>,
}

/// What one person would have got.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonLoad {
    /// The address.
    pub to: String,
    /// Notices in all.
    pub notices: u32,
    /// Notices a day, on average.
    pub notices_a_day: f64,
    /// The most on one day.
    pub most_a_day: u32,
    /// Lines of digests.
    pub digest_lines: u32,
}

impl From<app::alerts::PersonLoad> for PersonLoad {
    fn from(load: app::alerts::PersonLoad) -> Self {
        let app::alerts::PersonLoad { to, notices, notices_a_day, most_a_day, digest_lines } = load;
        Self { to, notices, notices_a_day, most_a_day, digest_lines }
    }
}

/// How often one case would have alerted.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CaseLoad {
    /// The case.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// Its alerts.
    pub alerts: u32,
}

impl From<ForecastRecord> for AlertForecast {
    fn from(record: ForecastRecord) -> Self {
        let cases = record.cases.into_iter().map(|(case, alerts)| CaseLoad { case, alerts });
        Self {
            rules: record.rules,
            days: record.days,
            notices: record.notices,
            notices_a_day: record.notices_a_day,
            pages: record.pages,
            grouped: record.grouped,
            suppressed: record.suppressed,
            over_budget: record.over_budget,
            people: each(record.people),
            policies: record.policies,
            by_day: record.by_day,
            cases: cases.collect(),
        }
    }
}
