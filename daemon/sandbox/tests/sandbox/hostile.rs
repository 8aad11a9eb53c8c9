//! A loop, a bomb, a trap: stopped soon, contained, and the memory comes back.

use std::time::Duration;

use sandbox::{Folder, Host, Plugin, PluginFailure};

use crate::guests::{at_message, case, folder, host, module, plugin};

/// The issue's limit.
const SOON: Duration = Duration::from_millis(100);

const LOOP: &str = "(loop $again (br $again)) (unreachable)";
const FILL: &str = "(loop $again
    (memory.fill (i32.const 1024) (i32.const 1) (i32.const 200000)) (br $again)) (unreachable)";
const GROW: &str = "(loop $again
    (br_if $again (i32.ne (memory.grow (i32.const 64)) (i32.const -1)))) (unreachable)";
const RECURSE: &str = "(call $deep (i32.const 0))";
const CURIOUS: &str = "(loop $again
    (global.set $free (i32.const 65536)) (call $body (i32.const 0) (i32.const 8)) (br $again))
    (unreachable)";
const CHATTY: &str = "(loop $again (call $say (i32.const 16) (i32.const 5)) (br $again))
    (unreachable)";

/// Runs a guest and gives its failure, which must come soon.
fn failure(host: &Host, assess: &str) -> PluginFailure {
    let (plugin, case) = (plugin(host, assess), case());
    let mut quickest = Duration::MAX;
    let mut failure = None;
    // Other work on this machine may delay a call, so the processor's time counts.
    for _ in 0..3 {
        let began = processor_time();
        let outcome = at_message(&case, |step| plugin.signals(step));
        quickest = quickest.min(processor_time().saturating_sub(began));
        failure = Some(outcome.expect_err("it cannot succeed"));
    }
    assert!(quickest < SOON, "it took {quickest:?}");
    failure.unwrap()
}

#[test]
fn an_endless_loop_ends_by_its_fuel() {
    let host = host();
    assert_eq!(failure(&host, LOOP), PluginFailure::OutOfFuel);
    assert_eq!(failure(&host, FILL), PluginFailure::OutOfFuel);
}

#[test]
fn a_bomb_of_memory_is_refused_and_its_memory_comes_back() {
    let host = host();
    assert_eq!(failure(&host, GROW), PluginFailure::OutOfMemory);
    // Grows, touches sixteen megabytes of it, and traps.
    let touch = "(drop (memory.grow (i32.const 300)))
        (memory.fill (i32.const 1024) (i32.const 1) (i32.const 16000000)) (unreachable)";
    let (plugin, case) = (plugin(&host, touch), case());
    let before = resident();
    for _ in 0..100 {
        let outcome = at_message(&case, |step| plugin.signals(step));
        assert!(matches!(outcome, Err(PluginFailure::Trapped(_))), "{outcome:?}");
    }
    // 1.6 GB went through; other tests of this process take some of their own.
    let more = resident().saturating_sub(before);
    assert!(more < 400 << 20, "{} MiB stayed", more >> 20);
}

#[test]
fn deep_recursion_and_traps_stay_inside() {
    let host = host();
    assert_eq!(failure(&host, RECURSE), PluginFailure::TooDeep);
    let trapped = failure(&host, "(unreachable)");
    assert!(matches!(&trapped, PluginFailure::Trapped(why) if why.contains("unreachable")));
    let outside = failure(&host, "(i32.load (i32.const -4))");
    assert!(matches!(outside, PluginFailure::Trapped(_)), "{outside}");
}

#[test]
fn a_plugin_cannot_keep_the_host_busy_for_it() {
    let host = host();
    assert_eq!(failure(&host, CURIOUS), PluginFailure::TooCurious);
    assert_eq!(failure(&host, CHATTY), PluginFailure::TooCurious);
}

#[test]
fn after_all_that_a_good_plugin_still_works() {
    let host = host();
    for bad in [LOOP, GROW, RECURSE] {
        failure(&host, bad);
    }
    let good = plugin(&host, "(call $list (i32.const 0))");
    let ran = at_message(&case(), |step| good.signals(step)).unwrap();
    assert!(ran.value.is_empty() && ran.fuel > 0);
}

#[test]
fn many_at_once_wait_for_one_another() {
    let host = host();
    let (good, bad) = (plugin(&host, "(call $list (i32.const 0))"), plugin(&host, LOOP));
    std::thread::scope(|scope| {
        for number in 0..40 {
            let (good, bad) = (&good, &bad);
            scope.spawn(move || {
                let plugin = if number % 4 == 0 { bad } else { good };
                let outcome = at_message(&case(), |step| plugin.signals(step));
                assert_eq!(outcome.is_err(), number % 4 == 0);
            });
        }
    });
}

#[test]
fn what_the_manifest_does_not_ask_for_is_not_there() {
    let text = String::from_utf8(wasm_text()).unwrap();
    let refused = prepare(&text.replace("@import@", "watchkeeper:plugin/people@1.0.0"));
    assert!(refused.contains("add it to `capabilities`"), "{refused}");
}

#[test]
fn a_system_interface_is_not_there() {
    let component = r#"(component
        (import "wasi:filesystem/preopens@0.2.0" (instance
            (export "get-directories" (func)))))"#;
    let folder = hand_made(&wat::parse_str(component).unwrap());
    let refused = Plugin::new(&host(), folder).prepare().unwrap_err().to_string();
    assert!(refused.contains("wasm32-unknown-unknown"), "{refused}");
}

#[test]
fn bytes_that_are_no_component_are_refused() {
    for bytes in [&b""[..], b"\0asm\x01\0\0\0", b"MZ", &module("(i32.const 0)")] {
        let refused = Plugin::new(&host(), hand_made(bytes)).prepare();
        assert!(matches!(refused, Err(PluginFailure::Unusable(_))), "{refused:?}");
    }
}

#[test]
fn chance_depends_on_the_evidence_alone() {
    let say = "(i64.store (i32.const 200) (call $random))
        (i32.store8 (i32.const 200) (i32.add (i32.const 97)
            (i32.and (i32.load8_u (i32.const 200)) (i32.const 15))))
        (call $say (i32.const 200) (i32.const 1)) (call $list (i32.const 0))";
    let runs: Vec<_> = (0..3)
        .map(|_| at_message(&case(), |step| plugin(&host(), say).signals(step)).unwrap())
        .collect();
    assert!(runs.iter().all(|run| *run == runs[0]), "fuel and chance are the same: {runs:?}");
    assert_eq!(runs[0].lines.len(), 1);
}

/// A component that imports an interface of the contract.
fn wasm_text() -> Vec<u8> {
    br#"(component (import "@import@" (instance)))"#.to_vec()
}

fn prepare(text: &str) -> String {
    let folder = hand_made(&wat::parse_str(text).unwrap());
    Plugin::new(&host(), folder).prepare().unwrap_err().to_string()
}

fn hand_made(component: &[u8]) -> Folder {
    let good = folder(&module("(call $list (i32.const 0))"));
    let manifest = format!(
        "name = \"guest\"\nversion = \"1\"\ntitle = \"{}\"\nhelp = \"h\"\n[[signal]]\nid = \
         \"guest\"\ntitle = \"t\"\nhelp = \"h\"\nweight = 1\n",
        good.manifest().title
    );
    Folder::new("guest", &manifest, component).unwrap()
}

fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Resident memory of this process in bytes.
fn resident() -> u64 {
    let pages = std::fs::read("/proc/self/statm").unwrap();
    let pages = String::from_utf8(pages).unwrap();
    pages.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 4096
}
