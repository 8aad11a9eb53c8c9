//! A connection, line by line, with a deadline on every step.

use std::{future::Future, time::Duration};

use memchr::memchr;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

use super::{error::Ended, reply::Reply};

/// Bytes that are read at once.
const CHUNK: usize = 32 << 10;
/// The longest command, with its line end: RFC 5321 asks for 512 and room for extensions.
const LONGEST: usize = 4096;
/// How long the sender may take to agree on TLS.
const AGREE: Duration = Duration::from_secs(30);
/// How long the sender may take to read an answer.
const ANSWER: Duration = Duration::from_mins(1);

/// What a connection is made of.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// A connection to a sender.
pub(super) struct Wire {
    stream: Box<dyn Duplex>,
    input: Vec<u8>,
    /// How much of `input` was used.
    used: usize,
    /// Answers that wait until the sender has nothing more to say (RFC 2920).
    output: Vec<u8>,
}

/// A line as it came.
pub(super) enum Line {
    /// Ended by CRLF, which is part of it.
    Proper(Vec<u8>),
    /// Ended in another way.
    Bare,
    /// Longer than any command.
    TooLong,
}

impl Wire {
    pub fn new(stream: Box<dyn Duplex>) -> Self {
        Self { stream, input: Vec::new(), used: 0, output: Vec::new() }
    }

    /// The next line.
    pub async fn line(&mut self, patience: Duration) -> Result<Line, Ended> {
        loop {
            let input = &self.input[self.used..];
            if let Some(at) = memchr(b'\n', &input[..input.len().min(LONGEST)]) {
                let line = input[..=at].to_vec();
                self.used += line.len();
                let proper = line.ends_with(b"\r\n") && memchr(b'\r', &line[..at - 1]).is_none();
                return Ok(if proper { Line::Proper(line) } else { Line::Bare });
            }
            if input.len() >= LONGEST {
                return Ok(Line::TooLong);
            }
            self.fill(patience).await?;
        }
    }

    /// What has arrived and was not used; more is waited for if there is nothing.
    pub async fn arrived(&mut self, patience: Duration) -> Result<&[u8], Ended> {
        if self.used == self.input.len() {
            self.fill(patience).await?;
        }
        Ok(&self.input[self.used..])
    }

    /// So many bytes of what has arrived were used.
    pub fn consume(&mut self, count: usize) {
        self.used += count;
    }

    /// Whether something has arrived that was not used.
    pub fn has_input(&self) -> bool {
        self.used < self.input.len()
    }

    /// Answers; it is sent when the sender has to be waited for.
    pub fn say(&mut self, reply: &Reply) {
        reply.write(&mut self.output);
    }

    /// Sends what was answered.
    pub async fn flush(&mut self) -> Result<(), Ended> {
        if self.output.is_empty() {
            return Ok(());
        }
        let output = std::mem::take(&mut self.output);
        let stream = &mut self.stream;
        within(ANSWER, async {
            stream.write_all(&output).await?;
            stream.flush().await?;
            Ok(())
        })
        .await
    }

    /// Agrees on TLS. What came before it is thrown away, so that nobody can slip anything in.
    pub async fn protect(self, acceptor: &TlsAcceptor) -> Result<Self, Ended> {
        let agreed = tokio::time::timeout(AGREE, acceptor.accept(self.stream)).await;
        match agreed {
            Ok(Ok(stream)) => Ok(Self::new(Box::new(stream))),
            Ok(Err(error)) => Err(Ended::Tls(error.to_string())),
            Err(_) => Err(Ended::Silent { seconds: AGREE.as_secs() }),
        }
    }

    /// Ends the connection in good manners; whether the sender notices does not matter any more.
    pub async fn close(mut self) {
        if self.flush().await.is_ok() {
            // The sender may be gone already.
            let _ = within(ANSWER, async { Ok(self.stream.shutdown().await?) }).await;
        }
    }

    async fn fill(&mut self, patience: Duration) -> Result<(), Ended> {
        self.flush().await?;
        self.input.drain(..self.used);
        self.used = 0;
        // What a large message left is given back.
        self.input.shrink_to(2 * CHUNK);
        self.input.reserve(CHUNK);
        let (stream, input) = (&mut self.stream, &mut self.input);
        let count = within(patience, async { Ok(stream.read_buf(input).await?) }).await?;
        if count == 0 { Err(Ended::Closed) } else { Ok(()) }
    }
}

async fn within<T>(
    most: Duration,
    step: impl Future<Output = Result<T, Ended>>,
) -> Result<T, Ended> {
    let silent = |_| Ended::Silent { seconds: most.as_secs() };
    tokio::time::timeout(most, step).await.map_err(silent)?
}
