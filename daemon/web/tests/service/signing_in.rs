use http::Method;
use model::{Fact, fact::Role};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_set_up_code_becomes_the_first_administrator() {
    let world = World::fresh().await;
    let client = &world.client;
    assert_eq!(client.get("/api/v1/setup").await.expect(200).json()["needed"], true);
    let code = world.setup_code.clone().unwrap();

    let weak = json!({"code": code, "name": "ann", "password": "short"});
    let refused = client.post("/api/v1/setup", weak).await;
    assert_eq!(refused.code(422), "weak_password");
    assert!(refused.json()["detail"].as_str().unwrap().contains("12"));
    let wrong = json!({"code": "00000-00000-00000", "name": "ann", "password": PASSWORD});
    assert_eq!(client.post("/api/v1/setup", wrong).await.code(401), "wrong_credentials");

    let right = json!({"code": code.to_lowercase(), "name": "ann", "password": PASSWORD});
    let answer = client.post("/api/v1/setup", right.clone()).await.expect(201);
    let ann = client.clone().with_cookie_of(&answer);
    let session = ann.get("/api/v1/session").await.expect(200).json();
    assert_eq!((&session["name"], &session["role"]), (&json!("ann"), &json!("admin")));
    assert_eq!(client.get("/api/v1/setup").await.json()["needed"], false);
    assert_eq!(client.post("/api/v1/setup", right).await.code(409), "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_begins_with_the_password_and_ends_by_signing_out() {
    let world = World::new().await;
    let wrong = json!({"name": "ann", "password": "wrong horse battery"});
    let refused = world.client.post("/api/v1/session", wrong).await;
    assert_eq!(refused.code(401), "wrong_credentials");
    assert_eq!(refused.header("www-authenticate"), "Bearer");

    let right = json!({"name": "ann", "password": PASSWORD});
    let answer = world.client.post("/api/v1/session", right).await.expect(201);
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let ann = world.client.clone().with_cookie_of(&answer);
    ann.get("/api/v1/queues").await.expect(200);

    let out = ann.delete("/api/v1/session").await.expect(204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(ann.get("/api/v1/queues").await.code(401), "not_signed_in");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_session_ends() {
    let world = World::new().await;
    let ann = world.signed_in().await;
    world.advance(11);
    ann.get("/api/v1/session").await.expect(200);
    world.advance(12);
    assert_eq!(ann.get("/api/v1/session").await.code(401), "not_signed_in");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_passwords_is_slowed_down() {
    let world = World::new().await;
    let wrong = json!({"name": "ann", "password": "wrong horse battery"});
    for _ in 0..5 {
        world.client.post("/api/v1/session", wrong.clone()).await.expect(401);
    }
    let right = json!({"name": "ann", "password": PASSWORD});
    let refused = world.client.post("/api/v1/session", right.clone()).await;
    assert_eq!(refused.code(429), "too_many_attempts");
    assert_eq!(refused.header("retry-after"), "1");
    world.advance(1);
    world.client.post("/api/v1/session", right).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_come_and_go_and_the_journal_says_by_whom() {
    let world = World::new().await;
    let ann = world.signed_in().await;
    let bob = json!({"name": "bob", "password": PASSWORD, "role": "agent"});
    ann.post("/api/v1/users", bob.clone()).await.expect(201);
    assert_eq!(ann.post("/api/v1/users", bob.clone()).await.code(409), "conflict");
    let signed = json!({"name": "bob", "password": PASSWORD});
    let answer = world.client.post("/api/v1/session", signed).await.expect(201);
    let bob = world.client.clone().with_cookie_of(&answer);
    bob.get("/api/v1/queues").await.expect(200);

    ann.delete("/api/v1/users/bob").await.expect(204);
    assert_eq!(bob.get("/api/v1/queues").await.code(401), "not_signed_in");
    assert_eq!(ann.delete("/api/v1/users/ann").await.code(409), "conflict");
    let names = ann.get("/api/v1/users").await.expect(200).json();
    assert_eq!(names.as_array().unwrap().len(), 1);

    let journal = ann.get("/api/v1/journal?limit=200").await.expect(200).json();
    let entries = journal["items"].as_array().unwrap();
    for kind in ["user_added", "user_removed"] {
        let entry = entries.iter().find(|entry| entry["fact"]["kind"] == kind).unwrap();
        assert_eq!(entry["actor"], "user:ann");
        assert_eq!(entry["fact"]["user"], "bob");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_change_somebody_the_second_is_told() {
    let world = World::new().await;
    let ann = world.signed_in().await;
    let bob = json!({"name": "bob", "password": PASSWORD, "role": "viewer"});
    let read = ann.post("/api/v1/users", bob).await.expect(201).json();
    let upon = |version: &Value| {
        ann.clone().with("if-match", &format!("\"{}\"", version.as_str().unwrap()))
    };
    let role = |role: &str| Some(json!({"role": role}));
    let path = "/api/v1/users/bob";
    let first = upon(&read["version"]).ask(Method::PATCH, path, role("ops")).await.expect(200);
    let late = upon(&read["version"]).ask(Method::PATCH, path, role("agent")).await;
    assert_eq!(late.code(412), "changed");
    assert_eq!(upon(&read["version"]).delete(path).await.code(412), "changed");
    let names = ann.get("/api/v1/users").await.expect(200).json();
    let bob = names.as_array().unwrap().iter().find(|user| user["name"] == "bob").unwrap();
    assert_eq!(bob["role"], "ops", "nothing is overwritten unseen");
    assert_eq!(bob["version"], first.json()["version"]);
    upon(&bob["version"]).delete(path).await.expect(204);

    let token = json!({"name": "export", "role": "viewer", "expires": "2026-03-01T00:00:00Z"});
    let old = ann.post("/api/v1/tokens", token.clone()).await.expect(201).json();
    ann.delete("/api/v1/tokens/export").await.expect(204);
    let new = ann.post("/api/v1/tokens", token).await.expect(201).json();
    let path = "/api/v1/tokens/export";
    assert_eq!(upon(&old["version"]).delete(path).await.code(412), "changed");
    upon(&new["version"]).delete(path).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_ends_every_session_of_somebody_and_they_may_sign_in_again() {
    let world = World::new().await;
    let ann = world.signed_in().await;
    let bob = json!({"name": "bob", "password": PASSWORD, "role": "agent"});
    ann.post("/api/v1/users", bob).await.expect(201);
    let known = json!({"name": "bob", "password": PASSWORD});
    let mut machines = Vec::new();
    for _ in 0..2 {
        let answer = world.client.post("/api/v1/session", known.clone()).await.expect(201);
        machines.push(world.client.clone().with_cookie_of(&answer));
    }
    ann.delete("/api/v1/users/bob/sessions").await.expect(204);
    for bob in &machines {
        assert_eq!(bob.get("/api/v1/queues").await.code(401), "not_signed_in");
    }
    ann.get("/api/v1/queues").await.expect(200);
    world.client.post("/api/v1/session", known).await.expect(201);
    assert_eq!(ann.delete("/api/v1/users/eve/sessions").await.code(404), "not_found");
    let journal = ann.get("/api/v1/journal?limit=200").await.expect(200).text();
    assert!(journal.contains("sessions_ended"), "{journal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_changes_a_role_and_a_forgotten_password() {
    let world = World::new().await;
    let ann = world.signed_in().await;
    let bob = json!({"name": "bob", "password": PASSWORD, "role": "viewer"});
    ann.post("/api/v1/users", bob).await.expect(201);
    let known = json!({"name": "bob", "password": PASSWORD});
    let answer = world.client.post("/api/v1/session", known.clone()).await.expect(201);
    let bob = world.client.clone().with_cookie_of(&answer);
    assert_eq!(bob.get("/api/v1/journal").await.code(403), "forbidden");

    let changed = ann
        .ask(Method::PATCH, "/api/v1/users/bob", Some(json!({"role": "admin"})))
        .await
        .expect(200);
    assert_eq!(changed.json()["role"], "admin");
    bob.get("/api/v1/journal").await.expect(200);
    ann.ask(Method::PATCH, "/api/v1/users/bob", Some(json!({"role": "agent"}))).await.expect(200);
    assert_eq!(bob.get("/api/v1/journal").await.code(403), "forbidden");

    let other = json!({"password": "staple battery horse"});
    ann.ask(Method::PATCH, "/api/v1/users/bob", Some(other)).await.expect(200);
    assert_eq!(bob.get("/api/v1/queues").await.code(401), "not_signed_in");
    assert_eq!(world.client.post("/api/v1/session", known).await.code(401), "wrong_credentials");
    let new = json!({"name": "bob", "password": "staple battery horse"});
    world.client.post("/api/v1/session", new).await.expect(201);

    assert_eq!(
        ann.ask(Method::PATCH, "/api/v1/users/bob", Some(json!({}))).await.status.as_u16(),
        422
    );
    let short =
        ann.ask(Method::PATCH, "/api/v1/users/bob", Some(json!({"password": "short"}))).await;
    assert_eq!(short.code(422), "weak_password");
    assert_eq!(
        ann.ask(Method::PATCH, "/api/v1/users/eve", Some(json!({"role": "ops"}))).await.code(404),
        "not_found"
    );
    let last = ann.ask(Method::PATCH, "/api/v1/users/ann", Some(json!({"role": "viewer"}))).await;
    assert_eq!(last.code(409), "conflict");

    let journal = ann.get("/api/v1/journal?limit=200").await.expect(200).text();
    assert!(journal.contains("user_changed") && !journal.contains("staple battery"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_of_ones_own_ends_the_other_sessions() {
    let world = World::new().await;
    let (here, there) = (world.signed_in().await, world.signed_in().await);
    let wrong = json!({"current": "wrong horse battery", "password": "staple battery horse"});
    assert_eq!(
        here.ask(Method::PUT, "/api/v1/session/password", Some(wrong)).await.code(401),
        "wrong_credentials"
    );
    let right = json!({"current": PASSWORD, "password": "staple battery horse"});
    here.ask(Method::PUT, "/api/v1/session/password", Some(right)).await.expect(204);
    here.get("/api/v1/queues").await.expect(200);
    assert_eq!(there.get("/api/v1/queues").await.code(401), "not_signed_in");
    let signed = json!({"name": "ann", "password": "staple battery horse"});
    let again = world.client.post("/api/v1/session", signed).await.expect(201);
    let there = world.client.clone().with_cookie_of(&again);

    here.delete("/api/v1/session/everywhere").await.expect(204);
    for client in [here, there] {
        assert_eq!(client.get("/api/v1/queues").await.code(401), "not_signed_in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let world = World::new().await;
    let ann = world.signed_in().await;
    let wanted = json!({"name": "export", "role": "viewer", "expires": "2026-03-01T00:00:00Z"});
    let issued = ann.post("/api/v1/tokens", wanted.clone()).await.expect(201).json();
    let secret = issued["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("wk_"));
    assert!(!ann.get("/api/v1/tokens").await.expect(200).text().contains(&secret));
    assert_eq!(ann.post("/api/v1/tokens", wanted).await.code(409), "conflict");

    let program = world.client.clone().with_token(&secret);
    program.get("/api/v1/queues").await.expect(200);
    assert_eq!(program.get("/api/v1/users").await.code(403), "forbidden");
    let session = program.get("/api/v1/session").await.expect(200).json();
    assert_eq!((&session["name"], &session["by_token"]), (&json!("token:export"), &json!(true)));
    ann.delete("/api/v1/tokens/export").await.expect(204);
    assert_eq!(program.get("/api/v1/queues").await.code(401), "not_signed_in");

    let facts = world.app.facts(model::Seq(1), 1000).unwrap();
    assert!(facts.iter().any(|entry| matches!(
        &entry.fact,
        Fact::TokenIssued { name, role: Role::Viewer, .. } if name == "export"
    )));
    assert!(
        facts
            .iter()
            .any(|entry| matches!(&entry.fact, Fact::TokenRevoked { name } if name == "export"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_can_do_nothing_with_our_cookie() {
    let world = World::new().await;
    let ann = world.signed_in().await;
    let body = json!({"name": "eve", "password": PASSWORD, "role": "admin"});
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let page = ann.clone().with(name, value);
        assert_eq!(page.post("/api/v1/users", body.clone()).await.code(403), "cross_site");
        let sign_in = world.client.clone().with(name, value);
        let signed = json!({"name": "ann", "password": PASSWORD});
        assert_eq!(sign_in.post("/api/v1/session", signed).await.code(403), "cross_site");
    }
    let form = ann.clone().with("content-type", "text/plain");
    assert_eq!(form.post("/api/v1/users", body.clone()).await.code(415), "unsupported_media_type");
    let origin = format!("http://{}", world.running.address);
    ann.with("origin", &origin).post("/api/v1/users", body).await.expect(201);
}
