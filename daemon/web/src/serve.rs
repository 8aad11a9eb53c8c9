//! Listening and stopping.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use app::Watchkeeper;
use http::{Uri, uri::Authority};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    access::Access,
    connection::{Connection, Limits},
    live::Live,
    openapi, router,
    seats::Seats,
    service::{Clock, Service, Shared},
    site::Site,
    telling,
    tls::{self, Identity, Tls, TlsError},
};

/// How often uses of sessions are written down.
const TIDY: Duration = Duration::from_mins(5);
/// The pause after a failed accept, such as when file descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Where and how to serve.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How connections are protected.
    pub tls: Tls,
    /// The address that people use, such as `https://desk.example`, where it is another, for
    /// instance because of a proxy.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How patient to be with connections.
    pub limits: Limits,
}

impl ServeOptions {
    /// Options to listen on `listen` with `tls`, and nothing unusual.
    pub fn new(listen: SocketAddr, tls: Tls) -> Self {
        Self {
            listen,
            tls,
            public_url: None,
            trusted_proxies: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Passwords would cross a network in the clear.
    #[error(
        "plain HTTP on {listen} would send passwords in the clear: listen on 127.0.0.1 behind a \
         proxy that speaks TLS, or leave TLS on"
    )]
    PlainBeyondLoopback {
        /// The address.
        listen: SocketAddr,
    },
    /// The public address is none.
    #[error("`{url}` is no public address: write it like https://desk.example, without a path")]
    BadPublicUrl {
        /// The address as given.
        url: String,
    },
    /// The port cannot be had.
    #[error("cannot listen on {listen}: {source}")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The certificate cannot be had.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The description of the API cannot be written.
    #[error("cannot encode the description of the API: {0}")]
    Describe(#[from] serde_json::Error),
}

/// A service that runs.
#[derive(Debug)]
pub struct Running {
    /// The address it is bound to.
    pub address: SocketAddr,
    /// The address to open in a browser.
    pub url: String,
    /// The SHA-256 of the certificate as browsers show it; nothing without TLS.
    pub fingerprint: Option<String>,
    task: JoinHandle<()>,
}

impl Running {
    /// Waits until the service has stopped.
    pub async fn finished(self) {
        if let Err(panic) = self.task.await {
            log::error!(panic:%; "the service stopped");
        }
    }
}

/// Binds the address and serves in the background until `shutdown` is ready; requests in progress
/// are then finished. Must be called within a tokio runtime.
pub async fn serve(
    app: Arc<Watchkeeper>,
    access: Access,
    options: ServeOptions,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, ServeError> {
    let ServeOptions { listen, tls, public_url, trusted_proxies, limits } = options;
    if tls == Tls::Off && !listen.ip().to_canonical().is_loopback() {
        return Err(ServeError::PlainBeyondLoopback { listen });
    }
    let public = public_url.as_deref().map(origin_of).transpose()?;
    let host = public.as_ref().map(|public| public.host.as_str());
    let identity = tls::identity(&tls, &tls::own_names(listen.ip(), host), clock())?;
    let refused = |source| ServeError::Listen { listen, source };
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;

    let secure = identity.is_some() || public.as_ref().is_some_and(|p| p.secure);
    let origin = public.map(|public| public.origin);
    let url = origin.clone().unwrap_or_else(|| shown(address, identity.is_some()));
    let (stop, stopping) = watch::channel(false);
    let service = Arc::new(Service::new(
        app.clone(),
        access,
        clock,
        Site { secure, origin, trusted_proxies },
        Live::new(stopping),
        openapi::document()?,
    ));
    let told = Arc::downgrade(&service);
    app.subscribe(Box::new(move |event| {
        if let Some(service) = told.upgrade() {
            service.live.publish(event);
        }
    }));
    let fingerprint = identity.as_ref().map(|identity| identity.fingerprint.clone());
    let warming = service.clone();
    // a failure is in the log, and whoever asks for events will try again
    tokio::task::spawn_blocking(move || warming.stand().is_ok());
    let serving = accept(listener, service.clone(), identity, limits, stop, shutdown);
    let task = tokio::spawn(async move {
        tokio::select! {
            () = serving => {}
            () = tidy(service.clone()) => {}
            () = telling::tell(service) => {}
        }
    });
    Ok(Running { address, url, fingerprint, task })
}

async fn accept(
    listener: TcpListener,
    service: Shared,
    identity: Option<Identity>,
    limits: Limits,
    stop: watch::Sender<bool>,
    shutdown: impl Future<Output = ()> + Send,
) {
    let seats =
        Seats::new(limits.connections, limits.per_address, service.site.trusted_proxies.clone());
    let router = router::router(service);
    let tls = identity.map(|identity| identity.config);
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let arrived = async {
            let one = seats.free().await;
            (listener.accept().await, one)
        };
        let (accepted, one) = tokio::select! {
            arrived = arrived => arrived,
            () = &mut shutdown => break,
        };
        let Some(one) = one else { break };
        match accepted {
            Ok((stream, peer)) => {
                let Some(seat) = seats.take(one, peer.ip()) else {
                    log::debug!(peer:%; "too many connections from one address");
                    continue;
                };
                let (router, tls, watcher) = (router.clone(), tls.clone(), graceful.watcher());
                let connection = Connection { peer, router, tls, limits, watcher, seat };
                tokio::spawn(connection.serve(stream));
            }
            Err(error) => {
                log::warn!(error:%; "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    let _ = stop.send(true);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        log::warn!("some requests were still in progress at the end");
    }
}

/// Writes uses of sessions down now and then; never ends.
async fn tidy(service: Shared) {
    let mut every = tokio::time::interval(TIDY);
    loop {
        every.tick().await;
        // a failure is in the log; the next round tries again
        let _ = service.work(|service, now| Ok(service.access.tidy(now)?)).await;
    }
}

struct Public {
    origin: String,
    host: String,
    secure: bool,
}

fn origin_of(url: &str) -> Result<Public, ServeError> {
    let bad = || ServeError::BadPublicUrl { url: url.to_owned() };
    let uri: Uri = url.parse().map_err(|_| bad())?;
    let secure = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return Err(bad()),
    };
    let authority: &Authority = uri.authority().ok_or_else(bad)?;
    if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') {
        return Err(bad());
    }
    let origin = format!("{}://{authority}", if secure { "https" } else { "http" });
    let host = authority.host().trim_matches(['[', ']']).to_owned();
    Ok(Public { origin, host, secure })
}

/// The address to open: where every address is listened on, this machine's.
fn shown(address: SocketAddr, tls: bool) -> String {
    let scheme = if tls { "https" } else { "http" };
    let port = address.port();
    if address.ip().is_unspecified() || address.ip().is_loopback() {
        return format!("{scheme}://localhost:{port}");
    }
    format!("{scheme}://{address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_taken_apart_or_refused() {
        let public = origin_of("https://desk.example:8443/").unwrap();
        assert_eq!(public.origin, "https://desk.example:8443");
        assert_eq!((public.host.as_str(), public.secure), ("desk.example", true));
        for bad in ["desk.example", "ftp://desk.example", "https://a@desk.example", "https://x/y"] {
            assert!(origin_of(bad).is_err(), "{bad}");
        }
    }
}
