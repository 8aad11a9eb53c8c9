//! What goes wrong with one mailbox: it is shown with its remedy, nothing is lost, and the other
//! mailboxes go on meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant as Moment},
};

use app::{
    outside::{Health, WatchRecord},
    record::{MessageRecord, TimelineKind},
};
use model::SourceId;
use sources::imap::Mailbox;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    dovecot::Dovecot,
    world::{World, letter, now},
};

/// The mailbox behind `port`, under another name.
fn named(world: &World, name: &str, port: u16) -> Mailbox {
    let info = Mailbox::info(name, name, "127.0.0.1", None);
    Mailbox { info, ..world.mailbox(port) }
}

fn record(world: &World, name: &str) -> Option<WatchRecord> {
    let id = SourceId::new(&format!("imap:{name}"));
    world.app.outside().watches().into_iter().find(|watch| watch.source == id)
}

/// Waits until `ready`, with more patience than usual.
async fn at_last(world: &World, what: &str, ready: impl Fn() -> bool) {
    let begun = Moment::now();
    while !ready() {
        let watches = world.app.outside().watches();
        let told = format!("{what}: {} messages; {watches:?}", world.messages());
        assert!(begun.elapsed() < Duration::from_mins(5), "{told}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn says(world: &World, name: &str, words: &str) -> bool {
    record(world, name).and_then(|watch| watch.error).is_some_and(|error| error.contains(words))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_for_long_is_called_less_and_less_and_loses_nothing() {
    let (mut gone, other) = (Dovecot::start(), Dovecot::start());
    gone.deliver("INBOX", &letter(1));
    let world = World::new();
    let _gone = world.watch(named(&world, "gone", gone.port));
    let _other = world.watch(named(&world, "other", other.port));
    world.holds(1).await;
    gone.deliver("INBOX", &letter(2));
    gone.kill();
    // Four failures in a row: the pauses have grown to eight seconds, less or more a quarter.
    let waits = |seconds: i64| {
        let retry = record(&world, "gone").and_then(|watch| watch.retry_at);
        retry.is_some_and(|at| at.since(now()).as_secs() >= seconds)
    };
    at_last(&world, "a long pause", || waits(5)).await;
    let watch = record(&world, "gone").unwrap();
    assert_eq!(watch.health, Health::Failing);
    assert!(watch.error.is_some_and(|error| !error.is_empty()));
    other.deliver("INBOX", &letter(3));
    at_last(&world, "mail of the other", || world.messages() >= 2).await;
    gone.resume();
    gone.deliver("INBOX", &letter(4));
    at_last(&world, "all mail", || world.messages() == 4).await;
    at_last(&world, "health", || record(&world, "gone").unwrap().health == Health::Working).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_hangs_within_a_message_is_given_up_and_others_go_on() {
    let (hangs, other) = (Dovecot::start(), Dovecot::start());
    let long = format!("{}{}", letter(1), "Another line of it.\r\n".repeat(10_000));
    hangs.deliver("INBOX", &long);
    let world = World::new();
    let stuck = Arc::new(AtomicBool::new(false));
    let port = hanging_proxy(hangs.port, 60_000, stuck.clone()).await;
    let _hangs = world.watch(named(&world, "hangs", port));
    at_last(&world, "the hang", || stuck.load(Ordering::Relaxed)).await;
    let _other = world.watch(named(&world, "other", other.port));
    other.deliver("INBOX", &letter(2));
    at_last(&world, "mail of the other", || world.messages() == 1).await;
    let given_up = || says(&world, "hangs", "did not answer within 60 s while fetching");
    at_last(&world, "giving up, or more", || given_up() || world.messages() == 2).await;
    at_last(&world, "the whole message", || world.messages() == 2).await;
    let sources = world.app.sources().unwrap();
    let kept = sources.iter().find(|source| source.id.as_str() == "imap:hangs").unwrap();
    let inbox = kept.folders.iter().find(|folder| folder.folder == "INBOX").unwrap();
    assert_eq!(inbox.ledger.bytes, long.len() as u64, "no half message is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_cannot_be_found_is_told_and_others_go_on() {
    let other = Dovecot::start();
    let world = World::new();
    let mut lost = named(&world, "lost", 143);
    // A label of more than 63 letters is no name: nobody outside is asked for it.
    lost.host.name = format!("{}.example", "a".repeat(64));
    let _lost = world.watch(lost);
    let _other = world.watch(named(&world, "other", other.port));
    other.deliver("INBOX", &letter(1));
    at_last(&world, "mail of the other", || world.messages() == 1).await;
    let told = || record(&world, "lost").is_some_and(|watch| watch.health == Health::Failing);
    at_last(&world, "the failure", told).await;
    let watch = record(&world, "lost").unwrap();
    let error = watch.error.unwrap();
    assert!(error.contains("name"), "the remedy is to look at the name: {error}");
    assert!(watch.retry_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_are_wrong_neither_hide_a_message_nor_move_it_by_years() {
    let dovecot = Dovecot::start();
    let right = "14-Jan-2026 11:00:00 +0000";
    let dated =
        |number: u32, date: &str| letter(number).replace("Wed, 14 Jan 2026 11:00:00 +0000", date);
    // The sender's clock is wrong.
    dovecot.deliver_at("INBOX", right, &dated(1, "Thu, 14 Jan 2099 11:00:00 +0000"));
    dovecot.deliver_at("INBOX", right, &dated(2, "Fri, 01 Jan 1971 00:00:00 +0000"));
    dovecot.deliver_at("INBOX", right, &dated(3, "the other day"));
    // The server's clock is wrong, or a move of mailboxes has made its dates up.
    dovecot.deliver_at("INBOX", "14-Jan-2031 11:00:00 +0000", &letter(4));
    dovecot.deliver_at("INBOX", "02-Jan-1970 00:00:00 +0000", &letter(5));
    // Both are.
    let both = dated(6, "Thu, 14 Jan 2099 11:00:00 +0000");
    dovecot.deliver_at("INBOX", "14-Jan-2031 11:00:00 +0000", &both);
    let world = World::new();
    let _watching = world.watch(world.mailbox(dovecot.port));
    world.holds(6).await;
    let expected = "2026-01-14T11:00:00Z".parse().unwrap();
    for number in 1..=5 {
        let message = message(&world, number).message;
        assert_eq!(message.happened, expected, "message {number}: {:?}", message.time_source);
    }
    assert!(message(&world, 1).message.date_skew.is_some_and(|skew| skew > 0));
    assert!(message(&world, 2).message.date_skew.is_some_and(|skew| skew < 0));
    let balances = || {
        let source = world.app.sources().unwrap().remove(0);
        source.folders.iter().all(|folder| folder.balances)
    };
    at_last(&world, "the balance", balances).await;
}

fn message(world: &World, number: u32) -> MessageRecord {
    let id = format!("{number}@northwind.example");
    let case = world.app.case_of_message_id(&id).unwrap().unwrap();
    let timeline = world.app.case(case, now()).unwrap().timeline;
    let keys = timeline.into_iter().filter_map(|item| match item.what {
        TimelineKind::Message { message, .. } => Some(message),
        _ => None,
    });
    let mut found = keys.map(|key| world.app.message(key).unwrap());
    found.find(|found| found.message.message_id.as_deref() == Some(id.as_str())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_messages_at_once_are_all_kept_and_hold_up_no_other_mailbox() {
    const COUNT: u32 = 5_000;
    let (flood, other) = (Dovecot::start(), Dovecot::start());
    flood.fill(100, COUNT);
    let world = World::new();
    let _flood = world.watch(named(&world, "flood", flood.port));
    let begun = || record(&world, "flood").is_some_and(|watch| watch.taken_at.is_some());
    at_last(&world, "the beginning", begun).await;
    other.deliver("INBOX", &letter(1));
    let _other = world.watch(named(&world, "other", other.port));
    let taken = || record(&world, "other").is_some_and(|watch| watch.taken_at.is_some());
    at_last(&world, "mail of the other", taken).await;
    at_last(&world, "all of it", || world.messages() == u64::from(COUNT) + 1).await;
    let inbox = || {
        let sources = world.app.sources().unwrap();
        let source = sources.into_iter().find(|source| source.id.as_str() == "imap:flood")?;
        source.folders.into_iter().find(|folder| folder.folder == "INBOX")
    };
    let told = || inbox().is_some_and(|folder| folder.compared.is_some());
    at_last(&world, "the comparison", told).await;
    let inbox = inbox().unwrap();
    assert_eq!((inbox.ledger.stored, inbox.balances), (u64::from(COUNT), true), "{inbox:?}");
    assert_eq!(inbox.compared.unwrap().missing, 0);
}

/// Passes bytes on to `port`. The first connection gets so many from the server, and then no more,
/// without an end.
async fn hanging_proxy(port: u16, most: usize, stuck: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ours = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut held = Vec::new();
        let mut first = Some(most);
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let most = first.take().unwrap_or(usize::MAX);
            let stuck = stuck.clone();
            held.push(tokio::spawn(async move {
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let up = tokio::spawn(async move {
                    let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
                });
                let (mut passed, mut buffer) = (0, vec![0; 4096]);
                while let Ok(count) = from_server.read(&mut buffer).await {
                    let count = count.min(most - passed);
                    if passed == most {
                        stuck.store(true, Ordering::Relaxed);
                        std::future::pending::<()>().await;
                    }
                    if count == 0 || to_client.write_all(&buffer[..count]).await.is_err() {
                        break;
                    }
                    passed += count;
                }
                up.abort();
            }));
        }
    });
    ours
}
