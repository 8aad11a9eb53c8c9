//! A server that tells of changes (CONDSTORE, QRESYNC): what went and what was moved is noted, and
//! nothing is listed anew without need.

use std::sync::{Arc, Mutex};

use app::record::{FolderRecord, SourceRecord};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    dovecot::Dovecot,
    world::{World, eventually, letter},
};

/// Without QRESYNC, and without both.
const SOME: &str = "IMAP4rev1 IDLE UIDPLUS SPECIAL-USE CONDSTORE ENABLE MOVE";
const NONE: &str = "IMAP4rev1 IDLE UIDPLUS SPECIAL-USE MOVE";

fn offering(capabilities: &str) -> Dovecot {
    let lines = format!("ssl = no\nprotocol imap {{\n imap_capability = {capabilities}\n}}\n");
    Dovecot::configured(&lines)
}

fn source(world: &World) -> Option<SourceRecord> {
    world.app.sources().unwrap().pop()
}

fn folder(world: &World, name: &str) -> Option<FolderRecord> {
    source(world)?.folders.into_iter().find(|folder| folder.folder == name)
}

/// What is told of the folder: gone, and moved.
async fn comes_to(world: &World, name: &str, gone: u64, moved: u64) {
    eventually(
        &format!("{gone} gone and {moved} moved"),
        || folder(world, name).is_some_and(|f| (f.gone, f.moved) == (gone, moved)),
        || format!("{:?} {:?}", source(world), world.record()),
    )
    .await;
}

async fn compared(world: &World) {
    let done = || source(world).is_some_and(|source| source.complete_at.is_some());
    eventually("the first comparison", done, || format!("{:?}", world.record())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_deleted_or_moved_is_noted_at_once_and_its_evidence_stays() {
    let dovecot = Dovecot::start();
    for number in 1..=4 {
        dovecot.deliver("INBOX", &letter(number));
    }
    dovecot.deliver("Sent", &letter(9));
    let world = World::new();
    let (port, said) = listening_proxy(dovecot.port).await;
    let watching = world.watch(world.mailbox(port));
    world.holds(5).await;
    compared(&world).await;
    dovecot.change("INBOX", "STORE 2 +FLAGS (\\Deleted)");
    dovecot.change("INBOX", "EXPUNGE");
    comes_to(&world, "INBOX", 1, 0).await;
    dovecot.change("INBOX", "UID MOVE 3 Sent");
    comes_to(&world, "INBOX", 1, 1).await;
    assert_eq!(world.messages(), 5, "what was kept stays");
    let sent = folder(&world, "Sent").unwrap();
    assert_eq!((sent.ledger.duplicate, sent.gone, sent.balances), (1, 0, true), "{sent:?}");

    // What happens while nobody watches is told at the next start, without a list of everything.
    drop(watching);
    dovecot.change("INBOX", "STORE 1 +FLAGS (\\Deleted)");
    dovecot.change("INBOX", "EXPUNGE");
    dovecot.deliver("INBOX", &letter(5));
    said.lock().unwrap().clear();
    let _watching = world.watch(world.mailbox(port));
    world.holds(6).await;
    comes_to(&world, "INBOX", 2, 1).await;
    let said = said.lock().unwrap().clone();
    assert!(said.iter().any(|line| line.contains("(QRESYNC (")), "{said:#?}");
    assert!(!said.iter().any(|line| line.contains("SEARCH UID 1:*")), "{said:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_tells_of_changes_alone_is_not_listed_anew_after_a_restart() {
    let dovecot = offering(SOME);
    for number in 1..=3 {
        dovecot.deliver("INBOX", &letter(number));
    }
    dovecot.deliver("Sent", &letter(9));
    let world = World::new();
    let (port, said) = listening_proxy(dovecot.port).await;
    let watching = world.watch(world.mailbox(port));
    world.holds(4).await;
    compared(&world).await;
    drop(watching);
    dovecot.deliver("INBOX", &letter(4));
    dovecot.deliver("Sent", &letter(5));
    said.lock().unwrap().clear();
    let _watching = world.watch(world.mailbox(port));
    world.holds(6).await;
    let said = said.lock().unwrap().clone();
    assert!(said.iter().any(|line| line.contains("(CHANGEDSINCE ")), "{said:#?}");
    assert!(!said.iter().any(|line| line.contains("SEARCH UID 1:*")), "{said:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_such_a_server_a_comparison_finds_what_went() {
    let dovecot = offering(NONE);
    for number in 1..=3 {
        dovecot.deliver("INBOX", &letter(number));
    }
    let world = World::new();
    let watching = world.watch(world.mailbox(dovecot.port));
    world.holds(3).await;
    compared(&world).await;
    drop(watching);
    dovecot.change("INBOX", "UID MOVE 1 Sent");
    dovecot.change("INBOX", "STORE 1 +FLAGS (\\Deleted)");
    dovecot.change("INBOX", "EXPUNGE");
    let _watching = world.watch(world.mailbox(dovecot.port));
    comes_to(&world, "INBOX", 1, 1).await;
    let found = || folder(&world, "INBOX").and_then(|folder| folder.compared);
    let told = || found().is_some_and(|found| (found.on_server, found.gone) == (1, 1));
    eventually("what was found", told, || format!("{:?}", source(&world))).await;
    assert_eq!(world.messages(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_numbers_for_all_messages_are_no_loss_and_no_removal() {
    let mut dovecot = Dovecot::start();
    for number in 1..=3 {
        dovecot.deliver("INBOX", &letter(number));
    }
    let world = World::new();
    let _watching = world.watch(world.mailbox(dovecot.port));
    world.holds(3).await;
    compared(&world).await;
    dovecot.renumber();
    dovecot.deliver("INBOX", &letter(4));
    world.holds(4).await;
    let known = || folder(&world, "INBOX").is_some_and(|inbox| inbox.ledger.duplicate == 3);
    eventually("their new numbers", known, || format!("{:?}", source(&world))).await;
    comes_to(&world, "INBOX", 0, 0).await;
    // The new numbers are the ones that count: what goes by them is noted.
    dovecot.change("INBOX", "STORE 1 +FLAGS (\\Deleted)");
    dovecot.change("INBOX", "EXPUNGE");
    comes_to(&world, "INBOX", 1, 0).await;
}

/// Passes bytes on to `port`, and keeps the lines that the client says.
async fn listening_proxy(port: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ours = listener.local_addr().unwrap().port();
    let said: Arc<Mutex<Vec<String>>> = Arc::default();
    let all = said.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let (from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let all = all.clone();
            tokio::spawn(async move {
                let mut lines = BufReader::new(from_client);
                let mut line = Vec::new();
                while lines.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
                    all.lock().unwrap().push(String::from_utf8_lossy(&line).trim().to_owned());
                    if to_server.write_all(&line).await.is_err() {
                        return;
                    }
                    line.clear();
                }
            });
            tokio::spawn(async move {
                let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
            });
        }
    });
    (ours, said)
}
