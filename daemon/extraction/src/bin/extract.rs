//! The child alone, for tests: what `watchkeeper extract` is in the program.
//!
//! `extract probe ADDRESS` confines itself and then tries what it must not; `extract free ADDRESS`
//! tries the same without confinement.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Write as _},
    net::{TcpStream, UdpSocket},
    os::unix::net::UnixStream,
    process::{Command, ExitCode},
};

/// What is tried, and whether it went through.
type Tried<'a> = (&'a str, bool);

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let word = |at: usize| arguments.get(at).and_then(|word| word.to_str()).unwrap_or_default();
    let done = match word(0) {
        "ocr" => Err(extraction::become_command(&arguments[1..])),
        "probe" => {
            extraction::child::confine(256 << 20);
            tell(&try_all(word(1)))
        }
        "free" => tell(&try_all(word(1))),
        memory => extraction::child::run(memory.parse().unwrap_or(256 << 20)),
    };
    if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Tries what a child must not be able to do.
fn try_all(address: &str) -> Vec<Tried<'_>> {
    let ours = std::env::temp_dir().join(format!("extract-{}", std::process::id()));
    let written = File::create(&ours).is_ok();
    if written && std::fs::remove_file(&ours).is_err() {
        return Vec::new();
    }
    vec![
        ("read", File::open("/proc/self/status").is_ok()),
        ("write", written),
        ("list", std::fs::read_dir("/").is_ok()),
        ("connect", TcpStream::connect(address).is_ok()),
        ("datagram", UdpSocket::bind("127.0.0.1:0").is_ok()),
        ("socket", UnixStream::pair().is_ok()),
        ("program", Command::new("/proc/self/exe").arg("nothing").status().is_ok()),
        ("thread", std::thread::Builder::new().spawn(|| ()).is_ok()),
    ]
}

fn tell(tried: &[Tried<'_>]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    tried.iter().try_for_each(|(what, done)| writeln!(out, "{what} {done}"))
}
