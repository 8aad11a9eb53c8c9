//! Listens, and talks to everybody who comes.

use std::{
    fs, io,
    os::unix::fs::{FileTypeExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use app::outside::{Health, Outside};
use egress::Clock;
use jiff::SignedDuration;
use tokio::{
    net::{TcpListener, UnixListener},
    sync::watch,
    task::JoinSet,
};

use super::{
    Intake, Keeper, Listen,
    budget::Budget,
    door::Door,
    error::Ended,
    show::{Event, Show},
    talk::{House, Talk},
    wire::{Duplex, Wire},
};

/// The first and the longest pause before listening is tried again.
const PAUSES: (u64, u64) = (1, 60);
/// The pause after a connection could not be accepted: often there are too many open files.
const BREATH: Duration = Duration::from_millis(500);
/// How long somebody who is turned away may take to hear why.
const TURNING_AWAY: Duration = Duration::from_secs(5);

/// Listens for one intake.
pub struct Reception {
    house: Arc<House>,
    door: Arc<Door>,
    clock: Clock,
}

/// What is listened on.
enum Listener {
    Tcp(TcpListener),
    Unix { listener: UnixListener, _socket: Socket },
}

/// The file of a Unix socket, removed when nobody listens any more.
struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        // It may have been removed by hand.
        let _ = fs::remove_file(&self.0);
    }
}

impl Reception {
    /// A reception that hands what arrives to `keeper`, and shows in `book` how it is doing.
    pub fn new(intake: Intake, keeper: &Keeper, book: Arc<Outside>, clock: Clock) -> Self {
        let show = Show::new(&intake, book, clock.clone());
        let budget = Budget::new(intake.limits.bytes_at_once);
        let house = House { intake, slot: keeper.slot(), budget, show };
        Self { house: Arc::new(house), door: Door::new(), clock }
    }

    /// Listens until `stop` holds, and lets messages that are on their way come to their end.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let mut failed = 0_u32;
        let mut stopped = stop.clone();
        let listener = loop {
            match listen(&self.house.intake.listen) {
                Ok(listener) => break listener,
                Err(error) => {
                    let seconds = (PAUSES.0 << failed.min(10)).min(PAUSES.1);
                    failed += 1;
                    self.show_failure(&error, seconds);
                    tokio::select! {
                        _ = stopped.wait_for(|stop| *stop) => return,
                        () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
                    }
                }
            }
        };
        self.show_listening();
        let mut talks = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => break,
                accepted = accept(&listener) => accepted,
            };
            while talks.try_join_next().is_some() {}
            match accepted {
                Ok((stream, peer)) => self.receive(stream, peer, &mut talks, &stop),
                Err(error) => {
                    log::warn!(listen:% = self.house.intake.listen, error:%; "a connection is not accepted");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
        drop(listener);
        while talks.join_next().await.is_some() {}
    }

    fn receive(
        &self,
        stream: Box<dyn Duplex>,
        peer: Option<std::net::IpAddr>,
        talks: &mut JoinSet<()>,
        stop: &watch::Receiver<bool>,
    ) {
        let mut stream = stream;
        match self.door.enter(&self.house.intake, peer) {
            Ok(entry) => {
                let (house, stop) = (self.house.clone(), stop.clone());
                house.show.count(Event::Connected);
                let talk = Talk::new(house.clone(), entry, Wire::new(stream));
                talks.spawn(async move {
                    let Err(error) = talk.run(stop).await else { return };
                    let peer = peer.map(|peer| peer.to_string()).unwrap_or_default();
                    log::info!(listen:% = house.intake.listen, peer = peer.as_str(), error:%; "a sender broke off");
                    if !matches!(error, Ended::Dismissed(_)) {
                        house.show.count(Event::BrokenOff);
                    }
                });
            }
            Err(why) => {
                self.house.show.count(Event::TurnedAway);
                talks.spawn(async move {
                    use tokio::io::AsyncWriteExt as _;
                    let line = format!("{why}\r\n");
                    let telling = async {
                        stream.write_all(line.as_bytes()).await?;
                        stream.shutdown().await
                    };
                    // Whether they hear it does not matter.
                    let _ = tokio::time::timeout(TURNING_AWAY, telling).await;
                });
            }
        }
    }

    fn show_listening(&self) {
        let intake = &self.house.intake;
        let broken = intake.certificate.as_ref().and_then(|c| c.check().err());
        self.house.show.all(|record| {
            record.health = if broken.is_some() { Health::Failing } else { Health::Working };
            record.doing = format!("listening on {} ({})", intake.listen, intake.protocol.word());
            record.error.clone_from(&broken);
            record.retry_at = None;
        });
    }

    /// Whether it can be listened there: tries it for a moment. Says what is in the way, with the
    /// remedy. It needs a runtime around it.
    pub fn try_out(intake: &Intake) -> Result<(), String> {
        let place = &intake.listen;
        if let Some(fault) = intake.certificate.as_ref().and_then(|c| c.check().err()) {
            return Err(fault);
        }
        match listen(place) {
            Ok(_) => Ok(()),
            Err(error) => {
                let remedy = remedy(place, &error);
                Err(format!("cannot listen on {place}: {error}{remedy}"))
            }
        }
    }

    fn show_failure(&self, error: &io::Error, seconds: u64) {
        let listen = &self.house.intake.listen;
        let error = format!("cannot listen on {listen}: {error}{}", remedy(listen, error));
        log::error!(error = error.as_str(); "mail cannot be taken in");
        let retry = SignedDuration::from_secs(seconds as i64);
        let retry_at = Some((self.clock)().plus(retry));
        self.house.show.all(|record| {
            "waiting to try again".clone_into(&mut record.doing);
            record.retry_at = retry_at;
        });
        self.house.show.failing(&error);
    }
}

fn remedy(listen: &Listen, error: &io::Error) -> &'static str {
    match (listen, error.kind()) {
        (_, io::ErrorKind::AddrInUse) => "; stop what listens there, or name another `listen`",
        (_, io::ErrorKind::AddrNotAvailable) => "; this machine has no such address",
        (Listen::Tcp(_), io::ErrorKind::PermissionDenied) => {
            "; a port below 1024 needs AmbientCapabilities=CAP_NET_BIND_SERVICE, or take a higher one"
        }
        (Listen::Unix { .. }, io::ErrorKind::PermissionDenied) => {
            "; let the service write into that directory"
        }
        (Listen::Unix { .. }, io::ErrorKind::NotFound) => "; make that directory",
        _ => "",
    }
}

fn listen(listen: &Listen) -> io::Result<Listener> {
    match listen {
        Listen::Tcp(address) => {
            let listener = std::net::TcpListener::bind(address)?;
            listener.set_nonblocking(true)?;
            Ok(Listener::Tcp(TcpListener::from_std(listener)?))
        }
        Listen::Unix { path, mode } => {
            let (listener, socket) = listen_unix(path, *mode)?;
            Ok(Listener::Unix { listener, _socket: socket })
        }
    }
}

/// Listens on a socket that never exists with other permissions than `mode`.
fn listen_unix(path: &Path, mode: u32) -> io::Result<(UnixListener, Socket)> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => {
            let told = "there is a file that is no socket";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, told));
        }
        Ok(_) if std::os::unix::net::UnixStream::connect(path).is_ok() => {
            return Err(io::Error::from(io::ErrorKind::AddrInUse));
        }
        // Nobody listens on it: a service that was killed left it, and it is replaced.
        _ => {}
    }
    let mut aside = path.as_os_str().to_owned();
    aside.push(".new");
    let aside = PathBuf::from(aside);
    match fs::remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = std::os::unix::net::UnixListener::bind(&aside)?;
    fs::set_permissions(&aside, fs::Permissions::from_mode(mode))?;
    fs::rename(&aside, path)?;
    let socket = Socket(path.to_owned());
    listener.set_nonblocking(true)?;
    Ok((UnixListener::from_std(listener)?, socket))
}

async fn accept(listener: &Listener) -> io::Result<(Box<dyn Duplex>, Option<std::net::IpAddr>)> {
    match listener {
        Listener::Tcp(listener) => {
            let (stream, peer) = listener.accept().await?;
            stream.set_nodelay(true)?;
            Ok((Box::new(stream), Some(peer.ip())))
        }
        Listener::Unix { listener, .. } => {
            let (stream, _) = listener.accept().await?;
            Ok((Box::new(stream), None))
        }
    }
}
