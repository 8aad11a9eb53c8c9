use http::Method;
use model::fact::Role;
use serde_json::{Value, json};

use crate::world::World;

const EXPORT: &str = "Export fails since the update";

#[tokio::test(flavor = "multi_thread")]
async fn a_case_changes_hands_only_when_the_other_one_takes_it() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    let manager = world.client_as(Role::Manager);
    let case = world.case(EXPORT).await;
    let path = format!("/api/v1/cases/{case}/handoff");
    let accept = format!("{path}/accept");
    let viewer = world.client_as(Role::Viewer);
    let offer = json!({"to": "ben@brightwater.example", "note": "audit on Friday"});
    assert_eq!(viewer.post(&path, offer.clone()).await.code(403), "forbidden");
    assert_eq!(agent.post(&path, json!({"to": " "})).await.code(422), "invalid");
    assert_eq!(manager.post(&accept, json!({})).await.status, 404, "nothing was handed over");

    let before = agent.get(&format!("/api/v1/cases/{case}")).await.expect(200).json();
    let offered = agent.post(&path, offer).await.expect(200).json();
    assert_eq!(offered["owner"], before["owner"], "the owner stays until it is accepted");
    assert_eq!(offered["handoff"]["by"], "token:agent");
    let waiting = agent.get("/api/v1/handoffs").await.expect(200).json();
    assert_eq!(
        (&waiting[0]["id"], &waiting[0]["handoff"]["note"]),
        (&json!(case), &json!("audit on Friday"))
    );

    let own = agent.post(&accept, json!({})).await;
    assert_eq!(own.code(422), "invalid", "who hands over does not accept");
    let taken = manager.post(&accept, json!({})).await.expect(200).json();
    assert_eq!(taken["owner"], "ben@brightwater.example");
    assert_eq!(taken["handoff"]["accepted_by"], "token:manager");
    assert!(taken["handoff"]["accepted_at"].is_string());
    assert_eq!(agent.get("/api/v1/handoffs").await.expect(200).json(), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_a_brief_says_where_it_comes_from() {
    let world = World::new().await;
    let manager = world.client_as(Role::Manager);
    let case = world.case(EXPORT).await;
    let path = format!("/api/v1/cases/{case}");
    let set = json!({"field": "next_step", "value": "send the hotfix", "reason": "it is built"});
    manager.ask(Method::PATCH, &path, Some(set)).await.expect(200);
    manager.post(&format!("{path}/notes"), json!({"text": "called"})).await.expect(201);
    let secret = json!({"text": "they may leave", "visibility": "managers"});
    manager.post(&format!("{path}/notes"), secret).await.expect(201);

    let viewer = world.client_as(Role::Viewer);
    let brief = viewer.get(&format!("{path}/brief")).await.expect(200).json();
    let sections = brief["sections"].as_array().unwrap();
    let names: Vec<_> = sections.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["state", "people", "tried", "questions", "next"]);
    for line in sections.iter().flat_map(|one| one["lines"].as_array().unwrap()) {
        let cited = line["quote"].is_object() || line["by"].is_string();
        assert!(cited, "nothing stands behind {line}");
    }
    let text = |section: usize| sections[section]["lines"][0]["quote"]["text"].clone();
    assert_eq!(text(3), "Any news?");
    assert_eq!(sections[4]["lines"][0]["text"], "send the hotfix");
    assert!(!brief.to_string().contains("they may leave"), "a note for managers reached a viewer");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_sees_what_changed_since_and_no_more() {
    let world = World::new().await;
    let manager = world.client_as(Role::Manager);
    let case = world.case(EXPORT).await;
    let total = |listed: &Value| listed["total"].as_u64().unwrap();
    let all = manager.get("/api/v1/changes?since=2026-01-01T00:00:00Z").await.expect(200).json();
    assert_eq!(total(&all), 2, "{all}");
    let late = "/api/v1/changes?since=2026-01-14T00:00:00Z";
    let listed = manager.get(late).await.expect(200).json();
    assert_eq!(listed["items"][0]["title"], "Storefront is down", "{listed}");

    let path = format!("/api/v1/cases/{case}");
    let secret = json!({"text": "they may leave", "visibility": "managers"});
    manager.post(&format!("{path}/notes"), secret).await.expect(201);
    let changed = manager.get(late).await.expect(200).json();
    assert_eq!(changed["items"][0]["id"], case, "the latest change is not on top");
    let agent = world.client_as(Role::Agent);
    let seen = agent.get(late).await.expect(200).json();
    assert!(!seen.to_string().contains("they may leave"), "{seen}");
    let owned = manager.get(&format!("{late}&owner=nobody@x.example")).await.expect(200).json();
    assert_eq!(total(&owned), 0);
    assert_eq!(manager.get("/api/v1/changes").await.code(422), "invalid");
}

const LATE: &[u8] = b"From: Jane Doe <jane@northwind.example>\r\n\
To: support@brightwater.example\r\n\
Date: Mon, 12 Jan 2026 18:00:00 +0000\r\n\
Message-ID: <late@northwind.example>\r\n\
In-Reply-To: <first@northwind.example>\r\n\
Subject: Re: Export fails since the update\r\n\r\n\
This one was held up on its way.\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_came_late_is_told_though_it_is_older_than_what_was_read() {
    let world = World::new().await;
    let manager = world.client_as(Role::Manager);
    let since = "/api/v1/changes?since=2026-01-15T11:00:00Z";
    let none = manager.get(since).await.expect(200).json();
    assert_eq!(none["total"], 0, "the first reading of old mail is no news: {none}");

    world.deliver("letters", LATE).await;
    let told = manager.get(since).await.expect(200).json();
    let items = told["items"][0]["items"].as_array().unwrap();
    let letter = items.iter().find(|item| item["type"] == "message").unwrap();
    assert_eq!(letter["preview"], "This one was held up on its way.", "{told}");
    assert_eq!(
        (&letter["at"], &letter["late"]),
        (&json!("2026-01-12T18:00:00Z"), &json!("2026-01-15T12:00:00Z"))
    );
    assert_eq!(items.iter().filter(|item| item["type"] == "message").count(), 1);
    assert!(items.iter().all(|item| item["late"].is_string()), "{told}");
    for filter in ["account=northwind", "owner=none", "account=northwind&owner=none"] {
        let found = manager.get(&format!("{since}&{filter}")).await.expect(200).json();
        assert_eq!(found["total"], 1, "{filter}: {found}");
    }
    for filter in ["account=vitrine.example", "owner=kim@brightwater.example", "team=billing"] {
        let found = manager.get(&format!("{since}&{filter}")).await.expect(200).json();
        assert_eq!(found["total"], 0, "{filter}: {found}");
    }
    let read = manager.get("/api/v1/changes?since=2026-01-15T12:00:00Z").await.expect(200).json();
    assert_eq!(read["total"], 0, "what was read is told again: {read}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_shown_as_it_was_whatever_was_done_since() {
    let world = World::new().await;
    let manager = world.client_as(Role::Manager);
    let case = world.case(EXPORT).await;
    let path = format!("/api/v1/cases/{case}");
    let set = json!({"field": "severity", "value": "S1", "reason": "their CFO called"});
    manager.ask(Method::PATCH, &path, Some(set)).await.expect(200);

    let at = |at: &str| format!("{path}?at={at}");
    let then = manager.get(&at("2026-01-12T12:00:00Z")).await.expect(200).json();
    assert_eq!((&then["messages"], &then["level"]), (&json!(1), &json!("S2")));
    assert_eq!(then["overrides"], json!([]));
    let timeline = then["timeline"].as_array().unwrap();
    assert!(timeline.iter().all(|item| item["at"].as_str().unwrap() < "2026-01-12T12"));
    assert_eq!(manager.get(&at("2026-01-01T00:00:00Z")).await.status, 404);
    let now = manager.get(&path).await.expect(200).json();
    assert_eq!((&now["messages"], &now["level"]), (&json!(2), &json!("S1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_waits_is_in_a_queue_replaced_in_sight_and_follows_a_merge() {
    let world = World::new().await;
    let manager = world.client_as(Role::Manager);
    let (export, other) = (world.case(EXPORT).await, world.case("Storefront is down").await);
    let waiting = async || {
        let queues = manager.get("/api/v1/queues").await.expect(200).json();
        let queues = queues.as_array().unwrap().clone();
        let queue = queues.into_iter().find(|queue| queue["id"] == "handed").unwrap();
        let cases = manager.get("/api/v1/queues/handed/cases").await.expect(200).json();
        assert_eq!(queue["count"], cases["total"]);
        let ids = cases["items"].as_array().unwrap().iter();
        ids.map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(waiting().await.is_empty());
    let path = format!("/api/v1/cases/{other}");
    for to in ["kim@brightwater.example", "lou@brightwater.example"] {
        manager.post(&format!("{path}/handoff"), json!({"to": to})).await.expect(200);
    }
    assert_eq!(waiting().await, [other.as_str()]);
    let record = manager.get(&path).await.expect(200).text();
    let both = "handed over to lou@brightwater.example instead of kim@brightwater.example";
    assert!(record.contains("handed over to kim@brightwater.example") && record.contains(both));

    let merge = json!({"into": export, "reason": "the same outage"});
    manager.post(&format!("{path}/merge"), merge).await.expect(200);
    assert_eq!(waiting().await, [export.as_str()]);
    let accept = format!("/api/v1/cases/{export}/handoff/accept");
    let agent = world.client_as(Role::Agent);
    let taken = agent.ask(Method::POST, &accept, None).await.expect(200).json();
    assert_eq!(taken["owner"], "lou@brightwater.example");
    assert!(waiting().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brief_is_printed_in_the_language_and_zone_that_is_asked_for() {
    let world = World::new().await;
    let case = world.case(EXPORT).await;
    let path = format!("/api/v1/cases/{case}/brief.pdf");
    let viewer = world.client_as(Role::Viewer);
    let printed = viewer.get(&format!("{path}?lang=de&zone=Europe/Berlin")).await.expect(200);
    assert_eq!(printed.header("content-type"), "application/pdf");
    assert!(printed.header("content-disposition").starts_with("attachment; filename=\""));
    assert!(printed.body.starts_with(b"%PDF-"));
    let pdf = lopdf::Document::load_mem(&printed.body).unwrap();
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    let text = pdf.extract_text(&pages).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [EXPORT, "Offene Fragen", "„Any news?“", "Alle Zeiten: Europe/Berlin", &case]
    {
        assert!(text.contains(wanted), "`{wanted}` is not in: {text}");
    }
    let brief = viewer.get(&format!("/api/v1/cases/{case}/brief")).await.expect(200).json();
    for line in
        brief["sections"].as_array().unwrap().iter().flat_map(|s| s["lines"].as_array().unwrap())
    {
        if let Some(name) = line["quote"]["from"]["name"].as_str().filter(|name| !name.is_empty()) {
            assert!(text.contains(name), "the source {name} is not in: {text}");
        }
    }
    let refused = viewer.get(&format!("{path}?zone=Nowhere")).await;
    assert_eq!(refused.code(422), "invalid");
    let seen = printed.header("etag").to_owned();
    assert!(seen.starts_with('"'), "it cannot be asked for again");
}
