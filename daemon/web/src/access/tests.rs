use std::{net::Ipv4Addr, sync::Arc};

use jiff::SignedDuration;

use super::*;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PASSWORD: &str = "correct horse battery";

fn hour(n: i64) -> Instant {
    Instant::from_seconds(1_700_000_000).plus(SignedDuration::from_hours(n))
}

fn with_admin() -> (Arc<MemoryAccessStore>, Access) {
    let store = Arc::new(MemoryAccessStore::default());
    let access = Access::open(store.clone(), hour(0)).unwrap();
    access.add_user("ann", PASSWORD, Role::Admin, hour(0)).unwrap();
    (store, access)
}

fn session(access: &Access, secret: &str, now: Instant) -> Option<Principal> {
    access.authenticate(Credential::Session(secret), now)
}

#[test]
fn the_set_up_code_makes_one_administrator_and_no_second() {
    let access = Access::open(MemoryAccessStore::default(), hour(0)).unwrap();
    let code = access.setup_code().unwrap();
    let wrong = access.set_up("00000-00000-00000", "ann", PASSWORD, HOME, hour(0));
    assert!(matches!(wrong, Err(AccessError::WrongSetupCode)));
    let weak = access.set_up(&code, "ann", "short", HOME, hour(0));
    assert!(matches!(weak, Err(AccessError::WeakPassword { chars: 5 })));
    let user = access.set_up(&code, "ann", PASSWORD, HOME, hour(0)).unwrap();
    assert_eq!(user.role, Role::Admin);
    assert_eq!(access.setup_code(), None);
    let again = access.set_up(&code, "eve", PASSWORD, HOME, hour(0));
    assert!(matches!(again, Err(AccessError::SetUpAlready)));
}

#[test]
fn the_set_up_code_cannot_be_guessed_quickly() {
    let access = Access::open(MemoryAccessStore::default(), hour(0)).unwrap();
    let throttled = (0..10).any(|_| {
        let tried = access.set_up("guess", "eve", PASSWORD, HOME, hour(0));
        matches!(tried, Err(AccessError::Throttled { .. }))
    });
    assert!(throttled);
}

#[test]
fn a_session_survives_a_restart_and_its_secret_is_not_stored() {
    let (store, access) = with_admin();
    let signed = access.sign_in(" Ann ", PASSWORD, HOME, hour(0)).unwrap();
    let again = Access::open(store.clone(), hour(1)).unwrap();
    assert_eq!(session(&again, &signed.secret, hour(1)).unwrap().name.as_str(), "ann");
    store
        .scan(b"", &mut |key, value| {
            for stored in [key, value] {
                let text = String::from_utf8_lossy(stored);
                assert!(!text.contains(&signed.secret) && !text.contains(PASSWORD), "{text}");
            }
        })
        .unwrap();
}

#[test]
fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
    let (_, access) = with_admin();
    let idle = access.sign_in("ann", PASSWORD, HOME, hour(0)).unwrap().secret;
    assert!(session(&access, &idle, hour(12)).is_none());
    let used = access.sign_in("ann", PASSWORD, HOME, hour(0)).unwrap().secret;
    for now in (11..168).step_by(11) {
        assert!(session(&access, &used, hour(now)).is_some(), "hour {now}");
    }
    assert!(session(&access, &used, hour(168)).is_none());
}

#[test]
fn tidying_keeps_the_last_use_of_a_session_and_forgets_ended_ones() {
    let (store, access) = with_admin();
    let used = access.sign_in("ann", PASSWORD, HOME, hour(0)).unwrap().secret;
    access.sign_in("ann", PASSWORD, HOME, hour(0)).unwrap();
    assert!(session(&access, &used, hour(11)).is_some());
    access.tidy(hour(13)).unwrap();
    let again = Access::open(store.clone(), hour(20)).unwrap();
    assert!(session(&again, &used, hour(20)).is_some());
    let mut kept = 0;
    store.scan(b"session/", &mut |_, _| kept += 1).unwrap();
    assert_eq!(kept, 1);
}

#[test]
fn who_signs_out_is_out() {
    let (store, access) = with_admin();
    let signed = access.sign_in("ann", PASSWORD, HOME, hour(0)).unwrap();
    assert!(access.still_holds(&signed.principal, hour(0)));
    access.sign_out(&signed.principal.proof).unwrap();
    assert!(!access.still_holds(&signed.principal, hour(0)));
    let again = Access::open(store, hour(0)).unwrap();
    assert!(session(&again, &signed.secret, hour(0)).is_none());
}

#[test]
fn removing_a_user_ends_their_sessions_at_once() {
    let (_, access) = with_admin();
    access.add_user("bob", PASSWORD, Role::Agent, hour(0)).unwrap();
    let bob = access.sign_in("bob", PASSWORD, HOME, hour(0)).unwrap().secret;
    access.remove_user("bob").unwrap();
    assert!(session(&access, &bob, hour(0)).is_none());
    access.add_user("bob", PASSWORD, Role::Viewer, hour(0)).unwrap();
    assert!(session(&access, &bob, hour(0)).is_none());
}

#[test]
fn the_last_administrator_stays() {
    let (_, access) = with_admin();
    assert!(matches!(access.remove_user("ann"), Err(AccessError::LastAdmin { .. })));
    access.add_user("bob", PASSWORD, Role::Admin, hour(0)).unwrap();
    access.remove_user("ann").unwrap();
    assert!(matches!(access.remove_user("ann"), Err(AccessError::Unknown { .. })));
}

#[test]
fn an_unknown_name_is_refused_like_a_wrong_password() {
    let (_, access) = with_admin();
    let unknown = access.sign_in("eve", PASSWORD, HOME, hour(0)).unwrap_err();
    let wrong = access.sign_in("ann", "wrong horse battery", HOME, hour(0)).unwrap_err();
    assert_eq!(unknown.to_string(), wrong.to_string());
}

#[test]
fn a_name_that_could_pass_for_a_token_is_refused() {
    let (_, access) = with_admin();
    for name in ["token:x", "", "Ann", "a b", "ann/../x", &"x".repeat(65)] {
        let refused = access.add_user(name, PASSWORD, Role::Viewer, hour(0));
        assert!(matches!(refused, Err(AccessError::BadName { .. })), "{name}");
    }
    access.add_user("ann.keller+x@brightwater.example", PASSWORD, Role::Viewer, hour(0)).unwrap();
    let taken = access.add_user("ann", PASSWORD, Role::Viewer, hour(0));
    assert!(matches!(taken, Err(AccessError::Taken { .. })));
}

#[test]
fn a_token_works_until_it_ends_or_is_revoked() {
    let (store, access) = with_admin();
    let (secret, view) = access.issue_token("export", Role::Viewer, hour(24), hour(0)).unwrap();
    assert_eq!(view.name, "export");
    let again = Access::open(store, hour(1)).unwrap();
    let found = again.authenticate(Credential::Token(&secret), hour(23)).unwrap();
    assert_eq!((found.name.as_str(), found.role), ("token:export", Role::Viewer));
    assert!(found.may(Role::Viewer) && !found.may(Role::Agent));
    assert!(again.authenticate(Credential::Token(&secret), hour(24)).is_none());
    assert!(again.authenticate(Credential::Session(&secret), hour(1)).is_none());
    again.revoke_token("export").unwrap();
    assert!(again.authenticate(Credential::Token(&secret), hour(1)).is_none());
    assert!(matches!(again.revoke_token("export"), Err(AccessError::Unknown { .. })));
}

#[test]
fn a_token_without_a_sensible_end_is_refused() {
    let (_, access) = with_admin();
    for expires in [hour(-1), hour(0), hour(24 * 401), Instant::FAR_FUTURE] {
        let refused = access.issue_token("export", Role::Viewer, expires, hour(0));
        assert!(matches!(refused, Err(AccessError::BadExpiry { .. })), "{expires}");
    }
}

#[test]
fn a_damaged_row_is_named_instead_of_letting_nobody_in_silently() {
    let (store, _) = with_admin();
    store.put(b"user/bob", b"{").unwrap();
    let Err(error) = Access::open(store, hour(0)) else { panic!("it opened") };
    assert!(error.to_string().contains("user/bob"), "{error}");
}
