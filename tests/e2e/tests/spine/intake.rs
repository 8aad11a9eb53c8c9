//! Mail that is handed to the service by LMTP and SMTP: what was acknowledged is never lost, and what
//! comes back to alerts is understood.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader},
    net::{TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    live::{Sink, outage},
    program::{PATIENCE, Place, cases},
    service::serve,
};

/// Somebody who hands mail in.
pub struct Sender<S>(BufReader<S>);

impl<S: std::io::Read + std::io::Write> Sender<S> {
    /// The first line of what is answered to the last of `lines`; nothing if nobody answers any more.
    fn asks(&mut self, line: &str) -> Option<String> {
        self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).ok()?;
        self.answer()
    }

    fn answer(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Some(line);
            }
        }
    }

    /// Hands a letter in. Gives whether it was acknowledged.
    pub fn hand_in(&mut self, to: &str, letter: &str) -> bool {
        for (line, code) in [
            ("MAIL FROM:<jane@northwind.example>".to_owned(), "250"),
            (format!("RCPT TO:<{to}>"), "250"),
            ("DATA".to_owned(), "354"),
            (format!("{letter}."), "250"),
        ] {
            if !self.asks(&line).is_some_and(|answer| answer.starts_with(code)) {
                return false;
            }
        }
        true
    }
}

pub fn by_lmtp(socket: &Path) -> Option<Sender<UnixStream>> {
    let stream = UnixStream::connect(socket).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut sender = Sender(BufReader::new(stream));
    sender.answer()?;
    sender.asks("LHLO sender.example")?;
    Some(sender)
}

pub fn eventually(what: &str, mut ready: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !ready() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn letter(number: usize) -> String {
    format!(
        "From: Jane <jane@northwind.example>\r\nTo: support@harbour.example\r\nMessage-ID: \
         <{number}@northwind.example>\r\nSubject: Export {number}\r\n\r\nIt fails.\r\n"
    )
}

#[test]
fn no_letter_that_was_acknowledged_is_lost_by_a_kill() {
    let files = Place::new();
    let (config, socket) = (files.path("lmtp.toml"), files.path("lmtp"));
    let text = "[organisation]\ndomains = [\"harbour.example\"]\n[[source]]\nname = \
                \"cases\"\nkind = \"lmtp\"\n[source.intake]\nlisten = \"unix:lmtp\"\naddresses = \
                [\"*@watch.harbour.example\"]\n";
    fs::write(&config, text).unwrap();
    let place = Place::of(&config);
    let mut acknowledged = BTreeSet::new();
    let mut number = 0;
    for round in 0..4 {
        let mut serving = serve(&place, round == 0);
        eventually("somebody listens", || by_lmtp(&socket).is_some());
        let killed = std::thread::spawn(move || {
            // Wherever in the middle of a letter that falls.
            std::thread::sleep(Duration::from_millis(150 + 70 * round));
            serving.process.kill();
        });
        let mut sender = by_lmtp(&socket);
        while let Some(open) = &mut sender {
            // One that was not acknowledged is handed in again, as a mail server does.
            if !open.hand_in("cases@watch.harbour.example", &letter(number)) {
                break;
            }
            acknowledged.insert(format!("<{number}@northwind.example>"));
            number += 1;
        }
        killed.join().unwrap();
    }
    println!("{} letters were acknowledged over 4 kills", acknowledged.len());
    assert!(!acknowledged.is_empty());
    start_and_stop(&place, &socket);
    let all: Vec<String> = cases(&place.export()).into_iter().flatten().collect();
    let different: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(all.len(), different.len(), "a letter that came twice is one message");
    let lost: Vec<_> = acknowledged.difference(&different).collect();
    assert!(lost.is_empty(), "{lost:?}");
    place.run(&["verify"]).expect(0);
}

/// Starts, which makes up for what a kill cut off, and stops in good order.
fn start_and_stop(place: &Place, socket: &Path) {
    let mut serving = serve(place, false);
    eventually("somebody listens", || by_lmtp(socket).is_some());
    let id = serving.process.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let ended = serving.process.0.wait().unwrap();
    assert!(ended.success(), "{ended}");
}

/// Mail by SMTP in, alerts by SMTP out.
fn configured(files: &Place, port: u16, sink: &Sink) -> Place {
    let path = files.path("smtp.toml");
    let text = format!(
        "[organisation]\ndomains = [\"harbour.example\"]\n[alerts]\na_day = 1000\nfallback = \
         [\"watch@harbour.example\"]\n[[source]]\nname = \"cases\"\nkind = \
         \"smtp\"\n[source.intake]\nlisten = \"127.0.0.1:{port}\"\naddresses = \
         [\"cases@watch.harbour.example\"]\n[[channel]]\nname = \"mail\"\nkind = \"smtp\"\nhost = \
         \"127.0.0.1\"\nport = {}\ntls = \"off\"\nfrom = \"cases@watch.harbour.example\"\n",
        sink.port
    );
    fs::write(&path, text).unwrap();
    Place::of(&path)
}

fn by_smtp(port: u16) -> Option<Sender<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut sender = Sender(BufReader::new(stream));
    sender.answer()?;
    sender.asks("EHLO sender.example")?;
    Some(sender)
}

#[test]
fn an_answer_a_bounce_and_an_echo_of_an_alert_are_understood() {
    let (files, sink) = (Place::new(), Sink::start());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = configured(&files, port, &sink);
    let _serving = serve(&place, true);
    eventually("somebody listens", || by_smtp(port).is_some());
    let mut sender = by_smtp(port).unwrap();
    let to = "cases@watch.harbour.example";
    assert!(sender.hand_in(to, &outage(1)));
    assert!(sender.hand_in(to, &outage(2)));
    let alerts = sink.wait(2);
    let of = |number: usize| {
        let subject = format!("Production is down {number} ");
        alerts.iter().map(|(_, mail)| mail).find(|mail| mail.contains(&subject)).unwrap().clone()
    };
    let id = |mail: &str| {
        let line = mail.lines().find(|line| line.starts_with("Message-ID:")).unwrap();
        line.split_once(':').unwrap().1.trim().to_owned()
    };

    // It comes round to us by a list: no case of its own.
    assert!(sender.hand_in(to, &of(1)));
    // Its recipient says that they see to it.
    let answer = format!(
        "From: watch@harbour.example\r\nTo: {to}\r\nMessage-ID: <answer@harbour.example>\r\n\
         In-Reply-To: {}\r\nSubject: Re: Production is down\r\n\r\nOn it.\r\n",
        id(&of(1))
    );
    assert!(sender.hand_in(to, &answer));
    // The other one comes back.
    let bounce = format!(
        "From: MAILER-DAEMON@mx.harbour.example\r\nTo: {to}\r\nMessage-ID: \
         <bounce@mx.harbour.example>\r\nSubject: Undelivered Mail Returned to \
         Sender\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; \
         report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: \
         text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: \
         message/delivery-status\r\n\r\nReporting-MTA: dns; mx.harbour.example\r\n\r\n\
         Final-Recipient: rfc822; watch@harbour.example\r\nAction: failed\r\nStatus: \
         5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b\r\nContent-Type: \
         text/rfc822-headers\r\n\r\nMessage-ID: {}\r\n\r\n--b--\r\n",
        id(&of(2))
    );
    assert!(sender.hand_in(to, &bounce));

    let rows = |args: &[&str]| -> Vec<Value> { place.run(args).expect(0).rows() };
    let mut said = Vec::new();
    eventually("the answer counts", || {
        said = rows(&["alerts", "--json"]);
        said.iter().any(|alert| alert.to_string().contains("by mail"))
    });
    let mut dead = Vec::new();
    eventually("the bounce is a dead letter", || {
        dead = rows(&["alerts", "--dead", "--json"]);
        dead.len() == 1
    });
    assert!(dead[0].to_string().contains("5.1.1"), "{dead:?}");
    let export = place.export();
    assert!(!export.contains(id(&of(1)).trim_matches(['<', '>'])), "an echo makes no message");
}

/// The Message-ID of the alert about an outage.
fn id_of_alert(sink: &Sink, number: usize) -> String {
    let subject = format!("Production is down {number} ");
    let alerts = sink.wait(number + 1);
    let mail = alerts.iter().map(|(_, mail)| mail).find(|mail| mail.contains(&subject)).unwrap();
    let line = mail.lines().find(|line| line.starts_with("Message-ID:")).unwrap();
    line.split_once(':').unwrap().1.trim().to_owned()
}

#[test]
fn somebody_whose_answer_was_taken_is_not_called_again_though_the_service_is_killed_at_once() {
    let (files, sink) = (Place::new(), Sink::start());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = configured(&files, port, &sink);
    let to = "cases@watch.harbour.example";
    for round in 0..3 {
        let mut serving = serve(&place, round == 0);
        eventually("somebody listens", || by_smtp(port).is_some());
        let mut sender = by_smtp(port).unwrap();
        assert!(sender.hand_in(to, &outage(round)));
        let id = id_of_alert(&sink, round);
        let answer = format!(
            "From: watch@harbour.example\r\nTo: {to}\r\nMessage-ID: <answer-{round}@harbour.example>\r\n\
             In-Reply-To: {id}\r\nSubject: Re: Production is down\r\n\r\nOn it.\r\n"
        );
        assert!(sender.hand_in(to, &answer));
        serving.process.kill();
    }
    let _serving = serve(&place, false);
    let by_mail = || {
        let said = place.run(&["alerts", "--json"]).expect(0).rows().remove(0);
        let all = said["items"].as_array().unwrap().clone();
        all.iter().filter(|alert| alert["acknowledged"]["note"] == "by mail").count()
    };
    eventually("all answers count", || by_mail() == 3);
}

#[test]
fn alerts_that_come_round_by_forwards_and_machines_raise_no_further_ones() {
    let (files, sink) = (Place::new(), Sink::start());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = configured(&files, port, &sink);
    let _serving = serve(&place, true);
    eventually("somebody listens", || by_smtp(port).is_some());
    let mut sender = by_smtp(port).unwrap();
    let to = "cases@watch.harbour.example";
    assert!(sender.hand_in(to, &outage(0)));
    let id = id_of_alert(&sink, 0);
    let alert = sink.wait(1)[0].1.clone();
    // A list that keeps of the header only what it knows; and a machine that answers and quotes.
    let kept = ["From:", "To:", "Subject:", "Date:", "MIME-Version:", "Content-Type:", " ", "\t"];
    let (head, body) = alert.split_once("\r\n\r\n").unwrap();
    let head: String = head
        .split_inclusive("\r\n")
        .filter(|line| kept.iter().any(|kept| line.starts_with(kept)))
        .collect();
    let stripped =
        format!("Message-ID: <again@lists.example>\r\n{}\r\n\r\n{body}", head.trim_end());
    assert!(sender.hand_in(to, &stripped));
    let away = format!(
        "From: watch@harbour.example\r\nTo: {to}\r\nMessage-ID: <away@harbour.example>\r\nIn-Reply-To: \
         {id}\r\nAuto-Submitted: auto-replied\r\nSubject: Out of office: Production is down 0\r\n\r\n\
         I am away.\r\n\r\n> production is down for all our users. Nobody can work.\r\n"
    );
    assert!(sender.hand_in(to, &away));
    // What comes after them is told: so they were looked at, and told of nothing.
    assert!(sender.hand_in(to, &outage(1)));
    let all = sink.wait(2);
    assert_eq!(all.len(), 2);
    for number in 0..2 {
        let subject = format!("Subject: Production is down {number} [WK-");
        assert_eq!(all.iter().filter(|(_, mail)| mail.contains(&subject)).count(), 1);
    }
    let listed = place.run(&["alerts", "--json"]).expect(0).rows().remove(0);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2, "{listed}");
}
