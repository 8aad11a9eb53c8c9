use std::time::Duration;

use model::fact::Role;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use web::Limits;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_finishes_its_headers_is_cut_off() {
    let limits = Limits { headers: Duration::from_millis(300), ..Limits::default() };
    let world = World::with_limits(limits).await;
    let mut slow = TcpStream::connect(world.running.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), slow.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the connection stayed open");
    world.client.get("/api/v1/health").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_body_or_header_is_refused_and_the_service_goes_on() {
    let world = World::new().await;
    let agent = world.client_as(Role::Agent);
    let case = world.case("Storefront is down").await;
    let path = format!("/api/v1/cases/{case}/notes");
    let huge = agent.post(&path, json!({"text": "x".repeat(2 << 20)})).await;
    assert_eq!(huge.code(413), "too_large");
    let headers = agent.clone().with("x-huge", &"x".repeat(100_000)).get("/api/v1/queues").await;
    assert!(matches!(headers.status.as_u16(), 400 | 431), "{}", headers.status);
    let nonsense = agent.post(&path, json!({"words": "x"})).await;
    assert_eq!(nonsense.code(422), "invalid");
    assert!(nonsense.text().contains("words"), "{}", nonsense.text());
    agent.post(&path, json!({"text": "called back"})).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_allowed_wait_their_turn() {
    let world = World::with_limits(Limits { connections: 2, ..Limits::default() }).await;
    let mut holding = Vec::new();
    for _ in 0..2 {
        let mut seated = TcpStream::connect(world.running.address).await.unwrap();
        seated.write_all(b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        seated.read_u8().await.unwrap();
        holding.push(seated);
    }
    let client = world.client.clone();
    let mut third = tokio::spawn(async move { client.get("/api/v1/health").await.status });
    let early = tokio::time::timeout(Duration::from_millis(300), &mut third).await;
    assert!(early.is_err(), "a third connection was served");
    drop(holding);
    let status = tokio::time::timeout(Duration::from_secs(20), third).await.unwrap().unwrap();
    assert_eq!(status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_closes_the_door_and_ends() {
    let mut world = World::new().await;
    world.client.get("/api/v1/health").await.expect(200);
    world.stop();
    let World { running, client, .. } = world;
    let address = running.address;
    tokio::time::timeout(Duration::from_secs(20), running.finished()).await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    drop(client);
}
