//! Servers that can less, say nothing, or give numbers again.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use app::outside::Health;
use data_encoding::BASE64;
use egress::{
    Secret, Trust,
    http::Endpoint,
    oauth::{Grant, TokenSource},
};
use sources::imap::Login;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    dovecot::Dovecot,
    world::{World, eventually, letter},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_idle_is_looked_at_again_and_again() {
    let lines = "ssl = no\nprotocol imap {\n imap_capability = IMAP4rev1 UIDPLUS SPECIAL-USE\n}\n";
    let dovecot = Dovecot::configured(lines);
    dovecot.deliver("INBOX", &letter(1));
    let world = World::new();
    let mut mailbox = world.mailbox(dovecot.port);
    mailbox.poll = std::time::Duration::from_millis(500);
    let _watching = world.watch(mailbox);
    world.holds(1).await;
    let polling = || world.record().doing.contains("no IDLE");
    eventually("polling", polling, || format!("{:?}", world.record())).await;
    dovecot.deliver("INBOX", &letter(2));
    dovecot.deliver("Sent", &letter(3));
    world.holds(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_gets_the_number_of_one_that_was_lost_is_taken_in() {
    let mut dovecot = Dovecot::start();
    for number in 1..=3 {
        dovecot.deliver("INBOX", &letter(number));
    }
    let world = World::new();
    let watching = world.watch(world.mailbox(dovecot.port));
    world.holds(3).await;
    drop(watching);
    let validity = |all: String| all.split("UIDVALIDITY ").nth(1).map(str::to_owned);
    let before = validity(dovecot.ask("INBOX", "STATUS INBOX (UIDVALIDITY)"));
    dovecot.restore_without_last();
    dovecot.deliver("INBOX", &format!("{}A longer one.\r\n", letter(4)));
    assert_eq!(before, validity(dovecot.ask("INBOX", "STATUS INBOX (UIDVALIDITY)")));
    let numbers = dovecot.ask("INBOX", "UID SEARCH ALL");
    assert!(numbers.contains("SEARCH 1 2 3\r\n"), "the number is given again: {numbers}");
    let _watching = world.watch(world.mailbox(dovecot.port));
    world.holds(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_flags_alone_reads_nothing_again() {
    let dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &letter(1));
    let world = World::new();
    let (port, read) = counting_proxy(dovecot.port).await;
    let _watching = world.watch(world.mailbox(port));
    world.holds(1).await;
    let waits = || world.record().doing.contains("IDLE");
    eventually("waiting", waits, || format!("{:?}", world.record())).await;
    assert_eq!(read.load(Ordering::Relaxed), 1);
    dovecot.change("INBOX", "STORE 1 +FLAGS (\\Seen \\Flagged)");
    dovecot.deliver("INBOX", &letter(2));
    world.holds(2).await;
    assert_eq!(read.load(Ordering::Relaxed), 2, "once for every message");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_given_up_and_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let called = Arc::new(AtomicUsize::new(0));
    let calls = called.clone();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            calls.fetch_add(1, Ordering::Relaxed);
            open.push(stream);
        }
    });
    let world = World::new();
    let _watching = world.watch(world.mailbox(port));
    let said = || {
        world
            .record()
            .error
            .is_some_and(|e| e.contains("did not answer within 30 s while greeting"))
    };
    let begun = std::time::Instant::now();
    while !said() {
        assert!(begun.elapsed() < std::time::Duration::from_mins(2), "{:?}", world.record());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let again = || called.load(Ordering::Relaxed) > 1;
    eventually("another try", again, || format!("{:?}", world.record())).await;
    assert!(world.record().retry_at.is_some() || world.record().health == Health::Starting);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ended_early_is_fetched_anew() {
    let world = World::new();
    let (tokens, asked) = authority().await;
    let port = server_for_tokens("token 2").await;
    let dir = world.secrets.path();
    std::fs::write(dir.join("grant"), "a grant").unwrap();
    let grant = Grant::Refresh {
        token: Secret { path: dir.join("grant") },
        renewed: dir.join("tokens/support.refresh"),
    };
    let endpoint = Endpoint::parse(&format!("http://127.0.0.1:{tokens}/token"), Trust::Platform);
    let source = TokenSource::new(endpoint.unwrap(), "watchkeeper".to_owned(), None, grant, None);
    let mut mailbox = world.mailbox(port);
    mailbox.login = Login::Token(Box::new(source));
    let _watching = world.watch(mailbox);
    let works = || world.record().health == Health::Working;
    eventually("working", works, || format!("{:?}", world.record())).await;
    assert_eq!(asked.load(Ordering::Relaxed), 2, "the refused token was not used again");
}

/// Passes bytes on to `port`, and counts how often messages are asked for.
async fn counting_proxy(port: u16) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ours = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let (from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let count = counted.clone();
            tokio::spawn(async move {
                let mut lines = BufReader::new(from_client);
                let mut line = Vec::new();
                while lines.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
                    if String::from_utf8_lossy(&line).contains("BODY.PEEK[]") {
                        count.fetch_add(1, Ordering::Relaxed);
                    }
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
    (ours, count)
}

/// Gives out `token 1`, `token 2` and so on.
async fn authority() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let given = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut text = String::new();
            let mut buffer = vec![0; 4096];
            while !text.contains("refresh_token=") {
                let read = stream.read(&mut buffer).await.unwrap();
                text.push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
            let nth = given.fetch_add(1, Ordering::Relaxed) + 1;
            let body = format!(r#"{{"access_token":"token {nth}","expires_in":3600}}"#);
            let length = body.len();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (port, count)
}

/// An IMAP server that lets in only who shows `token`; its mailbox is empty.
async fn server_for_tokens(token: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that leaves in the middle ends its own conversation only.
            tokio::spawn(async move { drop(talk(stream, token).await) });
        }
    });
    port
}

async fn talk(stream: TcpStream, token: &str) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"* OK ready\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        let (tag, command) = (tag.to_owned(), command.to_owned());
        let ok = format!("{tag} OK done\r\n");
        let reply = match command.split(' ').next().unwrap_or_default() {
            "AUTHENTICATE" => {
                stream.write_all(b"+ \r\n").await?;
                line.clear();
                stream.read_line(&mut line).await?;
                let said = BASE64.decode(line.trim().as_bytes()).unwrap_or_default();
                let wanted = format!("user=support\x01auth=Bearer {token}\x01\x01");
                if said == wanted.as_bytes() {
                    ok
                } else {
                    // It tells of the error and waits for an empty answer.
                    stream.write_all(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n").await?;
                    line.clear();
                    stream.read_line(&mut line).await?;
                    format!("{tag} NO [AUTHENTICATIONFAILED] the token has ended\r\n")
                }
            }
            "CAPABILITY" => format!("* CAPABILITY IMAP4rev1\r\n{ok}"),
            "LIST" => format!("* LIST () \"/\" INBOX\r\n* LIST (\\Sent) \"/\" Sent\r\n{ok}"),
            "EXAMINE" => format!(
                "* FLAGS (\\Seen)\r\n* 0 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] valid\r\n* OK \
                 [UIDNEXT 1] next\r\n{tag} OK [READ-ONLY] opened\r\n"
            ),
            _ => ok,
        };
        stream.write_all(reply.as_bytes()).await?;
    }
}
