//! The main job by itself: a letter arrives in a real mailbox (Dovecot), and a mail server gets the
//! alert about it, once, whatever is killed in between.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use crate::{
    dovecot::{Dovecot, PASSWORD, USER},
    program::{PATIENCE, Place},
    service::serve,
};

/// A mail server that takes everything and remembers when.
pub struct Sink {
    pub port: u16,
    taken: Arc<Mutex<Vec<(Instant, String)>>>,
}

impl Sink {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken: Arc<Mutex<Vec<(Instant, String)>>> = Arc::default();
        let all = taken.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let all = all.clone();
                // A client that is killed in the middle ends its own conversation only.
                std::thread::spawn(move || talk(stream, &all));
            }
        });
        Self { port, taken }
    }

    /// The mails that were taken, when at least `count` different ones are there.
    pub fn wait(&self, count: usize) -> Vec<(Instant, String)> {
        let begun = Instant::now();
        loop {
            let taken = self.taken.lock().unwrap().clone();
            let different = all_of("Message-ID:", &taken).len();
            if different >= count {
                return taken;
            }
            assert!(begun.elapsed() < PATIENCE, "{different} of {count} mails");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn talk(stream: TcpStream, taken: &Mutex<Vec<(Instant, String)>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(b"220 sink.example\r\n")?;
    let (mut line, mut data) = (String::new(), None::<String>);
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let reply: &[u8] = match &mut data {
            Some(text) if line == ".\r\n" => {
                taken.lock().unwrap().push((Instant::now(), std::mem::take(text)));
                data = None;
                b"250 taken\r\n"
            }
            Some(text) => {
                text.push_str(&line);
                continue;
            }
            None if line.starts_with("DATA") => {
                data = Some(String::new());
                b"354 go on\r\n"
            }
            None if line.starts_with("QUIT") => return stream.get_mut().write_all(b"221 bye\r\n"),
            None => b"250 ok\r\n",
        };
        stream.get_mut().write_all(reply)?;
    }
}

fn configured(place: &Place, dovecot: &Dovecot, sink: &Sink) -> Place {
    let path = place.path("live.toml");
    fs::write(place.path("support.password"), format!("{PASSWORD}\n")).unwrap();
    let text = format!(
        "[organisation]\ndomains = [\"harbour.example\"]\n\n[alerts]\na_day = 1000\nfallback = \
         [\"watch@harbour.example\"]\n\n[[source]]\nname = \"support\"\nkind = \"imap\"\nhost = \
         \"127.0.0.1\"\nport = {}\ntls = \"off\"\nuser = \"{USER}\"\npassword = {{ file = \
         \"support.password\" }}\n\n[[channel]]\nname = \"mail\"\nkind = \"smtp\"\nhost = \
         \"127.0.0.1\"\nport = {}\ntls = \"off\"\nfrom = \"watchkeeper@harbour.example\"\n",
        dovecot.port, sink.port
    );
    fs::write(&path, text).unwrap();
    Place::of(&path)
}

/// A letter that no rule set lets pass.
pub fn outage(number: usize) -> String {
    format!(
        "From: Jane Doe <jane@customer{number}.example>\r\nTo: support@harbour.example\r\n\
         Message-ID: <{number}@customer{number}.example>\r\nSubject: Production is down {number}\r\n\
         \r\nHello,\r\n\r\nproduction is down for all our users since this morning. Nobody can work.\
         \r\n\r\nJane\r\n"
    )
}

#[test]
fn a_letter_becomes_an_alert_in_about_a_second_and_only_once_though_the_service_is_killed() {
    let (mut dovecot, sink) = (Dovecot::start(), Sink::start());
    let secrets = Place::new();
    let place = configured(&secrets, &dovecot, &sink);
    let mut first = serve(&place, true);

    let mut waits = Vec::new();
    for number in 0..10 {
        dovecot.deliver("INBOX", &outage(number));
        let arrived = Instant::now();
        let taken = sink.wait(number + 1);
        waits.push(taken[number].0.saturating_duration_since(arrived));
        assert!(taken[number].1.contains(&format!("Production is down {number} [WK-")));
    }
    waits.sort_unstable();
    println!(
        "from arrival to the alert, debug build: median {:?}, longest {:?}",
        waits[5], waits[9]
    );
    assert!(waits[5] < Duration::from_secs(5), "{waits:?}");

    // The power fails; mail goes on arriving; then the mail server is restarted too.
    first.process.kill();
    dovecot.deliver("INBOX", &outage(10));
    let _second = serve(&place, false);
    sink.wait(11);
    dovecot.kill();
    dovecot.resume();
    dovecot.deliver("INBOX", &outage(11));
    sink.wait(12);
    std::thread::sleep(Duration::from_secs(2));
    // The kill may fall between the server's "taken" and our note of it. Then that one mail is sent
    // again under the same Message-ID, by which a mail program knows it for the same.
    let mails = sink.wait(12);
    assert_eq!(all_of("Subject:", &mails).len(), 12);
    assert_eq!(all_of("Message-ID:", &mails).len(), 12, "a matter is told under one Message-ID");
    assert!(mails.len() <= 13, "only what was under way at the kill is sent again");
}

/// The different values of a header that every mail of ours has.
fn all_of<'a>(header: &str, mails: &'a [(Instant, String)]) -> BTreeSet<&'a str> {
    let value = |mail: &'a str| mail.lines().find(|line| line.starts_with(header));
    mails.iter().map(|(_, mail)| value(mail).expect("our mails have this header")).collect()
}
