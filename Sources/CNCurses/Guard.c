// Leaving the terminal as it was found, on every way out of the process. Everything that a handler
// calls is on POSIX's list of async-signal-safe functions.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "CNCurses.h"

// What a signal is to the guard: every one that can be caught and that would end the process has a kind.
enum kind { LEFT_ALONE, REQUEST, OTHER_REQUEST, CRASH, NOTED, BACKGROUND, CLOCK, IGNORED };

static enum kind kind_of(int number) {
  switch (number) {
    case SIGTERM: case SIGHUP: case SIGINT: case SIGQUIT: return REQUEST;
    case SIGUSR1: case SIGUSR2: case SIGXCPU: case SIGVTALRM: case SIGPROF: case SIGIO:
    case SIGPWR: case SIGSTKFLT: return OTHER_REQUEST;
    case SIGSEGV: case SIGBUS: case SIGILL: case SIGTRAP: case SIGFPE: case SIGABRT: case SIGSYS:
      return CRASH;
    case SIGTSTP: case SIGCONT: case SIGWINCH: return NOTED;
    case SIGTTIN: case SIGTTOU: return BACKGROUND;
    case SIGALRM: return CLOCK;
    case SIGPIPE: return IGNORED;
    default: return number >= SIGRTMIN && number <= SIGRTMAX ? OTHER_REQUEST : LEFT_ALONE;
  }
}

static struct sigaction previous[NSIG];
static struct termios modes;
static char reset_text[512];
static size_t reset_length;
static int terminal = -1;
static volatile sig_atomic_t signal_pipe = -1;
static volatile sig_atomic_t armed;
static volatile sig_atomic_t pending;
static volatile sig_atomic_t kept_errors = -1;
static volatile sig_atomic_t real_errors = -1;
static char crash_stack[65536];

static void write_all(int descriptor, const char *text, size_t length) {
  while (length > 0) {
    ssize_t count = write(descriptor, text, length);
    if (count < 0 && errno != EINTR) return;
    if (count > 0) {
      text += count;
      length -= (size_t)count;
    }
  }
}

void cn_guard_reset(void) {
  if (!armed) return;
  int saved = errno;
  write_all(terminal, reset_text, reset_length);
  // A background process that sets modes is stopped by SIGTTOU unless it is blocked.
  sigset_t output, before;
  sigemptyset(&output);
  sigaddset(&output, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &output, &before);
  tcsetattr(terminal, TCSAFLUSH, &modes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  // Not before it is done: whoever ends the process meanwhile does it once more.
  armed = 0;
  errno = saved;
}

void cn_guard_arm(bool on) { armed = on; }

void cn_raise_default(int number) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, number);
  pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
  raise(number);
}

void cn_stop_group(void) {
  struct sigaction action, before;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTSTP, &action, &before);
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &before, NULL);
}

static void note(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  if (signal_pipe >= 0 && write(signal_pipe, &byte, 1) < 0) {
    // A full pipe already wakes the reader.
  }
  errno = saved;
}

// A stop that was sent to the job which has the terminal is met as Ctrl-Z is. The system's own, for
// reading or setting modes in the background, has to stop at once, or the call would be tried for ever.
static void on_background(int number) {
  int saved = errno;
  pid_t owner = tcgetpgrp(terminal);
  if (owner < 0 || owner == getpgrp()) {
    note(SIGTSTP);
  } else {
    struct sigaction before;
    sigaction(number, NULL, &before);
    cn_raise_default(number);
    sigaction(number, &before, NULL);
  }
  errno = saved;
}

static void leave(int number) {
  cn_guard_reset();
  cn_release_errors();
  cn_raise_default(number);
}

static void on_ending(int number) {
  if (pending) leave(number);
  pending = number;
  note(number);
  alarm(1);
}

static void on_alarm(int number) {
  (void)number;
  if (pending) leave(pending);
}

// Of threads that crash at once, the first restores the terminal; the others would end the process
// before it has.
static void wait_for_first_crash(void) {
  static _Atomic pid_t first;
  pid_t none = 0, own = gettid();
  if (!atomic_compare_exchange_strong(&first, &none, own) && none != own)
    while (true) pause();
}

static void on_crash(int number, siginfo_t *info, void *context) {
  (void)context;
  wait_for_first_crash();
  cn_guard_reset();
  cn_release_errors();
  sigaction(number, &previous[number], NULL);
  // A fault comes again when the instruction runs again, now with the handler before; others do not.
  bool repeats = info->si_code > 0 && number != SIGTRAP && number != SIGABRT;
  if (!repeats) raise(number);
}

// Unlike SIG_IGN, it is not what programs that are started from here inherit.
static void on_ignored(int number) { (void)number; }

static void (*simple_handler_of(enum kind kind))(int) {
  switch (kind) {
    case NOTED: return note;
    case BACKGROUND: return on_background;
    case CLOCK: return on_alarm;
    case IGNORED: return on_ignored;
    default: return on_ending;
  }
}

static struct sigaction handler_of(enum kind kind) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  if (kind == CRASH) {
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  } else {
    action.sa_handler = simple_handler_of(kind);
  }
  return action;
}

static void install(void) {
  stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
  sigaltstack(&stack, NULL);
  for (int number = 1; number < NSIG; number++) {
    enum kind kind = kind_of(number);
    struct sigaction action = handler_of(kind);
    if (kind == LEFT_ALONE) continue;
    sigaction(number, NULL, &previous[number]);
    // Who handles one of these already, such as a profiler, knows what it is for.
    bool is_taken = kind == OTHER_REQUEST && previous[number].sa_handler != SIG_DFL;
    if (!is_taken) sigaction(number, &action, NULL);
  }
}

static void at_exit(void) {
  cn_guard_reset();
  cn_release_errors();
}

int cn_guard_start(int descriptor, int pipe, const char *reset, size_t length) {
  static bool registered;
  if (length >= sizeof reset_text) {
    errno = EINVAL;
    return -1;
  }
  if (tcgetattr(descriptor, &modes) != 0) return -1;
  memcpy(reset_text, reset, length);
  reset_length = length;
  terminal = descriptor;
  signal_pipe = pipe;
  pending = 0;
  if (!registered) atexit(at_exit);
  registered = true;
  install();
  armed = 1;
  return 0;
}

void cn_guard_confirm(void) {
  alarm(0);
  pending = 0;
}

void cn_guard_stop(void) {
  cn_guard_reset();
  cn_release_errors();
  if (signal_pipe < 0) return;
  alarm(0);
  for (int number = 1; number < NSIG; number++)
    if (kind_of(number) != LEFT_ALONE) sigaction(number, &previous[number], NULL);
  signal_pipe = -1;
  // A request to end that nobody has read is not lost.
  if (pending) raise(pending);
}

void cn_hold_errors(void) {
  // Errors that go to a file or a pipe do no harm to the screen.
  if (kept_errors >= 0 || !isatty(STDERR_FILENO)) return;
  int memory = memfd_create("errors", MFD_CLOEXEC);
  if (memory < 0) return;
  int real = dup(STDERR_FILENO);
  if (real < 0) {
    close(memory);
    return;
  }
  real_errors = real;
  kept_errors = memory;
  dup2(memory, STDERR_FILENO);
}

void cn_release_errors(void) {
  if (kept_errors < 0) return;
  int memory = kept_errors;
  kept_errors = -1;
  dup2(real_errors, STDERR_FILENO);
  close(real_errors);
  char text[1024];
  ssize_t count;
  for (off_t at = 0; (count = pread(memory, text, sizeof text, at)) > 0; at += count)
    write_all(STDERR_FILENO, text, (size_t)count);
  close(memory);
}
