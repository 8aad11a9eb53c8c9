//! The service, from its first start to a start after it was killed.

use std::sync::mpsc::Receiver;

use serde_json::json;

use crate::{
    client::Client,
    letters::{self, Amount, WORD},
    program::{PATIENCE, Place, Running},
};

const PASSWORD: &str = "correct horse battery";

/// A service that runs, and what it said when it began.
pub struct Serving {
    pub process: Running,
    pub client: Client,
    pub setup_code: Option<String>,
}

/// Serves the data of `place` on a free port.
pub fn serve(place: &Place, fresh: bool) -> Serving {
    let mut process = Running::start(&mut place.command(&["serve", "--listen", "127.0.0.1:0"]));
    let lines = process.lines();
    let url = after(&lines, "listens on ");
    let setup_code = fresh.then(|| after(&lines, "Set-up code, for once: "));
    Serving { process, client: Client::new(&url), setup_code }
}

/// What follows `words` in the first line that holds them.
fn after(lines: &Receiver<String>, words: &str) -> String {
    loop {
        let line = lines.recv_timeout(PATIENCE).expect("the service said nothing more");
        if let Some((_, rest)) = line.split_once(words) {
            return rest.trim().to_owned();
        }
    }
}

#[test]
fn what_people_did_outlives_a_killed_service() {
    let place = Place::new();
    let amount = Amount { maildirs: 1, conversations: 6, replies: 3 };
    let letters = letters::write(&place.path("mail"), &amount);
    place.import(&[&letters.root]);

    let mut first = serve(&place, true);
    let anyone = &first.client;
    assert_eq!(anyone.get("/api/v1/setup").json(200)["needed"], true);
    assert_eq!(anyone.get("/api/v1/queues").json(401)["code"], "not_signed_in");
    let set_up = json!({ "code": first.setup_code, "name": "ann", "password": PASSWORD });
    let set_up = anyone.post("/api/v1/setup", &set_up);
    assert_eq!(set_up.json(201)["role"], "admin");
    let sign_in = json!({ "name": "ann", "password": PASSWORD });
    let signed_in = anyone.post("/api/v1/session", &sign_in);
    assert_eq!(signed_in.json(201)["name"], "ann");
    let ann = anyone.signed_in_by(&signed_in);

    let queues = ann.get("/api/v1/queues").json(200);
    let all = queues.as_array().unwrap().iter().find(|queue| queue["id"] == "all").unwrap();
    let count = all["count"].as_u64().unwrap();
    let page = ann.get("/api/v1/queues/all/cases?limit=200").json(200);
    assert_eq!(page["items"].as_array().unwrap().len() as u64, count);
    let case = page["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/cases/{case}");
    let seen = ann.get(&path);
    assert_eq!(seen.json(200)["id"], case);
    let unchanged = ann.with("If-None-Match", seen.header("etag")).get(&path);
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));
    let found = ann.get(&format!("/api/v1/search?q={WORD}")).json(200);
    assert_eq!(found["total"], letters.ids.len());

    let mut events = ann.listen("/api/v1/events");
    assert!(events.next().unwrap().contains("event: hello"));
    let note = json!({ "text": "Called Robin: the albatross build mends it" });
    let note = ann.post(&format!("{path}/notes"), &note).json(201);
    let change = events.find(|piece| piece.contains("event: change")).unwrap();
    assert!(change.contains(case), "{change}");
    let owner = json!({ "field": "owner", "value": "kim@harbour.example" });
    let owned =
        ann.with("If-Match", ann.get(&path).header("etag")).ask("PATCH", &path, Some(&owner));
    assert_eq!(owned.json(200)["owner"], "kim@harbour.example");
    let outdated = ann.with("If-Match", seen.header("etag")).ask("PATCH", &path, Some(&owner));
    assert_eq!(outdated.json(412)["code"], "changed");
    first.process.kill();

    let second = serve(&place, false);
    assert_eq!(second.client.get("/api/v1/setup").json(200)["needed"], false);
    // The address is another, the session is the same: its cookie still signs in.
    let ann = second.client.signed_in_by(&signed_in);
    assert_eq!(ann.get("/api/v1/session").json(200)["name"], "ann");
    let record = ann.get(&path).json(200);
    assert_eq!(record["owner"], "kim@harbour.example");
    let timeline = record["timeline"].as_array().unwrap();
    assert!(timeline.iter().any(|item| item["type"] == "note" && item["note"] == note["id"]));
    let found = ann.get("/api/v1/search?q=albatross").json(200);
    assert_eq!((&found["total"], &found["items"][0]["case"]), (&json!(1), &json!(case)));
    drop(second);
    place.run(&["verify"]).expect(0);
}
