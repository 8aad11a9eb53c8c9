//! The daily comparison of a mailbox with its server: when it ran, what differed, what was done.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use app::record::ComparedRecord;
use model::{Actor, Instant};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    dovecot::Dovecot,
    world::{World, eventually, letter, now},
};

const HOUR: i64 = 3_600_000;

fn inbox(world: &World) -> Option<ComparedRecord> {
    let source = world.app.sources().unwrap().pop()?;
    source.folders.into_iter().find(|folder| folder.folder == "INBOX")?.compared
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_compared_with_its_server_once_a_day_and_after_it_was_let_go_on() {
    let dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &letter(1));
    let world = World::new();
    let clock = Arc::new(AtomicI64::new(now().millis()));
    let ticking = clock.clone();
    let clock_of = move || Instant::from_millis(ticking.load(Ordering::Relaxed));
    let mut mailbox = world.mailbox(dovecot.port);
    mailbox.poll = std::time::Duration::from_millis(200);
    let source = mailbox.info.id.clone();
    let _watching = world.watch_by(mailbox, Arc::new(clock_of));
    let at = |hours: i64| Instant::from_millis(now().millis() + hours * HOUR);
    let compared = |hours: i64| {
        let (world, at) = (&world, at(hours));
        async move {
            let done = || inbox(world).is_some_and(|found| found.at == at);
            eventually("a comparison", done, || format!("{:?} {:?}", inbox(world), world.record()))
                .await;
        }
    };
    compared(0).await;
    assert_eq!(inbox(&world).unwrap().taken_in, 1);
    dovecot.deliver("INBOX", &letter(2));
    world.holds(2).await;
    clock.fetch_add(23 * HOUR, Ordering::Relaxed);
    dovecot.deliver("INBOX", &letter(3));
    world.holds(3).await;
    assert_eq!(inbox(&world).unwrap().at, at(0), "not yet");
    clock.fetch_add(2 * HOUR, Ordering::Relaxed);
    compared(25).await;
    let found = inbox(&world).unwrap();
    assert_eq!((found.on_server, found.taken_in, found.missing, found.gone), (3, 0, 0, 0));

    world.app.pause_source(&source, "", &Actor::System, at(25)).unwrap();
    let rests = || world.record().doing.contains("paused");
    eventually("resting", rests, || format!("{:?}", world.record())).await;
    clock.fetch_add(HOUR, Ordering::Relaxed);
    world.app.resume_source(&source, &Actor::System, at(26)).unwrap();
    compared(26).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_the_server_shows_and_does_not_give_is_told_as_missing() {
    let port = server_without_bodies().await;
    let world = World::new();
    let mut mailbox = world.mailbox(port);
    mailbox.folders = vec!["INBOX".to_owned()];
    let _watching = world.watch(mailbox);
    let told = || inbox(&world).is_some_and(|found| (found.on_server, found.missing) == (1, 1));
    eventually("what is missing", told, || format!("{:?} {:?}", inbox(&world), world.record()))
        .await;
    let incomplete = world.app.incomplete().unwrap();
    assert!(incomplete[0].says.contains("1 of 1 messages"), "{incomplete:?}");
}

/// A server that shows a message and answers nothing when it is asked for it.
async fn server_without_bodies() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that leaves in the middle ends its own conversation only.
            tokio::spawn(async move { drop(talk(stream).await) });
        }
    });
    port
}

async fn talk(stream: TcpStream) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"* OK ready\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        let says = match command.split(' ').next().unwrap_or_default() {
            "CAPABILITY" => "* CAPABILITY IMAP4rev1\r\n",
            "LIST" => "* LIST () \"/\" INBOX\r\n",
            "EXAMINE" => {
                "* FLAGS (\\Seen)\r\n* 1 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] valid\r\n* OK \
                 [UIDNEXT 2] next\r\n"
            }
            "UID" if command.contains("SEARCH") => "* SEARCH 1\r\n",
            "UID" if command.contains("RFC822.SIZE") => {
                "* 1 FETCH (UID 1 RFC822.SIZE 100 INTERNALDATE \"14-Jan-2026 11:00:00 +0000\")\r\n"
            }
            _ => "",
        };
        let reply = format!("{says}{tag} OK done\r\n");
        stream.write_all(reply.as_bytes()).await?;
    }
}
