//! The contract, made from `wit/`.
#![allow(missing_docs, unused_qualifications, clippy::all, clippy::pedantic)]

pub mod given {
    wit_bindgen::generate!({ path: "../wit", world: "given", generate_all });
}

macro_rules! hook {
    ($module:ident, $world:literal, $export:literal) => {
        pub mod $module {
            wit_bindgen::generate!({
                path: "../wit",
                world: $world,
                pub_export_macro: true,
                export_macro_name: $export,
                with: {
                    "watchkeeper:plugin/types@1.0.0": crate::bindings::given::watchkeeper::plugin::types,
                    "watchkeeper:plugin/moment@1.0.0": crate::bindings::given::watchkeeper::plugin::moment,
                    "watchkeeper:plugin/text@1.0.0": crate::bindings::given::watchkeeper::plugin::text,
                    "watchkeeper:plugin/people@1.0.0": crate::bindings::given::watchkeeper::plugin::people,
                    "watchkeeper:plugin/account@1.0.0": crate::bindings::given::watchkeeper::plugin::account,
                    "watchkeeper:plugin/notes@1.0.0": crate::bindings::given::watchkeeper::plugin::notes,
                    "watchkeeper:plugin/log@1.0.0": crate::bindings::given::watchkeeper::plugin::log,
                },
            });
        }
    };
}

hook!(signal, "signal-plugin", "export_signal");
hook!(field, "field-plugin", "export_field");
hook!(enrich, "enrich-plugin", "export_enrich");
hook!(extract, "extract-plugin", "export_extract");
hook!(notify, "notify-plugin", "export_notify");
