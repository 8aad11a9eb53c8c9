//! Guests written for these tests, and the case that they are shown.

use std::sync::Arc;

use engine::{
    Calendar, CaseFile, CaseMessage, Event, Participant, Step,
    plugin::{Hook, Permit, Permits},
};
use jiff::tz::TimeZone;
use mail::{ClassKind, Segment, SegmentKind};
use model::{Address, CaseId, Instant, LevelName, MessageKey, Side};
use sandbox::{Folder, Host, Plugin, componentize};

/// What the customer wrote, with a letter of two bytes in it.
pub const BODY: &str = "Wir warten schon zu lange f\u{fc}r nichts.\n";

/// What the guest says of itself.
pub const MANIFEST: &str = r#"
name = "guest"
version = "1"
title = "Guest"
help = "A guest of the tests."
capabilities = ["text", "log"]
on = ["message", "note", "level"]

[[signal]]
id = "guest"
title = "Guest"
help = "Raised by the guest."
weight = 7
inputs = ["score"]
"#;

/// A guest whose `assess` has this body. The result lies at 64, its list from 128 on; the words
/// `guest`, `score` and `other` at 16, 24 and 32.
pub fn module(assess: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
  (import "watchkeeper:plugin/moment@1.0.0" "random" (func $random (result i64)))
  (import "watchkeeper:plugin/text@1.0.0" "body" (func $body (param i32 i32)))
  (import "watchkeeper:plugin/log@1.0.0" "say" (func $say (param i32 i32)))
  (memory (export "memory") 4)
  (data (i32.const 16) "guest")
  (data (i32.const 24) "score")
  (data (i32.const 32) "other")
  (global $free (mut i32) (i32.const 65536))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (func $deep (param i32) (result i32)
    (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func $list (param $length i32) (result i32)
    (i32.store (i32.const 64) (i32.const 0))
    (i32.store (i32.const 68) (i32.const 128))
    (i32.store (i32.const 72) (local.get $length))
    (i32.const 64))
  (func $words (param $at i32) (param $word i32) (param $length i32)
    (i32.store (local.get $at) (local.get $word))
    (i32.store (i32.add (local.get $at) (i32.const 4)) (local.get $length)))
  (func $span (param $at i32) (param $message i32) (param $start i32) (param $end i32)
    (i32.store (local.get $at) (local.get $message))
    (i32.store8 (i32.add (local.get $at) (i32.const 4)) (i32.const 0))
    (i32.store (i32.add (local.get $at) (i32.const 8)) (local.get $start))
    (i32.store (i32.add (local.get $at) (i32.const 12)) (local.get $end)))
  ;; One act `raise` at 128, with one span at 512 and one input at 576.
  (func $raise (param $start i32) (param $end i32) (param $score f64)
    (i32.store8 (i32.const 128) (i32.const 0))
    (call $words (i32.const 136) (i32.const 16) (i32.const 5))
    (i32.store8 (i32.const 144) (i32.const 0))
    (i32.store (i32.const 152) (i32.const 512))
    (i32.store (i32.const 156) (i32.const 1))
    (i32.store (i32.const 160) (i32.const 576))
    (i32.store (i32.const 164) (i32.const 1))
    (call $span (i32.const 512) (i32.const 0) (local.get $start) (local.get $end))
    (call $words (i32.const 576) (i32.const 24) (i32.const 5))
    (f64.store (i32.const 584) (local.get $score)))
  (func (export "watchkeeper:plugin/signal@1.0.0#assess") (param i32 i32 i32) (result i32)
    {assess}))"#
    );
    wat::parse_str(text).unwrap()
}

pub fn folder(module: &[u8]) -> Folder {
    Folder::new("guest", MANIFEST, &componentize(module, [Hook::Signal]).unwrap()).unwrap()
}

pub fn host() -> Host {
    Host::new(None).unwrap()
}

pub fn plugin(host: &Host, assess: &str) -> Plugin {
    let plugin = Plugin::new(host, folder(&module(assess)));
    plugin.prepare().unwrap();
    plugin
}

pub fn permits(folder: &Folder) -> Permits {
    let capabilities = folder.manifest().capabilities.clone();
    let permit = Permit { hash: folder.hash(), capabilities, disabled: None };
    Permits::from([(folder.manifest().name.clone(), permit)])
}

/// A case of one message.
pub fn case() -> Arc<CaseFile> {
    case_saying(BODY)
}

/// A case of one message of the customer's that says `body`.
pub fn case_saying(body: &str) -> Arc<CaseFile> {
    let key = MessageKey([3; 16]);
    let jane = Participant {
        address: Address { name: "Jane".to_owned(), email: "jane@northwind.example".to_owned() },
        side: Side::Customer,
        team: None,
        title: "".into(),
    };
    let message = CaseMessage {
        key,
        at: Instant::from_seconds(1_770_000_000),
        offset: Some(0),
        from: jane,
        to: Vec::new(),
        cc: Vec::new(),
        subject: "Warten".into(),
        body: body.into(),
        segments: [Segment { start: 0, end: body.len() as u32, kind: SegmentKind::New }].into(),
        class: ClassKind::Human,
        attachments: Vec::new(),
        answers: None,
    };
    Arc::new(CaseFile {
        id: CaseId::derive(&key, 0),
        account: None,
        contacts: Vec::new(),
        messages: vec![Arc::new(message)],
        notes: Vec::new(),
        judged: Vec::new(),
        decided: Vec::new(),
        given_to: None,
        earlier: [].into(),
        calendar: Arc::new(Calendar::office_hours(TimeZone::UTC)),
        reply_minutes: None,
    })
}

/// Calls `call` with the step at which the message of `case` arrives.
pub fn at_message<T>(case: &Arc<CaseFile>, call: impl FnOnce(&Step<'_>) -> T) -> T {
    let (findings, muted, promises) = (Arc::default(), Arc::default(), Arc::default());
    call(&Step {
        case,
        messages: 1,
        notes: 0,
        at: case.messages[0].at,
        event: &Event::Message(0),
        findings: &findings,
        level: &LevelName::none(),
        levels: &[],
        reply_due: None,
        muted: &muted,
        promises: &promises,
        explain: false,
    })
}
