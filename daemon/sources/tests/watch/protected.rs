//! Connections that are protected, and those that must not be made.

use egress::{Protection, Trust};
use sources::imap::Mailbox;

use crate::{
    dovecot::Dovecot,
    intake::protect::{certificate, certificate_until},
    world::{World, eventually, letter},
};

fn mailbox(world: &World, dovecot: &Dovecot, protection: Protection) -> Mailbox {
    let port = match protection {
        Protection::Tls(_) => dovecot.tls_port,
        _ => dovecot.port,
    };
    let mut mailbox = world.mailbox(port);
    "localhost".clone_into(&mut mailbox.host.name);
    mailbox.host.protection = protection;
    mailbox
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_watched_by_tls_and_by_starttls_with_an_authority_of_ones_own() {
    let dir = tempfile::tempdir().unwrap();
    let files = certificate(dir.path(), "localhost");
    let dovecot = Dovecot::with_certificate(&files.chain, &files.key);
    dovecot.deliver("INBOX", &letter(1));
    let trust = Trust::File(dir.path().join("ca.pem"));
    for protection in [Protection::Tls(trust.clone()), Protection::StartTls(trust)] {
        let world = World::new();
        let _watching = world.watch(mailbox(&world, &dovecot, protection));
        world.holds(1).await;
    }
}

/// What a watcher says of a server with a certificate for `name` until `year`.
async fn refusal(name: &str, year: i32, own_authority: bool, by_starttls: bool) -> String {
    let dir = tempfile::tempdir().unwrap();
    let files = certificate_until(dir.path(), name, year);
    let dovecot = Dovecot::with_certificate(&files.chain, &files.key);
    dovecot.deliver("INBOX", &letter(1));
    let other = tempfile::tempdir().unwrap();
    certificate(other.path(), name);
    let authority = if own_authority { dir.path() } else { other.path() };
    let trust = Trust::File(authority.join("ca.pem"));
    let protection = if by_starttls { Protection::StartTls(trust) } else { Protection::Tls(trust) };
    let world = World::new();
    let _watching = world.watch(mailbox(&world, &dovecot, protection));
    let said = || world.record().error.is_some();
    eventually("the refusal", said, || format!("{:?}", world.record())).await;
    assert_eq!(world.messages(), 0, "nothing is read from a server that cannot prove who it is");
    world.record().error.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_somebody_else_is_refused_with_the_remedy() {
    for by_starttls in [false, true] {
        let said = refusal("localhost", 2099, false, by_starttls).await;
        assert!(said.contains("name its certificate authority with `ca`"), "{said}");
    }
    let said = refusal("other.example", 2099, true, false).await;
    assert!(said.contains("use the name that its certificate is for"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_has_ended_is_refused_with_the_remedy() {
    let said = refusal("localhost", 2021, true, false).await;
    assert!(said.contains("has to be renewed there"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_told_of_before_it_ends() {
    let dir = tempfile::tempdir().unwrap();
    let files = certificate_until(dir.path(), "localhost", 2099);
    let dovecot = Dovecot::with_certificate(&files.chain, &files.key);
    dovecot.deliver("INBOX", &letter(1));
    let trust = Trust::File(dir.path().join("ca.pem"));
    for protection in [Protection::Tls(trust.clone()), Protection::StartTls(trust)] {
        let world = World::new();
        let _watching = world.watch(mailbox(&world, &dovecot, protection));
        world.holds(1).await;
        let book = world.app.outside();
        let told = |year: i32| {
            let now = format!("{year}-12-31T23:00:00Z").parse().unwrap();
            book.warnings(&world.record(), now)
        };
        assert!(told(2026).is_empty());
        assert!(told(2099)[0].contains("has to be renewed there"), "{:?}", told(2099));
    }
}
