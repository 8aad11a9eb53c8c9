//! Set-up, sessions, users and tokens.

use axum::{extract::State, response::Response};
use http::{HeaderValue, StatusCode, header};
use model::{Fact, UserName};

use crate::{
    access::{AccessError, Principal, Proof, SignedIn, UserChange},
    dto::{
        IssuedToken, NewPassword, NewToken, NewUser, Session, SetUp, SetupState, SignIn, Token,
        User, UserEdit,
    },
    guard::Caller,
    input::{At, From, Input},
    problem::Problem,
    reply::{Seen, done, fresh},
    service::{Service, Shared},
};

/// Whether Watchkeeper has to be set up.
#[utoipa::path(
    get, path = "/api/v1/setup", operation_id = "getSetup", tag = "access",
    responses((status = 200, description = "The state of the set-up", body = SetupState))
)]
pub(super) async fn get_setup(State(service): State<Shared>) -> Result<Response, Problem> {
    let needed = service.access.setup_code().is_some();
    fresh(StatusCode::OK, &SetupState { needed })
}

/// Makes the first administrator of whoever knows the set-up code, and signs them in.
#[utoipa::path(
    post, path = "/api/v1/setup", operation_id = "setUp", tag = "access",
    request_body = SetUp,
    responses((status = 201, description = "Set up; the session is in a cookie", body = Session))
)]
pub(super) async fn set_up(
    State(service): State<Shared>,
    From(from): From,
    Input(SetUp { code, name, password }): Input<SetUp>,
) -> Result<Response, Problem> {
    let signed = service.hash(move |service, now| {
        let user = service.access.set_up(&code, &name, &password, from, now)?;
        let actor = model::Actor::User(UserName::new(&user.name));
        let fact = Fact::UserAdded { user: UserName::new(&user.name), role: user.role };
        service.app.audit(fact, actor, now)?;
        Ok(service.access.sign_in(&name, &password, from, now)?)
    });
    begun(&service, StatusCode::CREATED, &signed.await?)
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/v1/session", operation_id = "getSession", tag = "access",
    responses((status = 200, description = "Who makes this request", body = Session))
)]
pub(super) async fn get_session(Caller(principal): Caller) -> Result<Response, Problem> {
    fresh(StatusCode::OK, &Session::from(&principal))
}

/// Signs in by name and password.
#[utoipa::path(
    post, path = "/api/v1/session", operation_id = "signIn", tag = "access",
    request_body = SignIn,
    responses((status = 201, description = "Signed in; the session is in a cookie", body = Session))
)]
pub(super) async fn sign_in(
    State(service): State<Shared>,
    From(from): From,
    Input(SignIn { name, password }): Input<SignIn>,
) -> Result<Response, Problem> {
    let signed = service.hash(move |service, now| {
        let signed = service.access.sign_in(&name, &password, from, now);
        if let Err(AccessError::WrongPassword | AccessError::Throttled { .. }) = &signed {
            log::warn!(address:% = from; "sign-in refused");
        }
        Ok(signed?)
    });
    begun(&service, StatusCode::CREATED, &signed.await?)
}

fn begun(service: &Service, status: StatusCode, signed: &SignedIn) -> Result<Response, Problem> {
    let mut response = fresh(status, &Session::from(&signed.principal))?;
    set_cookie(&mut response, &service.site.session_cookie(&signed.secret))?;
    Ok(response)
}

fn set_cookie(response: &mut Response, cookie: &str) -> Result<(), Problem> {
    let value = HeaderValue::from_str(cookie)
        .map_err(|error| Problem::internal("making the session cookie", &error))?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(())
}

/// Ends the session.
#[utoipa::path(
    delete, path = "/api/v1/session", operation_id = "signOut", tag = "access",
    responses((status = 204, description = "Signed out"))
)]
pub(super) async fn sign_out(
    State(service): State<Shared>,
    Caller(principal): Caller,
) -> Result<Response, Problem> {
    let cookie = service.site.ended_cookie();
    service.work(move |service, _| Ok(service.access.sign_out(&principal.proof)?)).await?;
    let mut response = done();
    set_cookie(&mut response, &cookie)?;
    Ok(response)
}

/// Ends every session of the caller, on every machine.
#[utoipa::path(
    delete, path = "/api/v1/session/everywhere", operation_id = "signOutEverywhere", tag = "access",
    responses((status = 204, description = "Signed out everywhere"))
)]
pub(super) async fn sign_out_everywhere(
    State(service): State<Shared>,
    caller: Caller,
) -> Result<Response, Problem> {
    let cookie = service.site.ended_cookie();
    let name = of_a_person(&caller.0)?;
    let ended = service.work(move |service, now| {
        service.access.sign_out_everywhere(&name)?;
        service.app.audit(Fact::SessionsEnded { user: name }, caller.actor(), now)?;
        Ok(())
    });
    ended.await?;
    let mut response = done();
    set_cookie(&mut response, &cookie)?;
    Ok(response)
}

/// Changes the caller's own password, and ends their other sessions.
#[utoipa::path(
    put, path = "/api/v1/session/password", operation_id = "changePassword", tag = "access",
    request_body = NewPassword,
    responses((status = 204, description = "Changed"))
)]
pub(super) async fn change_password(
    State(service): State<Shared>,
    From(from): From,
    caller: Caller,
    Input(NewPassword { current, password }): Input<NewPassword>,
) -> Result<Response, Problem> {
    let user = of_a_person(&caller.0)?;
    let changed = service.hash(move |service, now| {
        service.access.change_password(&caller.0, &current, &password, from, now)?;
        let fact = Fact::UserChanged { user, role: None, password: true };
        service.app.audit(fact, caller.actor(), now)?;
        Ok(())
    });
    changed.await?;
    Ok(done())
}

/// The name of a person, where a program's token has no session or password.
fn of_a_person(principal: &Principal) -> Result<UserName, Problem> {
    match principal.proof {
        Proof::Session(_) => Ok(principal.name.clone()),
        Proof::Token(_) => {
            Err(Problem::invalid("a token has no sessions and no password: sign in"))
        }
    }
}

/// Who may sign in.
#[utoipa::path(
    get, path = "/api/v1/users", operation_id = "listUsers", tag = "access",
    responses((status = 200, description = "The users, by name", body = Vec<User>))
)]
pub(super) async fn list_users(State(service): State<Shared>) -> Result<Response, Problem> {
    let users: Vec<User> = service.access.users().into_iter().map(User::from).collect();
    fresh(StatusCode::OK, &users)
}

/// Lets somebody sign in.
#[utoipa::path(
    post, path = "/api/v1/users", operation_id = "addUser", tag = "access",
    request_body = NewUser,
    responses((status = 201, description = "Added", body = User))
)]
pub(super) async fn add_user(
    State(service): State<Shared>,
    caller: Caller,
    Input(NewUser { name, password, role }): Input<NewUser>,
) -> Result<Response, Problem> {
    let added = service.hash(move |service, now| {
        let user = service.access.add_user(&name, &password, role.into(), now)?;
        let fact = Fact::UserAdded { user: UserName::new(&user.name), role: user.role };
        if let Err(error) = service.app.audit(fact, caller.actor(), now) {
            // nobody shall be let in without a trace
            service.access.remove_user(&user.name)?;
            return Err(error.into());
        }
        Ok(user)
    });
    fresh(StatusCode::CREATED, &User::from(added.await?))
}

/// Changes what somebody may do, or gives them a new password.
///
/// A new role holds from their next request on; a new password ends their sessions.
#[utoipa::path(
    patch, path = "/api/v1/users/{name}", operation_id = "changeUser", tag = "access",
    params(
        ("name" = String, Path, description = "The user name"),
        ("If-Match" = Option<String>, Header, description = "The version that was read, in quotation marks: what somebody changed meanwhile is not overwritten then")
    ),
    request_body = UserEdit,
    responses((status = 200, description = "Changed", body = User))
)]
pub(super) async fn change_user(
    State(service): State<Shared>,
    caller: Caller,
    At(name): At<String>,
    seen: Seen,
    Input(UserEdit { role, password }): Input<UserEdit>,
) -> Result<Response, Problem> {
    if role.is_none() && password.is_none() {
        return Err(Problem::invalid("nothing is to be changed: give `role` or `password`"));
    }
    let changed = service.hash(move |service, now| {
        let _one = service.one_change_at_a_time();
        seen.require(&format!("\"{}\"", service.access.user(&name)?.version))?;
        let role = role.map(Into::into);
        let change = UserChange { role, password: password.as_deref() };
        let keep = (caller.user() == name).then_some(&caller.0.proof);
        let user = service.access.change_user(&name, change, keep)?;
        let fact = Fact::UserChanged {
            user: UserName::new(&user.name),
            role,
            password: password.is_some(),
        };
        service.app.audit(fact, caller.actor(), now)?;
        Ok(user)
    });
    fresh(StatusCode::OK, &User::from(changed.await?))
}

/// Lets somebody sign in no more, and ends their sessions.
#[utoipa::path(
    delete, path = "/api/v1/users/{name}", operation_id = "removeUser", tag = "access",
    params(
        ("name" = String, Path, description = "The user name"),
        ("If-Match" = Option<String>, Header, description = "The version that was read, as for a change")
    ),
    responses((status = 204, description = "Removed"))
)]
pub(super) async fn remove_user(
    State(service): State<Shared>,
    caller: Caller,
    At(name): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    service
        .work(move |service, now| {
            let _one = service.one_change_at_a_time();
            seen.require(&format!("\"{}\"", service.access.user(&name)?.version))?;
            let user = service.access.remove_user(&name)?;
            service.app.audit(Fact::UserRemoved { user }, caller.actor(), now)?;
            Ok(())
        })
        .await?;
    Ok(done())
}

/// Ends every session of somebody, on every machine; they may sign in again.
#[utoipa::path(
    delete, path = "/api/v1/users/{name}/sessions", operation_id = "signUserOut", tag = "access",
    params(("name" = String, Path, description = "The user name")),
    responses((status = 204, description = "Signed out everywhere"))
)]
pub(super) async fn sign_user_out(
    State(service): State<Shared>,
    caller: Caller,
    At(name): At<String>,
) -> Result<Response, Problem> {
    let ended = service.work(move |service, now| {
        let user = UserName::new(&service.access.user(&name)?.name);
        service.access.sign_out_everywhere(&user)?;
        service.app.audit(Fact::SessionsEnded { user }, caller.actor(), now)?;
        Ok(())
    });
    ended.await?;
    Ok(done())
}

/// The tokens of programs.
#[utoipa::path(
    get, path = "/api/v1/tokens", operation_id = "listTokens", tag = "access",
    responses((status = 200, description = "The tokens, by name", body = Vec<Token>))
)]
pub(super) async fn list_tokens(State(service): State<Shared>) -> Result<Response, Problem> {
    let tokens: Vec<Token> = service.access.tokens().into_iter().map(Token::from).collect();
    fresh(StatusCode::OK, &tokens)
}

/// Issues a token for a program. It is shown this once.
#[utoipa::path(
    post, path = "/api/v1/tokens", operation_id = "issueToken", tag = "access",
    request_body = NewToken,
    responses((status = 201, description = "Issued", body = IssuedToken))
)]
pub(super) async fn issue_token(
    State(service): State<Shared>,
    caller: Caller,
    Input(NewToken { name, role, expires }): Input<NewToken>,
) -> Result<Response, Problem> {
    let issued = service.work(move |service, now| {
        let (secret, token) = service.access.issue_token(&name, role.into(), expires, now)?;
        let fact = Fact::TokenIssued {
            name: token.name.clone(),
            role: token.role,
            expires: token.expires,
        };
        if let Err(error) = service.app.audit(fact, caller.actor(), now) {
            service.access.revoke_token(&token.name)?;
            return Err(error.into());
        }
        Ok(IssuedToken { token: token.into(), secret })
    });
    fresh(StatusCode::CREATED, &issued.await?)
}

/// Revokes a token.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{name}", operation_id = "revokeToken", tag = "access",
    params(
        ("name" = String, Path, description = "The name of the token"),
        ("If-Match" = Option<String>, Header, description = "The version that was read, in quotation marks: another token of that name is left alone then")
    ),
    responses((status = 204, description = "Revoked"))
)]
pub(super) async fn revoke_token(
    State(service): State<Shared>,
    caller: Caller,
    At(name): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    service
        .work(move |service, now| {
            let _one = service.one_change_at_a_time();
            seen.require(&format!("\"{}\"", service.access.token(&name)?.version))?;
            service.access.revoke_token(&name)?;
            service.app.audit(Fact::TokenRevoked { name }, caller.actor(), now)?;
            Ok(())
        })
        .await?;
    Ok(done())
}
