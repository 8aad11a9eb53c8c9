use model::fact::Role;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_may_run_nothing_but_its_own_scripts() {
    let world = World::new().await;
    let page = world.client.get("/").await.expect(200);
    let policy = page.header("content-security-policy");
    for rule in [
        "default-src 'self'",
        "script-src 'self';",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(page.header("cross-origin-resource-policy"), "same-origin");
    assert!(page.header("content-type").starts_with("text/html"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bookmark_deep_in_the_page_opens_the_page_and_no_file_of_the_machine() {
    let world = World::new().await;
    let index = world.client.get("/").await.expect(200).body;
    for path in
        ["/queues/high", "/cases/7F3K2-M9QAB", "/../../etc/passwd", "/.gitkeep", "/%2e%2e/x"]
    {
        assert_eq!(world.client.get(path).await.expect(200).body, index, "{path}");
    }
    assert_eq!(world.client.get("/assets/none.js").await.code(404), "not_found");
    assert_eq!(world.client.get("/api/v2/queues").await.code(404), "not_found");
    let posted = world.client.post("/queues/high", serde_json::json!({})).await;
    assert_eq!(posted.code(405), "method_not_allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_no_more_than_that() {
    let world = World::new().await;
    assert_eq!(world.client.get("/api/v1/health").await.expect(200).text(), "{\"ok\":true}");
    let policy = "default-src 'none'; frame-ancestors 'none'";
    let answer = world.client_as(Role::Viewer).get("/api/v1/status").await.expect(200);
    assert_eq!(answer.header("content-security-policy"), policy);
}
