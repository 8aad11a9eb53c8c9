//! Calling a host.

use std::{future::Future, sync::Arc, time::Duration};

use app::outside::Outside;
use model::Instant;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::{EgressError, Resolver, Stream, Trust, address};

/// How long finding and reaching a host may take.
const REACH: Duration = Duration::from_secs(15);
/// How long agreeing on TLS may take.
const AGREE: Duration = Duration::from_secs(15);

/// Gives the present instant.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A host as the configuration names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name or address.
    pub name: String,
    /// Its port.
    pub port: u16,
    /// How connections to it are protected.
    pub protection: Protection,
}

/// How a connection is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protection {
    /// By TLS from the first byte.
    Tls(Trust),
    /// By TLS after a command of the protocol; without it nothing is said.
    StartTls(Trust),
    /// Not at all.
    None,
}

/// Calls hosts that were allowed, and keeps a book of it.
#[derive(Clone)]
pub struct Egress {
    book: Arc<Outside>,
    clock: Clock,
    resolver: Resolver,
}

/// Where a host may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    /// Anywhere: the administrator named the host for what it is.
    Anywhere,
    /// On the public internet.
    Public,
}

impl Egress {
    /// Calls what `book` allows.
    pub fn new(book: Arc<Outside>, clock: Clock) -> Self {
        Self { book, clock, resolver: address::system() }
    }

    /// The same, asking `resolver` for addresses.
    #[must_use]
    pub fn with_resolver(self, resolver: Resolver) -> Self {
        Self { resolver, ..self }
    }

    /// The book of hosts, channels and sources.
    pub fn book(&self) -> &Arc<Outside> {
        &self.book
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// Lets a host be called; for the configuration alone.
    pub fn allow(&self, host: &Host, purpose: &str) {
        self.book.allow(&host.name, host.port, purpose);
    }

    /// Connects to `host`: protected where it wants TLS from the start, plain otherwise.
    pub async fn connect(&self, host: &Host) -> Result<Stream, EgressError> {
        self.reach_noted(host, Where::Anywhere).await
    }

    /// Connects to `host` only if it is on the public internet.
    pub(crate) async fn connect_public(&self, host: &Host) -> Result<Stream, EgressError> {
        self.reach_noted(host, Where::Public).await
    }

    async fn reach_noted(&self, host: &Host, allowed: Where) -> Result<Stream, EgressError> {
        let outcome = self.reach(host, allowed).await;
        if !matches!(outcome, Err(EgressError::NotAllowed { .. })) {
            let error = outcome.as_ref().err().map(ToString::to_string);
            self.book.called(&host.name, host.port, error, self.now());
        }
        self.note_certificate(host, &outcome);
        outcome
    }

    /// Notes how long the host's certificate holds, so that it can be renewed in time.
    fn note_certificate(&self, host: &Host, outcome: &Result<Stream, EgressError>) {
        if let Some(shown) = outcome.as_ref().ok().and_then(Stream::certificate) {
            self.book.certificate_seen(&host.name, host.port, shown);
        }
    }

    async fn reach(&self, host: &Host, allowed: Where) -> Result<Stream, EgressError> {
        let Host { name, port, protection } = host;
        if !self.book.allows(name, *port) {
            return Err(EgressError::NotAllowed { host: name.clone(), port: *port });
        }
        let stream = within(name, "reaching it", REACH, self.dial(name, *port, allowed)).await?;
        match protection {
            Protection::Tls(trust) => agree(name, trust, stream).await,
            Protection::StartTls(_) | Protection::None => Ok(Stream::plain(stream)),
        }
    }

    /// Dials one of the addresses of `name`. None is dialled that was not looked at.
    async fn dial(&self, name: &str, port: u16, allowed: Where) -> Result<TcpStream, EgressError> {
        let unknown = |source| EgressError::Unknown { host: name.to_owned(), source };
        let unreachable = |source| EgressError::Unreachable { host: name.to_owned(), port, source };
        let mut failed = unreachable(std::io::Error::other("its name has no address"));
        for address in (self.resolver)(name.to_owned(), port).await.map_err(unknown)? {
            if allowed == Where::Public && !address::is_public(address.ip()) {
                failed = EgressError::Inside { host: name.to_owned(), address: address.ip() };
                continue;
            }
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(unreachable)?;
                    return Ok(stream);
                }
                Err(error) => failed = unreachable(error),
            }
        }
        Err(failed)
    }

    /// Protects a plain connection after the protocol has agreed to it.
    pub async fn protect(&self, host: &Host, stream: Stream) -> Result<Stream, EgressError> {
        let refused =
            |detail: &str| EgressError::Tls { host: host.name.clone(), detail: detail.to_owned() };
        let Protection::StartTls(trust) = &host.protection else {
            return Err(refused("it is not to be protected later"));
        };
        let plain = stream.into_plain().ok_or_else(|| refused("it is protected already"))?;
        let outcome = agree(&host.name, trust, plain).await;
        if let Err(error) = &outcome {
            self.book.called(&host.name, host.port, Some(error.to_string()), self.now());
        }
        self.note_certificate(host, &outcome);
        outcome
    }
}

async fn agree(name: &str, trust: &Trust, stream: TcpStream) -> Result<Stream, EgressError> {
    let refused = |detail: String| EgressError::Tls { host: name.to_owned(), detail };
    let server = ServerName::try_from(name.to_owned())
        .map_err(|_| refused("its name cannot stand in a certificate".to_owned()))?;
    let connector = TlsConnector::from(trust.config()?);
    let shaking =
        async { connector.connect(server, stream).await.map_err(|error| refused(told(&error))) };
    within(name, "agreeing on TLS", AGREE, shaking).await.map(Stream::tls)
}

/// What TLS says, with the remedy where there is one.
fn told(error: &std::io::Error) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let remedy = match inner {
        Some(rustls::Error::InvalidCertificate(why)) => match why {
            rustls::CertificateError::UnknownIssuer | rustls::CertificateError::BadSignature => {
                "; name its certificate authority with `ca` if it is one of your own"
            }
            rustls::CertificateError::Expired | rustls::CertificateError::ExpiredContext { .. } => {
                "; its certificate has to be renewed there"
            }
            rustls::CertificateError::NotValidForName
            | rustls::CertificateError::NotValidForNameContext { .. } => {
                "; use the name that its certificate is for"
            }
            _ => "",
        },
        _ => "",
    };
    format!("{error}{remedy}")
}

/// Gives up after `most`.
pub(crate) async fn within<T>(
    host: &str,
    doing: &'static str,
    most: Duration,
    work: impl Future<Output = Result<T, EgressError>>,
) -> Result<T, EgressError> {
    tokio::time::timeout(most, work).await.unwrap_or_else(|_| {
        Err(EgressError::TooSlow { host: host.to_owned(), doing, seconds: most.as_secs() })
    })
}
