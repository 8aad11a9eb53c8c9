//! The script engine with every limit set: scripts can compute and nothing else.

use std::{cell::Cell, time::Duration};

use rhai::{
    Dynamic, Engine, EvalAltResult, OptimizationLevel, Position,
    packages::{
        ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage,
        BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
    },
};

use crate::trace;

/// Operations of one call: what stops a loop. Pure scripts reach it at the same place every time.
pub(crate) const MAX_OPERATIONS: u64 = 100_000;
/// The longest string a script may hold, in bytes.
pub(crate) const MAX_STRING: usize = 64 * 1024;
const MAX_ARRAY: usize = 4096;
const MAX_MAP: usize = 512;
const MAX_CALL_DEPTH: usize = 24;
const MAX_EXPRESSION_DEPTH: usize = 64;
const MAX_FUNCTIONS: usize = 100;
const MAX_VARIABLES: usize = 200;

/// After this time on the processor a call is killed whatever it does. It lies far beyond what the
/// operations allow in ordinary work, and time in which the machine did something else does not
/// count, so that a busy machine decides nothing.
const MAX_TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1500 } else { 80 });
/// The clock is read once in so many operations.
const OPERATIONS_A_LOOK: u64 = 256;
/// What the values that a script changes by index may hold in all, in bytes: the language itself
/// checks what is put in, but not what it is put into.
const MAX_HELD: usize = 4 << 20;

/// What the watch over the call that runs on this thread knows.
#[derive(Debug, Clone, Copy)]
enum Watch {
    Off,
    /// It has not looked at the clock yet, which costs more than most calls do.
    On,
    /// It looked first then.
    Since(Duration),
}

thread_local! {
    static WATCH: Cell<Watch> = const { Cell::new(Watch::Off) };
}

/// Looks at the clock. Whether the call has had its time since the first look.
fn is_late() -> bool {
    match WATCH.get() {
        Watch::Off => false,
        Watch::On => {
            WATCH.set(Watch::Since(processor_time()));
            false
        }
        Watch::Since(began) => processor_time().saturating_sub(began) > MAX_TIME,
    }
}

/// Time that this thread has been on a processor.
fn processor_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec as u32)
}

/// An engine with its limits and the plain packages: numbers, logic, strings, arrays, maps. It has
/// no clock, no file, no module, no `eval` and no output.
pub(crate) fn bare_engine() -> Engine {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);

    engine
        .set_max_operations(MAX_OPERATIONS)
        .set_max_call_levels(MAX_CALL_DEPTH)
        .set_max_expr_depths(MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_DEPTH)
        .set_max_functions(MAX_FUNCTIONS)
        .set_max_variables(MAX_VARIABLES)
        .set_max_string_size(MAX_STRING)
        .set_max_array_size(MAX_ARRAY)
        .set_max_map_size(MAX_MAP)
        .set_max_modules(0)
        .set_strict_variables(true)
        .set_allow_shadowing(true)
        .set_allow_looping(true)
        .set_optimization_level(OptimizationLevel::Simple);
    for symbol in ["eval", "import", "export", "print", "debug", "sleep", "timestamp"] {
        engine.disable_symbol(symbol);
    }
    engine.on_progress(|operations| {
        let late = operations % OPERATIONS_A_LOOK == 0 && is_late();
        late.then(|| Dynamic::from("it took too long: look for a loop that builds large values"))
    });
    engine
}

/// Makes `engine` look at how much a variable holds whenever it is used; for scripts that assign by
/// index, such as `counts[word] = 1`.
#[allow(deprecated, reason = "the call is not deprecated, its form may change")]
pub(crate) fn weigh_variables(engine: &mut Engine) {
    engine.on_var(|name, _, context| {
        let held = context.scope().get(name).map_or(0, |value| weight(value, MAX_HELD));
        if held > MAX_HELD {
            let what = format!("`{name}` holds too much");
            return Err(EvalAltResult::ErrorDataTooLarge(what, Position::NONE).into());
        }
        Ok(None)
    });
}

/// About how many bytes `value` holds; counting stops soon after `most`.
fn weight(value: &Dynamic, most: usize) -> usize {
    /// What an entry of a list or map takes beside what it holds.
    const ENTRY: usize = 64;
    let all = |values: &mut dyn Iterator<Item = &Dynamic>, keys: usize| {
        let mut sum = keys;
        for value in values {
            if sum > most {
                break;
            }
            sum += ENTRY + weight(value, most - sum.min(most));
        }
        sum
    };
    if let Ok(text) = value.as_immutable_string_ref() {
        return text.len();
    }
    if let Ok(list) = value.as_array_ref() {
        return all(&mut list.iter(), 0);
    }
    value.as_map_ref().map_or(0, |map| {
        if map.len() > MAX_MAP {
            return most + 1;
        }
        all(&mut map.values(), map.keys().map(rhai::Identifier::len).sum())
    })
}

/// Runs `call` under a deadline, unless it is being traced.
pub(crate) fn timed<T>(call: impl FnOnce() -> T) -> T {
    WATCH.set(if trace::is_recording() { Watch::Off } else { Watch::On });
    let result = call();
    WATCH.set(Watch::Off);
    result
}
