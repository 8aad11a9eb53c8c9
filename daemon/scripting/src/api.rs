//! What scripts can say: values, their properties and methods, and the acts of a signal.
//!
//! Every registration carries the signature and sentence that the reference in `rules/README.md`
//! is generated from, and that the checker knows names by.

mod account;
pub(crate) mod acts;
pub(crate) mod change;
mod earlier;
mod history;
mod instants;
pub(crate) mod message;
pub(crate) mod passage;
mod person;
pub(crate) mod policy;
pub(crate) mod promise;
pub(crate) mod record;
pub(crate) mod verdict;
mod words;

use std::cell::Cell;

use rhai::{Engine, RhaiNativeFunc, Variant};

/// Properties that show nothing but signals and the account: owner and name. What else a script can
/// see of a case it comes to by a property, or by one of the methods that call [`looked_around`].
const LASTING: &[(&str, &str)] = &[
    ("Record", "account"),
    ("Record", "signals"),
    ("Account", "known"),
    ("Account", "name"),
    ("Account", "tier"),
    ("Account", "renewal"),
    ("Account", "earlier_escalations"),
];

thread_local! {
    static LOOKED_AROUND: Cell<bool> = const { Cell::new(false) };
}

/// A script looks at more than signals and account: at messages, clocks or people.
fn looked_around() {
    LOOKED_AROUND.set(true);
}

/// What `call` gives, and whether it looked at more than signals and account.
pub(crate) fn looking<T>(call: impl FnOnce() -> T) -> (T, bool) {
    LOOKED_AROUND.set(false);
    let given = call();
    (given, LOOKED_AROUND.get())
}

/// One entry of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The type it belongs to; empty for a function of its own.
    pub owner: &'static str,
    /// How it is written, such as `find(list) -> Passage or ()`.
    pub signature: &'static str,
    /// What it gives or does.
    pub help: &'static str,
}

impl Entry {
    /// Its bare name.
    pub fn name(&self) -> &'static str {
        self.signature.split(['(', ' ', ':']).next().unwrap_or_default()
    }
}

/// Registers values and functions, and remembers their help.
pub(crate) struct Api<'e> {
    engine: &'e mut Engine,
    entries: Vec<Entry>,
}

impl Api<'_> {
    /// A type that scripts see as `name`.
    fn kind<T: Variant + Clone>(&mut self, name: &'static str, help: &'static str) {
        self.engine.register_type_with_name::<T>(name);
        self.entries.push(Entry { owner: name, signature: "", help });
    }

    /// A property; `signature` is `name: type`.
    fn get<T, R>(
        &mut self,
        owner: &'static str,
        signature: &'static str,
        help: &'static str,
        get: impl Fn(&mut T) -> R + Send + Sync + 'static,
    ) where
        T: Variant + Clone,
        R: Variant + Clone,
    {
        let entry = Entry { owner, signature, help };
        if LASTING.contains(&(owner, entry.name())) {
            self.engine.register_get(entry.name(), get);
        } else {
            self.engine.register_get(entry.name(), move |value: &mut T| {
                looked_around();
                get(value)
            });
        }
        self.entries.push(entry);
    }

    /// A method or function; `signature` is `name(arguments) -> type`. With an empty `help` it is a
    /// further form of the entry before and does not show in the reference.
    fn call<A: 'static, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        owner: &'static str,
        signature: &'static str,
        help: &'static str,
        call: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) where
        R: Variant + Clone,
    {
        let entry = Entry { owner, signature, help };
        self.engine.register_fn(entry.name(), call);
        if !help.is_empty() {
            self.entries.push(entry);
        }
    }

    /// An operator; it does not show in the reference.
    fn operator<A: 'static, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        name: &'static str,
        call: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) where
        R: Variant + Clone,
    {
        self.engine.register_fn(name, call);
    }
}

/// Gives `engine` everything that scripts can say; the entries in the order of the reference.
pub(crate) fn register(engine: &mut Engine) -> Vec<Entry> {
    let mut api = Api { engine, entries: Vec::new() };
    acts::register(&mut api);
    verdict::register(&mut api);
    record::register(&mut api);
    message::register(&mut api);
    words::register(&mut api);
    passage::register(&mut api);
    person::register(&mut api);
    change::register(&mut api);
    policy::register(&mut api);
    promise::register(&mut api);
    instants::register(&mut api);
    api.entries
}

/// An error that a script sees at the place where it called.
pub(crate) fn fail<T>(message: impl Into<String>) -> Result<T, Box<rhai::EvalAltResult>> {
    let message: String = message.into();
    Err(Box::new(rhai::EvalAltResult::ErrorRuntime(message.into(), rhai::Position::NONE)))
}

pub(crate) type Fallible<T> = Result<T, Box<rhai::EvalAltResult>>;
