//! The service's side: starts children, hands them files, and ends those that take too long.

use std::{
    io::{self, Read as _},
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use model::{
    FileText, Unread,
    file::{Place, Section, Unit},
};

use crate::{
    Confinement, Limits, OcrCommand, child,
    wire::{self, Answer, Asked, Said},
};

/// How long a child may take to confine itself.
const START: Duration = Duration::from_secs(20);
/// How often it is looked whether all is to stop.
const LOOK: Duration = Duration::from_millis(200);
/// What of the child's last words is looked at.
const LAST_WORDS: u64 = 4_096;

/// Why nothing can be read at all: no file is to blame.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The child did not start.
    #[error("the process that reads attached files does not start: {0}; see `watchkeeper doctor`")]
    Start(#[source] io::Error),
    /// Whoever asked does not want it any more.
    #[error("stopped before the end; the next run goes on from here")]
    Stopped,
}

/// A file to be read.
#[derive(Debug, Clone, Copy)]
pub struct Handed<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its media type, as its sender says.
    pub media_type: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its text, or why there is none.
    pub outcome: Result<FileText, Unread>,
    /// Whether text was looked for in pictures.
    pub ocr: bool,
}

/// Reads files in children.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The program that becomes the child, and its arguments.
    program: PathBuf,
    arguments: Vec<String>,
    limits: Limits,
    ocr: Option<OcrCommand>,
    stop: Arc<AtomicBool>,
}

impl Reader {
    /// A reader whose children are `program` with `arguments` and the memory they may fill; the
    /// program must then call [`crate::child::run`].
    pub fn new(program: PathBuf, arguments: Vec<String>, limits: Limits) -> Self {
        Self { program, arguments, limits, ocr: None, stop: Arc::default() }
    }

    /// Also reads text out of pictures, by this command.
    #[must_use]
    pub fn with_ocr(self, ocr: Option<OcrCommand>) -> Self {
        Self { ocr, ..self }
    }

    /// Gives up, without a word about any file, once `stop` is set.
    #[must_use]
    pub fn until(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..self }
    }

    /// Whether text is read out of pictures.
    pub fn has_ocr(&self) -> bool {
        self.ocr.is_some()
    }

    /// What reading a file may cost.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How a child is confined on this machine.
    pub fn confinement(&self) -> Result<Confinement, ExtractError> {
        Ok(self.start()?.confinement)
    }

    /// Reads `files`, in their order. A file that ends its child costs that one file.
    pub fn read(&self, files: &[Handed<'_>]) -> Result<Vec<Reading>, ExtractError> {
        let mut readings = Vec::with_capacity(files.len());
        let mut running: Option<Running> = None;
        for file in files {
            if self.stop.load(Ordering::Relaxed) {
                return Err(ExtractError::Stopped);
            }
            if file.bytes.len() as u64 > self.limits.file_bytes {
                readings.push(Reading { outcome: Err(Unread::TooLarge), ocr: false });
                continue;
            }
            let child = match running.take() {
                Some(child) => child,
                None => self.start()?,
            };
            let answer = match child.ask(file, &self.limits, self.ocr.is_some()) {
                Ok((answer, child)) => {
                    running = Some(child);
                    answer
                }
                Err(reason) => Answer { outcome: Err(reason), pictures: Vec::new() },
            };
            if self.stop.load(Ordering::Relaxed) {
                return Err(ExtractError::Stopped);
            }
            readings.push(self.with_pictures(file, answer));
        }
        Ok(readings)
    }

    /// What was read, with the text of pictures where it has no other.
    fn with_pictures(&self, file: &Handed<'_>, answer: Answer) -> Reading {
        let Answer { outcome, pictures } = answer;
        let Some(ocr) = &self.ocr else { return Reading { outcome, ocr: false } };
        let pages: Vec<(Unit, u32, &[u8])> = match &outcome {
            Err(Unread::Picture) => vec![(Unit::Whole, 1, file.bytes)],
            Err(Unread::Scan) => {
                pictures.iter().map(|(page, bytes)| (Unit::Page, *page, &bytes[..])).collect()
            }
            _ => return Reading { outcome, ocr: false },
        };
        let mut read = FileText { format: "ocr".to_owned(), ocr: true, ..FileText::default() };
        for (unit, number, bytes) in pages {
            match ocr.read(&self.program, bytes, &self.limits) {
                Ok(text) => {
                    let text = crate::output::tidy(&text);
                    if !text.is_empty() {
                        let (path, name) = (String::new(), String::new());
                        let place = Place { path, unit, number, name };
                        read.sections.push(Section { place, text });
                    }
                }
                Err(reason) => return Reading { outcome: Err(reason), ocr: true },
            }
        }
        let outcome = match &outcome {
            // a scan whose pictures could not be handed on has not been looked at
            Err(reason) if pictures.is_empty() && *reason == Unread::Scan => outcome,
            _ if read.sections.is_empty() => Err(Unread::NoText),
            _ => Ok(read),
        };
        Reading { outcome, ocr: true }
    }

    fn start(&self) -> Result<Running, ExtractError> {
        let begin = || {
            let (ours, theirs) = UnixStream::pair()?;
            let child = Command::new(&self.program)
                .args(&self.arguments)
                .arg(self.limits.memory.to_string())
                .env_clear()
                // room that the allocator reserves at once would not count against the limit
                .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
                .stdin(std::os::fd::OwnedFd::from(theirs))
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .current_dir("/")
                .spawn()?;
            let none = Confinement {
                landlock: crate::Strength::None,
                seccomp: crate::Strength::None,
                limits: crate::Strength::None,
            };
            let mut running =
                Running { child, stream: ours, confinement: none, stop: self.stop.clone() };
            match running.hear(Instant::now() + START, 1 << 16)? {
                Said::Ready(confinement) => {
                    running.confinement = confinement;
                    Ok(running)
                }
                Said::Read(_) => Err(io::Error::other("it speaks out of turn")),
            }
        };
        begin().map_err(ExtractError::Start)
    }
}

/// A child at work; it is ended when this is dropped.
struct Running {
    child: Child,
    stream: UnixStream,
    confinement: Confinement,
    stop: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait().map(drop)) {
            log::debug!(error:%; "a child that read files was gone already");
        }
    }
}

impl Running {
    /// Has the child read `file`. Gives the child back if it can go on.
    fn ask(
        mut self,
        file: &Handed<'_>,
        limits: &Limits,
        pictures: bool,
    ) -> Result<(Answer, Self), Unread> {
        let deadline = Instant::now() + Duration::from_secs(u64::from(limits.seconds.max(1)));
        let asked = Asked {
            name: file.name.to_owned(),
            media_type: file.media_type.to_owned(),
            pictures,
            limits: *limits,
        };
        let most = limits.text_bytes * 4 + limits.picture_bytes + (4 << 20);
        let answer =
            self.tell(&asked, file.bytes, deadline).and_then(|()| self.hear(deadline, most));
        match answer {
            Ok(Said::Read(answer)) => Ok((answer, self)),
            Ok(Said::Ready(_)) => Err(Unread::Crashed),
            Err(error) if timed_out(&error) => Err(Unread::TimedOut),
            Err(_) => Err(self.last_words()),
        }
    }

    fn tell(&mut self, asked: &Asked, bytes: &[u8], deadline: Instant) -> io::Result<()> {
        self.stream.set_write_timeout(Some(left(deadline)?))?;
        wire::write(&mut self.stream, asked)?;
        wire::write_bytes(&mut self.stream, bytes)
    }

    fn hear(&mut self, deadline: Instant, most: u64) -> io::Result<Said> {
        let mut until = Until { stream: &self.stream, deadline, stop: &self.stop };
        wire::read(&mut until, most)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// Why the child broke off.
    fn last_words(mut self) -> Unread {
        let mut words = String::new();
        if let Err(error) = self.child.kill() {
            log::debug!(error:%; "a child that read files was gone already");
        }
        if let Some(stderr) = self.child.stderr.take()
            && let Err(error) = stderr.take(LAST_WORDS).read_to_string(&mut words)
        {
            log::debug!(error:%; "a child that read files left no word");
        }
        // one that had ended by itself when it was killed tells how
        let status = self.child.wait().ok().and_then(|status| status.code());
        let memory = words.contains("memory allocation of") || status == Some(child::NO_MEMORY);
        if memory { Unread::OutOfMemory } else { Unread::Crashed }
    }
}

/// Reads until a deadline, whatever the pace of what comes.
struct Until<'a> {
    stream: &'a UnixStream,
    deadline: Instant,
    stop: &'a AtomicBool,
}

impl io::Read for Until<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut stream = self.stream;
        loop {
            self.stream.set_read_timeout(Some(left(self.deadline)?.min(LOOK)))?;
            match stream.read(into) {
                Err(error) if timed_out(&error) && !self.stop.load(Ordering::Relaxed) => {}
                done => return done,
            }
        }
    }
}

/// The time left; an error if there is none.
fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}
