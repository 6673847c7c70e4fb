// Grand Central Dispatch, Foundation and OpenBLAS start threads without asking anybody. So this stands
// before the C library's pthread_create, for two ends:
//
// - A stack for signal handlers on every thread: where a thread's own stack is full, the kernel has
//   nowhere else to run the handler that restores the terminal.
// - No threads of OpenBLAS: it starts one a processor before main, and SpinScope gives them no work.
//   Each would take 128 MB of addresses, and under a limit on those (ulimit -v) ask for them for ever,
//   so that the process could not end either.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>

// The sanitizers stand in the same place, and do the same.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

typedef void *(*body_t)(void *);
typedef int (*create_t)(pthread_t *, const pthread_attr_t *, body_t, void *);

// Weak, for programs without OpenBLAS.
extern void openblas_set_num_threads(int count) __attribute__((weak));

static bool is_loaded;

// Runs behind the constructors of all libraries, and before main.
__attribute__((constructor)) static void finish_loading(void) {
  struct rlimit addresses;
  is_loaded = true;
  if (openblas_set_num_threads) openblas_set_num_threads(1);
  // A heap for each thread would take 64 MB of them, used or not.
  if (getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur != RLIM_INFINITY)
    mallopt(M_ARENA_MAX, 1);
}

static void *do_nothing(void *argument) { return argument; }

// A thread that has ended already is what OpenBLAS waits for when the process ends.
static int create_ended(create_t create, pthread_t *thread) {
  pthread_attr_t small;
  if (pthread_attr_init(&small) != 0) return EAGAIN;
  // What is local to a thread lies there too.
  pthread_attr_setstacksize(&small, 524288);
  int code = create(thread, &small, do_nothing, NULL);
  pthread_attr_destroy(&small);
  return code;
}

// The largest frame of a signal on x86-64 has 11 kB; the handlers of the guard need less.
#define HANDLER_STACK 32768

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
  if (!is_loaded) return create_ended(create, thread);
  struct start *start = has_room(attributes) ? malloc(sizeof *start) : NULL;
  if (!start) return create(thread, attributes, body, argument);
  *start = (struct start){body, argument};
  int code = create(thread, attributes, run, start);
  if (code != 0) free(start);
  return code;
}

#endif
