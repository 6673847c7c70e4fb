#pragma once
// What Swift cannot import from <ncurses.h>: macros that expand to expressions, the mutable globals
// stdscr and COLORS (errors in Swift 6 mode), and what signal handlers do, which Swift code must not.
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <stddef.h>

static inline WINDOW *cn_screen(void) { return stdscr; }
static inline int cn_colors(void) { return COLORS; }
static inline attr_t cn_bold(void) { return A_BOLD; }
static inline attr_t cn_dim(void) { return A_DIM; }
static inline attr_t cn_underline(void) { return A_UNDERLINE; }
static inline attr_t cn_reverse(void) { return A_REVERSE; }
static inline attr_t cn_italic(void) { return A_ITALIC; }
static inline int cn_function_key(int number) { return KEY_F(number); }

/// newterm on file descriptors; NULL when the type is unknown. The streams live as long as the process.
SCREEN *cn_newterm(const char *type, int output, int input);

/// Whether the terminal can move its cursor, without which nothing can be drawn.
bool cn_can_draw(void);

/// mvwaddnwstr with attributes and an extended colour pair, in one call.
int cn_put(int row, int column, const wchar_t *text, int count, attr_t attributes, int pair);

/// The window that keys are read from: a pad, because reading from a window would draw that window.
WINDOW *cn_input(void);

/// Columns of a character for the C library, which decides what ncurses draws; -1 when it knows none.
int cn_width(wchar_t character);

/// pipe2 with both ends closed on exec and not waiting; 0, or -1 with errno.
int cn_pipe(int *reading, int *writing);

/// Reads the terminal's size from the kernel; 0 on success.
int cn_terminal_size(int descriptor, int *width, int *height);

/// Makes the multibyte locale UTF-8 whatever the environment says; false when the system has none.
bool cn_use_utf8(void);

// Signals. One terminal a process: the guard's state is global.

/// Saves the terminal's modes and installs all handlers.
///
/// TERM, HUP, INT, QUIT, TSTP, CONT and WINCH write their number to `pipe`. When nobody confirms a
/// request to end within a second, or a second one comes, the terminal is reset and the process ends.
/// So it is with the other signals that would end the process, such as USR1, XCPU and those of real time,
/// unless they have a handler. TTIN and TTOU write TSTP's number, or stop the process where the terminal is
/// another job's. PIPE does nothing. SEGV, BUS, ILL, TRAP, FPE, ABRT and SYS reset the
/// terminal and go on to the handler before. `exit` resets too.
/// `reset` is written as it is; at most 511 bytes. Returns 0, or -1 with errno.
int cn_guard_start(int terminal, int pipe, const char *reset, size_t length);

/// The request to end was seen; the caller ends the process itself.
void cn_guard_confirm(void);

/// Writes the reset string and restores the modes; async-signal-safe, and harmless to repeat.
void cn_guard_reset(void);

/// Whether leaving resets the terminal; false while it is already left, as when stopped.
void cn_guard_arm(bool armed);

/// Resets, and puts back the handlers that were there before.
void cn_guard_stop(void);

/// Ends or stops the process by the signal's default action.
void cn_raise_default(int number);

/// Stops all processes of the group and returns when they go on; at once where the kernel does not
/// stop the group because no parent could continue it.
void cn_stop_group(void);

/// From now on standard error is kept in memory, so that nothing writes over the screen.
void cn_hold_errors(void);

/// Standard error again as before, with what was kept; async-signal-safe.
void cn_release_errors(void);
