//! Random secrets, and the hashes by which they are kept.

use argon2::{
    Argon2, PasswordHash,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use data_encoding::BASE64URL_NOPAD;
use rand::{TryRng, rngs::SysRng};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::AccessError;

/// The fewest characters that a password may have.
pub const PASSWORD_MIN_CHARS: usize = 12;

/// The most bytes that a password may have, so that hashing a huge one cannot tie up the service.
const PASSWORD_MAX_BYTES: usize = 1024;

/// What begins every API token, so that a leaked one is recognised by scanners.
pub const TOKEN_PREFIX: &str = "wk_";

const SETUP_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SETUP_CHARS: usize = 15;

/// How a secret of 256 random bits is known without keeping it: its SHA-256. No salt and no slow
/// hash are needed, because there is nothing to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl SecretHash {
    /// The hash of `secret`.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// The hash in hexadecimal.
    pub fn to_hex(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

fn random<const N: usize>() -> Result<[u8; N], AccessError> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| AccessError::NoRandomness)?;
    Ok(bytes)
}

/// 256 random bits as 43 characters that are safe in cookies and headers.
pub fn new_secret() -> Result<String, AccessError> {
    Ok(BASE64URL_NOPAD.encode(&random::<32>()?))
}

/// A new API token.
pub fn new_token() -> Result<String, AccessError> {
    Ok(format!("{TOKEN_PREFIX}{}", new_secret()?))
}

/// The one-time code that lets the first administrator in: 75 random bits, made to be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupCode(String);

impl SetupCode {
    /// A new code such as `7F3K2-M9QAB-0XW4T`.
    pub fn new() -> Result<Self, AccessError> {
        let mut code = String::with_capacity(SETUP_CHARS + 2);
        for (at, byte) in random::<SETUP_CHARS>()?.iter().enumerate() {
            if at > 0 && at % 5 == 0 {
                code.push('-');
            }
            code.push(SETUP_ALPHABET[usize::from(byte & 31)] as char);
        }
        Ok(Self(code))
    }

    /// The code as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `typed` is this code, whatever its case, spaces and hyphens; in constant time.
    pub fn matches(&self, typed: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| match c.to_ascii_uppercase() {
                    'O' => '0',
                    'I' | 'L' => '1',
                    other => other,
                })
                .collect()
        };
        let (ours, theirs) = (SecretHash::of(&plain(&self.0)), SecretHash::of(&plain(typed)));
        ours.0.ct_eq(&theirs.0).into()
    }
}

/// Refuses a password that is too short or absurdly long.
pub fn check_password(password: &str) -> Result<(), AccessError> {
    let chars = password.chars().count();
    if chars < PASSWORD_MIN_CHARS {
        return Err(AccessError::WeakPassword { chars });
    }
    if password.len() > PASSWORD_MAX_BYTES {
        return Err(AccessError::LongPassword { most: PASSWORD_MAX_BYTES });
    }
    Ok(())
}

/// The argon2id hash of `password` with a salt of its own, as a PHC string.
pub fn hash_password(password: &str) -> Result<String, AccessError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|_| AccessError::NoRandomness)?.to_string())
}

/// Whether `password` has the argon2id hash `hash`; takes about 20 ms on purpose.
pub fn verify_password(password: &str, hash: &str) -> bool {
    password.len() <= PASSWORD_MAX_BYTES
        && PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setup_code_may_be_typed_carelessly_but_not_wrongly() {
        let code = SetupCode::new().unwrap();
        let careless = format!(" {} ", code.as_str().to_lowercase().replace('-', " "));
        assert!(code.matches(&careless));
        assert!(!code.matches(""));
        assert!(!code.matches(SetupCode::new().unwrap().as_str()));
    }

    #[test]
    fn a_password_is_kept_only_as_argon2id() {
        let hash = hash_password("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m="));
        assert!(verify_password("correct horse battery", &hash));
        assert!(!verify_password("correct horse batterx", &hash));
        assert!(!verify_password("correct horse battery", "not a hash"));
    }

    #[test]
    fn a_short_password_is_refused_by_characters_not_bytes() {
        assert!(check_password("äöüäöüäöüäöü").is_ok());
        let refused = check_password("äöüäöü").unwrap_err().to_string();
        assert!(refused.contains("12") && refused.contains('6'), "{refused}");
        assert!(check_password(&"x".repeat(2000)).is_err());
    }

    #[test]
    fn secrets_differ() {
        assert_ne!(new_secret().unwrap(), new_secret().unwrap());
        assert!(new_token().unwrap().starts_with("wk_"));
    }
}
