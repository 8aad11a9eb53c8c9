//! What a process gives up before it touches what strangers sent: files, network, programs, memory.
//!
//! Two locks on one door: landlock takes the file system and TCP away, seccomp every system call
//! that computing does not need. Either alone keeps files and network out; both work without
//! privileges. Limits on memory, files and processes come on top.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, Compatible as _, PathBeneath, PathFd, Ruleset,
    RulesetAttr as _, RulesetCreatedAttr as _, RulesetStatus, Scope,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};
use serde::{Deserialize, Serialize};

/// How far the kernel goes along with a restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Strength {
    /// Wholly.
    Full,
    /// In part: the kernel is older than the restriction.
    Partial,
    /// Not at all.
    None,
}

/// What a child gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Landlock: the file system, TCP, signals to others.
    pub landlock: Strength,
    /// Seccomp: every system call that computing does not need.
    pub seccomp: Strength,
    /// Limits on memory, files and processes.
    pub limits: Strength,
}

impl Confinement {
    /// What is missing and what follows from it, for an administrator; nothing if all is there.
    pub fn complaint(&self) -> Option<String> {
        let mut missing = Vec::new();
        if self.seccomp != Strength::Full {
            missing.push("seccomp (CONFIG_SECCOMP_FILTER)");
        }
        if self.landlock == Strength::None {
            missing.push("landlock (CONFIG_SECURITY_LANDLOCK, `lsm=` naming landlock)");
        }
        if self.limits != Strength::Full {
            missing.push("limits of resources (setrlimit)");
        }
        if missing.is_empty() {
            return None;
        }
        let open = self.seccomp != Strength::Full && self.landlock == Strength::None;
        let so = if open {
            "attached files are read by a process that could open files and connections; set \
             `read = false` under [files] if that must not be"
        } else {
            "attached files are still read without files and network, by one lock instead of two"
        };
        Some(format!("this kernel lacks {}: {so}", missing.join(" and ")))
    }
}

/// Confines this process for reading: from here on it computes, and talks over what is open.
pub(crate) fn for_reading(memory: u64) -> Confinement {
    Confinement {
        limits: limit(memory, 0),
        landlock: no_files(&[]),
        seccomp: allow_only(COMPUTING),
    }
}

/// Confines this process for a program that an administrator chose: it may read and run what lies
/// `beneath`, and neither write nor connect.
pub(crate) fn for_program(memory: u64, beneath: &[std::path::PathBuf]) -> Confinement {
    Confinement {
        limits: limit(memory, 64),
        landlock: no_files(beneath),
        seccomp: deny(CONNECTING),
    }
}

/// Limits memory and descriptors; no core is dumped, and nothing outlives whoever started us.
fn limit(memory: u64, processes: u64) -> Strength {
    let to = |most| Rlimit { current: Some(most), maximum: Some(most) };
    let done = [
        rustix::process::setrlimit(Resource::Data, to(memory)),
        rustix::process::setrlimit(Resource::Core, to(0)),
        rustix::process::setrlimit(Resource::Fsize, to(0)),
        if processes == 0 { rustix::process::setrlimit(Resource::Nproc, to(0)) } else { Ok(()) },
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL)),
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable),
    ];
    if done.iter().all(Result::is_ok) { Strength::Full } else { Strength::Partial }
}

/// Takes the file system away but for reading and running what lies `beneath`, and TCP.
fn no_files(beneath: &[std::path::PathBuf]) -> Strength {
    let newest = ABI::V6;
    let confined = || {
        let rules = Ruleset::default()
            .set_compatibility(landlock::CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(newest))?
            .handle_access(AccessNet::from_all(newest))?
            .scope(Scope::from_all(newest))?
            .create()?;
        let allowed = beneath.iter().filter_map(|path| PathFd::new(path).ok()).map(|opened| {
            Ok::<_, landlock::RulesetError>(PathBeneath::new(opened, AccessFs::from_read(newest)))
        });
        rules.add_rules(allowed)?.restrict_self()
    };
    match confined().map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => Strength::Full,
        Ok(RulesetStatus::PartiallyEnforced) => Strength::Partial,
        Ok(RulesetStatus::NotEnforced) | Err(_) => Strength::None,
    }
}

/// What a process needs that only computes and talks over what is open. Nothing here opens,
/// connects, starts or signals anything beyond itself.
const COMPUTING: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getcpu,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What a program must not do that reads a picture.
const CONNECTING: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_io_uring_setup,
    libc::SYS_bpf,
    libc::SYS_mount,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_kill,
];

fn allow_only(calls: &[i64]) -> Strength {
    filter(calls, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow)
}

fn deny(calls: &[i64]) -> Strength {
    filter(calls, SeccompAction::Allow, SeccompAction::Errno(libc::EPERM as u32))
}

/// A denied call fails with EPERM: a library that tries for more goes on without.
fn filter(calls: &[i64], others: SeccompAction, these: SeccompAction) -> Strength {
    let rules: BTreeMap<i64, Vec<_>> = calls.iter().map(|call| (*call, Vec::new())).collect();
    let applied = TargetArch::try_from(std::env::consts::ARCH)
        .and_then(|arch| SeccompFilter::new(rules, others, these, arch))
        .and_then(BpfProgram::try_from)
        .map_err(seccompiler::Error::from)
        .and_then(|program| seccompiler::apply_filter(&program));
    if applied.is_ok() { Strength::Full } else { Strength::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_lacks_a_lock_is_told_of() {
        let all = Confinement {
            landlock: Strength::Full,
            seccomp: Strength::Full,
            limits: Strength::Full,
        };
        assert_eq!(all.complaint(), None);
        assert_eq!(Confinement { landlock: Strength::Partial, ..all }.complaint(), None);
        let one = Confinement { landlock: Strength::None, ..all }.complaint().unwrap();
        assert!(one.contains("landlock") && one.contains("one lock"), "{one}");
        let none = Confinement { seccomp: Strength::None, landlock: Strength::None, ..all };
        let told = none.complaint().unwrap();
        assert!(told.contains("seccomp") && told.contains("read = false"), "{told}");
    }
}
