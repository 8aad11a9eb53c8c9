use http::Method;
use model::fact::Role;
use serde_json::Value;

use crate::world::World;

const METHODS: [(&str, Method); 5] = [
    ("get", Method::GET),
    ("post", Method::POST),
    ("put", Method::PUT),
    ("patch", Method::PATCH),
    ("delete", Method::DELETE),
];

/// Routes that anybody may use; whoever adds one has to say so here too.
const PUBLIC: [&str; 5] = [
    "GET /api/v1/health",
    "GET /api/v1/openapi.json",
    "GET /api/v1/setup",
    "POST /api/v1/setup",
    "POST /api/v1/session",
];

struct Operation {
    method: Method,
    /// With something in the place of its parameters.
    path: String,
    name: String,
    /// The least role, as the description says.
    least: Option<Role>,
}

fn role(word: &str) -> Role {
    serde_json::from_value(Value::from(word)).unwrap()
}

fn operations(described: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for (word, method) in METHODS {
            let Some(operation) = item.get(word) else { continue };
            let text = operation["description"].as_str().unwrap();
            let least =
                text.rsplit_once("Needs the role ").map(|(_, role)| role.trim_end_matches('.'));
            let filled = path
                .replace("{id}", "7F3K2-M9QAB")
                .replace("{seq}", "1")
                .replace("{part}", "1")
                .replace("{path}", "signals%2Fx.rhai")
                .replace("{key}", "00112233445566778899aabbccddeeff")
                .replace("{message}", "00112233445566778899aabbccddeeff")
                .replace("{name}", "nobody")
                .replace("{email}", "nobody@x.example");
            operations.push(Operation {
                name: format!("{method} {path}"),
                method,
                path: filled,
                least: least.map(role),
            });
        }
    }
    operations
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_whoever_may_not_and_nobody_else() {
    let world = World::new().await;
    let described = world.client.get("/api/v1/openapi.json").await.expect(200).json();
    let operations = operations(&described);
    assert!(operations.len() >= 40);
    let body = Some(Value::Null);
    for operation in operations {
        let Operation { method, path, name, least } = operation;
        let status = async |client: crate::client::Client| {
            client.open(method.clone(), &path, body.clone()).await.status().as_u16()
        };
        let anonymous = status(world.client.clone()).await;
        let Some(least) = least else {
            assert!(PUBLIC.contains(&name.as_str()), "{name} is open to everybody");
            assert!(!matches!(anonymous, 401 | 403), "{name} gave {anonymous}");
            continue;
        };
        assert_eq!(anonymous, 401, "{name} let somebody in who is not signed in");
        let forged = world.client.clone().with_token("wk_forged");
        assert_eq!(status(forged).await, 401, "{name} let a forged token in");
        for role in [Role::Viewer, Role::Agent, Role::Manager, Role::Ops, Role::Admin] {
            let given = status(world.client_as(role)).await;
            assert_eq!(given == 403, role > least, "{name} gave {given} to {role:?}");
            assert_ne!(given, 401, "{name} to {role:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_no_table_lists_is_refused() {
    let world = World::new().await;
    let admin = world.client_as(Role::Admin);
    let answer = admin.delete("/api/v1/queues").await;
    assert_eq!(answer.code(405), "method_not_allowed");
    assert_eq!(admin.get("/api/v1/nothing").await.code(404), "not_found");
}
