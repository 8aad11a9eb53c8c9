//! The description of the API, written from the code and the table of roles.

use http::Method;
use utoipa::{
    OpenApi as _,
    openapi::{
        Components, ContentBuilder, OpenApi, Ref, ResponseBuilder,
        path::{Operation, PathItem},
        security::{
            ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
        },
    },
};

use crate::{
    api,
    guard::role_word,
    problem::{Code, Problem},
    table::{Need, TABLE},
};

const SESSION: &str = "session";
const TOKEN: &str = "token";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Watchkeeper",
        version = "1",
        description = "An evidence-backed record of customer escalations.\n\nLists come in pages: \
            pass `next` of a page as `cursor` to get the following one. Errors are problem \
            details of RFC 9457; tell them apart by `code`, which never changes. Most answers \
            carry a strong ETag: send it as `If-None-Match` to learn whether anything changed, or \
            as `If-Match` to change only what you have seen. Instants are RFC 3339 in UTC; offsets \
            into texts are bytes of their UTF-8.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(Problem, Code)),
    tags(
        (name = "access", description = "Set-up, sessions, users and tokens"),
        (name = "queues", description = "What needs attention, in order"),
        (name = "cases", description = "Cases and what people do to them"),
        (name = "fields", description = "Fields of a team's own, their values, and decisions about them"),
        (name = "promises", description = "What was promised, by when, and what became of it"),
        (name = "messages", description = "Messages and what they consist of"),
        (name = "search", description = "Full text search"),
        (name = "alerts", description = "Who was told of what, and why not"),
        (name = "accounts", description = "Customers and their people"),
        (name = "sources", description = "Where evidence comes from"),
        (name = "rules", description = "Rule sets: versions, drafts, backtests, shadow, traces"),
        (name = "reports", description = "What became of it all"),
        (name = "status", description = "What the program holds and does"),
    )
)]
struct Frame;

/// The description as OpenAPI 3.1.
pub fn describe() -> OpenApi {
    let mut described = Frame::openapi();
    described.merge(api::routes().into_openapi());
    let components = described.components.get_or_insert_with(Components::new);
    let cookie = ApiKeyValue::with_description(
        "watchkeeper",
        "A session, begun by signing in; the cookie is called __Host-watchkeeper under https",
    );
    components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer));
    for route in TABLE {
        let item = described.paths.paths.get_mut(route.path);
        if let Some(operation) = item.and_then(|item| operation(item, &route.method)) {
            complete(operation, route.need);
        }
    }
    described
}

/// The description as it is served and checked in: JSON with a line end.
pub fn document() -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(&describe())?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The operation of `item` with this method.
pub(crate) fn operation<'i>(item: &'i mut PathItem, method: &Method) -> Option<&'i mut Operation> {
    match *method {
        Method::GET => item.get.as_mut(),
        Method::POST => item.post.as_mut(),
        Method::PUT => item.put.as_mut(),
        Method::PATCH => item.patch.as_mut(),
        Method::DELETE => item.delete.as_mut(),
        _ => None,
    }
}

/// Adds what all operations have in common: who may, and how they fail.
fn complete(operation: &mut Operation, need: Need) {
    let none: [&str; 0] = [];
    let (who, security) = match need {
        Need::Anyone => ("Open to everybody.".to_owned(), Vec::new()),
        Need::AtLeast(role) => (
            format!("Needs the role {}.", role_word(role)),
            vec![SecurityRequirement::new(SESSION, none), SecurityRequirement::new(TOKEN, none)],
        ),
    };
    operation.security = Some(security);
    operation.description = Some(match operation.description.take() {
        Some(text) if !text.is_empty() => format!("{text}\n\n{who}"),
        _ => who,
    });
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let problem = ResponseBuilder::new()
        .description("What went wrong, and what to do")
        .content("application/problem+json", content)
        .build();
    operation.responses.responses.insert("default".to_owned(), problem.into());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_route_is_described_without_a_role_or_listed_without_being_there() {
        let mut described = describe();
        let mut operations = 0;
        let mut ids = BTreeSet::new();
        for route in TABLE {
            let item = described.paths.paths.get_mut(route.path);
            let operation = item.and_then(|item| operation(item, &route.method));
            let operation =
                operation.unwrap_or_else(|| panic!("{} {} is nowhere", route.method, route.path));
            let id = operation.operation_id.clone().unwrap();
            assert!(id.chars().all(|c| c.is_ascii_alphabetic()), "{id} is no camel case");
            assert!(ids.insert(id.clone()), "{id} names two operations");
            operations += 1;
        }
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let all = described.paths.paths.values_mut();
        let all: usize = all
            .map(|item| methods.iter().filter(|method| operation(item, method).is_some()).count())
            .sum();
        assert_eq!(all, operations, "a route is described that the table of roles does not list");
    }
}
