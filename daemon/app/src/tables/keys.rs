//! Keys of rows: bytes that sort as the rows are read.

use engine::{directory::AccountScope, threading::Mark};
use model::{AccountId, CaseId, Instant, SourceId};

/// The key of a place in [`LATEST`].
pub fn latest_key(source: &SourceId, place: &str) -> Vec<u8> {
    [source.as_str().as_bytes(), &[0], place.as_bytes()].concat()
}

/// The key of a place in [`PLACE`](super::PLACE).
pub fn place_key(source: &SourceId, folder: &str, place: &str) -> Vec<u8> {
    [source.as_str().as_bytes(), &[0], folder.as_bytes(), &[0], place.as_bytes()].concat()
}

/// The beginning of the keys of an account in [`ACCOUNT_NOTE`].
pub fn account_note_prefix(account: &AccountId) -> Vec<u8> {
    [account.as_str().as_bytes(), &[0]].concat()
}

/// The key of a case.
pub fn case_key(case: CaseId) -> [u8; 8] {
    case.number().to_be_bytes()
}

/// The key of a numbered row.
pub fn number_key(number: u64) -> [u8; 8] {
    number.to_be_bytes()
}

/// The key of a Message-ID.
pub fn header_id_key(message_id: &str) -> [u8; 16] {
    model::id::short_hash(&[message_id.trim().as_bytes()])
}

/// The key of a mark within a scope.
pub fn mark_key(scope: &AccountScope, mark: Mark) -> [u8; 16] {
    model::id::short_hash(&[scope_text(scope).as_bytes(), &mark.0.to_be_bytes()])
}

/// The key of a day of a scope, and behind it the case: 8 + 4 + 8 bytes.
pub fn active_key(scope: &AccountScope, at: Instant, case: CaseId) -> [u8; 20] {
    let hash = model::id::short_hash(&[scope_text(scope).as_bytes()]);
    let day = (at.seconds().div_euclid(86_400) + (1 << 31)).clamp(0, i64::from(u32::MAX)) as u32;
    let mut key = [0; 20];
    key[..8].copy_from_slice(&hash[..8]);
    key[8..12].copy_from_slice(&day.to_be_bytes());
    key[12..].copy_from_slice(&case_key(case));
    key
}

/// A scope as one text, distinct for distinct scopes.
pub fn scope_text(scope: &AccountScope) -> String {
    match scope {
        AccountScope::Account(id) => format!("a:{id}"),
        AccountScope::Domain(domain) => format!("d:{domain}"),
        AccountScope::Person(address) => format!("p:{address}"),
        AccountScope::Internal => "internal".to_owned(),
    }
}

/// The account of a scope, if it is known.
pub fn scope_account(scope: &AccountScope) -> Option<&AccountId> {
    match scope {
        AccountScope::Account(id) => Some(id),
        _ => None,
    }
}
