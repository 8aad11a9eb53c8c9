//! The one place that says who may use which route.
//!
//! A route that is not listed here is refused, whatever the router knows. Roles are the least that
//! may; some handlers ask for more where a request touches more, such as setting a severity.

use http::Method;
use model::fact::Role;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Everybody, signed in or not.
    Anyone,
    /// Whoever has this role or one that may do more.
    AtLeast(Role),
}

/// A route of the API.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Its path as the router writes it.
    pub(crate) path: &'static str,
    pub(crate) need: Need,
}

const fn open(method: Method, path: &'static str) -> Route {
    Route { method, path, need: Need::Anyone }
}

const fn to(role: Role, method: Method, path: &'static str) -> Route {
    Route { method, path, need: Need::AtLeast(role) }
}

use Role::{Admin, Agent, Manager, Ops, Viewer};

/// Every route of the API.
pub(crate) static TABLE: &[Route] = &[
    open(Method::GET, "/api/v1/health"),
    open(Method::GET, "/api/v1/openapi.json"),
    open(Method::GET, "/api/v1/setup"),
    open(Method::POST, "/api/v1/setup"),
    open(Method::POST, "/api/v1/session"),
    to(Viewer, Method::GET, "/api/v1/session"),
    to(Viewer, Method::DELETE, "/api/v1/session"),
    to(Viewer, Method::PUT, "/api/v1/session/password"),
    to(Viewer, Method::DELETE, "/api/v1/session/everywhere"),
    to(Admin, Method::GET, "/api/v1/users"),
    to(Admin, Method::POST, "/api/v1/users"),
    to(Admin, Method::PATCH, "/api/v1/users/{name}"),
    to(Admin, Method::DELETE, "/api/v1/users/{name}"),
    to(Admin, Method::DELETE, "/api/v1/users/{name}/sessions"),
    to(Admin, Method::GET, "/api/v1/tokens"),
    to(Admin, Method::POST, "/api/v1/tokens"),
    to(Admin, Method::DELETE, "/api/v1/tokens/{name}"),
    to(Ops, Method::GET, "/api/v1/plugins"),
    to(Viewer, Method::GET, "/api/v1/cases/{id}/plugin-readings"),
    to(Admin, Method::PUT, "/api/v1/plugins/{name}/grant"),
    to(Admin, Method::DELETE, "/api/v1/plugins/{name}/grant"),
    to(Admin, Method::PUT, "/api/v1/plugins/{name}/switch"),
    to(Viewer, Method::GET, "/api/v1/queues"),
    to(Viewer, Method::GET, "/api/v1/queues/{id}/cases"),
    to(Viewer, Method::GET, "/api/v1/views"),
    to(Viewer, Method::PUT, "/api/v1/views/{id}"),
    to(Viewer, Method::DELETE, "/api/v1/views/{id}"),
    to(Viewer, Method::GET, "/api/v1/marks/{id}"),
    to(Viewer, Method::PUT, "/api/v1/marks/{id}"),
    to(Viewer, Method::GET, "/api/v1/cases/{id}"),
    to(Agent, Method::PATCH, "/api/v1/cases/{id}"),
    to(Viewer, Method::GET, "/api/v1/cases/{id}/similar"),
    to(Viewer, Method::PUT, "/api/v1/cases/{id}/viewers"),
    to(Viewer, Method::DELETE, "/api/v1/cases/{id}/viewers"),
    to(Viewer, Method::GET, "/api/v1/changes"),
    to(Viewer, Method::GET, "/api/v1/handoffs"),
    to(Viewer, Method::GET, "/api/v1/cases/{id}/brief"),
    to(Viewer, Method::GET, "/api/v1/cases/{id}/brief.pdf"),
    to(Agent, Method::POST, "/api/v1/cases/{id}/handoff"),
    to(Agent, Method::POST, "/api/v1/cases/{id}/handoff/accept"),
    to(Agent, Method::POST, "/api/v1/cases/{id}/notes"),
    to(Agent, Method::POST, "/api/v1/cases/{id}/signals/{signal}"),
    to(Viewer, Method::GET, "/api/v1/cases/{id}/messages/{message}/why-not"),
    to(Manager, Method::POST, "/api/v1/cases/{id}/merge"),
    to(Manager, Method::POST, "/api/v1/messages/move"),
    to(Manager, Method::POST, "/api/v1/acts/{seq}/undo"),
    to(Viewer, Method::GET, "/api/v1/promises"),
    to(Agent, Method::POST, "/api/v1/promises"),
    to(Viewer, Method::GET, "/api/v1/promises/rates"),
    to(Agent, Method::POST, "/api/v1/promises/{id}"),
    to(Viewer, Method::GET, "/api/v1/cases/{id}/promises"),
    to(Viewer, Method::GET, "/api/v1/cases/{id}/reply-due"),
    to(Viewer, Method::GET, "/api/v1/fields"),
    to(Viewer, Method::GET, "/api/v1/fields/values"),
    to(Agent, Method::POST, "/api/v1/fields/values/{id}"),
    to(Viewer, Method::GET, "/api/v1/messages/{key}"),
    to(Viewer, Method::GET, "/api/v1/messages/{key}/html"),
    to(Viewer, Method::GET, "/api/v1/messages/{key}/attachments/{part}"),
    to(Agent, Method::PUT, "/api/v1/messages/{key}/segments"),
    to(Viewer, Method::GET, "/api/v1/evidence/{id}"),
    to(Viewer, Method::GET, "/api/v1/cases/{id}/files"),
    to(Viewer, Method::GET, "/api/v1/files/{sha256}"),
    to(Admin, Method::POST, "/api/v1/files/{sha256}/retry"),
    to(Viewer, Method::GET, "/api/v1/coverage"),
    to(Viewer, Method::GET, "/api/v1/search"),
    to(Viewer, Method::GET, "/api/v1/accounts"),
    to(Viewer, Method::GET, "/api/v1/accounts/{id}"),
    to(Manager, Method::PUT, "/api/v1/accounts/{id}"),
    to(Viewer, Method::GET, "/api/v1/accounts/{id}/health"),
    to(Manager, Method::PUT, "/api/v1/contacts/{email}"),
    to(Agent, Method::PUT, "/api/v1/people/{email}/title"),
    to(Viewer, Method::GET, "/api/v1/unknown-domains"),
    to(Manager, Method::POST, "/api/v1/tables"),
    to(Admin, Method::GET, "/api/v1/organisation"),
    to(Admin, Method::GET, "/api/v1/backups"),
    to(Admin, Method::POST, "/api/v1/backups"),
    to(Admin, Method::POST, "/api/v1/backups/{id}/rehearse"),
    to(Admin, Method::POST, "/api/v1/calendars/compare"),
    to(Admin, Method::PUT, "/api/v1/calendars"),
    to(Admin, Method::DELETE, "/api/v1/calendars"),
    to(Admin, Method::POST, "/api/v1/calendars/holidays"),
    to(Agent, Method::POST, "/api/v1/notes"),
    to(Viewer, Method::GET, "/api/v1/sources"),
    to(Admin, Method::GET, "/api/v1/sources/{id}/preview"),
    to(Admin, Method::PUT, "/api/v1/sources/{id}/pause"),
    to(Admin, Method::DELETE, "/api/v1/sources/{id}/pause"),
    to(Admin, Method::GET, "/api/v1/source-definitions"),
    to(Admin, Method::POST, "/api/v1/source-definitions"),
    to(Admin, Method::POST, "/api/v1/source-definitions/try"),
    to(Admin, Method::PUT, "/api/v1/source-definitions/{name}"),
    to(Admin, Method::DELETE, "/api/v1/source-definitions/{name}"),
    to(Ops, Method::GET, "/api/v1/quarantine"),
    to(Ops, Method::POST, "/api/v1/quarantine/{id}/retry"),
    to(Agent, Method::GET, "/api/v1/reviews"),
    to(Manager, Method::POST, "/api/v1/reviews/{message}"),
    to(Admin, Method::GET, "/api/v1/journal"),
    to(Viewer, Method::GET, "/api/v1/alerts"),
    to(Ops, Method::GET, "/api/v1/alerts/forecast"),
    to(Viewer, Method::GET, "/api/v1/alerts/{id}"),
    to(Agent, Method::POST, "/api/v1/alerts/{id}/acknowledge"),
    to(Agent, Method::POST, "/api/v1/alerts/{id}/snooze"),
    to(Viewer, Method::GET, "/api/v1/silences"),
    to(Agent, Method::POST, "/api/v1/silences"),
    to(Agent, Method::DELETE, "/api/v1/silences/{id}"),
    to(Viewer, Method::GET, "/api/v1/digests"),
    to(Viewer, Method::GET, "/api/v1/digests/{to}"),
    to(Viewer, Method::GET, "/api/v1/digests/{to}/html"),
    to(Ops, Method::GET, "/api/v1/outbound"),
    to(Ops, Method::GET, "/api/v1/dead-letters"),
    to(Ops, Method::POST, "/api/v1/dead-letters/{id}/replay"),
    to(Viewer, Method::GET, "/api/v1/status"),
    to(Viewer, Method::GET, "/api/v1/events"),
    to(Viewer, Method::GET, "/api/v1/levels"),
    to(Viewer, Method::GET, "/api/v1/rules"),
    to(Viewer, Method::GET, "/api/v1/rules/reference"),
    to(Viewer, Method::GET, "/api/v1/rules/versions"),
    to(Viewer, Method::GET, "/api/v1/rules/versions/{id}"),
    to(Ops, Method::GET, "/api/v1/rules/keys"),
    to(Ops, Method::GET, "/api/v1/rules/versions/{id}/pack"),
    to(Ops, Method::POST, "/api/v1/rules/packs"),
    to(Ops, Method::POST, "/api/v1/rules/versions/{id}/activate"),
    to(Ops, Method::POST, "/api/v1/rules/versions/{id}/approve"),
    to(Ops, Method::POST, "/api/v1/rules/versions/{id}/decline"),
    to(Ops, Method::POST, "/api/v1/rules/rollback"),
    to(Ops, Method::POST, "/api/v1/rules/reload"),
    to(Ops, Method::POST, "/api/v1/rules/enable"),
    to(Ops, Method::GET, "/api/v1/rules/diff"),
    to(Ops, Method::GET, "/api/v1/rules/draft"),
    to(Ops, Method::POST, "/api/v1/rules/draft"),
    to(Ops, Method::GET, "/api/v1/rules/draft/files/{path}"),
    to(Ops, Method::PUT, "/api/v1/rules/draft/files/{path}"),
    to(Ops, Method::DELETE, "/api/v1/rules/draft/files/{path}"),
    to(Ops, Method::POST, "/api/v1/rules/draft/check"),
    to(Ops, Method::POST, "/api/v1/rules/draft/test"),
    to(Ops, Method::POST, "/api/v1/rules/draft/save"),
    to(Ops, Method::GET, "/api/v1/rules/backtests"),
    to(Ops, Method::POST, "/api/v1/rules/backtests"),
    to(Ops, Method::GET, "/api/v1/rules/backtests/{seq}"),
    to(Ops, Method::DELETE, "/api/v1/rules/backtests/{seq}"),
    to(Ops, Method::POST, "/api/v1/rules/trace"),
    to(Ops, Method::GET, "/api/v1/cases/{id}/fixture"),
    to(Ops, Method::GET, "/api/v1/rules/shadow"),
    to(Ops, Method::POST, "/api/v1/rules/shadow"),
    to(Ops, Method::DELETE, "/api/v1/rules/shadow"),
    to(Manager, Method::GET, "/api/v1/rules/noise"),
    to(Agent, Method::POST, "/api/v1/cases/{id}/missed"),
    to(Manager, Method::GET, "/api/v1/rules/missed"),
    to(Manager, Method::DELETE, "/api/v1/rules/missed/{seq}"),
    to(Ops, Method::GET, "/api/v1/rules/missed/{seq}/fixture"),
    to(Manager, Method::GET, "/api/v1/reports/outcomes"),
    to(Manager, Method::GET, "/api/v1/reports/baselines"),
    to(Manager, Method::GET, "/api/v1/reports/pilot"),
    to(Manager, Method::GET, "/api/v1/reports/pilot.pdf"),
    to(Manager, Method::GET, "/api/v1/reports/pilot/cases"),
];

/// What the route needs; nothing if there is no such route. HEAD needs what GET needs.
pub(crate) fn need(method: &Method, path: &str) -> Option<Need> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    TABLE.iter().find(|route| route.path == path && route.method == *method).map(|r| r.need)
}
