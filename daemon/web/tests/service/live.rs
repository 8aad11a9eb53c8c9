use std::time::Duration;

use http::Method;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use model::fact::Role;

use crate::{client::Client, world::World};

const LATE: &[u8] = b"From: Sam Lee <sam@vitrine.example>\r\n\
To: support@brightwater.example\r\n\
Date: Thu, 15 Jan 2026 11:00:00 +0000\r\n\
Message-ID: <late@vitrine.example>\r\n\
In-Reply-To: <other@vitrine.example>\r\n\
Subject: Re: Storefront is down\r\n\r\n\
Still down.\r\n";

struct Stream {
    body: Incoming,
    text: String,
}

impl Stream {
    async fn open(client: &Client) -> Self {
        let response = client.open(Method::GET, "/api/v1/events", None).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// Everything received up to and with `wanted`.
    async fn until(&mut self, wanted: &str) -> String {
        let read = async {
            while !self.text.contains(wanted) {
                let frame = self.body.frame().await.expect("the stream ended").unwrap();
                self.text.push_str(&String::from_utf8_lossy(frame.data_ref().unwrap()));
            }
        };
        tokio::time::timeout(Duration::from_secs(20), read).await.expect(wanted);
        std::mem::take(&mut self.text)
    }
}

fn last_id(text: &str) -> String {
    let id = text.lines().rev().find_map(|line| line.strip_prefix("id: "));
    id.unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_message_shows_without_asking_and_a_reader_who_was_away_misses_nothing() {
    let world = World::new().await;
    let viewer = world.client_as(Role::Viewer);
    let case = world.case("Storefront is down").await;
    let mut stream = Stream::open(&viewer).await;
    let hello = stream.until("event: hello").await;
    let before = last_id(&format!("{hello}{}", stream.until("\n\n").await));
    assert_ne!(before, "0");

    world.deliver("late", LATE).await;
    let change = stream.until(&format!("\"{case}\"")).await;
    assert!(change.contains("event: change") && change.contains("\"kind\":\"cases\""), "{change}");
    drop(stream);

    let mut again = Stream::open(&viewer.clone().with("last-event-id", &before)).await;
    again.until(&format!("\"{case}\"")).await;
    let mut stranger = Stream::open(&viewer.with("last-event-id", "999999")).await;
    stranger.until("event: reset").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_do_not_keep_the_service_from_stopping() {
    let mut world = World::new().await;
    let mut stream = Stream::open(&world.client_as(Role::Viewer)).await;
    stream.until("event: hello").await;
    world.stop();
    let World { running, .. } = world;
    tokio::time::timeout(Duration::from_secs(5), running.finished()).await.unwrap();
}
