//! A real mailbox (Dovecot) looked at beforehand, let rest, let go on, and taken in whole though the
//! service is killed again and again.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    dovecot::{Dovecot, PASSWORD, USER},
    live::outage,
    program::{PATIENCE, Place, cases},
    service::serve,
};

fn configured(secrets: &Place, port: u16) -> Place {
    let path = secrets.path("mailbox.toml");
    fs::write(secrets.path("support.password"), format!("{PASSWORD}\n")).unwrap();
    let text = format!(
        "[organisation]\ndomains = [\"harbour.example\"]\n\n[[source]]\nname = \"support\"\nkind = \
         \"imap\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"off\"\nuser = \"{USER}\"\npassword \
         = {{ file = \"support.password\" }}\n"
    );
    fs::write(&path, text).unwrap();
    Place::of(&path)
}

/// Waits until `ready` gives something.
#[track_caller]
fn wait_for<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = ready() {
            return found;
        }
        assert!(begun.elapsed() < 3 * PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The row of `watchkeeper doctor` that says what a comparison found.
fn compared(place: &Place) -> Option<String> {
    let rows = place.run(&["doctor", "--json"]).rows();
    let text = |row: &Value| row["text"].as_str().map(str::to_owned);
    let ledger = rows.iter().filter(|row| row["about"] == "ledger").filter_map(text);
    ledger.into_iter().find(|text| text.contains("was compared with its server"))
}

#[test]
fn a_mailbox_is_looked_at_beforehand_rests_and_goes_on_as_its_administrator_says() {
    let dovecot = Dovecot::start();
    for number in 0..3 {
        dovecot.deliver("INBOX", &outage(number));
    }
    let secrets = Place::new();
    let place = configured(&secrets, dovecot.port);
    let looked = place.run(&["source", "preview", "support", "--json"]).expect(0);
    let preview: Value = serde_json::from_str(&looked.out).unwrap();
    assert_eq!(preview["source"], "imap:support");
    let inbox = &preview["folders"].as_array().unwrap()[0];
    assert_eq!((&inbox["folder"], &inbox["messages"]), (&json!("INBOX"), &json!(3)), "{preview}");
    let said = place.run(&["source", "preview", "support"]).expect(0).out;
    assert!(said.contains("INBOX: 3 messages"), "{said}");
    place.run(&["source", "preview", "sales"]).expect(1).names(&["sales", "there are support"]);

    place.run(&["init"]).expect(0);
    place.run(&["source", "pause", "support", "--reason", "the server moves"]).expect(0);
    let mut serving = serve(&place, true);
    let password = "correct horse battery";
    let set_up = json!({ "code": serving.setup_code, "name": "ann", "password": password });
    serving.client.post("/api/v1/setup", &set_up).json(201);
    let sign_in = json!({ "name": "ann", "password": password });
    let ann = serving.client.signed_in_by(&serving.client.post("/api/v1/session", &sign_in));
    let source = || ann.get("/api/v1/sources").json(200)[0].clone();
    wait_for("its rest", || (source()["watch"]["health"] == "paused").then_some(()));
    assert_eq!(source()["paused"]["reason"], "the server moves");
    assert_eq!(ann.get("/api/v1/status").json(200)["messages"], 0);
    // While the service runs, it is the one to be asked.
    let refused = place.run(&["source", "resume", "support"]).expect(1);
    refused.names(&["DELETE /api/v1/sources/imap:support/pause"]);

    serving.process.kill();
    place.run(&["source", "resume", "support"]).expect(0);
    let serving = serve(&place, false);
    let ann = serving.client.signed_in_by(&serving.client.post("/api/v1/session", &sign_in));
    let inbox = wait_for("the mail", || {
        let sources = ann.get("/api/v1/sources").json(200);
        let folders = sources[0]["folders"].as_array()?.clone();
        folders
            .into_iter()
            .find(|folder| folder["folder"] == "INBOX" && folder["compared"]["on_server"] == 3)
    });
    assert_eq!((&inbox["stored"], &inbox["compared"]["missing"]), (&json!(3), &json!(0)));
    let looked = place.run(&["source", "preview", "support", "--json"]).expect(0);
    let preview: Value = serde_json::from_str(&looked.out).unwrap();
    assert_eq!(preview["folders"][0]["kept"], 3, "{preview}");
}

#[test]
fn a_full_mailbox_is_taken_in_whole_and_once_though_the_service_is_killed_in_the_middle() {
    const COUNT: u32 = 600;
    let dovecot = Dovecot::start();
    dovecot.fill(0, COUNT);
    let secrets = Place::new();
    let place = configured(&secrets, dovecot.port);
    place.run(&["init"]).expect(0);
    for _ in 0..3 {
        let before = packs(&place.data().join("evidence"));
        let mut serving = serve(&place, false);
        // More is kept by now: it is in the middle, or it has ended.
        wait_for("something kept", || {
            (packs(&place.data().join("evidence")) > before || compared(&place).is_some())
                .then_some(())
        });
        serving.process.kill();
    }
    let mut serving = serve(&place, false);
    let said = wait_for("the comparison", || compared(&place));
    assert!(said.contains("600 messages there"), "{said}");
    serving.process.kill();
    let mut ids: Vec<String> = cases(&place.export()).into_iter().flatten().collect();
    ids.sort();
    let mut expected: Vec<String> =
        (0..COUNT).map(|number| format!("<{number}@northwind.example>")).collect();
    expected.sort();
    assert_eq!(ids.len(), expected.len());
    assert!(ids == expected, "every message is there once");
    place.run(&["verify"]).expect(0);
}

/// Bytes of the packs in `dir`.
fn packs(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|found| found.len()).sum()
}
