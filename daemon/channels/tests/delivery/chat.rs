//! By webhooks, and into chats.

use channels::{Channel, Chat, ChatKind, Means, Webhook};
use egress::{Secret, Trust, http::Endpoint};
use model::alert::Urgency;
use serde_json::Value;

use crate::{
    peer::{Receiver, eventually},
    world::{KIM, LOU, World},
};

fn endpoint(receiver: &Receiver) -> Endpoint {
    Endpoint::parse(&format!("http://{}/hook?x=1", receiver.address), Trust::Platform).unwrap()
}

fn room(receiver: &Receiver, kind: ChatKind) -> Channel {
    let chat = Chat { kind, endpoint: endpoint(receiver) };
    Channel { name: "room".to_owned(), means: Means::Chat(chat) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_can_be_checked_by_its_receiver_and_is_the_same_at_every_try() {
    let world = World::new("hook", Urgency::Notice, &[KIM, LOU]);
    let receiver = Receiver::start(&["503 Busy\r\nretry-after: 120"]).await;
    let dir = tempfile::tempdir().unwrap();
    let key = Secret { path: dir.path().join("key") };
    std::fs::write(&key.path, "sesame").unwrap();
    let hook = Webhook { endpoint: endpoint(&receiver), key };
    let channel = Channel { name: "hook".to_owned(), means: Means::Webhook(hook) };
    let _working = world.courier(channel);
    world.letter("northwind", "Export fails");
    eventually("the first try", || receiver.asked.lock().len() == 1).await;
    world.pass(1);
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    assert_eq!(receiver.asked.lock().len(), 1, "it asked for two minutes");
    world.pass(2);
    eventually("the second try", || world.state() == "sent").await;

    let asked = receiver.asked.lock().clone();
    assert_eq!(asked.len(), 2, "two recipients, one request a try");
    assert_eq!(asked[0].header("idempotency-key"), asked[1].header("idempotency-key"));
    for one in &asked {
        let said = format!("{}.{}", one.header("watchkeeper-timestamp"), one.body);
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"sesame");
        let hex = data_encoding::HEXLOWER.encode(ring::hmac::sign(&key, said.as_bytes()).as_ref());
        assert_eq!(one.header("watchkeeper-signature"), format!("v1={hex}"));
    }
    assert_ne!(asked[0].header("watchkeeper-timestamp"), asked[1].header("watchkeeper-timestamp"));
    let body: Value = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(body["kind"], "notice");
    assert_eq!(body["alerts"][0]["title"], "Export fails");
    assert_eq!(body["to"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_words_neither_wake_a_room_nor_break_its_form() {
    let subject = "@here <https://evil.example|click> *now* @all & more";
    for (kind, forbidden) in [
        (ChatKind::Slack, "<https://evil"),
        (ChatKind::Mattermost, "@all"),
        (ChatKind::Teams, "*now*"),
    ] {
        let world = World::new("room", Urgency::Notice, &[KIM]);
        let receiver = Receiver::start(&[]).await;
        let _working = world.courier(room(&receiver, kind));
        world.letter("northwind", subject);
        eventually("the message", || world.state() == "sent").await;
        let body: Value = serde_json::from_str(&receiver.asked.lock()[0].body).unwrap();
        let text = body.to_string();
        assert!(!text.replace("\\\\*", "").contains(forbidden), "{kind:?}: {text}");
        assert!(text.contains("/cases/"), "{kind:?} leads to the case: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_hook_is_a_dead_letter_at_once() {
    let world = World::new("room", Urgency::Notice, &[KIM]);
    let receiver = Receiver::start(&["404 no_service"]).await;
    let _working = world.courier(room(&receiver, ChatKind::Slack));
    world.letter("northwind", "Export fails");
    let dead = || world.app.dead_letters(world.now()).unwrap();
    eventually("the refusal", || dead().len() == 1).await;
    assert!(dead()[0].error.contains("404"), "{}", dead()[0].error);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_names_a_missing_channel_is_heard_of() {
    let world = World::new("pager", Urgency::Notice, &[KIM]);
    let receiver = Receiver::start(&[]).await;
    let _working = world.courier(room(&receiver, ChatKind::Slack));
    world.letter("northwind", "Export fails");
    let error = || {
        let page = app::PageRequest { cursor: None, limit: 1 };
        let page =
            world.app.alerts(&app::alerts::AlertFilter::default(), &page, world.now()).unwrap();
        page.items[0].deliveries[0].error.clone().unwrap_or_default()
    };
    eventually("the error", || error().contains("no channel \"pager\"")).await;
    assert_eq!(receiver.asked.lock().len(), 0);
}
