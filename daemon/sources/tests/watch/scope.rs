//! What of a mailbox is taken in, how quickly, and what it would be.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use app::outside::{Health, Outside};
use egress::Egress;
use model::{Actor, Fact, Seq};
use sources::imap::{Probe, Scope, Throttle};

use crate::{
    dovecot::Dovecot,
    world::{World, eventually, letter, now},
};

fn from(number: u32, sender: &str) -> String {
    letter(number).replace("jane@northwind.example", sender)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_mail_within_the_scope_is_taken_in_and_the_preview_says_so_beforehand() {
    let dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &letter(1));
    dovecot.deliver("INBOX", &from(2, "Robot@northwind.example"));
    dovecot.deliver("INBOX", &from(3, "ann@fabrikam.example"));
    dovecot.deliver("Sent", &letter(4));
    let world = World::new();
    let mut mailbox = world.mailbox(dovecot.port);
    mailbox.scope = Scope {
        since: None,
        senders: vec!["northwind.example".to_owned()],
        not_senders: vec!["robot@*".to_owned()],
    };
    let egress = Egress::new(Arc::new(Outside::default()), Arc::new(now));
    let probe = Probe::new(mailbox.clone(), Some(world.app.clone()), egress);
    let preview = probe.look().await.unwrap();
    let inbox = preview.folders.iter().find(|folder| folder.folder == "INBOX").unwrap();
    assert_eq!((inbox.messages, inbox.kept), (1, 0));
    assert!(inbox.bytes > 100 && inbox.oldest.is_some(), "{inbox:?}");
    let excluded: Vec<_> = inbox.excluded.iter().map(|(reason, n)| (reason.as_str(), *n)).collect();
    assert_eq!(excluded, [("not_among_senders", 1), ("not_senders", 1)]);
    assert_eq!(world.messages(), 0, "nothing was taken in by looking");

    let _watching = world.watch(mailbox);
    world.holds(2).await;
    let counted = || world.record().counts.get("out_of_scope") == Some(&2);
    eventually("what is left out is counted", counted, || format!("{:?}", world.record())).await;
    let balances = || {
        let folders = world.app.sources().unwrap().remove(0).folders;
        folders.len() == 2 && folders.iter().all(|folder| folder.balances)
    };
    eventually("the ledger balances", balances, || format!("{:?}", world.app.sources())).await;
    dovecot.deliver("INBOX", &from(5, "ann@fabrikam.example"));
    dovecot.deliver("INBOX", &letter(6));
    world.holds(3).await;
    let preview = probe.look().await.unwrap();
    let inbox = preview.folders.iter().find(|folder| folder.folder == "INBOX").unwrap();
    assert_eq!((inbox.messages, inbox.kept), (0, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_the_day_is_left_out() {
    let dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &letter(1));
    let world = World::new();
    let mut mailbox = world.mailbox(dovecot.port);
    // Dovecot's clock is the machine's: no letter has come there after that.
    mailbox.scope.since = Some("2999-01-01T00:00:00Z".parse().unwrap());
    let watching = world.watch(mailbox.clone());
    let waits = || world.record().health == Health::Working;
    eventually("a whole pass", waits, || format!("{:?}", world.record())).await;
    assert_eq!(world.messages(), 0);
    assert_eq!(world.record().counts.get("out_of_scope"), Some(&1));
    drop(watching);
    mailbox.scope.since = Some("2001-01-01T00:00:00Z".parse().unwrap());
    let _watching = world.watch(mailbox);
    world.holds(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_read_slowly_gives_its_newest_mail_first_and_what_is_new_at_once() {
    let dovecot = Dovecot::start();
    for number in 1..=6 {
        dovecot.deliver("INBOX", &letter(number));
    }
    let world = World::new();
    let mut mailbox = world.mailbox(dovecot.port);
    mailbox.folders = vec!["INBOX".to_owned()];
    // One message a step, and three seconds between two.
    mailbox.throttle = Throttle { messages_per_minute: Some(20), bytes_per_second: None };
    mailbox.newest_first = true;
    let begun = Instant::now();
    let _watching = world.watch(mailbox);
    // The place of a message in the folder ends in its number there.
    let holds = |number: u32| {
        let facts = world.app.facts(Seq(1), 10_000).unwrap();
        facts.iter().any(|entry| match &entry.fact {
            Fact::Captured { sighting, .. } => sighting.place.ends_with(&format!(".{number}")),
            _ => false,
        })
    };
    eventually("the newest", || holds(6), || format!("{:?}", world.record())).await;
    assert!(!holds(1));
    dovecot.deliver("INBOX", &letter(7));
    eventually("what is new", || holds(7), || format!("{:?}", world.record())).await;
    assert!(!holds(1), "it did not wait for what is old");
    world.holds(7).await;
    assert!(begun.elapsed() >= Duration::from_secs(14), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_mailbox_takes_nothing_in_until_it_is_resumed_whatever_restarts() {
    let dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &letter(1));
    let world = World::new();
    let mailbox = world.mailbox(dovecot.port);
    let watching = world.watch(mailbox.clone());
    world.holds(1).await;
    let id = mailbox.info.id.clone();
    world.app.pause_source(&id, "moving", &Actor::CommandLine, now()).unwrap();
    let paused = || world.record().health == Health::Paused;
    eventually("a pause", paused, || format!("{:?}", world.record())).await;
    drop(watching);
    dovecot.deliver("INBOX", &letter(2));
    let _watching = world.watch(mailbox);
    eventually("still a pause", paused, || format!("{:?}", world.record())).await;
    assert_eq!(world.messages(), 1);
    let shown = world.app.sources().unwrap().remove(0).paused.unwrap();
    assert_eq!((shown.by.as_str(), shown.reason.as_str()), ("command line", "moving"));
    world.app.resume_source(&id, &Actor::CommandLine, now()).unwrap();
    world.holds(2).await;
}
