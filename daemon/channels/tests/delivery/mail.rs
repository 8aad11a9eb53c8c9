//! By mail.

use app::{digests::DigestWriter as _, outside::Health};
use channels::{Channel, Login, Means, Proof, Smtp};
use egress::{Host, Protection, Secret};
use jiff::SignedDuration;
use model::alert::Urgency;

use crate::{
    peer::{Mood, Postman, eventually},
    world::{self, KIM, LOU, World, seal},
};

fn channel(postman: &Postman, login: Option<Login>) -> Channel {
    let host = Host {
        name: postman.address.ip().to_string(),
        port: postman.address.port(),
        protection: Protection::None,
    };
    let smtp = Smtp {
        host,
        login,
        from: "watch@brightwater.example".to_owned(),
        from_name: "Watchkeeper".to_owned(),
        reply_to: None,
    };
    Channel { name: "mail".to_owned(), means: Means::Smtp(smtp) }
}

fn health(world: &World) -> Health {
    world.app.outside().channels()[0].health
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_reaches_who_it_is_for_with_a_link_and_the_headers_that_keep_machines_quiet() {
    let world = World::new("mail", Urgency::Notice, &[KIM]);
    let postman = Postman::start(&[]).await;
    let dir = tempfile::tempdir().unwrap();
    let password = Secret { path: dir.path().join("password") };
    std::fs::write(&password.path, "tea\n").unwrap();
    let login = Login { user: "watch".to_owned(), proof: Proof::Password(password) };
    let _working = world.courier(channel(&postman, Some(login)));
    world.letter("northwind", "Export <b>fails</b>");
    eventually("the mail", || world.state() == "sent").await;

    let taken = postman.taken.lock().clone();
    assert_eq!(taken.len(), 1);
    assert_eq!(
        (taken[0].from.as_str(), taken[0].to[0].as_str()),
        ("watch@brightwater.example", KIM)
    );
    let envelope = &taken[0].envelope;
    let id = seal().own_mail(taken[0].text.as_bytes()).unwrap();
    assert!(envelope.contains(&format!("RET=HDRS ENVID={}", seal().notice(id))), "{envelope}");
    assert!(envelope.contains("NOTIFY=FAILURE"), "only what fails is told: {envelope}");
    assert_eq!(taken[0].login.as_deref(), Some("AHdhdGNoAHRlYQ=="), "PLAIN, \\0watch\\0tea");
    let text = &taken[0].text;
    let mail = mail_parser::MessageParser::default().parse(text.as_bytes()).unwrap();
    let raw = |name: &str| mail.header_raw(name).unwrap_or_default().trim().to_owned();
    assert_eq!(raw("Auto-Submitted"), "auto-generated");
    assert!(seal().own_mail(text.as_bytes()).is_some(), "it is known again: {text}");
    assert!(raw("References").contains("wk-case."), "a case's mails stay together");
    assert!(mail.subject().unwrap().starts_with("Export <b>fails</b> [WK-"));
    let plain = mail.body_text(0).unwrap();
    let token = plain.split("/acknowledge/").nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(seal().read_acknowledge_token(token).unwrap().to, KIM);
    let html = mail.body_html(0).unwrap();
    assert!(html.contains("Export &lt;b&gt;fails&lt;/b&gt;"), "a customer's words are no markup");
    assert!(!html.contains("src="), "nothing is fetched");

    let alert = world.app.alerts(
        &app::alerts::AlertFilter::default(),
        &app::PageRequest { cursor: None, limit: 1 },
        world.now(),
    );
    let sent = alert.unwrap().items[0].deliveries[0].sent_at;
    assert_eq!(sent, Some(world.now()));
    assert_eq!(health(&world), Health::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_deferred_comes_again_later_under_the_same_id() {
    let world = World::new("mail", Urgency::Notice, &[KIM]);
    let postman = Postman::start(&[Mood::Defer, Mood::TakeAndDrop]).await;
    let _working = world.courier(channel(&postman, None));
    world.letter("northwind", "Export fails");
    eventually("the first try", || world.failed() == 1).await;
    // Taken, but the server died before it could say so.
    world.pass(2);
    eventually("the second try", || postman.taken.lock().len() == 1).await;
    eventually("the failure", || health(&world) == Health::Failing).await;
    world.pass(1);
    eventually("the third try", || world.state() == "sent").await;
    let ids: Vec<String> = postman
        .taken
        .lock()
        .iter()
        .map(|mail| {
            let mail = mail_parser::MessageParser::default().parse(mail.text.as_bytes()).unwrap();
            mail.message_id().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "the recipient's server can tell that it is the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_disk_is_full_gets_the_mail_when_it_has_room_again() {
    let world = World::new("mail", Urgency::Notice, &[KIM]);
    let postman = Postman::start(&[Mood::Full, Mood::Full]).await;
    let _working = world.courier(channel(&postman, None));
    world.letter("northwind", "Export fails");
    eventually("the first try", || world.failed() == 1).await;
    world.pass(2);
    eventually("the second try", || world.failed() == 2).await;
    assert_eq!(health(&world), Health::Working, "one mail says nothing of the channel");
    world.pass(6);
    eventually("the third try", || world.state() == "sent").await;
    assert_eq!(postman.taken.lock().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_is_a_dead_letter_and_the_others_are_told() {
    let world = World::new("mail", Urgency::Notice, &[KIM, LOU]);
    let postman = Postman::start(&[Mood::Refuse]).await;
    let _working = world.courier(channel(&postman, None));
    world.letter("northwind", "Export fails");
    let dead = || world.app.dead_letters(world.now()).unwrap();
    eventually("the refusal", || dead().len() == 1).await;
    eventually("the other mail", || postman.taken.lock().len() == 1).await;
    assert!(dead()[0].error.contains("no such user"), "{:?}", dead()[0].error);
    assert_eq!(health(&world), Health::Working, "one recipient says nothing of the channel");
    let actor = model::Actor::User(model::UserName::new("kim"));
    world.app.replay_sending(dead()[0].id, actor, world.now()).unwrap();
    eventually("the second try", || world.state() == "sent").await;
    assert_eq!(postman.taken.lock().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_without_a_server_loses_nothing_and_tells_nobody_twice() {
    let world = World::new("mail", Urgency::Notice, &[KIM]);
    let postman = Postman::start(&[Mood::HangUp; 12]).await;
    let _working = world.courier(channel(&postman, None));
    for name in ["northwind", "vitrine", "harbour"] {
        world.letter(name, "Export fails");
    }
    eventually("all mails", || {
        world.pass(1);
        postman.taken.lock().len() == 3
    })
    .await;
    assert!(postman.moods.lock().is_empty(), "the hour is over");
    eventually("the record", || world.app.outbox_counts(world.now()).unwrap()["mail"] == (0, 0))
        .await;
    assert_eq!(postman.taken.lock().len(), 3);
    assert_eq!(health(&world), Health::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_sending_and_recording_sends_again_under_the_same_key() {
    let world = World::new("mail", Urgency::Notice, &[KIM]);
    world.letter("northwind", "Export fails");
    let lease = SignedDuration::from_mins(10);
    let first = world.app.lease_sendings(&|_| true, 9, lease, world.now()).unwrap();
    // The mail went out here, and then the machine lost power.
    let world = world.crashed();
    let postman = Postman::start(&[]).await;
    let _working = world.courier(channel(&postman, None));
    eventually("the mail", || world.state() == "sent").await;
    let text = postman.taken.lock()[0].text.clone();
    assert_eq!(seal().own_mail(text.as_bytes()), Some(first[0].id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_one_mail_and_an_empty_one_is_none() {
    let world = World::new("mail", Urgency::Digest, &[KIM]);
    let postman = Postman::start(&[]).await;
    let _working = world.courier(channel(&postman, None));
    world.letter("northwind", "Export fails");
    world.letter("vitrine", "Login loops");
    let mut next = world.app.next_digest_of(KIM, world.now()).unwrap();
    let next = next.remove(0);
    let preview = world::house().write(next.sendings).unwrap();
    // Until eight o'clock on the next day.
    world.pass(20 * 60 + 1);
    eventually("the digest", || postman.taken.lock().len() == 1).await;
    let text = postman.taken.lock()[0].text.clone();
    let mail = mail_parser::MessageParser::default().parse(text.as_bytes()).unwrap();
    assert_eq!(mail.subject(), Some("Digest: 2 changes in 2 cases"));
    let plain = mail.body_text(0).unwrap();
    assert!(plain.contains("Export fails") && plain.contains("Login loops"), "{plain}");
    let line_by_line = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(line_by_line(&preview.text), line_by_line(&plain), "another one was shown before");
    assert_eq!(Some(preview.subject.as_str()), mail.subject());
    assert!(next.due <= world.now() && next.due > world.now().plus(-SignedDuration::from_mins(5)));
    eventually("the record", || world.app.outbox_counts(world.now()).unwrap()["mail"] == (0, 0))
        .await;
    world.pass(24 * 60);
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(postman.taken.lock().len(), 1, "nothing changed: no digest");
}
