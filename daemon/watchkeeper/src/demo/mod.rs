//! `watchkeeper demo`: a made-up company with 90 days of mail, served on this machine.
//!
//! The company is written down in `company.toml` and `conversations/`; its mail is rendered as
//! real messages into a Maildir and taken in the way any other is.

mod folder;
mod mails;
mod schedule;
mod script;

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use anyhow::Context as _;
use app::{
    NewNote, PageRequest, Watchkeeper,
    alerts::{AlertFilter, NewSilence},
};
use model::{
    Account, AccountId, Actor, CaseId, Contact, UserName,
    alert::SilenceScope,
    fact::{NoteTarget, Role, Visibility},
    fold_text,
};
use rand::RngExt as _;
use web::access::{Access, MemoryAccessStore};

use crate::{
    cli::{Common, Demo},
    clock,
    commands::serve::serve,
    console,
    wiring::{self, CONFIG},
};

use schedule::Schedule;
use script::{ActScript, AlertAct, Conversation, Script};

const USER: &str = "demo";
const PORT: u16 = 8321;
const PASSWORD_LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const PASSWORD_LENGTH: usize = 14;

/// Makes the demo, unless its directory holds one, and serves it until asked to stop.
pub fn run(common: &Common, options: &Demo) -> anyhow::Result<()> {
    let script = Script::read()?;
    let temporary = match &common.data {
        Some(_) => None,
        None => Some(tempfile::tempdir().context("cannot make a temporary directory")?),
    };
    let dir: PathBuf = match (&common.data, &temporary) {
        (Some(dir), _) => dir.clone(),
        (None, Some(temporary)) => temporary.path().join("data"),
        (None, None) => PathBuf::from(wiring::DATA),
    };
    let fresh = !dir.join("journal.redb").exists();
    let now = clock::now();
    let schedule = Schedule::new(&script.company.timezone, now)?;
    let mut maildir = None;
    if fresh {
        std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let configuration = folder::configuration(&script)?;
        std::fs::write(dir.join(CONFIG), configuration)
            .context("cannot write the configuration")?;
        maildir = Some(folder::write_maildir(&dir, &mails::render(&script, &schedule)?)?);
    }
    let common = Common { data: Some(dir.clone()), ..common.clone() };
    let open = wiring::open(&common, wiring::config(&common)?)?;
    if let Some(maildir) = maildir {
        fill(&open.app, &script, &schedule, &maildir)?;
    }
    let (access, password) = access()?;
    let stays = temporary.is_none();
    serve(&open, access, Some(address(options.listen)), &|running| {
        console::line(&format!("Watchkeeper demo: {}", running.url));
        console::line(&format!("Sign in as user {USER} with password {password}"));
        console::line(&if stays {
            format!("Ctrl-C stops it; its data stays in {}.", dir.display())
        } else {
            "Ctrl-C stops it and removes its data.".to_owned()
        });
    })
}

/// The address named, else the usual port, else a free one.
fn address(named: Option<SocketAddr>) -> SocketAddr {
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    named.unwrap_or_else(|| match TcpListener::bind(usual) {
        Ok(_) => usual,
        Err(_) => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
    })
}

/// Lets the demo's user in, with a password made for this run.
fn access() -> anyhow::Result<(Access, String)> {
    let access = Access::open(MemoryAccessStore::default(), clock::now())?;
    let mut random = rand::rng();
    let password: String = (0..PASSWORD_LENGTH)
        .map(|_| char::from(PASSWORD_LETTERS[random.random_range(0..PASSWORD_LETTERS.len())]))
        .collect();
    access.add_user(USER, &password, Role::Admin, clock::now())?;
    Ok((access, password))
}

/// Takes everything in by the ways that any installation uses.
fn fill(
    app: &Watchkeeper,
    script: &Script,
    schedule: &Schedule,
    maildir: &Path,
) -> anyhow::Result<()> {
    let actor = Actor::CommandLine;
    app.put_accounts(accounts(script, schedule)?, &actor, clock::now())?;
    app.put_contacts(contacts(script), &actor, clock::now())?;
    app.add_notes(notes(script, schedule)?, &actor, clock::now())?;
    for silence in &script.company.silence {
        let by = UserName::new(&script.person(&silence.by)?.email);
        let until = clock::now().plus(jiff::SignedDuration::from_hours(silence.hours));
        let scope = SilenceScope::Account(AccountId::new(&fold_text(&silence.account)));
        let new = NewSilence { scope, until, reason: silence.reason.clone() };
        app.silence(new, Actor::User(by), clock::now())?;
    }
    for mut source in sources::open(maildir, &sources::OpenOptions::default())? {
        app.import(&mut *source, &clock::now, &AtomicBool::new(false), &mut |_| ())?;
    }
    for conversation in &script.conversations {
        for act in &conversation.act {
            play(app, script, conversation, act).with_context(|| conversation.id.clone())?;
        }
    }
    Ok(())
}

fn accounts(script: &Script, schedule: &Schedule) -> anyhow::Result<Vec<Account>> {
    script
        .company
        .accounts
        .iter()
        .map(|account| {
            let renewal = account.renewal_in.map(|days| schedule.date_in(days)).transpose()?;
            Ok(Account {
                id: AccountId::new(&fold_text(&account.name)),
                name: account.name.clone(),
                domains: account.domains.clone(),
                tier: Some(account.tier.clone()),
                timezone: Some(account.timezone.clone()),
                renewal: renewal.map(|date| date.to_string()),
                fields: BTreeMap::new(),
            })
        })
        .collect()
}

fn contacts(script: &Script) -> Vec<Contact> {
    let people = script.company.people.values().filter(|person| person.title.is_some());
    people
        .map(|person| Contact {
            email: person.email.clone(),
            name: person.name.clone(),
            title: person.title.clone().unwrap_or_default(),
            account: None,
            fields: BTreeMap::new(),
        })
        .collect()
}

fn notes(script: &Script, schedule: &Schedule) -> anyhow::Result<Vec<NewNote>> {
    let mut notes = Vec::new();
    for conversation in &script.conversations {
        let Some(first) = mails::message_id(script, conversation, 1) else { continue };
        for note in &conversation.note {
            notes.push(NewNote {
                about: NoteTarget::MessageId(first.clone()),
                at: schedule.at(&note.at)?,
                author: script.person(&note.by)?.email.clone(),
                text: note.text.clone(),
                visibility: Visibility::Internal,
            });
        }
    }
    Ok(notes)
}

/// Does what one of our people did with a case.
fn play(
    app: &Watchkeeper,
    script: &Script,
    conversation: &Conversation,
    act: &ActScript,
) -> anyhow::Result<()> {
    let now = clock::now();
    let user = UserName::new(&script.person(&act.by)?.email);
    let case = case_of(app, script, conversation)?;
    if let Some(other) = &act.merge_into {
        let other = script.conversations.iter().find(|c| c.id == *other);
        let into = case_of(app, script, other.context("no such conversation to merge into")?)?;
        app.merge(case, into, act.reason.clone(), Actor::User(user), now)?;
        return Ok(());
    }
    if let Some(alerts) = act.alerts {
        return play_alerts(app, case, alerts, &act.reason, &Actor::User(user));
    }
    let field = act.field.as_deref().context("an act sets a field or merges")?;
    let value = match (&act.value, field) {
        (Some(name), "owner") => Some(script.person(name)?.email.clone()),
        (value, _) => value.clone(),
    };
    app.set_field(case, field, value, act.reason.clone(), Actor::User(user), now)?;
    Ok(())
}

/// Sees to the open alerts of a case, or puts them off until tomorrow.
fn play_alerts(
    app: &Watchkeeper,
    case: CaseId,
    act: AlertAct,
    reason: &str,
    actor: &Actor,
) -> anyhow::Result<()> {
    let now = clock::now();
    let open =
        AlertFilter { state: Some("open".to_owned()), case: Some(case), ..AlertFilter::default() };
    let page = PageRequest { cursor: None, limit: 100 };
    for alert in app.alerts(&open, &page, now)?.items {
        match act {
            AlertAct::Acknowledge => {
                app.acknowledge_alert(alert.id, reason.to_owned(), actor.clone(), now)?;
            }
            AlertAct::Snooze if alert.urgency != "digest" => {
                let until = now.plus(jiff::SignedDuration::from_hours(24));
                app.snooze_alert(alert.id, until, actor.clone(), now)?;
            }
            AlertAct::Snooze => {}
        }
    }
    Ok(())
}

/// The case that holds the first message of a conversation.
fn case_of(
    app: &Watchkeeper,
    script: &Script,
    conversation: &Conversation,
) -> anyhow::Result<CaseId> {
    let id = mails::message_id(script, conversation, 1).context("it has no message")?;
    app.case_of_message_id(&id)?.with_context(|| format!("no case holds {id}"))
}

#[cfg(test)]
mod tests;
