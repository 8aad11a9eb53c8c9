//! One plugin: its component, compiled once, and the calls of its hooks.

use std::sync::OnceLock;

use engine::{
    Act, Event, Step,
    plugin::{Detail, FieldValue, Hook, Manifest, Occasion},
};
use model::{Capability, Digest, Instant};
use wasmtime::{
    Store,
    component::{Component, HasSelf, Instance, InstancePre, Linker},
};

use crate::{
    answer,
    contract::{
        given,
        hooks::{enrich, extract, field, notify, signal},
    },
    failure::PluginFailure,
    folder::Folder,
    host::Host,
    view::{Scene, View, seed},
};

/// Fuel of a call: about as many instructions, some 10 ms.
const FUEL: u64 = 20_000_000;
/// Fuel for reading a file.
const FILE_FUEL: u64 = 60_000_000;
/// The largest file that a plugin is given, in bytes.
const MAX_FILE: usize = 16 << 20;

/// A plugin, ready to be called once its component is compiled, which its first use does.
#[derive(Debug)]
pub struct Plugin {
    folder: Folder,
    host: Host,
    compiled: OnceLock<Result<Compiled, String>>,
}

/// A file to be read by a plugin.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its media type, as declared or recognised.
    pub media_type: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What a plugin read out of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// Its text.
    pub text: String,
    /// Its title; empty if it has none.
    pub title: String,
}

/// An alert to be given a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alert {
    /// Its name, for whoever receives it twice.
    pub id: String,
    /// Such as `severity` or `promise`.
    pub kind: String,
    /// What the case is about.
    pub case_title: String,
    /// The customer.
    pub account: String,
    /// The level.
    pub level: String,
    /// Why, the most important first.
    pub reasons: Vec<String>,
    /// When something falls due.
    pub due: Option<Instant>,
    /// Where people read the case.
    pub link: String,
}

/// The form that a plugin gave an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// JSON for a webhook; empty for none.
    pub payload: String,
}

/// What a call gave, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran<T> {
    /// Its result.
    pub value: T,
    /// The fuel it used.
    pub fuel: u64,
    /// What it wrote into the log.
    pub lines: Vec<String>,
}

impl<T> Ran<T> {
    fn check<U>(
        self,
        check: impl FnOnce(T) -> Result<U, PluginFailure>,
    ) -> Result<Ran<U>, PluginFailure> {
        let Self { value, fuel, lines } = self;
        Ok(Ran { value: check(value)?, fuel, lines })
    }
}

struct Compiled {
    pre: InstancePre<View>,
    signal: Option<signal::GuestIndices>,
    field: Option<field::GuestIndices>,
    enrich: Option<enrich::GuestIndices>,
    extract: Option<extract::GuestIndices>,
    notify: Option<notify::GuestIndices>,
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compiled").finish_non_exhaustive()
    }
}

impl Plugin {
    /// The plugin of `folder`, to run on `host`.
    pub fn new(host: &Host, folder: Folder) -> Self {
        Self { folder, host: host.clone(), compiled: OnceLock::new() }
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        self.folder.manifest()
    }

    /// The SHA-256 of its component.
    pub fn hash(&self) -> Digest {
        self.folder.hash()
    }

    /// The size of its component in bytes.
    pub fn size(&self) -> u64 {
        self.folder.component().len() as u64
    }

    /// Compiles it, unless that was done, and checks that it imports what it asked for and exports
    /// what it promises.
    pub fn prepare(&self) -> Result<(), PluginFailure> {
        self.compiled().map(|_| ())
    }

    fn compiled(&self) -> Result<&Compiled, PluginFailure> {
        let compiled = self.compiled.get_or_init(|| self.compile());
        compiled.as_ref().map_err(|why| PluginFailure::Unusable(why.clone()))
    }

    fn compile(&self) -> Result<Compiled, String> {
        let shown = |error: wasmtime::Error| error.root_cause().to_string();
        let engine = self.host.engine();
        let component = Component::new(engine, self.folder.component()).map_err(shown)?;
        self.check_imports(&component)?;
        let linker = self.linker().map_err(shown)?;
        let pre = linker.instantiate_pre(&component).map_err(shown)?;
        let hooks = self.manifest().hooks();
        let lacks = |hook: Hook| {
            move |_: wasmtime::Error| {
                format!(
                    "its manifest promises the hook `{0}`, which it does not export",
                    hook.name()
                )
            }
        };
        macro_rules! indices {
            ($hook:ident, $module:ident) => {
                hooks
                    .contains(&Hook::$hook)
                    .then(|| $module::GuestIndices::new(&pre).map_err(lacks(Hook::$hook)))
                    .transpose()?
            };
        }
        Ok(Compiled {
            signal: indices!(Signal, signal),
            field: indices!(Field, field),
            enrich: indices!(Enrich, enrich),
            extract: indices!(Extract, extract),
            notify: indices!(Notify, notify),
            pre,
        })
    }

    /// Says plainly what a component wants that it will not get.
    fn check_imports(&self, component: &Component) -> Result<(), String> {
        for (name, _) in component.component_type().imports(self.host.engine()) {
            let ours = name.strip_prefix("watchkeeper:plugin/");
            let Some(interface) = ours.and_then(|rest| rest.split('@').next()) else {
                return Err(format!(
                    "it imports `{name}`, which no plugin gets: build it without a system \
                     interface (for Rust, the target wasm32-unknown-unknown)"
                ));
            };
            if matches!(interface, "moment" | "types") {
                continue;
            }
            let wanted = Capability::ALL.into_iter().find(|c| c.name() == interface);
            match wanted {
                None => return Err(format!("it imports `{name}`, which there is not")),
                Some(wanted) if !self.manifest().capabilities.contains(&wanted) => {
                    return Err(format!(
                        "it imports `{interface}`, which its manifest does not ask for: add it to \
                         `capabilities`"
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// A linker that knows what the manifest asks for and nothing else.
    fn linker(&self) -> wasmtime::Result<Linker<View>> {
        let mut linker = Linker::new(self.host.engine());
        given::types::add_to_linker::<_, HasSelf<View>>(&mut linker, |view| view)?;
        given::moment::add_to_linker::<_, HasSelf<View>>(&mut linker, |view| view)?;
        for capability in &self.manifest().capabilities {
            let linker = &mut linker;
            match capability {
                Capability::Text => {
                    given::text::add_to_linker::<_, HasSelf<View>>(linker, |view| view)?;
                }
                Capability::People => {
                    given::people::add_to_linker::<_, HasSelf<View>>(linker, |view| view)?;
                }
                Capability::Account => {
                    given::account::add_to_linker::<_, HasSelf<View>>(linker, |view| view)?;
                }
                Capability::Notes => {
                    given::notes::add_to_linker::<_, HasSelf<View>>(linker, |view| view)?;
                }
                Capability::Log => {
                    given::log::add_to_linker::<_, HasSelf<View>>(linker, |view| view)?;
                }
            }
        }
        Ok(linker)
    }

    /// One call in a store of its own.
    fn call<T>(
        &self,
        view: View,
        fuel: u64,
        call: impl FnOnce(&Compiled, &mut Store<View>, &Instance) -> wasmtime::Result<Option<T>>,
    ) -> Result<Ran<T>, PluginFailure> {
        let compiled = self.compiled()?;
        let _slot = self.host.slot();
        let mut store = self
            .host
            .store(view, fuel)
            .map_err(|error| PluginFailure::Unusable(error.root_cause().to_string()))?;
        let result = compiled
            .pre
            .instantiate(&mut store)
            .and_then(|instance| call(compiled, &mut store, &instance));
        match result {
            Ok(Some(value)) => {
                let left = store.get_fuel().unwrap_or_default();
                let lines = store.data_mut().take_lines();
                Ok(Ran { value, fuel: fuel - left, lines })
            }
            Ok(None) => Err(PluginFailure::Unusable("it lacks that hook".to_owned())),
            Err(error) => Err(PluginFailure::of(&error, store.data())),
        }
    }

    fn view(step: &Step<'_>) -> (Scene, View) {
        let scene = Scene::of(step);
        let view = View::new(Some(scene.clone()), step.at, seed(&scene, step.at));
        (scene, view)
    }

    /// Whether its signals want to hear of what happens.
    pub fn hears(&self, event: &Event) -> bool {
        let manifest = self.manifest();
        let wants = |occasion| manifest.on.contains(&occasion);
        !manifest.signals.is_empty()
            && match event {
                Event::Message(_) => wants(Occasion::Message),
                Event::Note(_) => wants(Occasion::Note),
                Event::LevelChanged => wants(Occasion::Level),
                Event::Timer { signal, .. } => manifest.signal(signal).is_some(),
                // The first version of the contract knows no promises.
                Event::Promise(_) => false,
            }
    }

    /// What its signals do about a step: hook `signal`.
    pub fn signals(&self, step: &Step<'_>) -> Result<Ran<Vec<Act>>, PluginFailure> {
        let (scene, view) = Self::view(step);
        let event = match step.event {
            Event::Message(index) => signal::Event::Message(*index as u32),
            Event::Note(index) => signal::Event::Note(*index as u32),
            Event::Timer { name, .. } => signal::Event::Timer(name.clone()),
            Event::LevelChanged => signal::Event::Level,
            Event::Promise(_) => {
                return Ok(Ran { value: Vec::new(), fuel: 0, lines: Vec::new() });
            }
        };
        let ran = self.call(view, FUEL, |compiled, store, instance| {
            let Some(hook) = &compiled.signal else { return Ok(None) };
            hook.load(&mut *store, instance)?.call_assess(store, &event).map(Some)
        })?;
        ran.check(|answer| answer::acts(answer, self.manifest(), &scene, step.at))
    }

    /// The values that a message names: hook `field`.
    pub fn fields(
        &self,
        step: &Step<'_>,
        message: usize,
    ) -> Result<Ran<Vec<FieldValue>>, PluginFailure> {
        let (scene, view) = Self::view(step);
        let ran = self.call(view, FUEL, |compiled, store, instance| {
            let Some(hook) = &compiled.field else { return Ok(None) };
            hook.load(&mut *store, instance)?.call_find(store, message as u32).map(Some)
        })?;
        ran.check(|answer| answer::values(answer, self.manifest(), &scene))
    }

    /// What it knows about those who take part: hook `enrich`.
    pub fn details(
        &self,
        step: &Step<'_>,
        message: usize,
    ) -> Result<Ran<Vec<Detail>>, PluginFailure> {
        let (_, view) = Self::view(step);
        let ran = self.call(view, FUEL, |compiled, store, instance| {
            let Some(hook) = &compiled.enrich else { return Ok(None) };
            hook.load(&mut *store, instance)?.call_details(store, message as u32).map(Some)
        })?;
        ran.check(|answer| answer::details(answer, self.manifest()))
    }

    /// The text of a file, if it is for this plugin: hook `extract`. `now` is when it was captured.
    pub fn extract(
        &self,
        file: File<'_>,
        now: Instant,
    ) -> Result<Ran<Option<Extracted>>, PluginFailure> {
        let wanted = self.manifest().extract.as_ref();
        let wanted = wanted.is_some_and(|spec| spec.types.contains(file.media_type));
        if !wanted || file.bytes.len() > MAX_FILE {
            return Ok(Ran { value: None, fuel: 0, lines: Vec::new() });
        }
        let digest = Digest::of(file.bytes);
        let mut seed = [0; 8];
        seed.copy_from_slice(&digest.0[..8]);
        let view = View::new(None, now, u64::from_le_bytes(seed));
        let given = extract::File {
            name: file.name.to_owned(),
            media_type: file.media_type.to_owned(),
            bytes: file.bytes.to_vec(),
        };
        let ran = self.call(view, FILE_FUEL, |compiled, store, instance| {
            let Some(hook) = &compiled.extract else { return Ok(None) };
            hook.load(&mut *store, instance)?.call_text(store, &given).map(Some)
        })?;
        ran.check(answer::extracted)
    }

    /// The form of an alert: hook `notify`. Nothing leaves it as it is.
    pub fn compose(
        &self,
        alert: &Alert,
        now: Instant,
    ) -> Result<Ran<Option<Composed>>, PluginFailure> {
        let given = notify::Alert {
            id: alert.id.clone(),
            kind: alert.kind.clone(),
            case_title: alert.case_title.clone(),
            account: alert.account.clone(),
            level: alert.level.clone(),
            reasons: alert.reasons.clone(),
            due: alert.due.map(Instant::millis),
            link: alert.link.clone(),
        };
        let ran = self.call(View::new(None, now, 0), FUEL, |compiled, store, instance| {
            let Some(hook) = &compiled.notify else { return Ok(None) };
            hook.load(&mut *store, instance)?.call_compose(store, &given).map(Some)
        })?;
        ran.check(answer::composed)
    }
}
