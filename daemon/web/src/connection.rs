//! One connection: handshake, limits, and handing requests to the router.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::Watcher},
};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::{seats::Seat, site::Peer, stall::Stalling};

/// Bytes of all headers of a request.
const HEADER_BYTES: usize = 32 << 10;
/// Headers of a request.
const HEADERS: usize = 64;
/// Requests at the same time over one HTTP/2 connection.
const STREAMS: u32 = 64;

/// How patient the service is with connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at the same time; further ones wait in the system's queue.
    pub connections: usize,
    /// Connections from one address at the same time; further ones are closed. Trusted proxies
    /// may have more.
    pub per_address: usize,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long a client may take for the headers of a request, and be silent between two.
    pub headers: Duration,
    /// How long a client may take nothing of an answer.
    pub stall: Duration,
    /// How long requests in progress may take when the service stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            per_address: 128,
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(30),
            stall: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// What a connection needs.
pub(crate) struct Connection {
    pub(crate) peer: SocketAddr,
    pub(crate) router: Router,
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) limits: Limits,
    pub(crate) watcher: Watcher,
    pub(crate) seat: Seat,
}

impl Connection {
    /// Serves the connection to its end.
    pub(crate) async fn serve(self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let stream = Stalling::new(stream, self.limits.stall);
        let Some(config) = self.tls.clone() else {
            return self.speak(stream, false).await;
        };
        let accepted = TlsAcceptor::from(config).accept(stream);
        match tokio::time::timeout(self.limits.handshake, accepted).await {
            Ok(Ok(stream)) => {
                let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                self.speak(stream, http2).await;
            }
            Ok(Err(error)) => log::debug!(peer:% = self.peer, error:%; "TLS handshake failed"),
            Err(_) => log::debug!(peer:% = self.peer; "TLS handshake took too long"),
        }
    }

    /// The version is known beforehand: waiting for the first bytes to guess it has no time-out.
    async fn speak<S>(self, stream: S, http2: bool)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { peer, router, limits, watcher, seat, .. } = self;
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            router.clone().oneshot(request)
        });
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.headers)
            .max_headers(HEADERS)
            .max_buf_size(HEADER_BYTES);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(limits.headers)
            .keep_alive_timeout(limits.headers)
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(HEADER_BYTES as u32);
        let builder = if http2 { builder.http2_only() } else { builder.http1_only() };
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection.into_owned()).await {
            log::debug!(peer:%, error:%; "connection ended early");
        }
        drop(seat);
    }
}
