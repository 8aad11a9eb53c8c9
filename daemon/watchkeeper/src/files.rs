//! How attached files are read: by children of this very program.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use app::{
    AppError, Watchkeeper,
    files::{FileBytes, FileReader, FileReading},
};
use extraction::{ExtractError, Handed, Reader};
use tokio::sync::watch;

use crate::{clock, config::Config};

/// How often it is looked whether files wait.
const LOOK: Duration = Duration::from_secs(1);
/// How long to wait after nothing could be read at all.
const REST: Duration = Duration::from_secs(30);

/// What reads files, as the configuration says; nothing if they are not to be read.
pub fn reader(config: &Config, stop: Arc<AtomicBool>) -> Option<FilesByChild> {
    let files = &config.files;
    if !files.read {
        return None;
    }
    // the program that runs, even if another has been put in its place meanwhile
    let program = PathBuf::from("/proc/self/exe");
    let reader = Reader::new(program, vec!["extract".to_owned()], files.limits());
    Some(FilesByChild(reader.with_ocr(files.ocr_command()).until(stop)))
}

/// Reads files by children.
#[derive(Debug, Clone)]
pub struct FilesByChild(Reader);

impl FilesByChild {
    /// What this kernel lacks to confine the children, in words, if anything; an error if no child
    /// starts.
    pub fn complaint(&self) -> Result<Option<String>, ExtractError> {
        Ok(self.0.confinement()?.complaint())
    }
}

impl FileReader for FilesByChild {
    fn read(&self, files: &[FileBytes]) -> Result<Vec<FileReading>, String> {
        let handed: Vec<Handed<'_>> = files
            .iter()
            .map(|file| Handed {
                name: &file.name,
                media_type: &file.media_type,
                bytes: &file.bytes,
            })
            .collect();
        let readings = self.0.read(&handed).map_err(|error| error.to_string())?;
        let reading = |one: extraction::Reading| FileReading { outcome: one.outcome, ocr: one.ocr };
        Ok(readings.into_iter().map(reading).collect())
    }

    fn version(&self) -> u16 {
        extraction::VERSION
    }

    fn reads_pictures(&self) -> bool {
        self.0.has_ocr()
    }
}

/// Says what confinement lacks here, and lets this reader try what an earlier one could not read.
fn begin(app: &Watchkeeper, reader: &FilesByChild) {
    match reader.complaint() {
        Ok(Some(complaint)) => log::warn!("{complaint}"),
        Ok(None) => {}
        Err(error) => log::error!("{error}"),
    }
    match app.retry_files_of_earlier_readers(reader.version(), clock::now()) {
        Ok(0) => {}
        Ok(files) => log::info!(files; "files are tried again by a newer reader"),
        Err(error) => log::error!(error:%; "files cannot be tried again by a newer reader"),
    }
}

/// Reads what waits, as long as the service runs.
pub async fn keep_reading(
    app: Arc<Watchkeeper>,
    reader: FilesByChild,
    mut stopped: watch::Receiver<bool>,
) {
    let (first, with) = (app.clone(), reader.clone());
    if let Err(error) = tokio::task::spawn_blocking(move || begin(&first, &with)).await {
        log::error!(error:%; "it is not known how attached files are read");
    }
    let mut wait = Duration::ZERO;
    loop {
        tokio::select! {
            // an error means that the sender is gone: that is a stop, too
            _ = stopped.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(wait) => {}
        }
        let (app, reader) = (app.clone(), reader.clone());
        let work = move || app.read_files(&reader, clock::now());
        wait = match tokio::task::spawn_blocking(work).await {
            Ok(Ok(0)) => LOOK,
            Ok(Ok(_)) => Duration::ZERO,
            Ok(Err(AppError::Stopped)) => return,
            Ok(Err(error)) => {
                log::error!(error:%; "attached files cannot be read");
                REST
            }
            Err(error) => {
                log::error!(error:%; "attached files cannot be read");
                REST
            }
        };
    }
}
