//! Rule sets over the API, with real scripts.

use std::sync::Arc;

use app::{
    Watchkeeper,
    rules::{RuleSources, unchosen},
};
use engine::{PackFault, PackTrust, Packs, RuleFiles, Unpacked};
use http::{Method, header};
use model::{Instant, RuleSetId, fact::Role};
use scripting::{RhaiLoader, SigningKey, Trust};
use serde_json::{Value, json};
use store::memory::MemoryViews;
use web::{ServeOptions, Tls};

use crate::{
    client::Client,
    world::{World, empty, loopback},
};

const SEVERITY: &str = "fn levels() { [#{ name: \"S1\", title: \"Top\", colour: \"#ff0000\", \
                        rank: 90, escalated: true }] }\nfn severity(record) {\n    if \
                        record.has(\"down\") { return level(\"S1\", [because(\"it is down\", \
                        \"down\")]); }\n    level(\"none\", [])\n}\n";
const DOWN: &str = "//! Down.\nconst WEIGHT = 10;\nfn on_message(record, msg) {\n    let found = \
                    msg.new_text.find(\"down\");\n    if found != () { raise(found); }\n}\n";
const POLICY: &str = "//! Told.\nfn on_change(change) {\n    if change.raised { \
                      alert(person(\"kim@brightwater.example\"), \"It is down.\", #{ key: \
                      \"down\" }); }\n}\n";

fn files() -> RuleFiles {
    let files = [
        ("set.toml", "name = \"small\"\n"),
        ("calendars.toml", "[default.hours]\nmonday = [\"09:00-17:00\"]\n"),
        ("severity.rhai", SEVERITY),
        ("signals/down.rhai", DOWN),
        ("policies/told.rhai", POLICY),
        ("words/en/down.txt", "is down\n"),
        ("words/en/promises.txt", "we will\n"),
    ];
    files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into()
}

/// Packs of anybody who holds the key of these tests.
struct OneKey(SigningKey);

fn key() -> SigningKey {
    SigningKey::from_secret("ed25519:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=").unwrap()
}

impl Packs for OneKey {
    fn pack(&self, rules: &RuleSetId, files: &RuleFiles) -> Result<Vec<u8>, PackFault> {
        let packed = scripting::pack(rules.as_str(), files, Some(&self.0));
        packed.map_err(|error| PackFault(error.to_string()))
    }

    fn unpack(&self, bytes: &[u8]) -> Result<Unpacked, PackFault> {
        let (name, files, trust) = scripting::unpack(bytes, &[self.0.public()])
            .map_err(|error| PackFault(error.to_string()))?;
        let trust = match trust {
            Trust::Trusted(key) => PackTrust::Trusted(key.to_string()),
            Trust::UnknownKey(key) => PackTrust::UnknownKey(key.to_string()),
            Trust::Unsigned => PackTrust::Unsigned,
            Trust::WrongSignature => PackTrust::WrongSignature,
        };
        Ok(Unpacked { name, files, trust })
    }

    fn trusted(&self) -> Vec<String> {
        vec![self.0.public().to_string()]
    }

    fn signs_with(&self) -> Result<Option<String>, PackFault> {
        Ok(Some(self.0.public().to_string()))
    }
}

fn judged(now: Instant) -> Watchkeeper {
    let sources = RuleSources {
        teams: [].into(),
        loader: Arc::new(RhaiLoader),
        folder: Some(Box::new(|| Ok(files()))),
        name: "small".to_owned(),
        four_eyes: false,
        packs: Arc::new(OneKey(key())),
        drafts: Arc::new(MemoryViews::default()),
    };
    let app = empty(unchosen()).with_rules(sources);
    app.catch_up(now, &mut |_, _| ()).unwrap();
    app
}

async fn world() -> (World, Client) {
    let world = World::over(judged, ServeOptions::new(loopback(), Tls::Off), true).await;
    let ops = world.client_as(Role::Ops);
    (world, ops)
}

/// A letter of ours with a promise for the next day.
const PROMISE: &[u8] = b"From: Support <support@brightwater.example>\r\n\
To: jane@northwind.example\r\n\
Date: Thu, 15 Jan 2026 10:00:00 +0000\r\n\
Message-ID: <promise@brightwater.example>\r\n\
In-Reply-To: <first@northwind.example>\r\n\
Subject: Re: Export fails since the update\r\n\r\n\
Hello Jane, we will send the patch by January 16, 2026 at 3 pm.\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_goes_out_signed_and_comes_in_as_a_version() {
    let (_world, ops) = world().await;
    let keys = ops.get("/api/v1/rules/keys").await.expect(200).json();
    assert_eq!(keys["trusted"], json!([key().public().to_string()]));
    let pack = ops.get("/api/v1/rules/versions/active/pack").await.expect(200);
    assert_eq!(pack.headers[header::CONTENT_TYPE], "application/zip");
    let name = pack.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(name.contains("small_") && name.contains(".pack"), "{name}");

    let path = "/api/v1/rules/packs?note=from%20the%20twin";
    let taken = ops.upload(path, "application/zip", pack.body).await.expect(201).json();
    assert_eq!(taken["signature"], "trusted");
    let mut other = files();
    other.insert("words/en/down.txt".to_owned(), b"is down\nhas been down\n".to_vec());
    let bytes = scripting::pack("other@1", &other, Some(&key())).unwrap();
    let taken = ops.upload(path, "application/zip", bytes).await.expect(201).json();
    let versions = ops.get("/api/v1/rules/versions").await.expect(200).json();
    assert_eq!(versions[0]["rules"], taken["rules"]);
    let shown = (&versions[0]["origin"], &versions[0]["note"], &versions[0]["active"]);
    assert_eq!(shown, (&json!("pack"), &json!("from the twin"), &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_nobody_trusts_is_refused_with_the_remedy() {
    let (world, ops) = world().await;
    let unsigned = scripting::pack("other@1", &files(), None).unwrap();
    let path = "/api/v1/rules/packs";
    let refused = ops.upload(path, "application/zip", unsigned.clone()).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("is not signed"), "{}", refused.text());
    assert!(refused.text().contains("trusted_keys"), "{}", refused.text());
    let allowed = "/api/v1/rules/packs?allow_unsigned=true";
    let taken = ops.upload(allowed, "application/zip", unsigned.clone()).await.expect(201);
    assert_eq!(
        (&taken.json()["signature"], &taken.json()["key"]),
        (&json!("unsigned"), &Value::Null)
    );
    let nonsense = ops.upload(allowed, "application/zip", b"PK nothing".to_vec()).await;
    assert_eq!(nonsense.status, 422);
    let form = ops.upload(allowed, "text/plain", unsigned.clone()).await;
    assert_eq!(form.status, 415, "what a form of another site could send is refused");
    let agent = world.client_as(Role::Agent);
    assert_eq!(agent.upload(allowed, "application/zip", unsigned).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_becomes_the_active_set_step_by_step() {
    let (_world, ops) = world().await;
    let file = "/api/v1/rules/draft/files/signals%2Fdown.rhai";
    let put = |text: String| json!({ "text": text });
    let broken = put(DOWN.replace("find(", "fnd("));
    let said = ops.ask(Method::PUT, file, Some(broken)).await.expect(200).json();
    let fault = &said["errors"][0];
    assert_eq!((&fault["file"], &fault["line"]), (&json!("signals/down.rhai"), &json!(4)));
    assert!(fault["column"].as_u64().is_some(), "{fault}");
    let refused = ops.post("/api/v1/rules/draft/save", json!({ "note": "" })).await;
    assert_eq!(refused.status, 422, "{}", refused.text());

    let mended = put(DOWN.replace("WEIGHT = 10", "WEIGHT = 20"));
    let said = ops.ask(Method::PUT, file, Some(mended)).await.expect(200).json();
    assert_eq!(said["errors"], json!([]));
    let diff = ops.get("/api/v1/rules/diff").await.expect(200).json();
    assert!(diff[0]["unified"].as_str().unwrap().contains("+const WEIGHT = 20;"), "{diff}");
    let note = json!({ "note": "heavier" });
    let saved = ops.post("/api/v1/rules/draft/save", note.clone()).await.expect(201).json();
    assert_eq!(saved["active"], false);
    let version = saved["rules"].as_str().unwrap();
    let activate = format!("/api/v1/rules/versions/{version}/activate");
    let active = ops.post(&activate, note.clone()).await.expect(200).json();
    assert_eq!(active["active"], true);
    let state = ops.get("/api/v1/rules").await.expect(200).json();
    assert_eq!((&state["active"], &state["disabled"]), (&json!(version), &json!([])));
    assert_eq!(state["activation"]["by"], "token:ops");
    let back = ops.post("/api/v1/rules/rollback", note).await.expect(200).json();
    assert_ne!(back["rules"], json!(version));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backtest_over_the_api_says_whom_it_would_alert() {
    let (_world, ops) = world().await;
    let file = "/api/v1/rules/draft/files/words%2Fen%2Fdown.txt";
    let quiet = json!({ "text": "is never down\n" });
    ops.ask(Method::PUT, file, Some(quiet)).await.expect(200);
    let begun = ops.post("/api/v1/rules/backtests", json!({ "candidate": "draft" })).await;
    let id = begun.expect(201).json()["id"].as_u64().unwrap();
    let path = format!("/api/v1/rules/backtests/{id}");
    let mut job = ops.get(&path).await.expect(200).json();
    while job["state"] == "running" {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        job = ops.get(&path).await.expect(200).json();
    }
    assert_eq!(job["state"], "done", "{job}");
    let alerts = &job["report"]["alerts"];
    assert_eq!((&alerts["before"]["notices"], &alerts["after"]["notices"]), (&json!(0), &json!(0)));
    assert_eq!(alerts["days"], 1);
    ops.delete(&path).await.expect(204);
    assert_eq!(ops.get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_is_confirmed_moved_kept_and_withdrawn_over_the_api() {
    let (world, _) = world().await;
    world.deliver("ours", PROMISE).await;
    let agent = world.client_as(Role::Agent);
    let case = world.case("Export fails since the update").await;
    let listed = agent.get(&format!("/api/v1/cases/{case}/promises")).await.expect(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let promise = &listed[0];
    assert_eq!((&promise["by"], &promise["state"]), (&json!("us"), &json!("open")));
    assert_eq!(promise["due"], "2026-01-16T15:00:00Z");
    let path = format!("/api/v1/promises/{}", promise["id"].as_str().unwrap());
    let viewer = world.client_as(Role::Viewer);
    let confirm = json!({ "decision": "confirm" });
    assert_eq!(viewer.post(&path, confirm.clone()).await.code(403), "forbidden");
    assert_eq!(agent.post(&path, confirm).await.expect(200).json()["confirmed"], true);
    let edit =
        json!({ "decision": "edit", "due": "2026-01-17T12:00:00Z", "reason": "they agreed" });
    let moved = agent.post(&path, edit.clone()).await.expect(200).json();
    let late = agent.clone().with("if-match", promise["tag"].as_str().unwrap());
    assert_eq!(late.post(&path, edit).await.code(412), "changed");
    let times = (&moved["due"], &moved["rules_due"]);
    assert_eq!(times, (&json!("2026-01-17T12:00:00Z"), &json!("2026-01-16T15:00:00Z")));
    let keep = json!({ "decision": "keep", "at": "2026-01-15T11:30:00Z" });
    let kept = agent.post(&path, keep).await.expect(200).json();
    assert_eq!(
        (&kept["state"], &kept["decisions"][2]["by"]),
        (&json!("kept"), &json!("token:agent"))
    );
    let withdrawn = agent.post(&path, json!({ "decision": "withdraw" })).await.expect(200).json();
    assert_eq!(withdrawn["decisions"].as_array().map(Vec::len), Some(4));
    let open = agent.get("/api/v1/promises?state=open").await.expect(200).json();
    assert_eq!(open["total"], 0, "{open}");
    let rates = agent.get("/api/v1/promises/rates").await.expect(200).json();
    assert_eq!(rates["all"]["made"], 1);
    let unknown = format!("/api/v1/promises/{}", "0".repeat(32));
    assert_eq!(agent.post(&unknown, json!({ "decision": "confirm" })).await.status, 404);
}
