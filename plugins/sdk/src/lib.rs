//! Write plugins for Watchkeeper in Rust.
//!
//! A plugin is a crate of type `cdylib` with a function for each hook, named by a macro:
//!
//! ```ignore
//! use watchkeeper_plugin::{Act, Case, Event, Raise};
//!
//! watchkeeper_plugin::signal!(assess);
//!
//! fn assess(event: Event) -> Result<Vec<Act>, String> {
//!     let Event::Message(index) = event else { return Ok(vec![]) };
//!     let message = Case.message(index).ok_or("no such message")?;
//!     if !message.from_customer() { return Ok(vec![]) }
//!     let found = message.new_text().iter().find_map(|passage| passage.find("voicemail"));
//!     Ok(found.map(|span| Raise::new("voicemail").at(span).into()).into_iter().collect())
//! }
//! ```
//!
//! There is no clock, file, network or chance but [`Case::now`] and [`Case::random`]; what needs a
//! capability says so. A call has some 20 million instructions and 64 MiB of memory.

#[doc(hidden)]
pub mod bindings;
mod case;

pub use bindings::{
    enrich::exports::watchkeeper::plugin::enrich::{Detail, Subject},
    extract::exports::watchkeeper::plugin::extract::{Extracted, File},
    field::exports::watchkeeper::plugin::field::Value,
    given::watchkeeper::plugin::types::{
        Class, Note, Organisation, Part, Person, Segment, SegmentKind, Side, Span,
    },
    notify::exports::watchkeeper::plugin::notify::{Alert, Composed},
    signal::exports::watchkeeper::plugin::signal::{Act, Event, Wake},
};
pub use case::{Case, Message, Passage, Raise, log};

/// Makes `fn(Event) -> Result<Vec<Act>, String>` the hook `signal`.
#[macro_export]
macro_rules! signal {
    ($function:path) => {
        struct SignalHook;
        impl $crate::bindings::signal::exports::watchkeeper::plugin::signal::Guest for SignalHook {
            fn assess(event: $crate::Event) -> Result<Vec<$crate::Act>, String> {
                $function(event)
            }
        }
        $crate::bindings::signal::export_signal!(
            SignalHook with_types_in $crate::bindings::signal
        );
    };
}

/// Makes `fn(Message) -> Result<Vec<Value>, String>` the hook `field`.
#[macro_export]
macro_rules! field {
    ($function:path) => {
        struct FieldHook;
        impl $crate::bindings::field::exports::watchkeeper::plugin::field::Guest for FieldHook {
            fn find(message: u32) -> Result<Vec<$crate::Value>, String> {
                $function($crate::Case.message(message).ok_or("no such message")?)
            }
        }
        $crate::bindings::field::export_field!(FieldHook with_types_in $crate::bindings::field);
    };
}

/// Makes `fn(Message) -> Result<Vec<Detail>, String>` the hook `enrich`.
#[macro_export]
macro_rules! enrich {
    ($function:path) => {
        struct EnrichHook;
        impl $crate::bindings::enrich::exports::watchkeeper::plugin::enrich::Guest for EnrichHook {
            fn details(message: u32) -> Result<Vec<$crate::Detail>, String> {
                $function($crate::Case.message(message).ok_or("no such message")?)
            }
        }
        $crate::bindings::enrich::export_enrich!(EnrichHook with_types_in $crate::bindings::enrich);
    };
}

/// Makes `fn(File) -> Result<Option<Extracted>, String>` the hook `extract`.
#[macro_export]
macro_rules! extract {
    ($function:path) => {
        struct ExtractHook;
        impl $crate::bindings::extract::exports::watchkeeper::plugin::extract::Guest
            for ExtractHook
        {
            fn text(file: $crate::File) -> Result<Option<$crate::Extracted>, String> {
                $function(file)
            }
        }
        $crate::bindings::extract::export_extract!(
            ExtractHook with_types_in $crate::bindings::extract
        );
    };
}

/// Makes `fn(Alert) -> Result<Option<Composed>, String>` the hook `notify`.
#[macro_export]
macro_rules! notify {
    ($function:path) => {
        struct NotifyHook;
        impl $crate::bindings::notify::exports::watchkeeper::plugin::notify::Guest for NotifyHook {
            fn compose(alert: $crate::Alert) -> Result<Option<$crate::Composed>, String> {
                $function(alert)
            }
        }
        $crate::bindings::notify::export_notify!(NotifyHook with_types_in $crate::bindings::notify);
    };
}
