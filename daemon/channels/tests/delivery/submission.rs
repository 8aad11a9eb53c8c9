//! By a real submission server (aiosmtpd), protected and with sign-in.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use app::outside::Health;
use channels::{Channel, Login, Means, Proof, Smtp};
use egress::{
    Host, Protection, Secret, Trust,
    http::Endpoint,
    oauth::{Grant, TokenSource},
};
use model::alert::Urgency;
use parking_lot::Mutex;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    peer::{Postman, Receiver, eventually},
    world::{KIM, World},
};

/// A server with a certificate of an authority of its own; it ends with the test.
struct Server {
    dir: TempDir,
    process: Child,
    starttls: u16,
    tls: u16,
    said: Arc<Mutex<Vec<Value>>>,
}

impl Server {
    /// With a certificate for `name` until the end of `year`, offering `mechanisms`.
    fn start(name: &str, year: i32, mechanisms: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        certify(dir.path(), name, year);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/delivery/submission.py");
        let files = ["own.pem", "own.key", "accepted"].map(|file| dir.path().join(file));
        // Debian's own: that is the one that has Debian's packages.
        let mut command = Command::new("/usr/bin/python3");
        command.arg("-Wignore").arg(script).args(files).args(mechanisms);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut lines =
            BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let first = lines.next();
        let missing = || panic!("python3-aiosmtpd has to be installed; tests/run does it");
        let first = first.unwrap_or_else(missing);
        let ports: Vec<u16> = first.split(' ').map(|port| port.parse().unwrap()).collect();
        let said: Arc<Mutex<Vec<Value>>> = Arc::default();
        let all = said.clone();
        std::thread::spawn(move || {
            for line in lines {
                all.lock().push(serde_json::from_str(&line).unwrap());
            }
        });
        Self { dir, process, starttls: ports[0], tls: ports[1], said }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn authority(&self) -> Trust {
        Trust::File(self.path("ca.pem"))
    }

    /// What it took, or refused.
    fn said(&self, what: &str) -> Vec<String> {
        let said = self.said.lock();
        said.iter().filter_map(|line| line[what].as_str().map(str::to_owned)).collect()
    }

    /// The password, right or wrong, in a file.
    fn password(&self, password: &str) -> Login {
        let path = self.path("password");
        std::fs::write(&path, password).unwrap();
        let proof = Proof::Password(Secret { path });
        Login { user: "watch".to_owned(), proof }
    }

    fn channel(&self, protection: Protection, login: Login) -> Channel {
        let port = match protection {
            Protection::Tls(_) => self.tls,
            _ => self.starttls,
        };
        channel(port, protection, Some(login))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn channel(port: u16, protection: Protection, login: Option<Login>) -> Channel {
    let smtp = Smtp {
        host: Host { name: "localhost".to_owned(), port, protection },
        login,
        from: "watch@brightwater.example".to_owned(),
        from_name: "Watchkeeper".to_owned(),
        reply_to: None,
    };
    Channel { name: "mail".to_owned(), means: Means::Smtp(smtp) }
}

/// Writes an authority and a certificate for `name` into `dir`.
fn certify(dir: &Path, name: &str, year: i32) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own_name = dir.file_name().unwrap().to_string_lossy().into_owned();
    authority.distinguished_name.push(DnType::CommonName, own_name);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(year, 12, 31);
    let own = params.signed_by(&key, &authority).unwrap();
    std::fs::write(dir.join("ca.pem"), authority.pem()).unwrap();
    std::fs::write(dir.join("own.pem"), own.pem()).unwrap();
    std::fs::write(dir.join("own.key"), key.serialize_pem()).unwrap();
}

fn world() -> World {
    World::new("mail", Urgency::Notice, &[KIM])
}

fn record(world: &World) -> (Health, String) {
    let record = world.app.outside().channels().remove(0);
    (record.health, record.error.unwrap_or_default())
}

/// What is said of a channel that does not work.
async fn failure(world: &World) -> String {
    world.letter("northwind", "Export fails");
    eventually("the failure", || record(world).0 == Health::Failing).await;
    record(world).1
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_goes_out_by_tls_and_by_starttls_however_the_server_lets_us_in() {
    for mechanism in ["PLAIN", "LOGIN"] {
        let server = Server::start("localhost", 2099, &[mechanism]);
        let ca = server.authority();
        for protection in [Protection::Tls(ca.clone()), Protection::StartTls(ca)] {
            let world = world();
            let _working = world.courier(server.channel(protection, server.password("tea")));
            world.letter("northwind", "Export fails");
            eventually("the mail", || world.state() == "sent").await;
        }
        assert_eq!(server.said("mechanism"), [mechanism, mechanism]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_prove_who_it_is_sees_no_password_and_the_remedy_is_named() {
    let stranger = tempfile::tempdir().unwrap();
    certify(stranger.path(), "localhost", 2099);
    let other = || Trust::File(stranger.path().join("ca.pem"));
    for (name, year, known, remedy) in [
        ("localhost", 2099, false, "name its certificate authority with `ca`"),
        ("other.example", 2099, true, "use the name that its certificate is for"),
        ("localhost", 2021, true, "has to be renewed there"),
    ] {
        let server = Server::start(name, year, &["PLAIN"]);
        let trust = || if known { server.authority() } else { other() };
        for protection in [Protection::Tls(trust()), Protection::StartTls(trust())] {
            let world = world();
            let _working = world.courier(server.channel(protection, server.password("tea")));
            let said = failure(&world).await;
            assert!(said.contains(remedy), "{said}");
            assert_ne!(world.state(), "sent");
        }
        assert!(server.said.lock().is_empty(), "{:?}", server.said.lock());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_starttls_is_told_nothing() {
    let postman = Postman::start(&[]).await;
    let world = world();
    let protection = Protection::StartTls(Trust::Platform);
    let mut channel = channel(postman.address.port(), protection, None);
    let Means::Smtp(smtp) = &mut channel.means else { unreachable!() };
    smtp.host.name = postman.address.ip().to_string();
    let _working = world.courier(channel);
    let said = failure(&world).await;
    assert!(said.contains("it does not offer STARTTLS"), "{said}");
    assert!(postman.taken.lock().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_named_and_a_mended_one_counts_without_a_restart() {
    let server = Server::start("localhost", 2099, &["PLAIN", "LOGIN"]);
    let world = world();
    let protection = Protection::Tls(server.authority());
    let _working = world.courier(server.channel(protection, server.password("coffee")));
    let said = failure(&world).await;
    assert!(said.contains("watch is not let in"), "{said}");
    assert!(said.contains("check the user and the password file"), "{said}");
    server.password("tea");
    world.pass(5);
    eventually("the mail", || world.state() == "sent").await;
    assert_eq!(record(&world).0, Health::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_replaced_by_a_fresh_one() {
    let server = Server::start("localhost", 2099, &["PLAIN", "XOAUTH2"]);
    let authority = Receiver::start(&[]).await;
    authority.bodies.lock().extend([
        r#"{"access_token":"one","expires_in":3600,"refresh_token":"second"}"#.to_owned(),
        r#"{"access_token":"two","expires_in":3600}"#.to_owned(),
    ]);
    // The server takes the second one alone: the first one was revoked before it ended.
    std::fs::write(server.path("accepted"), "two\n").unwrap();
    std::fs::write(server.path("grant"), "first\n").unwrap();
    let url = format!("http://127.0.0.1:{}/token", authority.address.port());
    let grant = Grant::Refresh {
        token: Secret { path: server.path("grant") },
        renewed: server.path("renewed"),
    };
    let endpoint = Endpoint::parse(&url, Trust::Platform).unwrap();
    let scope = Some("mail".to_owned());
    let source = TokenSource::new(endpoint, "watchkeeper".to_owned(), None, grant, scope);
    let proof = Proof::Token(Box::new(source));
    let login = Login { user: "watch".to_owned(), proof };
    let world = world();
    let protection = Protection::StartTls(server.authority());
    let _working = world.courier(server.channel(protection, login));
    let said = failure(&world).await;
    assert!(said.contains("its token is not taken"), "{said}");
    world.pass(5);
    eventually("the mail", || world.state() == "sent").await;
    assert_eq!(server.said("refused"), ["XOAUTH2"]);
    assert_eq!(server.said("mechanism"), ["XOAUTH2"], "the password is not tried beside it");
    let asked: Vec<String> = authority.asked.lock().iter().map(|one| one.body.clone()).collect();
    assert!(asked[0].contains("refresh_token=first"), "{}", asked[0]);
    assert!(asked[1].contains("refresh_token=second"), "a renewed grant is kept: {}", asked[1]);
}
