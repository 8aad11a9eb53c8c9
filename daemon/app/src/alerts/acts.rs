//! What people do with alerts: see to them, put them off, silence them.

use jiff::SignedDuration;
use model::{
    Actor, Fact, Instant, UserName,
    alert::{Silence, SilenceScope},
    id::{AlertId, SilenceId, short_hash},
};

use super::{AlertRecord, SilenceRecord, named_alert, named_silence, own};
use crate::{
    AppError, Result,
    acts::invalid,
    tables::ACCOUNT,
    watchkeeper::{Watchkeeper, not_found},
};

/// The longest silence and snooze.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 90);

/// A silence to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSilence {
    /// What it is about.
    pub scope: SilenceScope,
    /// When it ends by itself.
    pub until: Instant,
    /// Why; it must not be empty.
    pub reason: String,
}

impl Watchkeeper {
    /// Who acts when somebody answers what they were told at this address: the name that they sign in
    /// with, else the address.
    pub fn recipient(&self, address: &str) -> Actor {
        let roster = self.settings.roster();
        let known = roster.people.get(address);
        let user = known.and_then(|person| person.user.as_deref());
        Actor::User(UserName::new(user.unwrap_or(address)))
    }

    /// Notes that somebody sees to an alert, and to all that went along with it. It is not repeated
    /// then, and climbs no further. Seeing to it twice changes nothing.
    pub fn acknowledge_alert(
        &self,
        alert: AlertId,
        note: String,
        actor: Actor,
        now: Instant,
    ) -> Result<AlertRecord> {
        let shown = self.alert(alert, now)?;
        match shown.state.as_str() {
            "acknowledged" => return Ok(shown),
            "suppressed" => return Err(told_to_nobody(alert)),
            _ => {}
        }
        self.act_on_alerts(Fact::AlertAcknowledged { alert, note }, actor, now)?;
        self.alert(alert, now)
    }

    /// Lets an alert rest until an instant; it comes back then.
    pub fn snooze_alert(
        &self,
        alert: AlertId,
        until: Instant,
        actor: Actor,
        now: Instant,
    ) -> Result<AlertRecord> {
        check_until(until, now)?;
        let desk = self.desk()?;
        let head = desk.head_of(&alert);
        let tracked = desk.alert(&head).ok_or_else(|| not_found(named_alert(alert)))?;
        if !tracked.is_open(now) {
            let what = format!("{} is over", named_alert(alert));
            return Err(AppError::Conflict { what });
        }
        if !tracked.interrupts() {
            let what = format!("{} is a line of a digest", named_alert(alert));
            return Err(invalid(&what, "it does not disturb: nothing needs to be put off"));
        }
        self.act_on_alerts(Fact::AlertSnoozed { alert, until }, actor, now)?;
        self.alert(alert, now)
    }

    /// Silences alerts for a while. When it ends by itself, whoever silenced is told once.
    pub fn silence(&self, new: NewSilence, actor: Actor, now: Instant) -> Result<SilenceRecord> {
        check_until(new.until, now)?;
        if new.reason.trim().is_empty() {
            return Err(invalid("a silence needs a reason", "say why in `reason`"));
        }
        let scope = self.checked_scope(new.scope)?;
        let by = serde_json::to_string(&actor).unwrap_or_default();
        let about = scope.to_string();
        let at = now.millis().to_be_bytes();
        let parts = [&b"silence"[..], by.as_bytes(), about.as_bytes(), &at];
        let id = SilenceId(short_hash(&parts));
        let silence = Silence { id, scope, until: new.until, reason: new.reason };
        self.act_on_alerts(Fact::Silenced { silence }, actor, now)?;
        self.silence_record(id, now)
    }

    /// Ends a silence before its time.
    pub fn lift_silence(
        &self,
        silence: SilenceId,
        actor: Actor,
        now: Instant,
    ) -> Result<SilenceRecord> {
        let shown = self.silence_record(silence, now)?;
        if !shown.active {
            let what = format!("{} is over already", named_silence(silence));
            return Err(AppError::Conflict { what });
        }
        self.act_on_alerts(Fact::SilenceLifted { silence, expired: false }, actor, now)?;
        self.silence_record(silence, now)
    }

    fn silence_record(&self, id: SilenceId, now: Instant) -> Result<SilenceRecord> {
        let mut all = self.silences(now)?.into_iter();
        all.find(|silence| silence.id == id).ok_or_else(|| not_found(named_silence(id)))
    }

    /// The scope with the case that it has become; what it names must be there.
    fn checked_scope(&self, scope: SilenceScope) -> Result<SilenceScope> {
        match scope {
            SilenceScope::Case(case) => Ok(SilenceScope::Case(self.live_case(case)?.0)),
            SilenceScope::Account(account) => {
                let snapshot = self.ports.views.snapshot()?;
                match snapshot.get(ACCOUNT, account.as_str().as_bytes())? {
                    Some(_) => Ok(SilenceScope::Account(account)),
                    None => Err(not_found(format!("account {account}"))),
                }
            }
            SilenceScope::Policy(policy) => {
                let known = own::describe(&policy).is_some()
                    || self.bench().describe_policy(&policy).is_some();
                if known {
                    return Ok(SilenceScope::Policy(policy));
                }
                Err(not_found(format!("policy `{policy}` in the active rule set")))
            }
            other => Ok(other),
        }
    }

    pub(crate) fn act_on_alerts(&self, fact: Fact, actor: Actor, now: Instant) -> Result<()> {
        self.append(actor, fact, now)?;
        self.project_all(now)
    }
}

fn told_to_nobody(alert: AlertId) -> AppError {
    AppError::Conflict { what: format!("{} was told to nobody", named_alert(alert)) }
}

fn check_until(until: Instant, now: Instant) -> Result<()> {
    if until <= now {
        return Err(invalid("`until` lies in the past", "name an instant to come"));
    }
    if until > now.plus(LONGEST) {
        return Err(invalid("`until` lies too far ahead", "name one within 90 days"));
    }
    Ok(())
}
