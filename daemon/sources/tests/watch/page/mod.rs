//! Pages are watched over real connections to a server on loopback.

pub mod server;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use app::{
    outside::{Health, WatchRecord},
    record::TimelineKind,
};
use egress::{Addresses, Egress, Resolver, Trust, http::Endpoint};
use model::{AccountId, Actor, Instant, fact::NoteTarget};
use server::{Does, Server};
use sources::page::{PageWatcher, WatchedPage, text::Scope};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::world::{World, eventually};

fn now() -> Instant {
    "2026-01-14T12:00:00Z".parse().unwrap()
}

/// A page on the server, looked at all the time.
fn page(server: &Server, path: &str) -> WatchedPage {
    let url = format!("http://127.0.0.1:{}{path}", server.port);
    WatchedPage {
        info: WatchedPage::info("status", &url),
        endpoint: Endpoint::parse(&url, Trust::Platform).unwrap(),
        hosts: Vec::new(),
        scope: Scope::default(),
        every: Duration::from_millis(50),
        confirm: Duration::from_millis(20),
        about: NoteTarget::Account(AccountId::new("northwind")),
        inside: true,
        ignore_robots: false,
        deadline: Duration::from_secs(10),
    }
}

fn html(says: &str) -> String {
    format!(
        "<html><head><title>Status</title></head><body><nav><a href=/x>Home</a></nav>\
         <h1>Status of exports</h1><p>{says}</p></body></html>"
    )
}

struct Watching {
    _stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn watch(world: &World, page: WatchedPage) -> Watching {
    let egress = Egress::new(world.app.outside().clone(), Arc::new(now));
    watch_by(world, page, egress)
}

fn watch_by(world: &World, page: WatchedPage, egress: Egress) -> Watching {
    let watcher = PageWatcher::new(page, world.app.clone(), egress);
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(watcher.run(async {
        let _ = stopped.await;
    }));
    Watching { _stop: stop, task }
}

fn with_account(world: &World) {
    let account = model::Account {
        id: AccountId::new("northwind"),
        name: "Northwind".to_owned(),
        domains: vec!["northwind.example".to_owned()],
        tier: None,
        timezone: None,
        renewal: None,
        fields: [].into(),
    };
    world.app.put_account(account, &Actor::CommandLine, now()).unwrap();
}

/// What the account's notes say, the latest first.
fn told(world: &World) -> Vec<String> {
    let account = world.app.account(&AccountId::new("northwind"), now()).unwrap();
    let text = |what: TimelineKind| match what {
        TimelineKind::Note { text, .. } => text,
        other => panic!("{other:?}"),
    };
    account.notes.into_iter().map(|item| text(item.what)).collect()
}

async fn is(world: &World, what: &str, ready: impl Fn(&WatchRecord) -> bool) {
    let told = || format!("{:?}", world.record());
    eventually(what, || ready(&world.record()), told).await;
}

async fn fails_with(world: &World, words: &str) {
    is(world, words, |record| {
        record.health == Health::Failing
            && record.error.as_deref().is_some_and(|e| e.contains(words))
    })
    .await;
}

async fn settled(server: &Server, path: &str, more: usize) {
    let count = || server.asked().iter().filter(|asked| asked.starts_with(path)).count();
    let wanted = count() + more;
    eventually(&format!("{more} more requests"), || count() >= wanted, || count().to_string())
        .await;
}

#[tokio::test]
async fn a_change_is_told_once_in_the_account_with_both_pages_as_evidence() {
    let (world, server) = (World::new(), Server::new().await);
    with_account(&world);
    server.does("/status", Does::Page(html("All systems work.")));
    let watching = watch(&world, page(&server, "/status"));
    is(&world, "a first look", |record| record.health == Health::Working).await;
    settled(&server, "/status", 3).await;
    assert!(told(&world).is_empty(), "nothing has changed yet");
    assert!(
        server.asked().iter().any(|asked| asked.contains("if-none-match")),
        "{:?}",
        server.asked()
    );

    server.does("/status", Does::Page(html("Exports are delayed since this morning.")));
    eventually("the change", || !told(&world).is_empty(), || format!("{:?}", world.record())).await;
    settled(&server, "/status", 4).await;
    let all = told(&world);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].contains("Gone: All systems work."), "{}", all[0]);
    assert!(all[0].contains("New: Exports are delayed since this morning."), "{}", all[0]);

    let account = world.app.account(&AccountId::new("northwind"), now()).unwrap();
    let TimelineKind::Note { seen: Some(seen), .. } = &account.notes[0].what else { panic!() };
    let bytes = |id| String::from_utf8(world.app.evidence(id).unwrap().to_vec()).unwrap();
    assert!(bytes(&seen.evidence).contains("Exports are delayed"));
    assert!(bytes(seen.before.as_ref().unwrap()).contains("All systems work"));
    let source = &world.app.sources().unwrap()[0];
    assert_eq!((source.kind.as_str(), source.folders[0].ledger.stored), ("page", 2));

    // Another start goes on from what was kept.
    drop(watching);
    let _again = watch(&world, page(&server, "/status"));
    settled(&server, "/status", 3).await;
    assert_eq!(told(&world).len(), 1);
    server.does("/status", Does::Page(html("All systems work again.")));
    eventually("the next change", || told(&world).len() == 2, || format!("{:?}", told(&world)))
        .await;
}

#[tokio::test]
async fn a_page_that_differs_at_every_fetch_or_cannot_be_reached_has_not_changed() {
    let (world, server) = (World::new(), Server::new().await);
    with_account(&world);
    server.does("/", Does::Restless(html("All systems work. Welcome, VISIT of ours.")));
    let _watching = watch(&world, page(&server, "/"));
    is(&world, "restlessness", |record| record.doing.contains("differs at every fetch")).await;
    for (does, words) in [
        (Does::Status(404), "look whether the page has moved"),
        (Does::Status(500), "the server is in trouble"),
        (Does::Status(403), "wants a login"),
        (Does::Endless, "gives more than 8 MiB"),
        (Does::Bomb, "gives more than 8 MiB"),
        (Does::Page("<html><body></body></html>".to_owned()), "no text that can be read"),
    ] {
        server.does("/", does);
        fails_with(&world, words).await;
    }
    // Two gigabytes are not read to their end: what went out is the cap and what sockets hold.
    assert!(server.endless() < 64 << 20, "{}", server.endless());
    server.does("/", Does::Page(html("All systems work. Welcome, friend of ours.")));
    is(&world, "recovery", |record| record.health == Health::Working && record.error.is_none())
        .await;
    // A steady page with other words than at first sight is a change; nothing before it was.
    eventually("one change", || !told(&world).is_empty(), || format!("{:?}", world.record())).await;
    assert_eq!(told(&world).len(), 1);
}

#[tokio::test]
async fn a_page_that_hangs_is_given_up_and_said() {
    let (world, server) = (World::new(), Server::new().await);
    server.does("/", Does::Hangs);
    let page = WatchedPage { deadline: Duration::from_millis(300), ..page(&server, "/") };
    let _watching = watch(&world, page);
    fails_with(&world, "did not answer in time").await;
}

#[tokio::test]
async fn what_robots_txt_forbids_is_not_asked_for() {
    let (world, server) = (World::new(), Server::new().await);
    server.does("/robots.txt", Does::Plain("User-agent: *\nDisallow: /private".to_owned()));
    server.does("/private", Does::Page(html("Secret")));
    let watching = watch(&world, page(&server, "/private"));
    fails_with(&world, "robots.txt").await;
    assert!(server.asked().iter().all(|asked| asked == "/robots.txt"), "{:?}", server.asked());
    drop(watching);
    let own = WatchedPage { ignore_robots: true, ..page(&server, "/private") };
    let _watching = watch(&world, own);
    is(&world, "one's own page", |record| record.health == Health::Working).await;
}

/// A resolver that names its answers one after the other.
fn names(answers: &[&str], port: u16) -> (Resolver, Arc<AtomicU32>) {
    let answers: Vec<SocketAddr> =
        answers.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), port)).collect();
    let asked = Arc::new(AtomicU32::new(0));
    let counted = asked.clone();
    let resolver = move |_: String, _: u16| -> Addresses {
        let at = counted.fetch_add(1, Ordering::Relaxed) as usize;
        let address = answers[at.min(answers.len() - 1)];
        Box::pin(async move { Ok(vec![address]) })
    };
    (Arc::new(resolver), asked)
}

#[tokio::test]
async fn no_name_no_redirect_and_no_second_answer_leads_inside() {
    let server = Server::new().await;
    server.does("/", Does::Page(html("Inside")));
    for inner in ["127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "10.0.0.1", "::1"] {
        let world = World::new();
        let (resolver, asked) = names(&[inner], server.port);
        let egress =
            Egress::new(world.app.outside().clone(), Arc::new(now)).with_resolver(resolver);
        let url = format!("http://status.northwind.example:{}/", server.port);
        let endpoint = Endpoint::parse(&url, Trust::Platform).unwrap();
        let page = WatchedPage { endpoint, inside: false, ..page(&server, "/") };
        let _watching = watch_by(&world, page, egress);
        fails_with(&world, "allow_private = true").await;
        assert!(asked.load(Ordering::Relaxed) > 0);
    }
    // The literal address is no way around it.
    let world = World::new();
    let _watching = watch(&world, WatchedPage { inside: false, ..page(&server, "/") });
    fails_with(&world, "allow_private = true").await;
    assert!(server.asked().is_empty(), "{:?}", server.asked());
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    // The address that was looked at is the one that is dialled: one look-up a connection, and no
    // second one that could answer otherwise.
    let server = Server::new().await;
    server.does("/", Does::Page(html("Inside")));
    let world = World::new();
    let (resolver, asked) = names(&["127.0.0.1"], server.port);
    let egress = Egress::new(world.app.outside().clone(), Arc::new(now)).with_resolver(resolver);
    let endpoint = Endpoint::parse("http://rebind.northwind.example/", Trust::Platform).unwrap();
    let fetch = |inside| egress::Fetch {
        endpoint: endpoint.clone(),
        headers: Vec::new(),
        most: 1 << 20,
        deadline: Duration::from_secs(5),
        inside,
    };
    egress.allow(&endpoint.host, "a test");
    let given = egress.fetch(&fetch(true)).await.unwrap();
    assert_eq!(given.status.as_u16(), 200);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let refused = egress.fetch(&fetch(false)).await.unwrap_err();
    assert!(matches!(refused, egress::EgressError::Inside { .. }), "{refused}");
    assert_eq!((asked.load(Ordering::Relaxed), server.asked().len()), (2, 1));
}

#[tokio::test]
async fn a_redirect_goes_where_the_administrator_allows_and_nowhere_else() {
    let (world, server) = (World::new(), Server::new().await);
    server.does("/old", Does::Leads("/new?x=1".to_owned()));
    server.does("/new?x=1", Does::Page(html("Moved here")));
    let watching = watch(&world, page(&server, "/old"));
    is(&world, "the new place", |record| record.health == Health::Working).await;
    drop(watching);
    let elsewhere = Server::new().await;
    elsewhere.does("/", Does::Page(html("Elsewhere")));
    for target in
        [format!("http://127.0.0.1:{}/", elsewhere.port), "http://metadata.internal/".to_owned()]
    {
        server.does("/old", Does::Leads(target));
        let world = World::new();
        let _watching = watch(&world, page(&server, "/old"));
        fails_with(&world, "add hosts = ").await;
    }
    assert!(elsewhere.asked().is_empty());
    let world = World::new();
    server.does("/round", Does::Leads("/round".to_owned()));
    let _watching = watch(&world, page(&server, "/round"));
    fails_with(&world, "leads on and on").await;
}
