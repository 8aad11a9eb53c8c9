//! Working hours that an administrator changes while the service runs: in force at once, there again
//! after a restart, and never at the cost of what somebody else changed.

use serde_json::json;

use crate::{defining::administrator, program::Place, service::serve};

#[test]
fn hours_that_were_changed_in_the_page_hold_after_a_kill_and_are_taken_back() {
    let place = Place::new();
    let mut first = serve(&place, true);
    let ann = administrator(&first.client, first.setup_code.as_ref());
    let ours = |ann: &crate::client::Client| {
        ann.get("/api/v1/organisation").json(200)["calendars"][0].clone()
    };
    let before = ours(&ann);
    assert_eq!((&before["changed"], &before["week"][0]), (&json!(false), &json!(["09:00-17:00"])));
    let week = json!([["08:00-12:00", "13:00-18:00"], ["08:00-16:00"], [], [], [], [], []]);
    let draft = json!({ "name": "", "week": week, "holidays": ["2040-12-25"], "since": null });
    let effect = ann.post("/api/v1/calendars/compare", &draft).json(200);
    assert_eq!((&effect["past"], &effect["owed"]), (&json!(true), &json!(0)));
    assert_eq!(ours(&ann), before, "a comparison keeps nothing");

    let upon = |version: &serde_json::Value| {
        ann.with("If-Match", &format!("\"{}\"", version.as_str().unwrap()))
    };
    let careful = upon(&before["version"]);
    assert_eq!(ann.ask("PUT", "/api/v1/calendars", Some(&draft)).json(422)["code"], "invalid");
    assert_eq!(careful.ask("PUT", "/api/v1/calendars", Some(&draft)).status, 204);
    let late = careful.ask("PUT", "/api/v1/calendars", Some(&draft)).json(412);
    assert_eq!(late["code"], "changed");
    let mut wrong = draft.clone();
    wrong["week"][0] = json!(["17:00-09:00"]);
    let wrong = ann.post("/api/v1/calendars/compare", &wrong).json(422);
    assert!(wrong["detail"].as_str().unwrap().contains("split hours over midnight"), "{wrong}");
    first.process.kill();

    let second = serve(&place, false);
    let ann = administrator(&second.client, None);
    let after = ours(&ann);
    assert_eq!((&after["changed"], &after["week"]), (&json!(true), &week));
    assert_eq!(after["holidays"], json!(["2040-12-25"]));
    let version = format!("\"{}\"", after["version"].as_str().unwrap());
    assert_eq!(ann.with("If-Match", &version).ask("DELETE", "/api/v1/calendars", None).status, 204);
    assert_eq!(ours(&ann), before);
    let journal = ann.get("/api/v1/journal?from=1&limit=200").json(200);
    let kinds: Vec<&str> = journal["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["fact"]["kind"].as_str())
        .filter(|kind| kind.starts_with("hours_"))
        .collect();
    assert_eq!(kinds, ["hours_changed", "hours_reset"]);
}
