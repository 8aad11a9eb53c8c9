//! What STARTTLS is offered with.

use std::{fs::File, io::Read as _, path::Path, path::PathBuf, sync::Arc};

use rustls::{ServerConfig, crypto::ring};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use tokio_rustls::TlsAcceptor;

/// The largest certificate or key file that is read.
const LARGEST: u64 = 1 << 20;

/// A certificate with its key, in files that are read at every use: a renewed one counts at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The chain in PEM, our own first.
    pub chain: PathBuf,
    /// Its private key in PEM.
    pub key: PathBuf,
}

impl Certificate {
    /// Whether it can be used; what is wrong with it otherwise, with the remedy.
    pub fn check(&self) -> Result<(), String> {
        self.acceptor().map(drop)
    }

    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, String> {
        let chain = read(&self.chain)?;
        let chain: Vec<CertificateDer<'_>> =
            CertificateDer::pem_slice_iter(&chain).collect::<Result<_, _>>().map_err(|error| {
                format!("{} holds no certificates in PEM: {error}", self.chain.display())
            })?;
        let chain = chain.into_iter().map(CertificateDer::into_owned).collect();
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?)
            .map_err(|error| format!("{} holds no key in PEM: {error}", self.key.display()))?;
        let unusable = |error: rustls::Error| {
            format!(
                "the certificate {} and the key {} cannot be used: {error}",
                self.chain.display(),
                self.key.display()
            )
        };
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(unusable)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST).read_to_end(&mut bytes))
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Ok(bytes)
}
