use std::time::Duration;

use app::{outside::Health, seal::NOTICE_HEADER};
use egress::Secret;
use model::id::SendingId;
use sources::imap::{Login, Mailbox};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    dovecot::Dovecot,
    world::{World, eventually, letter, seal},
};

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_taken_in_as_it_arrives_and_nobody_sees_it_was_read() {
    let dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &letter(1));
    dovecot.deliver("Sent", &letter(2));
    let world = World::new();
    let rarely = Mailbox { poll: Duration::from_hours(1), ..world.mailbox(dovecot.port) };
    let watching = world.watch(rarely);
    world.holds(2).await;
    eventually(
        "waiting",
        || world.record().doing.contains("IDLE"),
        || format!("{:?}", world.record()),
    )
    .await;
    dovecot.deliver("INBOX", &letter(3));
    world.holds(3).await;
    drop(watching);
    let _watching = world.watch(world.mailbox(dovecot.port));
    dovecot.deliver("Sent", &letter(4));
    world.holds(4).await;
    let flags = dovecot.ask("INBOX", "FETCH 1:* (FLAGS)");
    assert!(!flags.contains("\\Seen"), "{flags}");
    let source = world.app.sources().unwrap().remove(0);
    let folders: Vec<_> = source.folders.iter().map(|f| (f.folder.as_str(), f.balances)).collect();
    assert_eq!(folders, [("INBOX", true), ("Sent", true)]);
    assert_eq!(world.record().health, Health::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_killed_is_shown_and_then_watched_again() {
    let mut dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &letter(1));
    let world = World::new();
    let _watching = world.watch(world.mailbox(dovecot.port));
    world.holds(1).await;
    dovecot.kill();
    let failing = || world.record().health == Health::Failing && world.record().error.is_some();
    eventually("the failure", failing, || format!("{:?}", world.record())).await;
    dovecot.resume();
    dovecot.deliver("INBOX", &letter(2));
    world.holds(2).await;
    eventually(
        "working",
        || world.record().health == Health::Working,
        || format!("{:?}", world.record()),
    )
    .await;
    assert_eq!(world.record().error, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_got_other_numbers_are_neither_lost_nor_doubled() {
    let mut dovecot = Dovecot::start();
    for number in 1..=3 {
        dovecot.deliver("INBOX", &letter(number));
    }
    let world = World::new();
    let watching = world.watch(world.mailbox(dovecot.port));
    world.holds(3).await;
    drop(watching);
    let before = dovecot.ask("INBOX", "STATUS INBOX (UIDVALIDITY)");
    dovecot.renumber();
    assert_ne!(before, dovecot.ask("INBOX", "STATUS INBOX (UIDVALIDITY)"));
    dovecot.deliver("INBOX", &letter(4));
    let _watching = world.watch(world.mailbox(dovecot.port));
    world.holds(4).await;
    let source = world.app.sources().unwrap().remove(0);
    let inbox = source.folders.iter().find(|folder| folder.folder == "INBOX").unwrap();
    assert_eq!((inbox.ledger.stored, inbox.ledger.duplicate), (4, 3), "{:?}", inbox.ledger);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_cut_off_is_taken_in_whole_later() {
    let dovecot = Dovecot::start();
    let long = format!("{}{}", letter(1), "Another line of it.\r\n".repeat(10_000));
    dovecot.deliver("INBOX", &long);
    dovecot.deliver("INBOX", &letter(2));
    let world = World::new();
    let port = cutting_proxy(dovecot.port, [60_000, 5_000, 100_000]).await;
    let _watching = world.watch(world.mailbox(port));
    world.holds(2).await;
    let source = world.app.sources().unwrap().remove(0);
    let inbox = source.folders.iter().find(|folder| folder.folder == "INBOX").unwrap();
    assert_eq!(
        inbox.ledger.bytes,
        (long.len() + letter(2).len()) as u64,
        "no half message is kept"
    );
    assert_eq!(inbox.ledger.stored, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_large_is_counted_and_the_others_are_taken_in() {
    let dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &format!("{}{}", letter(1), "x".repeat(2 << 20)));
    dovecot.deliver("INBOX", &letter(2));
    let world = World::new();
    let _watching = world.watch(world.mailbox(dovecot.port));
    world.holds(1).await;
    let ledger = || world.app.sources().unwrap()[0].folders[0].ledger.clone();
    eventually(
        "the refusal",
        || ledger().skipped.get("too_large") == Some(&1),
        || format!("{:?}", ledger()),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_of_our_own_is_no_message_of_a_case() {
    let dovecot = Dovecot::start();
    let name = seal().notice(SendingId([9; 16]));
    dovecot.deliver("INBOX", &format!("{NOTICE_HEADER}: {name}\r\n{}", letter(1)));
    dovecot.deliver("INBOX", &format!("{NOTICE_HEADER}: wk.forged.00\r\n{}", letter(2)));
    let world = World::new();
    let _watching = world.watch(world.mailbox(dovecot.port));
    world.holds(1).await;
    let ledger = || world.app.sources().unwrap()[0].folders[0].ledger.clone();
    eventually(
        "the refusal",
        || ledger().skipped.get("own_notice") == Some(&1),
        || format!("{:?}", ledger()),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_so_and_a_changed_one_counts_at_once() {
    let dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &letter(1));
    let world = World::new();
    let mut mailbox = world.mailbox(dovecot.port);
    let secret = Secret { path: world.secrets.path().join("other") };
    std::fs::write(&secret.path, "coffee").unwrap();
    mailbox.login = Login::Password(secret.clone());
    let _watching = world.watch(mailbox);
    let said = || world.record().error.is_some_and(|error| error.contains("check the user"));
    eventually("the refusal", said, || format!("{:?}", world.record())).await;
    std::fs::write(&secret.path, crate::dovecot::PASSWORD).unwrap();
    world.holds(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_is_named_with_those_that_are() {
    let dovecot = Dovecot::start();
    let world = World::new();
    let mut mailbox = world.mailbox(dovecot.port);
    mailbox.folders = vec!["INBOX".to_owned(), "Archiv".to_owned()];
    let _watching = world.watch(mailbox);
    let said = || world.record().error.is_some_and(|e| e.contains("Archiv") && e.contains("Sent"));
    eventually("the error", said, || format!("{:?}", world.record())).await;
}

/// Passes bytes on to `port`, and breaks off the first connections after so many from the server.
async fn cutting_proxy(port: u16, cuts: [usize; 3]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ours = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut cuts = cuts.into_iter();
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let most = cuts.next().unwrap_or(usize::MAX);
            tokio::spawn(async move {
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let up = tokio::spawn(async move {
                    let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
                });
                let (mut passed, mut buffer) = (0, vec![0; 4096]);
                while let Ok(count) = from_server.read(&mut buffer).await {
                    let count = count.min(most - passed);
                    if count == 0 || to_client.write_all(&buffer[..count]).await.is_err() {
                        break;
                    }
                    passed += count;
                }
                up.abort();
            });
        }
    });
    ours
}
