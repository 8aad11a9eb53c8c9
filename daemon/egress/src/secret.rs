//! Passwords and keys: from files, read when they are needed, never kept and never shown.

use std::{fs::File, io::Read, path::PathBuf};

use crate::EgressError;

/// No secret is longer.
const LONGEST: u64 = 16 << 10;

/// Where a secret is read from. It is read at every use, so that a changed file counts at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The file that holds nothing else.
    pub path: PathBuf,
}

impl Secret {
    /// The secret, without the line end that editors add.
    pub fn read(&self) -> Result<String, EgressError> {
        let failed = |detail: String| EgressError::File { path: self.path.clone(), detail };
        let mut text = String::new();
        let file = File::open(&self.path).map_err(|error| failed(error.to_string()))?;
        file.take(LONGEST + 1)
            .read_to_string(&mut text)
            .map_err(|error| failed(error.to_string()))?;
        if text.len() as u64 > LONGEST {
            return Err(failed("it is too long for a secret".to_owned()));
        }
        let secret = text.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err(failed("it is empty: write the secret into it".to_owned()));
        }
        Ok(secret.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_end_of_an_editor_is_no_part_of_a_password() {
        let dir = tempfile::tempdir().unwrap();
        let secret = Secret { path: dir.path().join("password") };
        assert!(secret.read().unwrap_err().to_string().contains("password"));
        std::fs::write(&secret.path, " with spaces \r\n").unwrap();
        assert_eq!(secret.read().unwrap(), " with spaces ");
        std::fs::write(&secret.path, "\n").unwrap();
        assert!(secret.read().unwrap_err().to_string().contains("empty"));
    }
}
