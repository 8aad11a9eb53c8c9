/* Write signal plugins for Watchkeeper in C, without a library.
 *
 * The names and layouts are those of the canonical ABI of the component model for the contract in
 * ../wit/plugin.wit. Every call runs in an instance of its own, so memory is handed out upwards and
 * never taken back. */
#ifndef WATCHKEEPER_H
#define WATCHKEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WK_IMPORT(interface, function) \
    __attribute__((import_module("watchkeeper:plugin/" interface "@1.0.0"), import_name(function)))
#define WK_EXPORT(name) __attribute__((export_name(name)))

typedef struct { const char *at; size_t length; } wk_text;
typedef struct { uint32_t start; wk_text text; } wk_passage;
typedef struct { const wk_passage *at; size_t length; } wk_passages;

enum { WK_US, WK_CUSTOMER, WK_PARTNER };
enum { WK_HUMAN };

/* The outline of a message: moment.message. */
typedef struct {
    int64_t at;
    uint8_t side;
    uint8_t class;
    struct { uint8_t some; uint32_t index; } answers;
    uint32_t attachments;
} wk_outline;
typedef struct { uint8_t some; wk_outline value; } wk_maybe_outline;

WK_IMPORT("moment", "message") void wk_message(uint32_t index, wk_maybe_outline *out);
/* Needs the capability `text`. */
WK_IMPORT("text", "new-text") void wk_new_text(uint32_t index, wk_passages *out);

/* What signal.assess takes and gives. */
enum { WK_ON_MESSAGE, WK_ON_NOTE, WK_ON_TIMER, WK_ON_LEVEL };
typedef struct { uint32_t message; uint8_t part; uint32_t start, end; } wk_span;
typedef struct { wk_text name; double value; } wk_input;
typedef struct {
    wk_text signal;
    struct { uint8_t some; int32_t value; } weight;
    struct { const wk_span *at; size_t length; } spans;
    struct { const wk_input *at; size_t length; } inputs;
} wk_raise;
enum { WK_RAISE, WK_CLEAR, WK_WAKE };
typedef struct {
    uint8_t kind;
    union {
        wk_raise raise;
        wk_text clear;
        struct { wk_text signal, name; int64_t at; } wake;
    };
} wk_act;
typedef struct {
    uint8_t failed;
    union {
        struct { const wk_act *at; size_t length; } acts;
        wk_text error;
    };
} wk_answer;

/* The layouts that the contract prescribes. */
_Static_assert(sizeof(wk_outline) == 24 && sizeof(wk_maybe_outline) == 32, "outline");
_Static_assert(sizeof(wk_passage) == 12 && sizeof(wk_span) == 16, "passage, span");
_Static_assert(sizeof(wk_input) == 16 && sizeof(wk_raise) == 32, "input, raise");
_Static_assert(sizeof(wk_act) == 40 && offsetof(wk_act, raise) == 8, "act");
_Static_assert(sizeof(wk_answer) == 12 && offsetof(wk_answer, acts) == 4, "answer");

#define WK_TEXT(literal) ((wk_text){(literal), sizeof(literal) - 1})

/* The plugin defines this. */
wk_answer wk_assess(uint32_t event, uint32_t index);

#ifdef WK_MAIN
extern char __heap_base;
static uintptr_t wk_free;

/* Where the host puts what it hands over. */
WK_EXPORT("cabi_realloc") void *wk_realloc(void *old, size_t had, size_t align, size_t size) {
    if (wk_free == 0) wk_free = (uintptr_t)&__heap_base;
    uintptr_t at = (wk_free + align - 1) & ~(align - 1);
    uintptr_t end = at + size;
    while (end > __builtin_wasm_memory_size(0) * 65536) {
        if (__builtin_wasm_memory_grow(0, 1) == (size_t)-1) __builtin_trap();
    }
    for (size_t byte = 0; byte < had; byte++) ((char *)at)[byte] = ((char *)old)[byte];
    wk_free = end;
    return (void *)at;
}

WK_EXPORT("watchkeeper:plugin/signal@1.0.0#assess")
wk_answer *wk_export_assess(uint32_t event, uint32_t first, uint32_t second) {
    static wk_answer answer;
    (void)second;
    answer = wk_assess(event, first);
    return &answer;
}
#endif
#endif
