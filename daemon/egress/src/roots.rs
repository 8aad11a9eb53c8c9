//! Whose certificates are believed.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::EgressError;

/// No file of authorities is larger.
const LARGEST: u64 = 4 << 20;

/// Whose certificates a host may have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// Those of the platform's authorities.
    Platform,
    /// Those of the authorities in this PEM file, and no others.
    File(PathBuf),
}

impl Trust {
    /// The settings of a TLS connection.
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>, EgressError> {
        static PLATFORM: OnceLock<Arc<ClientConfig>> = OnceLock::new();
        match self {
            Self::Platform => {
                if let Some(known) = PLATFORM.get() {
                    return Ok(known.clone());
                }
                let config = with_roots(platform()?)?;
                Ok(PLATFORM.get_or_init(|| config).clone())
            }
            // Read at every connection: a renewed file counts at once.
            Self::File(path) => with_roots(read(path)?),
        }
    }
}

fn with_roots(roots: RootCertStore) -> Result<Arc<ClientConfig>, EgressError> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| EgressError::Tls {
            host: "any host".to_owned(),
            detail: error.to_string(),
        })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn platform() -> Result<RootCertStore, EgressError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        log::warn!(error:%; "some of the platform's certificate authorities cannot be read");
    }
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let detail = "this machine has no certificate authorities: install ca-certificates, or \
                      name a file of them with `ca`";
        return Err(EgressError::Tls { host: "any host".to_owned(), detail: detail.to_owned() });
    }
    Ok(roots)
}

fn read(path: &Path) -> Result<RootCertStore, EgressError> {
    let failed = |detail: String| EgressError::File { path: path.to_owned(), detail };
    let mut text = Vec::new();
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    file.take(LARGEST).read_to_end(&mut text).map_err(|error| failed(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| failed(error.to_string()))?;
        roots.add(certificate).map_err(|error| failed(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(failed("it holds no certificate in PEM form".to_owned()));
    }
    Ok(roots)
}
