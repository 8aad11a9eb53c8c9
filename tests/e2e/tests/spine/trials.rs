//! Every kind of source that is tried before it is kept: what is there is shown, and what keeps it from
//! working is said with the remedy. The peers are real ones of this machine.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::net::UnixListener,
    path::Path,
    thread,
};

use serde_json::{Value, json};

use crate::{
    client::Client,
    defining::administrator,
    dovecot::{Dovecot, USER},
    program::Place,
    service::serve,
};

const TRY: &str = "/api/v1/source-definitions/try";

fn works(ann: &Client, draft: &Value) -> Value {
    ann.post(TRY, draft).json(200)
}

/// What is said where it does not work.
fn fails(ann: &Client, draft: &Value) -> String {
    ann.post(TRY, draft).json(422)["detail"].as_str().unwrap().to_owned()
}

#[track_caller]
fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "`{word}` is missing in: {text}");
    }
}

fn intake(kind: &str, listen: &str) -> Value {
    let intake = json!({ "listen": listen, "addresses": ["cases@harbour.example"] });
    json!({ "name": "cases", "kind": kind, "settings": { "intake": intake } })
}

#[test]
fn a_place_to_listen_that_is_taken_or_cannot_be_had_is_told_before_it_is_kept() {
    let place = Place::new();
    let serving = serve(&place, true);
    let ann = administrator(&serving.client, serving.setup_code.as_ref());
    let free = works(&ann, &intake("smtp", "127.0.0.1:0"));
    assert_eq!(free["lines"], json!(["cases@harbour.example"]));

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = fails(&ann, &intake("smtp", &address));
    holds(&said, &[&address, "stop what listens there"]);
    // 192.0.2.0/24 is for documentation: no machine has it.
    holds(&fails(&ann, &intake("smtp", "192.0.2.1:2525")), &["no such address"]);

    let socket = place.path("lmtp");
    let listen = format!("unix:{}", socket.display());
    works(&ann, &intake("lmtp", &listen));
    assert!(!socket.exists(), "a trial leaves no socket behind");
    let other = UnixListener::bind(&socket).unwrap();
    holds(&fails(&ann, &intake("lmtp", &listen)), &["stop what listens there"]);
    drop(other);
    let missing = format!("unix:{}", place.path("nowhere/lmtp").display());
    holds(&fails(&ann, &intake("lmtp", &missing)), &["make that directory"]);
    assert_eq!(ann.get("/api/v1/source-definitions").json(200), json!([]), "nothing is kept");
}

fn at(kind: &str, path: &Path) -> Value {
    json!({ "name": "watched", "kind": kind, "settings": { "path": path } })
}

#[test]
fn a_folder_and_a_calendar_show_what_is_in_them_or_why_it_cannot_be_read() {
    let place = Place::new();
    let serving = serve(&place, true);
    let ann = administrator(&serving.client, serving.setup_code.as_ref());
    let folder = place.path("contracts");
    fs::create_dir_all(folder.join("northwind")).unwrap();
    fs::write(folder.join("northwind/terms.txt"), "We answer within a day.").unwrap();
    let found = works(&ann, &at("folder", &folder));
    assert_eq!(found["items"], 1);
    assert_eq!(found["folders"][0]["name"], "northwind");
    holds(&fails(&ann, &at("folder", &folder.join("nobody"))), &["nobody", "whether it is there"]);
    let file = folder.join("northwind/terms.txt");
    holds(&fails(&ann, &at("folder", &file)), &["it is no folder"]);

    let calendar = place.path("meetings.ics");
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1@harbour.example\r\n\
                DTSTART:20400302T100000Z\r\nDTEND:20400302T110000Z\r\nSUMMARY:Review\r\n\
                END:VEVENT\r\nEND:VCALENDAR\r\n";
    fs::write(&calendar, text).unwrap();
    let found = works(&ann, &at("calendar", &calendar));
    assert_eq!(found["items"], 1, "{found}");
    holds(&found["lines"][0].to_string(), &["Review"]);
    fs::write(&calendar, "<html>").unwrap();
    holds(&fails(&ann, &at("calendar", &calendar)), &["BEGIN:VCALENDAR"]);
    let gone = at("calendar", &place.path("gone.ics"));
    holds(&fails(&ann, &gone), &["gone.ics", "whether it is there"]);
}

/// A token endpoint (RFC 6749) that gives each answer once; where it listens.
fn authority(answers: Vec<(u16, &'static str)>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for (status, body) in answers {
            let Ok((stream, _)) = listener.accept() else { return };
            answer(stream, status, body);
        }
    });
    port
}

/// Reads a request whole and answers it.
fn answer(stream: TcpStream, status: u16, body: &str) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if line == "\r\n" {
            break;
        }
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut form = vec![0; length];
    reader.read_exact(&mut form).unwrap();
    let said = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    );
    // Who asked may be gone: then the test says so.
    let _ = reader.into_inner().write_all(said.as_bytes());
}

#[test]
fn a_mailbox_with_a_token_is_tried_as_far_as_the_token_and_beyond() {
    let dovecot = Dovecot::start();
    let place = Place::new();
    let serving = serve(&place, true);
    let ann = administrator(&serving.client, serving.setup_code.as_ref());
    let draft = |token_port: u16| {
        let oauth = json!({
            "client_id": "watchkeeper", "token_url": format!("http://127.0.0.1:{token_port}/token"),
        });
        json!({
            "name": "support", "kind": "imap",
            "settings": {
                "host": "127.0.0.1", "port": dovecot.port, "tls": "off", "user": USER,
                "oauth": oauth,
            },
            "secrets": { "oauth.client_secret": "between us" },
        })
    };
    let refused = authority(vec![(
        400,
        r#"{"error":"invalid_client","error_description":"the secret has ended"}"#,
    )]);
    let said = fails(&ann, &draft(refused));
    holds(&said, &["the secret has ended"]);
    assert!(!said.contains("between us"), "{said}");
    // This server takes no tokens: it is the mailbox that says so, and not the endpoint.
    let granted = authority(vec![(200, r#"{"access_token":"one","expires_in":3600}"#)]);
    let said = fails(&ann, &draft(granted));
    assert!(!said.contains("between us") && !said.contains("access_token"), "{said}");
    holds(&said, &["token"]);
    // Nobody listens where this one did.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    holds(&fails(&ann, &draft(closed)), &[&format!("127.0.0.1:{closed}")]);
}
