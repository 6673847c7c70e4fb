// A stack for signal handlers on every thread of the process, whoever starts it: where a thread's own
// stack is full, the kernel has nowhere else to run the handler that restores the terminal.
//
// Grand Central Dispatch, Foundation and OpenBLAS start threads without asking anybody, and a thread
// can only give itself such a stack. So this stands before the C library's pthread_create.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

// The sanitizers stand in the same place, and do the same.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

// The largest frame of a signal on x86-64 has 11 kB; the handlers of the guard need less.
#define HANDLER_STACK 32768

typedef void *(*body_t)(void *);
typedef int (*create_t)(pthread_t *, const pthread_attr_t *, body_t, void *);

struct start {
  body_t body;
  void *argument;
};

// The handler's stack is the far end of the thread's own, which an overflow does not reach. Pages
// that no signal touches cost nothing, and nothing has to be given back.
static void *run(void *given) {
  struct start start = *(struct start *)given;
  free(given);
  char memory[HANDLER_STACK];
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory};
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&stack, NULL);
  void *result = start.body(start.argument);
  sigaltstack(&none, NULL);
  return result;
}

// Whether a thread has enough of a stack to lend a part of it; whoever asks for less knows how much
// its thread needs.
static bool has_room(const pthread_attr_t *attributes) {
  pthread_attr_t standard;
  size_t size = 0;
  if (attributes) return pthread_attr_getstacksize(attributes, &size) == 0 && size >= 4 * HANDLER_STACK;
  if (pthread_getattr_default_np(&standard) != 0) return false;
  pthread_attr_getstacksize(&standard, &size);
  pthread_attr_destroy(&standard);
  return size >= 4 * HANDLER_STACK;
}

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes, body_t body,
                   void *restrict argument) {
  create_t create = (create_t)dlsym(RTLD_NEXT, "pthread_create");
  if (!create) return EAGAIN;
  struct start *start = has_room(attributes) ? malloc(sizeof *start) : NULL;
  if (!start) return create(thread, attributes, body, argument);
  *start = (struct start){body, argument};
  int code = create(thread, attributes, run, start);
  if (code != 0) free(start);
  return code;
}

#endif
