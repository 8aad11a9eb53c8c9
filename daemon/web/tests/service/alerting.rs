use http::Method;
use model::fact::Role;
use serde_json::{Value, json};

use crate::world::World;

/// The open alert of the case with this title.
async fn open_alert(world: &World, title: &str) -> Value {
    let viewer = world.client_as(Role::Viewer);
    let case = world.case(title).await;
    let path = format!("/api/v1/alerts?state=open&case={case}");
    let page = viewer.get(&path).await.expect(200).json();
    assert_eq!(page["total"], 1, "{page}");
    page["items"][0].clone()
}

const EXPORT: &str = "Export fails since the update";
const STOREFRONT: &str = "Storefront is down";

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_says_why_it_went_out_and_who_saw_to_it() {
    let world = World::new().await;
    let alert = open_alert(&world, STOREFRONT).await;
    assert_eq!((&alert["state"], &alert["code"]), (&"queued".into(), &"due".into()));
    assert_eq!(alert["deliveries"][0]["to"], "kim@brightwater.example");
    let path = format!("/api/v1/alerts/{}/acknowledge", alert["id"].as_str().unwrap());
    let viewer = world.client_as(Role::Viewer);
    assert_eq!(viewer.post(&path, json!({})).await.code(403), "forbidden");
    let agent = world.client_as(Role::Agent);
    let seen = agent.post(&path, json!({"note": "calling them"})).await.expect(200).json();
    assert_eq!(seen["state"], "acknowledged");
    assert_eq!(seen["acknowledged"]["by"], "token:agent");
    let record = agent.get(&format!("/api/v1/cases/{}", world.case(STOREFRONT).await)).await;
    let record = record.expect(200).json();
    let mut items = record["timeline"].as_array().unwrap().iter();
    let shown = items.find(|item| item["type"] == "alert").unwrap();
    assert_eq!(shown["acknowledged_by"], "token:agent");
    let nowhere = format!("/api/v1/alerts/{}", "0".repeat(32));
    assert_eq!(viewer.get(&nowhere).await.code(404), "not_found");
    assert_eq!(viewer.get("/api/v1/alerts?state=odd").await.code(422), "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_can_be_put_off_until_an_instant_to_come() {
    let world = World::new().await;
    let alert = open_alert(&world, STOREFRONT).await;
    let path = format!("/api/v1/alerts/{}/snooze", alert["id"].as_str().unwrap());
    let agent = world.client_as(Role::Agent);
    let past = json!({"until": "2026-01-01T00:00:00Z"});
    assert_eq!(agent.post(&path, past).await.code(422), "invalid");
    let until = json!({"until": "2026-01-16T09:00:00Z"});
    let rests = agent.post(&path, until).await.expect(200).json();
    assert_eq!(rests["state"], "snoozed");
    assert_eq!(rests["snoozed_until"], "2026-01-16T09:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn silencing_more_than_a_case_takes_a_manager_and_a_reason() {
    let world = World::new().await;
    let (agent, manager) = (world.client_as(Role::Agent), world.client_as(Role::Manager));
    let until = "2026-01-16T09:00:00Z";
    let wide = json!({"scope": "everything", "until": until, "reason": "moving house"});
    assert_eq!(agent.post("/api/v1/silences", wide.clone()).await.code(403), "forbidden");
    let silence = manager.post("/api/v1/silences", wide).await.expect(201).json();
    assert_eq!((&silence["active"], &silence["about"]), (&true.into(), &"all alerts".into()));
    let case = world.case(EXPORT).await;
    let mute = json!({"scope": {"case": case}, "until": until, "reason": " "});
    assert_eq!(agent.post("/api/v1/silences", mute).await.code(422), "invalid");
    let path = format!("/api/v1/silences/{}", silence["id"].as_str().unwrap());
    let lifted = agent.ask(Method::DELETE, &path, None).await.expect(200).json();
    assert_eq!(lifted["active"], false);
    assert_eq!(agent.ask(Method::DELETE, &path, None).await.code(409), "conflict");
    let all = agent.get("/api/v1/silences").await.expect(200).json();
    assert_eq!(all[0]["ended_at"], "2026-01-15T12:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forecast_is_there_before_a_policy_is_enabled() {
    let world = World::new().await;
    let ops = world.client_as(Role::Ops);
    let forecast = ops.get("/api/v1/alerts/forecast?days=30").await.expect(200).json();
    assert_eq!((&forecast["notices"], &forecast["days"]), (&2.into(), &30.into()));
    assert_eq!(forecast["people"][0]["to"], "kim@brightwater.example");
    assert_eq!(ops.get("/api/v1/alerts/forecast?days=0").await.code(422), "invalid");
}
