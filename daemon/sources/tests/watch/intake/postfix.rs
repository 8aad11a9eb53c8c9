//! Postfix, which delivers by LMTP over a Unix socket. It runs as root only.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sources::intake::{Listen, Protocol};
use tempfile::TempDir;

use super::{CASES, Office, Sender, intake};
use crate::world::{eventually, letter};

const DAEMONS: &str = "\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";

/// Postfix with a queue of its own, killed with this.
struct Postfix {
    dir: TempDir,
    port: u16,
    process: Child,
}

impl Postfix {
    /// Starts it; it delivers to the socket at `lmtp`.
    fn start(lmtp: &Path) -> Self {
        let dir = tempfile::Builder::new().prefix("wk-postfix").tempdir().unwrap();
        let root = dir.path();
        fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
        for (name, owned) in [("config", false), ("queue", false), ("data", true)] {
            fs::create_dir(root.join(name)).unwrap();
            if owned {
                chown(root.join(name), Some(number("-u")), Some(number("-g"))).unwrap();
            }
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {0}/queue\ndata_directory = {0}/data\n\
             maillog_file = {0}/log\nmaillog_file_prefixes = {0}\nmyhostname = mx.example\n\
             mydestination = watch.example\nlocal_recipient_maps =\nalias_maps =\nalias_database =\n\
             mynetworks = 127.0.0.0/8\ninet_interfaces = 127.0.0.1\nlocal_transport = lmtp:unix:{1}\n\
             queue_run_delay = 2s\nminimal_backoff_time = 1s\nmaximal_backoff_time = 2s\n\
             transport_retry_time = 1s\nsmtputf8_enable = no\n",
            root.display(),
            lmtp.display()
        );
        fs::write(root.join("config/main.cf"), main).unwrap();
        let master = format!("127.0.0.1:{port} inet n - n - - smtpd\n{DAEMONS}");
        fs::write(root.join("config/master.cf"), master).unwrap();
        let process = Command::new("postfix")
            .arg("-c")
            .arg(root.join("config"))
            .arg("start-fg")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("postfix has to be installed; tests/run does it");
        let postfix = Self { dir, port, process };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_mins(1), "{}", postfix.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        postfix
    }

    fn log(&self) -> String {
        let log = fs::read(self.dir.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let config = self.dir.path().join("config");
        let mut stop = Command::new("postfix");
        stop.arg("-c").arg(config).arg("abort").stdout(Stdio::null()).stderr(Stdio::null());
        // It may have ended by itself.
        let _ = stop.status();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The number of Postfix's own user or group.
fn number(which: &str) -> u32 {
    let output = Command::new("id").args([which, "postfix"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().expect("the user of Postfix")
}

#[tokio::test(flavor = "multi_thread")]
async fn postfix_keeps_what_we_put_off_and_delivers_it_by_lmtp() {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        println!("skipped: Postfix runs as root only");
        return;
    }
    let dir = tempfile::Builder::new().prefix("wk-lmtp").tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let mut place = intake(Protocol::Lmtp);
    let path = dir.path().join("lmtp");
    place.listen = Listen::Unix { path: path.clone(), mode: 0o666 };
    let postfix = tokio::task::spawn_blocking(move || Postfix::start(&path)).await.unwrap();
    // Nobody listens yet: Postfix keeps what it took.
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", postfix.port)).await.unwrap();
    let mut sender = Sender::new(stream);
    sender.hears("220").await;
    for number in 1..=20 {
        sender.begins(CASES).await;
        sender.asks("DATA", "354").await;
        sender.asks(&format!("{}.", letter(number)), "250").await;
    }
    let deferred = || postfix.log().contains("status=deferred");
    eventually("a deferral", deferred, || postfix.log()).await;
    let office = Office::open(place).await;
    let all = || office.world.messages() == 20;
    eventually("20 messages", all, || format!("{:?}\n{}", office.world.record(), postfix.log()))
        .await;
    let sent = || postfix.log().matches("status=sent").count() >= 20;
    eventually("20 deliveries", sent, || postfix.log()).await;
    let source = office.world.app.sources().unwrap().remove(0);
    assert!(source.folders[0].balances && source.folders[0].ledger.stored >= 20, "{source:?}");
}
