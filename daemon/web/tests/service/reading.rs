use http::Method;
use model::fact::Role;
use serde_json::Value;

use crate::world::{FIRST, World};

const EXPORT: &str = "Export fails since the update";

#[tokio::test(flavor = "multi_thread")]
async fn queues_come_in_pages_and_cost_nothing_while_unchanged() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let queues = viewer.get("/api/v1/queues").await.expect(200).json();
    let all = queues.as_array().unwrap().iter().find(|queue| queue["id"] == "all").unwrap();
    assert_eq!(all["count"], 2);

    let first = viewer.get("/api/v1/queues/all/cases?limit=1").await.expect(200);
    let page = first.json();
    assert_eq!((page["items"].as_array().unwrap().len(), &page["total"]), (1, &2.into()));
    let next = page["next"].as_str().unwrap();
    let path = format!("/api/v1/queues/all/cases?limit=1&cursor={next}");
    let second = viewer.get(&path).await.expect(200).json();
    assert!(second.get("next").is_none());
    assert_ne!(page["items"][0]["id"], second["items"][0]["id"]);
    assert_eq!(viewer.get("/api/v1/queues/all/cases?cursor=x").await.code(422), "invalid");
    assert_eq!(viewer.get("/api/v1/queues/all/cases?limit=x").await.code(422), "invalid");
    assert_eq!(viewer.get("/api/v1/queues/none/cases").await.code(404), "not_found");

    let all = viewer.get("/api/v1/queues/all/cases").await.expect(200).json();
    let unowned = viewer.get("/api/v1/queues/all/cases?owner=none").await.expect(200).json();
    let nobodys = |page: &Value| -> Vec<Value> {
        let items = page["items"].as_array().unwrap().iter();
        items.filter(|case| case["owner"].is_null()).cloned().collect()
    };
    assert!(!nobodys(&all).is_empty());
    assert_eq!(unowned["items"], Value::from(nobodys(&all)));

    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    let again = viewer.clone().with("if-none-match", &tag);
    let unchanged = again.get("/api/v1/queues/all/cases?limit=1").await.expect(304);
    assert!(unchanged.body.is_empty());
    let filtered = viewer.get("/api/v1/queues/all/cases?account=northwind").await.expect(200);
    assert_eq!(filtered.json()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_shows_what_happened_and_why_it_is_grave() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let case = world.case(EXPORT).await;
    let record = viewer.get(&format!("/api/v1/cases/{case}")).await.expect(200).json();
    assert_eq!(record["account"]["name"], "Northwind Traders");
    assert_eq!((&record["level"], &record["rank"]), (&"S2".into(), &70.into()));
    assert_eq!(record["level_reasons"][0], "every case is grave here");
    let risk = record["risk"].as_array().unwrap();
    assert_eq!(risk.last().unwrap()["score"], record["attention"], "{risk:?}");
    assert_eq!(record["token"], format!("[WK-{case}]"));
    let kinds: Vec<_> = record["timeline"].as_array().unwrap().iter().map(|i| &i["type"]).collect();
    assert!(kinds.contains(&&"message".into()) && kinds.contains(&&"severity".into()));
    assert_eq!(viewer.get("/api/v1/cases/7F3K2-M9QAB").await.code(404), "not_found");
    assert_eq!(viewer.get("/api/v1/cases/x").await.code(422), "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_answer_is_recognised_when_asked_for_again() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer).with("accept-encoding", "gzip");
    let path = format!("/api/v1/cases/{}", world.case(EXPORT).await);
    let answer = viewer.get(&path).await.expect(200);
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.header("etag").ends_with("-gzip\""));
    viewer.clone().with("if-none-match", answer.header("etag")).get(&path).await.expect(304);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_shows_its_parts_and_the_very_bytes_that_came() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let case = world.case(EXPORT).await;
    let key = &world.messages(&case).await[0];
    let record = viewer.get(&format!("/api/v1/messages/{key}")).await.expect(200).json();
    assert_eq!(record["message_id"], "first@northwind.example");
    assert_eq!(record["from"]["email"], "jane@northwind.example");
    assert_eq!(record["class"]["kind"], "human");
    assert_eq!(record["happened"], "2026-01-12T08:14:00Z");
    assert_eq!(record["has_html"], true);

    let id = record["evidence"].as_str().unwrap();
    let original = viewer.get(&format!("/api/v1/evidence/{id}")).await.expect(200);
    assert_eq!(original.body, FIRST);
    assert_eq!(original.header("content-type"), "message/rfc822");
    assert!(original.header("content-disposition").starts_with("attachment; filename=\""));
    assert_eq!(original.header("etag"), format!("\"{id}\""));
    let head = viewer.ask(Method::HEAD, &format!("/api/v1/evidence/{id}"), None).await.expect(200);
    assert_eq!(head.header("content-length"), FIRST.len().to_string());
    let absent = format!("/api/v1/evidence/{}", "0".repeat(64));
    assert_eq!(viewer.get(&absent).await.code(404), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_send_cannot_run_in_a_readers_browser() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let case = world.case(EXPORT).await;
    let key = &world.messages(&case).await[0];

    let html = viewer.get(&format!("/api/v1/messages/{key}/html")).await.expect(200);
    let policy = html.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';") && policy.contains("; sandbox;"), "{policy}");
    let text = html.text();
    assert!(text.contains("<b>export</b>"), "{text}");
    assert!(text.contains("data:image/png;base64,cG5n"), "{text}");
    for word in ["script", "steal", "onclick", "tracker.example"] {
        assert!(!text.contains(word), "{text}");
    }

    let record = viewer.get(&format!("/api/v1/messages/{key}")).await.expect(200).json();
    let files = record["attachments"].as_array().unwrap();
    let report = files.iter().find(|file| file["name"] == "report.html").unwrap();
    let path = format!("/api/v1/messages/{key}/attachments/{}", report["part"]);
    let file = viewer.get(&path).await.expect(200);
    assert_eq!(file.text(), "<script>steal()</script>");
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"report.html\""));
    assert!(file.header("content-security-policy").contains("sandbox"));
    let absent = format!("/api/v1/messages/{key}/attachments/99");
    assert_eq!(viewer.get(&absent).await.code(404), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_and_says_what_it_did_not_understand() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let found = viewer.get("/api/v1/search?q=thursday&sort=newest").await.expect(200).json();
    assert_eq!(found["total"], 1);
    let hit = &found["items"][0];
    assert_eq!(hit["account"]["id"], "northwind");
    let (start, end) = (&hit["marks"][0]["start"], &hit["marks"][0]["end"]);
    let range = start.as_u64().unwrap() as usize..end.as_u64().unwrap() as usize;
    assert_eq!(&hit["snippet"].as_str().unwrap()[range], "Thursday");

    let one = viewer.get("/api/v1/search?q=example&limit=1").await.expect(200).json();
    if one["total"].as_u64().unwrap() > 1 {
        assert_eq!(one["next"], "1");
    }
    let odd = viewer.get("/api/v1/search?q=after:sometime").await.expect(200).json();
    assert!(!odd["problems"].as_array().unwrap().is_empty(), "{odd}");
    let long = format!("/api/v1/search?q={}", "x".repeat(3000));
    assert_eq!(viewer.get(&long).await.code(422), "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_accounts_and_state_are_there_to_be_looked_at() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let sources = viewer.get("/api/v1/sources").await.expect(200).json();
    assert_eq!(sources[0]["id"], "letters");
    assert_eq!(sources[0]["folders"][0]["stored"], 3);
    assert_eq!(sources[0]["folders"][0]["balances"], true);

    let accounts = viewer.get("/api/v1/accounts").await.expect(200).json();
    assert_eq!(accounts["items"][0]["tier"], "enterprise");
    let account = viewer.get("/api/v1/accounts/northwind").await.expect(200).json();
    assert_eq!(account["cases"].as_array().unwrap().len(), 1);
    let unknown = viewer.get("/api/v1/unknown-domains").await.expect(200).json();
    assert_eq!(unknown["items"][0]["name"], "vitrine.example");

    let status = viewer.get("/api/v1/status").await.expect(200).json();
    assert_eq!((&status["messages"], &status["cases"]), (&3.into(), &2.into()));
    let ops = world.client_as(Role::Ops);
    assert_eq!(ops.get("/api/v1/quarantine").await.expect(200).json()["total"], 0);
    let retry = format!("/api/v1/quarantine/{}/retry", "0".repeat(64));
    assert_eq!(ops.ask(Method::POST, &retry, None).await.code(404), "not_found");

    let admin = world.client_as(Role::Admin);
    let journal = admin.get("/api/v1/journal?limit=2").await.expect(200).json();
    assert_eq!(journal["items"][0]["fact"]["kind"], "created");
    assert_eq!(journal["next"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_tells_what_takes_from_its_health_and_who_its_people_are() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let health = viewer.get("/api/v1/accounts/northwind/health").await.expect(200).json();
    let causes: Vec<_> = health["contributions"].as_array().unwrap().iter().collect();
    let taken: u64 = causes.iter().map(|one| one["points"].as_u64().unwrap()).sum();
    assert_eq!(health["score"], 100 - taken.min(100));
    let escalation = causes.iter().find(|one| one["cause"] == "escalation").unwrap();
    assert_eq!(
        (&escalation["points"], &escalation["grounds"][0]["title"]),
        (&17.into(), &EXPORT.into())
    );
    assert!(escalation["grounds"][0]["quote"]["text"].is_string());
    assert_eq!(health["severity"][0]["level"], "S2");
    let jane = &health["people"][0];
    assert_eq!(
        (&jane["address"]["email"], &jane["wrote"]),
        (&"jane@northwind.example".into(), &2.into())
    );
    assert_eq!(viewer.get("/api/v1/accounts/nobody/health").await.code(404), "not_found");
}
