//! Several people at the same case.

use http::Method;
use model::fact::Role;
use serde_json::json;

use crate::world::World;

const EXPORT: &str = "Export fails since the update";

/// Another customer with the matter of the first one.
const ALIKE: &[u8] = b"From: Ola Nord <ola@fabrikam.example>\r\n\
To: support@brightwater.example\r\n\
Date: Thu, 8 Jan 2026 10:00:00 +0000\r\n\
Message-ID: <alike@fabrikam.example>\r\n\
Subject: The update broke our export\r\n\r\n\
Since the update the export fails with a blank page.\r\n";

/// Another customer with another matter.
const UNLIKE: &[u8] = b"From: Uma Dale <uma@lakeside.example>\r\n\
To: support@brightwater.example\r\n\
Date: Fri, 9 Jan 2026 10:00:00 +0000\r\n\
Message-ID: <unlike@lakeside.example>\r\n\
Subject: Invoice for January\r\n\r\n\
Please send the invoice to our new address.\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_sequence_of_the_record_that_was_read_guards_a_change() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    let path = format!("/api/v1/cases/{}", world.case(EXPORT).await);
    let seen = agent.get(&path).await.expect(200).json()["changed"].as_u64().unwrap();
    let careful = agent.clone().with("if-match", &format!("\"{seen}\""));
    let owner = |name: &str| Some(json!({"field": "owner", "value": name}));
    careful.ask(Method::PATCH, &path, owner("kim@brightwater.example")).await.expect(200);
    let second = careful.ask(Method::PATCH, &path, owner("lou@brightwater.example")).await;
    assert_eq!(second.code(412), "changed");
    let now = agent.get(&path).await.json();
    assert_eq!(now["owner"], "kim@brightwater.example");
    assert_eq!(now["overrides"][0]["by"], "token:agent");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_else_has_a_case_open_is_known_while_they_have() {
    let world = World::new().await;
    let (agent, viewer) = (world.client_as(Role::Agent), world.client_as(Role::Viewer));
    let path = format!("/api/v1/cases/{}/viewers", world.case(EXPORT).await);
    let look = async |client: &crate::client::Client| {
        client.ask(Method::PUT, &path, None).await.expect(200).json()
    };
    assert_eq!(look(&agent).await, json!({"count": 0, "names": []}));
    assert_eq!(look(&viewer).await, json!({"count": 1, "names": []}));
    assert_eq!(look(&agent).await, json!({"count": 1, "names": ["token:viewer"]}));
    viewer.delete(&path).await.expect(204);
    assert_eq!(look(&agent).await["count"], 0);
    look(&viewer).await;
    world.advance(1);
    assert_eq!(look(&agent).await["count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_like_it_says_what_they_share_and_how_it_ended() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    world.deliver("later", ALIKE).await;
    world.deliver("unlike", UNLIKE).await;
    let other = world.case("The update broke our export").await;
    let closed = json!({"field": "state", "value": "resolved", "reason": "hotfix 4.1.1"});
    agent.ask(Method::PATCH, &format!("/api/v1/cases/{other}"), Some(closed)).await.expect(200);

    let path = format!("/api/v1/cases/{}/similar", world.case(EXPORT).await);
    let alike = agent.get(&path).await.expect(200).json();
    let alike = alike.as_array().unwrap();
    assert_eq!(alike.len(), 1, "{alike:?}");
    let one = &alike[0];
    assert_eq!((&one["id"], &one["same_account"]), (&other.into(), &false.into()));
    let words: Vec<&str> =
        one["words"].as_array().unwrap().iter().map(|w| w.as_str().unwrap()).collect();
    assert!(["export", "update", "fails"].iter().all(|word| words.contains(word)), "{words:?}");
    assert_eq!(one["ended"]["reason"], "hotfix 4.1.1");
}
