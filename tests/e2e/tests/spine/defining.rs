//! A mailbox that an administrator defines while the service runs: tried, taken up at once, there again
//! after a restart, and gone when it is taken out.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    client::Client,
    dovecot::{Dovecot, PASSWORD, USER},
    live::outage,
    program::{PATIENCE, Place},
    service::serve,
};

const ROUTE: &str = "/api/v1/source-definitions";

pub fn administrator(anyone: &Client, code: Option<&String>) -> Client {
    let name = "ann";
    let password = "correct horse battery";
    if let Some(code) = code {
        let set_up = json!({ "code": code, "name": name, "password": password });
        anyone.post("/api/v1/setup", &set_up).json(201);
    }
    let signed_in = anyone.post("/api/v1/session", &json!({ "name": name, "password": password }));
    anyone.signed_in_by(&signed_in)
}

/// The source `id` in the list, once it is as `wanted`.
fn wait_for(ann: &Client, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let all = ann.get("/api/v1/sources").json(200);
        let found = all.as_array().unwrap().iter().find(|source| source["id"] == id).cloned();
        if let Some(found) = found.filter(|source| wanted(source)) {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{all}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn stored(source: &Value) -> u64 {
    let folders = source["folders"].as_array().unwrap();
    folders.iter().filter_map(|folder| folder["stored"].as_u64()).sum()
}

fn works(source: &Value) -> bool {
    source["watch"]["health"] == "working"
}

#[test]
fn a_mailbox_that_was_defined_in_the_page_is_watched_at_once_and_after_a_restart() {
    let dovecot = Dovecot::start();
    dovecot.deliver("INBOX", &outage(1));
    let place = Place::new();
    let mut first = serve(&place, true);
    let ann = administrator(&first.client, first.setup_code.as_ref());

    let mut draft = json!({
        "name": "support", "kind": "imap",
        "settings": { "host": "127.0.0.1", "port": dovecot.port, "tls": "off", "user": USER },
        "secrets": { "password": "not the password" },
    });
    let refused = ann.post(&format!("{ROUTE}/try"), &draft).json(422);
    assert!(refused["detail"].as_str().unwrap().contains("check the user"), "{refused}");
    draft["secrets"]["password"] = json!(PASSWORD);
    let found = ann.post(&format!("{ROUTE}/try"), &draft).json(200);
    assert_eq!((&found["items"], &found["protected"]), (&json!(1), &json!(false)));
    assert!(found["lines"][0].as_str().unwrap().contains("Production is down 1"), "{found}");
    assert!(found["capabilities"].as_array().unwrap().contains(&json!("IDLE")));
    assert_eq!(ann.get(ROUTE).json(200), json!([]), "a trial keeps nothing");
    assert!(!place.data().join("sources.toml").exists());

    let added = ann.post(ROUTE, &draft).json(201);
    assert_eq!(ann.post(ROUTE, &draft).json(409)["code"], "conflict");
    let there = wait_for(&ann, "imap:support", |source| works(source) && stored(source) == 1);
    assert_eq!(there["folders"][0]["folder"], "INBOX");
    let written = String::from_utf8(fs::read(place.data().join("sources.toml")).unwrap()).unwrap();
    assert!(written.contains("[[source]]") && !written.contains(PASSWORD), "{written}");
    let secret = place.data().join("secrets/support.password");
    assert_eq!(fs::read(&secret).unwrap(), PASSWORD.as_bytes());
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    first.process.kill();

    let second = serve(&place, false);
    let ann = administrator(&second.client, None);
    wait_for(&ann, "imap:support", works);
    dovecot.deliver("INBOX", &outage(2));
    wait_for(&ann, "imap:support", |source| stored(source) == 2);

    // Two people change it: the second is told. No secret is needed for that.
    draft["secrets"] = json!({});
    draft["settings"]["folders"] = json!(["INBOX"]);
    let version = format!("\"{}\"", added["version"].as_str().unwrap());
    let path = format!("{ROUTE}/support");
    let told = ann.with("If-Match", &version);
    let changed = told.ask("PUT", &path, Some(&draft)).json(200);
    assert_eq!(changed["has"], json!(["password"]));
    assert_eq!(told.ask("PUT", &path, Some(&draft)).json(412)["code"], "changed");
    wait_for(&ann, "imap:support", works);

    let version = format!("\"{}\"", changed["version"].as_str().unwrap());
    assert_eq!(ann.with("If-Match", &version).ask("DELETE", &path, None).status, 204);
    let left = wait_for(&ann, "imap:support", |source| source["watch"].is_null());
    assert_eq!(stored(&left), 2, "what it brought stays");
    assert!(!secret.exists());
    let hosts = ann.get("/api/v1/outbound").json(200);
    assert_eq!(hosts["hosts"], json!([]), "what was allowed for its sake is allowed no more");
    let journal = ann.get("/api/v1/journal?from=1&limit=200").json(200);
    let kinds: Vec<&str> = journal["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["fact"]["kind"].as_str())
        .filter(|kind| ["source_tried", "source_saved", "source_removed"].contains(kind))
        .collect();
    let audited =
        ["source_tried", "source_tried", "source_saved", "source_saved", "source_removed"];
    assert_eq!(kinds, audited);
}
