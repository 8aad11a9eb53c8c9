//! Mail that is handed to us.

mod disk;
mod limits;
mod peers;
mod postfix;
pub mod protect;
mod talk;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use sources::intake::{Desk, Intake, Keeper, Limits, Listen, Protocol, Reception};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    sync::watch,
    task::JoinHandle,
};

use crate::world::{World, eventually, now};

pub const CASES: &str = "cases@watch.example";

/// A reception at work.
pub struct Office {
    pub world: World,
    pub listen: Listen,
    stop: watch::Sender<bool>,
    keeper: Keeper,
    receiving: JoinHandle<()>,
}

/// An intake on a free port.
pub fn intake(protocol: Protocol) -> Intake {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    Intake {
        listen: Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], port))),
        protocol,
        name: "watch.example".to_owned(),
        desks: vec![desk("cases", protocol, &[CASES])],
        certificate: None,
        tls_required: false,
        peers: Vec::new(),
        limits: Limits::usual(1 << 20),
    }
}

pub fn desk(name: &str, protocol: Protocol, addresses: &[&str]) -> Desk {
    let addresses: Vec<String> = addresses.iter().map(|a| (*a).to_owned()).collect();
    Desk { info: Desk::info(name, protocol, &addresses), addresses, journal: false }
}

impl Office {
    pub async fn open(intake: Intake) -> Self {
        Self::open_in(World::new(), intake).await
    }

    pub async fn open_in(world: World, intake: Intake) -> Self {
        let listen = intake.listen.clone();
        let keeper = Keeper::start(world.app.clone(), Arc::new(now));
        let book = world.app.outside().clone();
        let reception = Reception::new(intake, &keeper, book, Arc::new(now));
        let (stop, stopped) = watch::channel(false);
        let receiving = tokio::spawn(reception.run(stopped));
        let office = Self { world, listen, stop, keeper, receiving };
        let listening = || office.world.record().doing.contains("listening");
        eventually("listening", listening, || format!("{:?}", office.world.record())).await;
        office
    }

    pub fn address(&self) -> SocketAddr {
        let Listen::Tcp(address) = &self.listen else { panic!("it is a socket") };
        *address
    }

    pub fn socket(&self) -> PathBuf {
        let Listen::Unix { path, .. } = &self.listen else { panic!("it is an address") };
        path.clone()
    }

    pub async fn sender(&self) -> Sender<TcpStream> {
        let mut sender = Sender::new(TcpStream::connect(self.address()).await.unwrap());
        sender.hears("220").await;
        sender
    }

    /// What was counted.
    pub fn count(&self, word: &str) -> u64 {
        self.world.record().counts.get(word).copied().unwrap_or_default()
    }

    /// Stops, as the service does.
    pub async fn close(self) -> World {
        self.stop.send(true).unwrap();
        self.receiving.await.unwrap();
        self.keeper.finished().await;
        self.world
    }
}

/// Somebody who sends.
pub struct Sender<S>(BufReader<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Sender<S> {
    pub fn new(stream: S) -> Self {
        Self(BufReader::new(stream))
    }

    pub fn into_inner(self) -> S {
        self.0.into_inner()
    }

    pub async fn says(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    /// An answer, all of its lines; nothing if the connection ended.
    pub async fn answer(&mut self) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            let reading = self.0.read_line(&mut line);
            let read = tokio::time::timeout(Duration::from_secs(40), reading).await;
            if !matches!(read.expect("an answer in time"), Ok(1..)) {
                return all;
            }
            all.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                return all;
            }
        }
    }

    pub async fn hears(&mut self, code: &str) -> String {
        let answer = self.answer().await;
        assert!(answer.starts_with(code), "instead of {code}: {answer:?}");
        answer
    }

    pub async fn asks(&mut self, line: &str, code: &str) -> String {
        self.says(&format!("{line}\r\n")).await;
        self.hears(code).await
    }

    /// Says hello and begins a message for `to`.
    pub async fn begins(&mut self, to: &str) {
        self.asks("EHLO sender.example", "250").await;
        self.asks("MAIL FROM:<jane@northwind.example>", "250").await;
        self.asks(&format!("RCPT TO:<{to}>"), "250").await;
    }
}
