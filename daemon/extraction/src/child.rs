//! What runs in the child: it confines itself, then reads one file after the other.

use std::{
    fs::File as Descriptor,
    io,
    os::fd::AsFd as _,
    panic::{AssertUnwindSafe, catch_unwind},
};

use model::Unread;

use crate::{
    Confinement, confine, formats,
    output::{File, Output},
    wire::{self, Answer, Asked, Said},
};

/// What the child ends with if a file is larger than the memory it has.
pub(crate) const NO_MEMORY: i32 = 12;

/// Confines this process for good: from here on it computes, and talks over what is open. `memory` is
/// what may be filled.
pub fn confine(memory: u64) -> Confinement {
    confine::for_reading(memory)
}

/// Serves files until the other side hangs up. Standard input is a connection to the parent, for
/// both directions: what a library prints never gets between. `memory` is what may be filled.
pub fn run(memory: u64) -> io::Result<()> {
    // A panic is an answer; its words would be those of a stranger's file.
    std::panic::set_hook(Box::new(|_| ()));
    let mut parent = Descriptor::from(io::stdin().as_fd().try_clone_to_owned()?);
    let confined = confine(memory);
    wire::write(&mut parent, &Said::Ready(confined))?;
    while let Some(asked) = wire::read::<Asked>(&mut parent, 1 << 20)? {
        let bytes = wire::read_bytes(&mut parent, asked.limits.file_bytes);
        if bytes.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::OutOfMemory) {
            std::process::exit(NO_MEMORY);
        }
        let Some(bytes) = bytes? else { break };
        let answer = read(&asked, &bytes);
        drop(bytes);
        wire::write(&mut parent, &Said::Read(answer))?;
    }
    Ok(())
}

/// Reads one file; a panic of a library is an answer too.
fn read(asked: &Asked, bytes: &[u8]) -> Answer {
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut output = Output::new(asked.limits, asked.pictures);
        let file =
            File { name: &asked.name, media_type: &asked.media_type, bytes, path: "", depth: 0 };
        let ended = formats::read(&file, &mut output);
        output.finish(ended)
    }));
    read.unwrap_or(Answer { outcome: Err(Unread::Crashed), pictures: Vec::new() })
}
