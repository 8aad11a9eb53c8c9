//! Plugins over the API: what is not there cannot be granted.

use http::Method;
use model::fact::Role;
use serde_json::json;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_grants_a_plugin_that_is_not_there() {
    let world = World::new().await;
    let admin = world.client_as(Role::Admin);
    let plugins = admin.get("/api/v1/plugins").await.expect(200).json();
    assert_eq!(plugins, json!([]));
    let grant = json!({"hash": "7".repeat(64), "capabilities": ["text"]});
    admin.ask(Method::PUT, "/api/v1/plugins/tone/grant", Some(grant.clone())).await.expect(404);
    admin.ask(Method::PUT, "/api/v1/plugins/..%2Fetc/grant", Some(grant.clone())).await.expect(404);
    let unknown = json!({"hash": "7".repeat(64), "capabilities": ["network"]});
    admin.ask(Method::PUT, "/api/v1/plugins/tone/grant", Some(unknown)).await.expect(422);
    admin
        .ask(Method::PUT, "/api/v1/plugins/tone/switch", Some(json!({"on": true})))
        .await
        .expect(404);
}
