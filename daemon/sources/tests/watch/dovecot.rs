//! Dovecot, started for a test on a free port of this machine, and killed with it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

pub const USER: &str = "support";
pub const PASSWORD: &str = "tea";

/// A server with one mailbox.
pub struct Dovecot {
    dir: TempDir,
    pub port: u16,
    /// Where it speaks TLS from the first byte, if it has a certificate.
    pub tls_port: u16,
    process: Option<Child>,
}

impl Dovecot {
    pub fn start() -> Self {
        Self::configured("ssl = no\n")
    }

    /// With a certificate and its key, which are files.
    pub fn with_certificate(chain: &Path, key: &Path) -> Self {
        let (chain, key) = (chain.display(), key.display());
        Self::configured(&format!("ssl = yes\nssl_cert = <{chain}\nssl_key = <{key}\n"))
    }

    /// With lines of the test's own in its configuration.
    pub fn configured(lines: &str) -> Self {
        let dir = tempfile::Builder::new().prefix("wk-dovecot").tempdir().unwrap();
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (port, tls_port) = (free(), free());
        let mut dovecot = Self { dir, port, tls_port, process: None };
        dovecot.write_config(lines);
        dovecot.resume();
        dovecot
    }

    fn write_config(&self, lines: &str) {
        let root = self.dir.path().display();
        fs::create_dir(self.dir.path().join("mail")).unwrap();
        let me = fs::metadata("/proc/self").unwrap();
        // Dovecot reads no mail as root: nobody does it then.
        let (uid, gid, user, group) = match me.uid() {
            0 => (65534, 65534, "nobody".to_owned(), "nogroup".to_owned()),
            uid => (uid, me.gid(), name("-un"), name("-gn")),
        };
        let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
        open(self.dir.path(), 0o755).unwrap();
        open(&self.dir.path().join("mail"), 0o777).unwrap();
        let text = format!(
            "protocols = imap\nbase_dir = {root}/run\nlog_path = {root}/log\n{lines}\
             disable_plaintext_auth = no\nlisten = 127.0.0.1\ndefault_internal_user = {user}\n\
             default_login_user = {user}\ndefault_internal_group = {group}\nfirst_valid_uid = 1\n\
             mail_location = maildir:{root}/mail/%u\nmailbox_list_index = no\n\
             passdb {{\n driver = static\n args = password={PASSWORD}\n}}\n\
             userdb {{\n driver = static\n args = uid={uid} gid={gid} home={root}/mail/%u\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n  port = {port}\n }}\n \
             inet_listener imaps {{\n  port = {tls_port}\n }}\n}}\nservice anvil {{\n chroot =\n}}\n\
             namespace inbox {{\n inbox = yes\n mailbox Sent {{\n  auto = create\n  special_use = \
             \\Sent\n }}\n}}\n",
            port = self.port,
            tls_port = if lines.contains("ssl = yes") { self.tls_port } else { 0 },
        );
        fs::write(self.dir.path().join("dovecot.conf"), text).unwrap();
    }

    /// Starts the server, again if it was killed.
    pub fn resume(&mut self) {
        let config = self.dir.path().join("dovecot.conf");
        let process = Command::new("/usr/sbin/dovecot")
            .arg("-F")
            .arg("-c")
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.process = Some(process.expect("dovecot-imapd has to be installed; tests/run does it"));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = || fs::read(self.dir.path().join("log")).unwrap_or_default();
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "{}",
                String::from_utf8_lossy(&log())
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Kills the server with everything that it had begun.
    pub fn kill(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let children = children_of(process.id());
        // They may have ended by themselves.
        let _ = process.kill();
        process.wait().unwrap();
        for child in children {
            let _ = Command::new("kill").arg("-9").arg(child).stderr(Stdio::null()).status();
        }
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Makes the server forget its numbers, as a restored backup does.
    pub fn renumber(&mut self) {
        self.kill();
        let mailbox = self.dir.path().join("mail").join(USER);
        for entry in fs::read_dir(mailbox).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("dovecot") {
                fs::remove_file(path).unwrap();
            }
        }
        // UIDVALIDITY is the second in which the numbers were given.
        std::thread::sleep(Duration::from_millis(1100));
        self.resume();
    }

    /// Makes the server what a backup of it was before its last message came: its next message gets
    /// the number of that one.
    pub fn restore_without_last(&mut self) {
        self.kill();
        let mailbox = self.dir.path().join("mail").join(USER);
        let list = mailbox.join("dovecot-uidlist");
        let text = String::from_utf8(fs::read(&list).unwrap()).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        let last = lines.pop().unwrap();
        let number: u32 = last.split(' ').next().unwrap().parse().unwrap();
        let next = format!("N{number}");
        let head: Vec<&str> = lines[0]
            .split(' ')
            .map(|word| if word.starts_with('N') { next.as_str() } else { word })
            .collect();
        let head = head.join(" ");
        let rest = lines[1..].join("\n");
        fs::write(&list, format!("{head}\n{rest}\n")).unwrap();
        let name = last.split(" :").nth(1).unwrap();
        for folder in ["new", "cur"] {
            for entry in fs::read_dir(mailbox.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let own = path.file_name().unwrap().to_string_lossy().into_owned();
                if own.starts_with(name) {
                    fs::remove_file(path).unwrap();
                }
            }
        }
        for entry in fs::read_dir(&mailbox).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_string_lossy().starts_with("dovecot.index") {
                fs::remove_file(path).unwrap();
            }
        }
        self.resume();
    }

    /// Somebody else changes a message of the folder.
    pub fn change(&self, folder: &str, command: &str) -> String {
        let mut client = Client::new(self.port);
        client.ask(&format!("SELECT {folder}"));
        client.ask(command)
    }

    /// A mail arrives.
    pub fn deliver(&self, folder: &str, letter: &str) {
        let mut client = Client::new(self.port);
        let literal = format!("APPEND {folder} {{{}+}}\r\n{letter}", letter.len());
        client.ask(&literal);
    }

    /// A mail arrives that the server says came at `date`.
    pub fn deliver_at(&self, folder: &str, date: &str, letter: &str) {
        let mut client = Client::new(self.port);
        let literal = format!("APPEND {folder} \"{date}\" {{{}+}}\r\n{letter}", letter.len());
        client.ask(&literal);
    }

    /// So many mails, numbered from `first` on, are in the inbox all at once.
    pub fn fill(&self, first: u32, count: u32) {
        // The first sight of it makes the folders.
        self.ask("INBOX", "NOOP");
        let new = self.dir.path().join("mail").join(USER).join("new");
        for number in first..first + count {
            let letter = format!(
                "From: Jane Doe <jane@northwind.example>\r\nTo: support@brightwater.example\r\n\
                 Message-ID: <{number}@northwind.example>\r\nSubject: Export {number}\r\n\r\nIt \
                 fails.\r\n"
            );
            let path = new.join(format!("1768388400.M{number}P1.filled"));
            fs::write(&path, letter).unwrap();
        }
    }

    /// What the server says to a command about the opened folder.
    pub fn ask(&self, folder: &str, command: &str) -> String {
        let mut client = Client::new(self.port);
        client.ask(&format!("EXAMINE {folder}"));
        client.ask(command)
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.kill();
    }
}

fn name(which: &str) -> String {
    let output = Command::new("id").arg(which).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn children_of(parent: u32) -> Vec<String> {
    let output = Command::new("pgrep").arg("-P").arg(parent.to_string()).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// A signed-in client that says lines.
struct Client(BufReader<TcpStream>);

impl Client {
    fn new(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut client = Self(BufReader::new(stream));
        let mut greeting = String::new();
        client.0.read_line(&mut greeting).unwrap();
        client.ask(&format!("LOGIN {USER} {PASSWORD}"));
        client
    }

    fn ask(&mut self, command: &str) -> String {
        self.0.get_mut().write_all(format!("a {command}\r\n").as_bytes()).unwrap();
        let mut all = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "{command}: {all}");
            all.push_str(&line);
            if line.starts_with("a ") {
                assert!(line.starts_with("a OK"), "{command}: {all}");
                return all;
            }
        }
    }
}
