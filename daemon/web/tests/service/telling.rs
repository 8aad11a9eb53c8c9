//! Alerts on their way out, as people see and answer them.

use app::seal::{AcknowledgeLink, Seal};
use http::Method;
use jiff::SignedDuration;
use model::fact::Role;

use crate::world::{self, World};

const KIM: &str = "kim@brightwater.example";

/// The alert about the latest letter, and the path of Kim's link to it.
fn link(world: &World) -> (model::AlertId, String) {
    let page = app::PageRequest { cursor: None, limit: 1 };
    let filter =
        app::alerts::AlertFilter { state: Some("queued".to_owned()), ..Default::default() };
    let alert = world.app.alerts(&filter, &page, world::start()).unwrap().items[0].id;
    let link = AcknowledgeLink { alert, to: KIM.to_owned() };
    let token = world.app.seal().unwrap().acknowledge_token(&link);
    (alert, format!("/acknowledge/{token}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_in_a_mail_is_a_button_and_no_scanner_presses_it() {
    let world = World::new().await;
    let (alert, path) = link(&world);
    let seen = || world.app.alert(alert, world::start()).unwrap().acknowledged;
    let page = world.client.get(&path).await.expect(200);
    assert!(page.text().contains("<form method=\"post\">"), "{}", page.text());
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(seen(), None, "opening it changes nothing");

    let done = world.client.ask(Method::POST, &path, None).await.expect(200);
    assert!(done.text().contains("sees to it"), "{}", done.text());
    assert_eq!(seen().unwrap().by, KIM);
    let again = world.client.get(&path).await.expect(200);
    assert!(!again.text().contains("<form"), "there is nothing left to press");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_acknowledges_by_a_link_that_they_made_up() {
    let world = World::new().await;
    let (alert, path) = link(&world);
    let forged = Seal::new(b"another installation");
    let forged = forged.acknowledge_token(&AcknowledgeLink { alert, to: KIM.to_owned() });
    for path in [format!("{path}x"), "/acknowledge/x".to_owned(), format!("/acknowledge/{forged}")]
    {
        let refused = world.client.ask(Method::POST, &path, None).await.expect(404);
        assert!(refused.text().contains("does not lead anywhere"), "{}", refused.text());
    }
    assert_eq!(world.app.alert(alert, world::start()).unwrap().acknowledged, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_seen_by_ops_and_tried_again() {
    let world = World::new().await;
    let (alert, _) = link(&world);
    let lease = SignedDuration::from_mins(5);
    let later = world::start().plus(SignedDuration::from_hours(1));
    let sending = world.app.lease_sendings(&|_| true, 9, lease, later).unwrap().remove(0);
    let error = "550 no such user".to_owned();
    world.app.sending_failed(sending.alert.id, 0, &sending.to, error, None, later).unwrap();
    assert_eq!(sending.alert.id, alert);

    world.advance(2);
    let viewer = world.client_as(Role::Viewer);
    assert_eq!(viewer.get("/api/v1/dead-letters").await.code(403), "forbidden");
    let ops = world.client_as(Role::Ops);
    let dead = ops.get("/api/v1/dead-letters").await.expect(200).json();
    assert_eq!(dead[0]["error"], "550 no such user");
    let outbound = ops.get("/api/v1/outbound").await.expect(200).json();
    let channel = &outbound["channels"][0];
    assert_eq!((&channel["kind"], &channel["dead"]), (&"missing".into(), &1.into()));

    let path = format!("/api/v1/dead-letters/{}/replay", dead[0]["id"].as_str().unwrap());
    ops.ask(Method::POST, &path, None).await.expect(204);
    assert_eq!(ops.get("/api/v1/dead-letters").await.expect(200).json(), serde_json::json!([]));
    assert_eq!(ops.ask(Method::POST, &path, None).await.code(404), "not_found");
}
