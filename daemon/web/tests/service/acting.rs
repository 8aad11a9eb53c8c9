use http::Method;
use model::fact::Role;
use serde_json::json;

use crate::world::World;

const EXPORT: &str = "Export fails since the update";
const STOREFRONT: &str = "Storefront is down";

#[tokio::test(flavor = "multi_thread")]
async fn two_people_do_not_overwrite_each_other() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    let path = format!("/api/v1/cases/{}", world.case(EXPORT).await);
    let seen = agent.get(&path).await.expect(200).header("etag").to_owned();

    let mine = json!({"field": "owner", "value": "kim@brightwater.example"});
    let careful = agent.clone().with("if-match", &seen);
    let changed = careful.ask(Method::PATCH, &path, Some(mine)).await.expect(200);
    assert_eq!(changed.json()["owner"], "kim@brightwater.example");
    assert_ne!(changed.header("etag"), seen);

    let theirs = json!({"field": "owner", "value": "lou@brightwater.example"});
    let refused = careful.ask(Method::PATCH, &path, Some(theirs.clone())).await;
    assert_eq!(refused.code(412), "changed");
    let now = agent.clone().with("if-match", changed.header("etag"));
    now.ask(Method::PATCH, &path, Some(theirs)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_a_severity_takes_a_manager_and_shows_who_did() {
    let world = World::new().await;
    let path = format!("/api/v1/cases/{}", world.case(EXPORT).await);
    let wanted = json!({"field": "severity", "value": "S1", "reason": "their CFO called"});
    let agent = world.client_as(Role::Agent);
    let refused = agent.ask(Method::PATCH, &path, Some(wanted.clone())).await;
    assert_eq!(refused.code(403), "forbidden");

    let manager = world.client_as(Role::Manager);
    let record = manager.ask(Method::PATCH, &path, Some(wanted)).await.expect(200).json();
    assert_eq!(record["level"], "S1");
    let set = &record["overrides"][0];
    assert_eq!((&set["by"], &set["rules_value"]), (&"token:manager".into(), &"S2".into()));
    let odd = json!({"field": "severity", "value": "S9"});
    assert_eq!(manager.ask(Method::PATCH, &path, Some(odd)).await.code(422), "invalid");
    let back = json!({"field": "severity"});
    let record = manager.ask(Method::PATCH, &path, Some(back)).await.expect(200).json();
    assert_eq!(record["level"], "S2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_in_the_case_and_can_be_found() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    let case = world.case(EXPORT).await;
    let path = format!("/api/v1/cases/{case}/notes");
    let note = agent.post(&path, json!({"text": "Called back, hotfix on Friday"})).await;
    let note = note.expect(201).json();
    assert_eq!(note["author"], "token:agent");
    assert_eq!(note["about"]["case"], case);
    let about = json!({"about": {"message_id": "<second@northwind.example>"}, "text": "zebra"});
    agent.post("/api/v1/notes", about).await.expect(201);
    let wrong = json!({"about": {"case": "x"}, "text": "zebra"});
    assert_eq!(agent.post("/api/v1/notes", wrong).await.code(422), "invalid");
    let future = json!({"text": "x", "at": "2030-01-01T00:00:00Z"});
    assert_eq!(agent.post(&path, future).await.code(422), "invalid");

    let record = agent.get(&format!("/api/v1/cases/{case}")).await.expect(200).json();
    let notes = record["timeline"].as_array().unwrap().iter().filter(|i| i["type"] == "note");
    assert_eq!(notes.count(), 2);
    assert_eq!(agent.get("/api/v1/search?q=zebra").await.expect(200).json()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_managers_say_among_themselves_stays_there() {
    let world = World::new().await;
    let (manager, agent) = (world.client_as(Role::Manager), world.client_as(Role::Agent));
    let case = world.case(EXPORT).await;
    let note = json!({"text": "offer them the giraffe discount", "visibility": "managers"});
    manager.post(&format!("/api/v1/cases/{case}/notes"), note).await.expect(201);
    for path in [format!("/api/v1/cases/{case}"), "/api/v1/search?q=giraffe".to_owned()] {
        assert!(manager.get(&path).await.expect(200).text().contains("giraffe"), "{path}");
        assert!(!agent.get(&path).await.expect(200).text().contains("giraffe"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_or_a_move_can_be_taken_back() {
    let world = World::new().await;
    let manager = world.client_as(Role::Manager);
    let (export, storefront) = (world.case(EXPORT).await, world.case(STOREFRONT).await);
    let path = format!("/api/v1/cases/{storefront}/merge");
    let merged = json!({"into": export, "reason": "the same outage"});
    let record = manager.post(&path, merged).await.expect(200).json();
    assert_eq!(record["id"], export);
    assert_eq!(record["messages"], 3);
    let mut items = record["timeline"].as_array().unwrap().iter().rev();
    let act = items.find(|item| item["type"] == "act").unwrap()["act"].as_u64().unwrap();
    let undo = format!("/api/v1/acts/{act}/undo");
    manager.ask(Method::POST, &undo, None).await.expect(204);
    assert_eq!(manager.ask(Method::POST, &undo, None).await.code(409), "conflict");
    assert_eq!(world.messages(&export).await.len(), 2);

    let second = &world.messages(&export).await[1];
    let moved = json!({"messages": [second], "to": "new", "reason": "another matter"});
    let moved = manager.post("/api/v1/messages/move", moved).await.expect(200).json();
    assert_ne!(moved["case"], export);
    let nowhere = json!({"messages": [second], "to": "elsewhere"});
    let refused = manager.post("/api/v1/messages/move", nowhere).await;
    assert_eq!(refused.code(422), "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_quotation_can_be_corrected() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    let case = world.case(EXPORT).await;
    let key = &world.messages(&case).await[1];
    let path = format!("/api/v1/messages/{key}");
    let body = agent.get(&path).await.expect(200).json()["body"].as_str().unwrap().to_owned();
    let path = format!("{path}/segments");
    let segments = json!({"segments": [
        {"start": 0, "end": 10, "kind": "new"},
        {"start": 10, "end": body.len(), "kind": "quotation"},
    ]});
    let record = agent.ask(Method::PUT, &path, Some(segments)).await.expect(200).json();
    assert_eq!(record["segments"][1]["kind"], "quotation");
    assert_eq!(record["segments_by"], "token:agent");
    let gap = json!({"segments": [{"start": 0, "end": 3, "kind": "new"}]});
    assert_eq!(agent.ask(Method::PUT, &path, Some(gap)).await.code(422), "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_gets_its_account_by_hand() {
    let world = World::new().await;
    let manager = world.client_as(Role::Manager);
    let account = json!({"name": "Vitrine", "domains": [" Vitrine.example"], "tier": "standard"});
    let kept = manager.ask(Method::PUT, "/api/v1/accounts/vitrine", Some(account)).await;
    assert_eq!(kept.expect(200).json()["domains"][0], "vitrine.example");
    let contact = json!({"name": "Sam Lee", "title": "CFO", "account": "vitrine"});
    let path = "/api/v1/contacts/Sam@Vitrine.example";
    manager.ask(Method::PUT, path, Some(contact)).await.expect(200);
    let record = manager.get("/api/v1/accounts/vitrine").await.expect(200).json();
    assert_eq!(record["contacts"][0]["email"], "sam@vitrine.example");
    assert_eq!(manager.get("/api/v1/unknown-domains").await.expect(200).json()["total"], 0);

    for wrong in [
        json!({"name": " "}),
        json!({"name": "x", "domains": ["no domain"]}),
        json!({"name": "x", "timezone": "Mars/Olympus"}),
        json!({"name": "x", "renewal": "soon"}),
    ] {
        let refused = manager.ask(Method::PUT, "/api/v1/accounts/x", Some(wrong)).await;
        assert_eq!(refused.code(422), "invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_disagrees_with_a_signal_is_heard_and_shown() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    let case = world.case(EXPORT).await;
    let path = format!("/api/v1/cases/{case}");
    let judge = format!("{path}/signals/asks");
    let before = agent.get(&path).await.expect(200).json();
    assert_eq!(before["reasons"][0]["signal"], "asks");

    let mute = agent.post(&judge, json!({"act": "disagree"})).await;
    assert_eq!(mute.code(422), "invalid");
    let endless = json!({"act": "snooze", "reason": "later"});
    assert_eq!(agent.post(&judge, endless).await.code(422), "invalid");
    let unknown = format!("{path}/signals/sings");
    let wrong = json!({"act": "disagree", "reason": "it was a joke"});
    assert_eq!(agent.post(&unknown, wrong.clone()).await.code(404), "not_found");
    let viewer = world.client_as(Role::Viewer);
    assert_eq!(viewer.post(&judge, wrong.clone()).await.code(403), "forbidden");

    let record = agent.post(&judge, wrong).await.expect(200).json();
    assert_eq!(record["reasons"].as_array().map(Vec::len), Some(0));
    let said = &record["signals"][0]["judged"][0];
    assert_eq!((&said["act"], &said["reason"]), (&"disagree".into(), &"it was a joke".into()));
    let record = agent.post(&judge, json!({"act": "restore"})).await.expect(200).json();
    assert_eq!(record["reasons"][0]["signal"], "asks");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_why_a_signal_did_not_fire_is_told() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let case = world.case(EXPORT).await;
    let record = viewer.get(&format!("/api/v1/cases/{case}")).await.expect(200).json();
    let items = record["timeline"].as_array().unwrap();
    let message = items.iter().find(|i| i["type"] == "message").unwrap()["message"].as_str();
    let path = format!("/api/v1/cases/{case}/messages/{}/why-not", message.unwrap());
    let near = viewer.get(&path).await.expect(200).json();
    assert_eq!(near["items"][0]["signal"], "shouts");
    assert_eq!(near["items"][0]["reason"], "nobody raises their voice");
    let elsewhere = format!("/api/v1/cases/{case}/messages/{}/why-not", "0".repeat(32));
    assert_eq!(viewer.get(&elsewhere).await.code(404), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_needs_no_list_of_levels_of_its_own() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let scales = viewer.get("/api/v1/levels").await.expect(200).json();
    let names: Vec<_> =
        scales[0]["levels"].as_array().unwrap().iter().map(|l| &l["name"]).collect();
    assert_eq!(names, ["S1", "S2"]);
    assert_eq!((scales.as_array().unwrap().len(), &scales[0]["team"]), (1, &json!(null)));
    let path = format!("/api/v1/cases/{}", world.case(EXPORT).await);
    let record = viewer.get(&path).await.expect(200).json();
    assert_eq!(
        (&record["level_title"], &record["level_colour"]),
        (&json!("S2"), &json!("#c00000"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_put_right_and_given_back() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    let case = format!("/api/v1/cases/{}", world.case(EXPORT).await);
    let path = "/api/v1/people/jane@northwind.example/title";
    let jane = async || {
        let record = agent.get(&case).await.expect(200).json();
        let people = record["people"].as_array().unwrap().clone();
        people.into_iter().find(|p| p["address"]["email"] == "jane@northwind.example").unwrap()
    };
    assert_eq!(jane().await["title"], json!(null));
    let title = json!({"title": "Chief Financial Officer", "reason": "met her"});
    agent.ask(Method::PUT, path, Some(title)).await.expect(204);
    let found = jane().await;
    assert_eq!(
        (&found["title_from"], &found["seniority"]),
        (&json!("person"), &json!("executive"))
    );
    assert_eq!(agent.ask(Method::PUT, path, Some(json!({"title": ""}))).await.code(422), "invalid");
    agent.ask(Method::PUT, path, Some(json!({}))).await.expect(204);
    assert_eq!(jane().await["title"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_and_baselines_can_be_asked_for_where_there_are_none() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    assert_eq!(viewer.get("/api/v1/fields").await.expect(200).json(), json!([]));
    let page = viewer.get("/api/v1/fields/values?state=found&latest=case").await.expect(200).json();
    assert_eq!((&page["items"], &page["total"]), (&json!([]), &json!(0)));
    assert_eq!(viewer.get("/api/v1/fields/values?state=odd").await.code(422), "invalid");
    let agent = world.client_as(Role::Agent);
    let missing =
        agent.post("/api/v1/fields/values/order.1.body.0.1", json!({"decision": "approve"}));
    assert_eq!(missing.await.code(404), "not_found");
    let manager = world.client_as(Role::Manager);
    let report =
        manager.get("/api/v1/reports/baselines?all=true&week=2026-01-14").await.expect(200).json();
    assert_eq!((&report["compared"], &report["too_new"]), (&json!(0), &json!(2)));
    let odd = manager.get("/api/v1/reports/baselines?week=soon").await;
    assert_eq!(odd.code(422), "invalid");
}
