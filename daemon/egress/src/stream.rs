//! A connection, plain or protected.

use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    net::SocketAddr,
    path::Path,
    pin::Pin,
    task::{Context, Poll},
};

use app::saved::ShownCertificate;
use model::Instant;
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// The largest file of certificates that is read.
const LARGEST: u64 = 1 << 20;

/// A connection to a host.
pub struct Stream {
    way: Way,
    /// What is read before anything that the host sends.
    first: Vec<u8>,
}

enum Way {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    pub(crate) fn plain(stream: TcpStream) -> Self {
        Self { way: Way::Plain(stream), first: Vec::new() }
    }

    pub(crate) fn tls(stream: TlsStream<TcpStream>) -> Self {
        Self { way: Way::Tls(Box::new(stream)), first: Vec::new() }
    }

    /// The same connection, on which `text` is read before what the host sends: for a protocol that
    /// greets once although its library expects to be greeted again.
    #[must_use]
    pub fn saying_first(self, text: &[u8]) -> Self {
        Self { first: text.to_vec(), ..self }
    }

    /// Whether nobody on the way can read along.
    pub fn is_protected(&self) -> bool {
        matches!(self.way, Way::Tls(_))
    }

    /// The certificate of the host, if it showed one that can be read.
    pub fn certificate(&self) -> Option<ShownCertificate> {
        let Way::Tls(stream) = &self.way else { return None };
        let (_, session) = stream.get_ref();
        let shown = session.peer_certificates()?.first()?;
        let (_, certificate) = x509_parser::parse_x509_certificate(shown).ok()?;
        Some(ShownCertificate {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            ends: Instant::from_seconds(certificate.validity().not_after.timestamp()),
        })
    }

    /// The host's address.
    pub fn peer(&self) -> io::Result<SocketAddr> {
        match &self.way {
            Way::Plain(stream) => stream.peer_addr(),
            Way::Tls(stream) => stream.get_ref().0.peer_addr(),
        }
    }

    pub(crate) fn into_plain(self) -> Option<TcpStream> {
        match self.way {
            Way::Plain(stream) => Some(stream),
            Way::Tls(_) => None,
        }
    }
}

/// When a certificate in DER ends.
fn ends(der: &[u8]) -> Option<Instant> {
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    Some(Instant::from_seconds(certificate.validity().not_after.timestamp()))
}

/// When the first certificate of a PEM file ends, if one can be read there.
pub fn certificate_file_ends(path: &Path) -> Option<Instant> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    ends(&CertificateDer::pem_slice_iter(&bytes).next()?.ok()?)
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.is_protected() { "tls" } else { "plain" };
        f.debug_struct("Stream").field("way", &way).finish_non_exhaustive()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.first.is_empty() {
            let count = self.first.len().min(buffer.remaining());
            buffer.put_slice(&self.first[..count]);
            self.first.drain(..count);
            return Poll::Ready(Ok(()));
        }
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Way::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Way::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_flush(context),
            Way::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Way::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
