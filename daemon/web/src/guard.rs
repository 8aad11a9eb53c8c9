//! The check that every request to the API passes before its handler sees it.

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header, request::Parts};
use model::{
    Actor,
    fact::{Role, Visibility},
};

use crate::{
    access::{Credential, Principal},
    problem::{Code, Problem},
    service::{Service, Shared},
    table::{self, Need},
};

/// Lets a request through if the table of routes says that its sender may.
pub(crate) async fn check(
    State(service): State<Shared>,
    path: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    match admit(&service, path.as_str(), &request) {
        Ok(Some(principal)) => {
            request.extensions_mut().insert(Caller(principal));
            next.run(request).await
        }
        Ok(None) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Who makes the request; nothing where anyone may.
fn admit(service: &Service, path: &str, request: &Request) -> Result<Option<Principal>, Problem> {
    let method = request.method();
    let Some(need) = table::need(method, path) else {
        let detail = format!("{path} does not know {method}");
        return Err(Problem::new(Code::MethodNotAllowed, detail));
    };
    if service.site.is_cross_site(method, request.uri(), request.headers()) {
        let detail = "a page of another site made this request: use Watchkeeper's own page";
        return Err(Problem::new(Code::CrossSite, detail));
    }
    let Need::AtLeast(least) = need else { return Ok(None) };
    let principal = principal(service, request.headers()).ok_or_else(|| {
        Problem::new(Code::NotSignedIn, "sign in, or send a token that has not ended")
    })?;
    require(&principal, least)?;
    Ok(Some(principal))
}

fn principal(service: &Service, headers: &HeaderMap) -> Option<Principal> {
    let now = service.now();
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        // a header that does not fit is refused even where a cookie would
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        let bearer = scheme.eq_ignore_ascii_case("bearer");
        let token = bearer.then(|| Credential::Token(token.trim()))?;
        return service.access.authenticate(token, now);
    }
    let secret = service.site.session_of(headers)?;
    service.access.authenticate(Credential::Session(secret), now)
}

fn require(principal: &Principal, least: Role) -> Result<(), Problem> {
    if principal.may(least) {
        return Ok(());
    }
    let (has, needs) = (role_word(principal.role), role_word(least));
    let detail = format!("this needs the role {needs}, you have {has}: ask an administrator");
    Err(Problem::new(Code::Forbidden, detail))
}

/// A role as people and the API write it.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Ops => "ops",
        Role::Manager => "manager",
        Role::Agent => "agent",
        Role::Viewer => "viewer",
    }
}

/// Who makes the request, as the guard found out.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) Principal);

impl Caller {
    /// Refuses unless the caller may do what `least` may.
    pub(crate) fn require(&self, least: Role) -> Result<(), Problem> {
        require(&self.0, least)
    }

    /// Whether the caller may read what is for these readers.
    pub(crate) fn may_read(&self, visibility: Visibility) -> bool {
        match visibility {
            Visibility::Internal => true,
            Visibility::Managers => self.0.may(Role::Manager),
        }
    }

    /// The caller's name.
    pub(crate) fn user(&self) -> String {
        self.0.name.to_string()
    }

    /// The caller as the journal names it.
    pub(crate) fn actor(&self) -> Actor {
        Actor::User(self.0.name.clone())
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || Problem::internal("checking access", &"a route without a guard");
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}
