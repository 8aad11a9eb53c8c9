//! What a sender may cost.

use std::{os::unix::fs::PermissionsExt as _, time::Duration};

use sources::intake::{Listen, Protocol};
use tokio::net::TcpStream;

use super::{CASES, Office, Sender, intake};
use crate::world::{eventually, letter};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_large_is_refused_before_and_after_it_was_sent() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    let mut sender = office.sender().await;
    sender.asks("EHLO sender.example", "250").await;
    sender.asks("MAIL FROM:<a@b.example> SIZE=1048577", "552 5.3.4").await;
    sender.begins(CASES).await;
    sender.asks("DATA", "354").await;
    let large = format!("{}{}", letter(1), "A line of it.\r\n".repeat(80_000));
    sender.asks(&format!("{large}."), "552 5.3.4").await;
    sender.begins(CASES).await;
    sender.asks("DATA", "354").await;
    sender.asks(&format!("{}.", letter(2)), "250").await;
    office.world.holds(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_messages_and_recipients_are_limited() {
    let mut place = intake(Protocol::Smtp);
    place.limits.connections_per_peer = 2;
    place.limits.messages_per_minute = Some(2);
    place.limits.recipients = 1;
    let office = Office::open(place).await;
    let mut one = office.sender().await;
    let two = office.sender().await;
    let mut three = Sender::new(TcpStream::connect(office.address()).await.unwrap());
    three.hears("421 4.7.0").await;
    drop(two);
    let connected = || office.count("turned_away") == 1;
    eventually("turned away", connected, || format!("{:?}", office.world.record())).await;
    for code in ["250", "250", "450 4.7.1"] {
        one.asks("EHLO sender.example", "250").await;
        one.asks("MAIL FROM:<a@b.example>", code).await;
    }
    let mut place = intake(Protocol::Smtp);
    place.limits.recipients = 1;
    let office = Office::open(place).await;
    let mut sender = office.sender().await;
    sender.begins(CASES).await;
    sender.asks(&format!("RCPT TO:<{CASES}>"), "452 4.5.3").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_networks_that_are_named_may_connect() {
    let mut place = intake(Protocol::Smtp);
    place.peers = vec!["10.0.0.0/8".parse().unwrap()];
    let office = Office::open(place).await;
    let mut sender = Sender::new(TcpStream::connect(office.address()).await.unwrap());
    sender.hears("554 5.7.1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_who_falls_silent_or_is_refused_again_and_again_is_dismissed() {
    let mut place = intake(Protocol::Smtp);
    place.limits.command = Duration::from_secs(2);
    place.limits.data = Duration::from_secs(2);
    let office = Office::open(place).await;
    let mut sender = office.sender().await;
    sender.hears("421 4.4.2").await;
    assert_eq!(sender.answer().await, "");
    let mut sender = office.sender().await;
    sender.begins(CASES).await;
    sender.asks("DATA", "354").await;
    sender.says("Subject: half\r\n").await;
    assert_eq!(sender.answer().await, "", "half a message is not taken");
    let mut sender = office.sender().await;
    for _ in 0..20 {
        sender.asks("XYZZY", "500").await;
    }
    sender.asks("XYZZY", "421 4.7.0").await;
    let broken = || office.count("broken_off") == 1;
    eventually("the count", broken, || format!("{:?}", office.world.record())).await;
    assert_eq!(office.world.messages(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_stops_lets_a_message_come_to_its_end() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    let mut busy = office.sender().await;
    let mut idle = office.sender().await;
    busy.begins(CASES).await;
    busy.asks("DATA", "354").await;
    let sending = tokio::spawn(async move {
        idle.hears("421 4.3.2").await;
        busy.asks(&format!("{}.", letter(1)), "250").await;
        busy.hears("421 4.3.2").await;
    });
    let world = office.close().await;
    sending.await.unwrap();
    assert_eq!(world.messages(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_has_its_permissions_and_one_that_a_kill_left_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lmtp");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let mut place = intake(Protocol::Lmtp);
    place.listen = Listen::Unix { path: path.clone(), mode: 0o620 };
    let office = Office::open(place.clone()).await;
    let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o620);
    office.close().await;
    assert!(!path.exists(), "nobody waits at the door of a service that stopped");
    std::fs::write(&path, "a file of somebody").unwrap();
    let world = crate::world::World::new();
    let keeper =
        sources::intake::Keeper::start(world.app.clone(), std::sync::Arc::new(crate::world::now));
    let book = world.app.outside().clone();
    let reception = sources::intake::Reception::new(
        place,
        &keeper,
        book,
        std::sync::Arc::new(crate::world::now),
    );
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let receiving = tokio::spawn(reception.run(stopped));
    let said = || world.record().error.is_some_and(|error| error.contains("no socket"));
    eventually("the error", said, || format!("{:?}", world.record())).await;
    assert_eq!(std::fs::read(&path).unwrap(), b"a file of somebody");
    receiving.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_senders_at_once_lose_nothing() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    let mut sending = Vec::new();
    for connection in 0..8 {
        let mut sender = office.sender().await;
        sending.push(tokio::spawn(async move {
            sender.asks("EHLO sender.example", "250").await;
            for number in 0..25 {
                let letter = letter(1 + connection * 25 + number);
                sender
                    .says(&format!("MAIL FROM:<a@b.example>\r\nRCPT TO:<{CASES}>\r\nDATA\r\n"))
                    .await;
                for code in ["250", "250", "354"] {
                    sender.hears(code).await;
                }
                sender.asks(&format!("{letter}."), "250").await;
            }
        }));
    }
    for one in sending {
        one.await.unwrap();
    }
    office.world.holds(200).await;
    assert_eq!(office.count("accepted"), 200);
    let source = office.world.app.sources().unwrap().remove(0);
    assert_eq!((source.folders[0].ledger.stored, source.folders[0].balances), (200, true));
}
