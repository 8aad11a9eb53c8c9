//! Saved searches that tell, and digests before they are sent.

use std::{sync::Arc, time::Duration};

use app::{
    digests::{DigestWriter, WrittenDigest},
    outbox::Sending,
};
use http::Method;
use model::fact::Role;
use serde_json::{Value, json};

use crate::{
    client::Client,
    world::{ANN, World},
};

/// How long somebody may wait to be told; far longer than it takes.
const PATIENCE: Duration = Duration::from_mins(1);

const HELD: &[u8] = b"From: Jane Doe <jane@northwind.example>\r\n\
To: support@brightwater.example\r\n\
Date: Thu, 15 Jan 2026 11:59:00 +0000\r\n\
Message-ID: <held@northwind.example>\r\n\
Subject: Pallets\r\n\r\n\
The pallets are held at the border.\r\n";

/// Writes digests as their alerts say them.
struct Plain;

impl DigestWriter for Plain {
    fn write(&self, sendings: Vec<Sending>) -> Option<WrittenDigest> {
        let says: Vec<String> = sendings.into_iter().map(|one| one.alert.says).collect();
        let text = says.join("\n");
        let html = format!("<p>{text}</p>");
        (!says.is_empty()).then(|| WrittenDigest { subject: "Digest".to_owned(), text, html })
    }
}

/// Asks for `path` until `holds`.
async fn until(client: &Client, path: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let begun = std::time::Instant::now();
    loop {
        let found = client.get(path).await.expect(200).json();
        if holds(&found) {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{path} still says {found}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn search(q: &str, tell: &str) -> Value {
    json!({"name": "Hold-ups", "search": {"q": q}, "tell": tell})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_search_tells_its_owner_of_new_mail_and_of_nothing_older() {
    let world = World::new().await;
    let ann = world.signed_in().await;
    let agent = world.client_as(Role::Agent);
    let refused = agent.ask(Method::PUT, "/api/v1/views/a-1", Some(search("held", "notice"))).await;
    assert!(refused.text().contains("[[people]]"), "{}", refused.text());
    assert_eq!(refused.code(422), "invalid", "nobody knows where to tell a program");
    let queue = json!({"name": "All", "queue": {"queue": "all"}, "tell": "notice"});
    let refused = ann.ask(Method::PUT, "/api/v1/views/a-1", Some(queue)).await;
    assert_eq!(refused.code(422), "invalid");

    // What is there already would be found by both.
    let either = search("held OR storefront", "notice");
    let kept = ann.ask(Method::PUT, "/api/v1/views/a-1", Some(either)).await.expect(200).json();
    assert_eq!(kept["tell"], "notice");
    world.deliver("letters", HELD).await;
    let path = "/api/v1/alerts?policy=saved_search";
    let told = until(&ann, path, |page| page["total"] != 0).await;
    assert_eq!(told["total"], 1, "{told}");
    let alert = &told["items"][0];
    assert_eq!(
        (&alert["title"], &alert["policy_title"]),
        (&"Pallets".into(), &"Saved search".into())
    );
    assert_eq!(alert["deliveries"][0]["to"], ANN);
    assert!(alert["says"].as_str().unwrap().contains("Hold-ups"), "{alert}");

    // Changing how it is called asks it again, and tells nothing twice.
    let renamed =
        json!({"name": "Border", "search": {"q": "held OR storefront"}, "tell": "digest"});
    let careful = ann.clone().with("if-match", "*");
    careful.ask(Method::PUT, "/api/v1/views/a-1", Some(renamed)).await.expect(200);
    let other = search("pallets", "digest");
    ann.ask(Method::PUT, "/api/v1/views/a-2", Some(other)).await.expect(200);
    let told = until(&ann, path, |page| page["total"] == 2).await;
    let says = |at: usize| told["items"][at]["says"].as_str().unwrap().to_owned();
    assert!((0..2).all(|at| says(at).contains("Hold-ups")), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_seen_before_it_is_sent_and_by_nobody_else() {
    let world = World::new().await;
    world.app.outside().set_digests(Arc::new(Plain));
    let ann = world.signed_in().await;
    let mine = "/api/v1/digests/mine";
    let empty = ann.get(mine).await.expect(200).json();
    assert_eq!((&empty["to"], &empty["changes"]), (&ANN.into(), &0.into()));
    assert_eq!((&empty["subject"], &empty["text"]), (&Value::Null, &Value::Null));
    assert_eq!(empty["due"], "2026-01-16T08:00:00Z");
    assert_eq!(ann.get(&format!("{mine}/html")).await.code(404), "not_found", "it is not sent");

    ann.ask(Method::PUT, "/api/v1/views/a-1", Some(search("held", "digest"))).await.expect(200);
    world.deliver("letters", HELD).await;
    let next = until(&ann, mine, |digest| digest["changes"] != 0).await;
    assert_eq!((&next["changes"], &next["cases"]), (&1.into(), &1.into()));
    assert_eq!((&next["channel"], &next["channel_known"]), (&"mail".into(), &false.into()));
    assert!(next["text"].as_str().unwrap().contains("Hold-ups"), "{next}");
    let html = ann.get(&format!("{mine}/html")).await.expect(200);
    assert!(html.text().contains("Hold-ups"));
    assert!(html.header("content-security-policy").contains("sandbox"));

    let all = ann.get("/api/v1/digests").await.expect(200).json();
    assert_eq!(all[0]["to"], ANN, "an administrator sees everybody's");
    let theirs = format!("/api/v1/digests/{ANN}");
    for role in [Role::Viewer, Role::Agent, Role::Manager, Role::Ops] {
        let other = world.client_as(role);
        assert_eq!(other.get(&theirs).await.code(404), "not_found");
        assert_eq!(other.get(&format!("{theirs}/html")).await.code(404), "not_found");
        assert_eq!(other.get("/api/v1/digests").await.expect(200).json(), json!([]));
        let none = other.get(mine).await;
        assert!(none.text().contains("[[people]]"), "{}", none.text());
        assert_eq!(none.code(404), "not_found");
    }
    let admin = world.client_as(Role::Admin);
    assert_eq!(admin.get(&theirs).await.expect(200).json()["changes"], 1);
}
