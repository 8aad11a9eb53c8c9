//! What people keep for themselves, and what they share.

use http::Method;
use model::fact::Role;
use serde_json::{Value, json};

use crate::world::World;

fn titles(views: &Value) -> Vec<&str> {
    views["items"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_of_ones_own_counts_and_stays_ones_own() {
    let world = World::new().await;
    let (agent, viewer) = (world.client_as(Role::Agent), world.client_as(Role::Viewer));
    let queue = json!({"name": " Northwind ", "order": 2,
        "queue": {"queue": "all", "account": "northwind"}});
    let kept = agent.ask(Method::PUT, "/api/v1/views/a-1", Some(queue)).await.expect(200).json();
    assert_eq!((&kept["name"], &kept["count"]), (&"Northwind".into(), &1.into()));
    let search = json!({"name": "Down", "order": 1, "search": {"q": "storefront"}});
    agent.ask(Method::PUT, "/api/v1/views/a-2", Some(search)).await.expect(200);

    let mine = agent.get("/api/v1/views").await.expect(200).json();
    assert_eq!(titles(&mine), ["Down", "Northwind"]);
    assert_eq!(mine["items"][0]["count"], 1);
    let theirs = viewer.get("/api/v1/views").await.expect(200).json();
    assert_eq!(titles(&theirs), Vec::<&str>::new());
    let taken = json!({"name": "Mine", "queue": {"queue": "all"}});
    let taken = viewer.ask(Method::PUT, "/api/v1/views/a-1", Some(taken)).await;
    assert_eq!(taken.code(409), "conflict");
    assert_eq!(viewer.delete("/api/v1/views/a-1").await.code(404), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shared_is_seen_by_the_team_and_overwritten_by_nobody_unseen() {
    let world = World::new().await;
    let (agent, manager) = (world.client_as(Role::Agent), world.client_as(Role::Manager));
    let viewer = world.client_as(Role::Viewer);
    let path = "/api/v1/views/support-late";
    let view = |name: &str| json!({"name": name, "team": "Support", "queue": {"queue": "overdue"}});
    let refused = viewer.ask(Method::PUT, path, Some(view("Late"))).await;
    assert_eq!(refused.code(403), "forbidden");
    agent.ask(Method::PUT, path, Some(view("Late"))).await.expect(200);
    let seen = viewer.get("/api/v1/views").await.expect(200).json();
    assert_eq!((titles(&seen), &seen["items"][0]["editable"]), (vec!["Late"], &false.into()));
    let tag = seen["items"][0]["tag"].as_str().unwrap();

    let blind = manager.ask(Method::PUT, path, Some(view("Very late"))).await;
    assert_eq!(blind.code(409), "conflict");
    let careful = |client: crate::client::Client| client.with("if-match", tag);
    careful(manager).ask(Method::PUT, path, Some(view("Very late"))).await.expect(200);
    let second = careful(agent.clone()).ask(Method::PUT, path, Some(view("Too late"))).await;
    assert_eq!(second.code(412), "changed");
    assert_eq!(titles(&agent.get("/api/v1/views").await.json()), ["Very late"]);
    let stolen = careful(viewer).ask(Method::DELETE, path, None).await;
    assert_eq!(stolen.code(403), "forbidden");
    agent.with("if-match", "*").ask(Method::DELETE, path, None).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_shows_nothing_or_two_things_is_refused() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    let both = json!({"name": "x", "queue": {"queue": "all"}, "search": {"q": "x"}});
    for body in [json!({"name": "x"}), both, json!({"name": " ", "queue": {"queue": "all"}})] {
        let refused = agent.ask(Method::PUT, "/api/v1/views/v", Some(body)).await;
        assert_eq!(refused.code(422), "invalid");
    }
    let gone = json!({"name": "Old", "queue": {"queue": "no-more"}});
    let kept = agent.ask(Method::PUT, "/api/v1/views/v", Some(gone)).await.expect(200).json();
    assert_eq!(kept["count"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_one_has_read_is_known_on_every_device_and_to_nobody_else() {
    let world = World::new().await;
    let (agent, viewer) = (world.client_as(Role::Agent), world.client_as(Role::Viewer));
    let path = "/api/v1/marks/changes";
    assert_eq!(agent.get(path).await.expect(200).json()["at"], Value::Null);
    let at = json!({"at": "2026-01-14T08:00:00Z"});
    agent.ask(Method::PUT, path, Some(at)).await.expect(200);
    assert_eq!(agent.get(path).await.json()["at"], "2026-01-14T08:00:00Z");
    assert_eq!(viewer.get(path).await.json()["at"], Value::Null);
    let ahead = json!({"at": "2099-01-01T00:00:00Z"});
    let kept = agent.ask(Method::PUT, path, Some(ahead)).await.expect(200).json();
    assert_eq!(kept["at"], "2026-01-15T12:00:00Z");
    let case = format!("/api/v1/marks/{}", world.case("Storefront is down").await);
    agent.ask(Method::PUT, &case, Some(json!({}))).await.expect(200);
    assert_eq!(agent.get(&case).await.json()["at"], "2026-01-15T12:00:00Z");
    assert_eq!(agent.get("/api/v1/marks/elsewhere").await.code(422), "invalid");
}
