//! Senders that others wrote: Python's smtplib, swaks.

use std::process::{Command, Output};

use sources::intake::{Listen, Protocol};

use super::{CASES, Office, intake, protect::certificate};
use crate::world::letter;

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || {
        command.output().expect("it has to be installed; tests/run does it")
    })
    .await
    .unwrap()
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn smtplib_and_its_lmtp_hand_mail_in() {
    let office = Office::open(intake(Protocol::Smtp)).await;
    let dir = tempfile::tempdir().unwrap();
    let mut place = intake(Protocol::Lmtp);
    place.listen = Listen::Unix { path: dir.path().join("lmtp"), mode: 0o660 };
    let sockets = Office::open(place).await;
    let script = format!(
        r#"
import smtplib, sys
letters = sys.argv[3:]
with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as smtp:
    smtp.sendmail("jane@northwind.example", ["{CASES}"], letters[0].encode())
    try:
        smtp.sendmail("jane@northwind.example", ["a@elsewhere.example"], letters[0].encode())
        sys.exit("it was relayed")
    except smtplib.SMTPRecipientsRefused as refused:
        assert refused.recipients["a@elsewhere.example"][0] == 550, refused
with smtplib.LMTP(sys.argv[2]) as lmtp:
    refused = lmtp.sendmail("jane@northwind.example", ["{CASES}", "b@elsewhere.example"], letters[1].encode())
    assert list(refused) == ["b@elsewhere.example"], refused
"#
    );
    let mut python = Command::new("python3");
    python.args(["-c", &script]).arg(office.address().port().to_string());
    python.arg(sockets.socket()).args([letter(1), letter(2)]);
    let output = run(python).await;
    assert!(output.status.success(), "{}", told(&output));
    office.world.holds(1).await;
    sockets.world.holds(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn swaks_hands_mail_in_by_starttls_and_is_not_let_relay() {
    let dir = tempfile::tempdir().unwrap();
    let mut place = intake(Protocol::Smtp);
    place.certificate = Some(certificate(dir.path(), "watch.example"));
    let office = Office::open(place).await;
    let swaks = |to: &str| {
        let mut swaks = Command::new("swaks");
        swaks.args(["--server", "127.0.0.1", "--port", &office.address().port().to_string()]);
        swaks.args(["--helo", "sender.example", "--tls", "--from", "jane@northwind.example"]);
        swaks.args(["--to", to, "--header", "Subject: By swaks", "--body", "It fails."]);
        swaks
    };
    let output = run(swaks(CASES)).await;
    assert!(output.status.success(), "{}", told(&output));
    office.world.holds(1).await;
    let output = run(swaks("a@elsewhere.example")).await;
    assert!(!output.status.success() && told(&output).contains("550 5.7.1"), "{}", told(&output));
    assert_eq!(office.world.messages(), 1);
}
