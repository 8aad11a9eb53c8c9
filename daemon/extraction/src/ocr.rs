//! Text out of pictures, by a command that an administrator chose (F28).
//!
//! The command gets the picture on standard input and gives text on standard output. It runs with
//! the memory and time of any other file, may read and run only what lies beneath the folders that
//! the configuration names, writes nothing and connects to nobody.

use std::{
    ffi::OsString,
    io::{self, Read as _, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use model::Unread;

use crate::{Confinement, Limits, confine};

/// Memory that such a program may fill, beyond that of reading a file.
const MORE_MEMORY: u64 = 512 << 20;

/// A command that reads text out of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcrCommand {
    /// The program, by its absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Folders that it may read: libraries and models.
    pub may_read: Vec<PathBuf>,
    /// What makes this program confine itself and become the command; see [`become_command`].
    pub by: Vec<String>,
}

impl OcrCommand {
    /// The text of `picture`. `ours` is our own program, which confines itself first.
    pub(crate) fn read(
        &self,
        ours: &Path,
        picture: &[u8],
        limits: &Limits,
    ) -> Result<String, Unread> {
        let mut child = Command::new(ours)
            .args(&self.by)
            .arg((limits.memory + MORE_MEMORY).to_string())
            .arg(self.may_read.len().to_string())
            .args(&self.may_read)
            .arg(&self.program)
            .args(&self.arguments)
            .env_clear()
            .env("OMP_THREAD_LIMIT", "1")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| {
                log::error!(error:%; "the command for OCR does not start");
                Unread::Crashed
            })?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Unread::Crashed);
        };
        let most = limits.text_bytes;
        let (done, text) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                // A program that has seen enough closes its end.
                let _ = stdin.write_all(picture);
            });
            scope.spawn(move || {
                let mut bytes = Vec::new();
                let read = stdout.take(most).read_to_end(&mut bytes).map(|_| bytes);
                let _ = done.send(read);
            });
            let time = Duration::from_secs(u64::from(limits.seconds.max(1)));
            let read = text.recv_timeout(time);
            if read.is_err()
                && let Err(error) = child.kill()
            {
                log::debug!(error:%; "the command for OCR was gone already");
            }
            let ended = child.wait();
            match (read, ended) {
                (Ok(Ok(bytes)), Ok(status)) if status.success() => {
                    Ok(String::from_utf8_lossy(&bytes).into_owned())
                }
                (Err(_), _) => Err(Unread::TimedOut),
                _ => Err(Unread::Crashed),
            }
        })
    }
}

/// Confines this process and becomes the command of `arguments`: memory, the number of folders that
/// may be read, those folders, the program, its arguments. Returns only if that fails.
pub fn become_command(arguments: &[OsString]) -> io::Error {
    let wrong = || io::Error::new(io::ErrorKind::InvalidInput, "wrong arguments");
    let number = |at: usize| arguments.get(at)?.to_str()?.parse::<u64>().ok();
    let (Some(memory), Some(folders)) = (number(0), number(1)) else { return wrong() };
    let Some((folders, command)) = arguments[2..].split_at_checked(folders as usize) else {
        return wrong();
    };
    let Some((program, rest)) = command.split_first() else { return wrong() };
    let mut beneath: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
    beneath.push(PathBuf::from(program));
    let confined: Confinement = confine::for_program(memory, &beneath);
    if let Some(complaint) = confined.complaint() {
        log::debug!(complaint:%; "OCR runs with less confinement");
    }
    Command::new(program).args(rest).exec()
}
