//! Backups of a service that works, and what is restored from them.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    client::Client,
    defining::administrator,
    intake::{by_lmtp, eventually, letter},
    letters::{self, Amount, WORD},
    live::Sink,
    program::{PATIENCE, Place, Running, Said, number},
    service::serve,
};

/// Asks for a backup into `destination`, beside whoever has the data.
#[track_caller]
fn back_up(place: &Place, destination: &Path) -> Value {
    let destination = destination.to_str().unwrap();
    place.run(&["backup", "create", destination, "--json"]).expect(0).rows().remove(0)
}

/// The same place with its data restored from `destination`; `extra` goes to `restore`.
fn restored(destination: &Path, extra: &[&str]) -> (Place, Said) {
    let place = Place::new();
    let mut args = vec!["restore", destination.to_str().unwrap()];
    args.extend(extra);
    let said = place.run(&args);
    (place, said)
}

fn filled(conversations: usize) -> Place {
    let place = Place::new();
    let amount = Amount { maildirs: 1, conversations, replies: 3 };
    let letters = letters::write(&place.path("mail"), &amount);
    place.import(&[&letters.root]);
    place
}

#[test]
fn a_backup_made_while_mail_comes_in_gives_the_same_cases_back() {
    let files = Place::new();
    let (config, socket) = (files.path("lmtp.toml"), files.path("lmtp"));
    let text = "[organisation]\ndomains = [\"harbour.example\"]\n[[source]]\nname = \
                \"cases\"\nkind = \"lmtp\"\n[source.intake]\nlisten = \"unix:lmtp\"\naddresses = \
                [\"*@watch.harbour.example\"]\n";
    fs::write(&config, text).unwrap();
    let place = Place::of(&config);
    let destination = files.path("backups");
    let serving = serve(&place, true);
    eventually("somebody listens", || by_lmtp(&socket).is_some());
    let mut sender = by_lmtp(&socket).unwrap();
    let mut hand_in = |from: usize, to: usize| {
        for number in from..to {
            assert!(sender.hand_in("cases@watch.harbour.example", &letter(number)));
        }
    };
    hand_in(0, 5);
    let first = back_up(&place, &destination);
    let during = std::thread::scope(|scope| {
        let during = scope.spawn(|| back_up(&place, &destination));
        hand_in(5, 40);
        during.join().unwrap()
    });
    hand_in(40, 45);
    let last = back_up(&place, &destination);
    assert!(number(&first["facts"]) <= number(&during["facts"]));
    assert!(number(&during["facts"]) < number(&last["facts"]));
    let exported = place.export();
    drop(serving);

    // Each of them is whole; the last one gives what there is.
    for snapshot in [&first, &during] {
        let id = snapshot["snapshot"].as_str().unwrap();
        let (earlier, said) = restored(&destination, &["--snapshot", id]);
        said.expect(0);
        earlier.run(&["verify"]).expect(0);
    }
    let again = Place::of(&config);
    again.run(&["restore", destination.to_str().unwrap()]).expect(0);
    again.run(&["verify"]).expect(0);
    assert!(again.export() == exported, "other cases than those that were backed up");
    // It answers, and takes further mail in.
    let _serving = serve(&again, true);
    eventually("somebody listens", || by_lmtp(&socket).is_some());
    let mut sender = by_lmtp(&socket).unwrap();
    assert!(sender.hand_in("cases@watch.harbour.example", &letter(45)));
}

#[test]
fn a_killed_backup_leaves_the_former_one_whole_and_the_next_goes_on() {
    let place = filled(25);
    let destination = place.path("backups");
    let text = destination.to_str().unwrap();
    let begun = Instant::now();
    back_up(&place, &destination);
    let whole = begun.elapsed();
    for round in 0..6 {
        let mail = place.path(&format!("mail-{round}"));
        let amount = Amount { maildirs: 1, conversations: 3 + round, replies: 2 };
        letters::write(&mail, &amount);
        place.import(&[&mail]);
        let mut command = place.command(&["backup", "create", text]);
        let mut running = Running::start(&mut command);
        // Wherever in its work that falls; it may be done by then.
        std::thread::sleep(whole.mul_f64(0.15 * f64::from(u32::try_from(round).unwrap())));
        running.kill();
        place.run(&["backup", "verify", text]).expect(0);
    }
    let last = back_up(&place, &destination);
    assert_eq!(fs::read_dir(destination.join("unfinished")).unwrap().count(), 0);
    let (again, said) = restored(&destination, &["--json"]);
    assert_eq!(said.expect(0).rows()[0]["head"], last["head"]);
    again.run(&["verify"]).expect(0);
    assert!(again.export() == place.export());
    let found = again.run(&["search", "--json", WORD]).expect(0).rows();
    assert!(number(&found[0]["total"]) > 0);
}

#[test]
fn the_next_backup_copies_only_what_is_new_and_a_rehearsal_proves_it() {
    let place = filled(20);
    let destination = place.path("backups");
    let text = destination.to_str().unwrap();
    let first = back_up(&place, &destination);
    assert_eq!(number(&first["new_bytes"]), number(&first["bytes"]));
    assert_eq!(number(&back_up(&place, &destination)["new_bytes"]), 0);
    let mail = place.path("more");
    letters::write(&mail, &Amount { maildirs: 1, conversations: 1, replies: 1 });
    place.import(&[&mail]);
    let third = back_up(&place, &destination);
    let share = number(&third["new_bytes"]) as f64 / number(&third["bytes"]) as f64;
    assert!(share > 0.0 && share < 0.6, "{third}");

    let rehearsed = place.run(&["backup", "rehearse", text, "--json"]).expect(0).rows().remove(0);
    assert_eq!(rehearsed["snapshot"], third["snapshot"]);
    assert_eq!(rehearsed["broken"], json!([]));
    assert_eq!(fs::read_dir(destination.join("unfinished")).unwrap().count(), 0, "it is removed");
    let listed = place.run(&["backup", "list", text, "--json"]).expect(0).rows();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[2]["rehearsal"]["broken"], json!([]));

    let kept = place.run(&["backup", "create", text, "--keep", "1", "--json"]).expect(0).rows();
    let listed = place.run(&["backup", "list", text, "--json"]).expect(0).rows();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["snapshot"], kept[0]["snapshot"]);
    place.run(&["backup", "verify", text]).expect(0);
}

#[test]
fn a_rotten_backup_is_named_by_verify_rehearse_and_restore() {
    let place = filled(4);
    let destination = place.path("backups");
    let text = destination.to_str().unwrap();
    back_up(&place, &destination);
    let pack = fs::read_dir(destination.join("packs")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&pack).unwrap();
    bytes[40] = !bytes[40];
    fs::write(&pack, bytes).unwrap();
    let name = pack.file_name().unwrap().to_str().unwrap();
    for command in [&["backup", "verify", text][..], &["backup", "rehearse", text]] {
        let said = place.run(command).expect(1);
        assert!(said.out.contains("BROKEN") && said.out.contains(name), "{}", said.out);
    }
    let (half, said) = restored(&destination, &[]);
    said.expect(1).names(&[name, "is damaged", "use an earlier backup"]);
    // What was begun is not taken for data, by anybody.
    half.run(&["verify"]).expect(1).names(&["was not restored to the end"]);
    half.run(&["rebuild"]).expect(1).names(&["was not restored to the end"]);
}

#[test]
fn a_backup_or_restore_into_a_wrong_place_is_refused_and_touches_nothing() {
    let place = filled(1);
    let inside = place.data().join("backups");
    let said = place.run(&["backup", "create", inside.to_str().unwrap()]).expect(1);
    said.names(&["within each other", "name a folder elsewhere"]);
    assert!(!inside.exists());
    place.run(&["backup", "create"]).expect(1).names(&["`destination` under [backup]"]);
    let mail = place.path("mail");
    let said = place.run(&["backup", "create", mail.to_str().unwrap()]).expect(1);
    said.names(&["is no backup of Watchkeeper", "name an empty folder"]);
    place.run(&["restore", mail.to_str().unwrap()]).expect(1).names(&["is no backup"]);
    let destination = place.path("backups");
    back_up(&place, &destination);
    let said = place.run(&["restore", destination.to_str().unwrap()]).expect(1);
    said.names(&["is not empty", "name a new directory with --data"]);
    place.run(&["verify"]).expect(0);
}

/// How backups stand, once they are as `wanted`.
fn wait_for(ann: &Client, wanted: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let found = ann.get("/api/v1/backups").json(200);
        if wanted(&found) {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{found}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn rests(found: &Value) -> bool {
    found["running"].is_null()
}

#[test]
fn the_service_makes_backups_by_itself_and_on_demand_and_says_what_went_wrong() {
    let files = Place::new();
    let destination = files.path("backups");
    let config = files.path("backup.toml");
    let text = "[organisation]\ndomains = [\"harbour.example\"]\n[backup]\ndestination = \
                \"backups\"\nevery = \"7d\"\nat = \"02:30\"\nkeep = 3\n";
    fs::write(&config, text).unwrap();
    let place = Place::of(&config);
    let serving = serve(&place, true);
    let ann = administrator(&serving.client, serving.setup_code.as_ref());
    let first = wait_for(&ann, |found| rests(found) && found["snapshots"][0].is_object());
    assert_eq!(first["settings"]["keep"], 3);
    assert_eq!(first["settings"]["at"], "02:30");
    assert_eq!(first["snapshots"][0]["by"], "schedule");
    assert!(first["next_at"].as_str().unwrap() > first["snapshots"][0]["at"].as_str().unwrap());
    assert!(first["failed"].is_null(), "{first}");

    ann.ask("POST", "/api/v1/backups", None).json(202);
    let second = wait_for(&ann, |found| rests(found) && found["snapshots"][1].is_object());
    assert_eq!(second["snapshots"][0]["by"], "ann");
    let id = second["snapshots"][0]["id"].as_str().unwrap();
    ann.ask("POST", &format!("/api/v1/backups/{id}/rehearse"), None).json(202);
    let proved = wait_for(&ann, |found| found["snapshots"][0]["rehearsal"].is_object());
    assert_eq!(proved["snapshots"][0]["rehearsal"]["broken"], json!([]));
    let unknown = ann.ask("POST", "/api/v1/backups/2020/rehearse", None);
    assert_eq!(unknown.json(404)["code"], "not_found");
    wait_for(&ann, rests);

    // The disk of the backups is not mounted: nothing is begun on the one below.
    let away: PathBuf = files.path("unmounted");
    fs::rename(&destination, &away).unwrap();
    fs::create_dir(&destination).unwrap();
    ann.ask("POST", "/api/v1/backups", None).json(202);
    let failed = wait_for(&ann, |found| rests(found) && found["failed"].is_object());
    let error = failed["failed"]["error"].as_str().unwrap();
    assert!(error.contains("mount its disk"), "{error}");
    assert_eq!(fs::read_dir(&destination).unwrap().count(), 0);
    fs::remove_dir(&destination).unwrap();
    fs::rename(&away, &destination).unwrap();
    ann.ask("POST", "/api/v1/backups", None).json(202);
    wait_for(&ann, |found| rests(found) && found["failed"].is_null());

    let journal = ann.get("/api/v1/journal?from=1&limit=200").json(200).to_string();
    for kind in ["backup_made", "backup_rehearsed", "backup_failed"] {
        assert!(journal.contains(kind), "{kind} is not in the audit");
    }
    drop(serving);
    let findings = place.run(&["doctor", "--json"]).expect(0).rows();
    let finding = findings.iter().find(|finding| finding["about"] == "backup").unwrap();
    assert_eq!(finding["grade"], "ok", "{finding}");
}

#[test]
fn somebody_is_told_by_mail_that_no_backup_could_be_made() {
    let (files, sink) = (Place::new(), Sink::start());
    let config = files.path("backup.toml");
    let text = format!(
        "[organisation]\ndomains = [\"harbour.example\"]\n[alerts]\nfallback = \
         [\"watch@harbour.example\"]\n[[channel]]\nname = \"mail\"\nkind = \"smtp\"\nhost = \
         \"127.0.0.1\"\nport = {}\ntls = \"off\"\nfrom = \"cases@watch.harbour.example\"\n[backup]\n\
         destination = \"disk/backups\"\n",
        sink.port
    );
    fs::write(&config, text).unwrap();
    // What should be a folder is a file.
    fs::write(files.path("disk"), "no folder").unwrap();
    let place = Place::of(&config);
    let serving = serve(&place, true);
    let told = sink.wait(1).remove(0).1;
    assert!(told.contains("no backup could be made"), "{told}");

    let ann = administrator(&serving.client, serving.setup_code.as_ref());
    fs::remove_file(files.path("disk")).unwrap();
    wait_for(&ann, rests);
    ann.ask("POST", "/api/v1/backups", None).json(202);
    wait_for(&ann, |found| rests(found) && found["snapshots"][0].is_object());
    eventually("the alert ends", || {
        let all = ann.get("/api/v1/alerts").json(200);
        all["items"].as_array().unwrap().iter().all(|alert| alert["state"] == "settled")
    });
}
