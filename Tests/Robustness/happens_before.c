// Tells the thread sanitizer what comes before what in libraries that were built without it: Swift's
// Mutex, whose slow way is a call into its library, and libdispatch. Loaded before both, this calls
// the real function and says what it orders; without the sanitizer it only calls.
//
//     clang -shared -fPIC -o happens_before.so happens_before.c -ldl

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// The sanitizer's own, where the program has it.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

static void acquire(void *address) {
  if (__tsan_acquire) __tsan_acquire(address);
}

static void release(void *address) {
  if (__tsan_release) __tsan_release(address);
}

static void *real(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (function) return function;
  fprintf(stderr, "happens_before: there is no %s\n", name);
  abort();
}

// The function of that name which this one stands before.
#define REAL(type, name)                              \
  static type *next;                                  \
  if (!__atomic_load_n(&next, __ATOMIC_ACQUIRE))      \
    __atomic_store_n(&next, (type *)real(name), __ATOMIC_RELEASE)

// MARK: Mutex: Synchronization._MutexHandle, whose fast way the sanitizer sees

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

typedef SWIFT void lock_function(uint32_t thread, SELF void *handle);
typedef SWIFT bool try_function(SELF void *handle);
typedef SWIFT void unlock_function(SELF void *handle);

SWIFT void lock_slow(uint32_t thread, SELF void *handle)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT bool try_lock_slow(SELF void *handle)
    __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
SWIFT void unlock_slow(SELF void *handle)
    __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

SWIFT void lock_slow(uint32_t thread, SELF void *handle) {
  REAL(lock_function, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
  next(thread, handle);
  acquire(handle);
}

SWIFT bool try_lock_slow(SELF void *handle) {
  REAL(try_function, "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
  bool locked = next(handle);
  if (locked) acquire(handle);
  return locked;
}

SWIFT void unlock_slow(SELF void *handle) {
  REAL(unlock_function, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
  release(handle);
  next(handle);
}

// MARK: libdispatch

// As far as the blocks' interface fixes it.
struct block {
  void *isa;
  int32_t flags, reserved;
  void (*invoke)(struct block *, size_t);
};

extern struct block *_Block_copy(struct block *);
extern void _Block_release(struct block *);
extern void *dispatch_get_global_queue(intptr_t quality, uintptr_t flags);
extern void dispatch_apply_f(size_t, void *, void *, void (*)(void *, size_t));
extern void dispatch_async_f(void *, void *, void (*)(void *));

struct loop {
  struct block *body;
  char begun, ended;
};

static void turn(void *context, size_t index) {
  struct loop *loop = context;
  acquire(&loop->begun);
  loop->body->invoke(loop->body, index);
  release(&loop->ended);
}

void dispatch_apply(size_t count, void *queue, struct block *body) {
  struct loop loop = {.body = body};
  release(&loop.begun);
  dispatch_apply_f(count, queue, &loop, turn);
  acquire(&loop.ended);
}

struct item {
  struct block *body;
  void *queue;  // if it does one after the other
};

static bool is_global(void *queue) {
  for (int quality = 0; quality < 64; quality++)
    if (queue == dispatch_get_global_queue(quality, 0)) return true;
  return false;
}

static void do_item(void *context) {
  struct item *item = context;
  acquire(item);
  if (item->queue) acquire(item->queue);
  item->body->invoke(item->body, 0);
  if (item->queue) release(item->queue);
  _Block_release(item->body);
  free(item);
}

void dispatch_async(void *queue, struct block *body) {
  struct item *item = malloc(sizeof *item);
  if (!item) abort();
  *item = (struct item){.body = _Block_copy(body), .queue = is_global(queue) ? NULL : queue};
  release(item);
  dispatch_async_f(queue, item, do_item);
}

typedef intptr_t signal_function(void *);
typedef intptr_t wait_function(void *, uint64_t);

intptr_t dispatch_semaphore_signal(void *semaphore) {
  REAL(signal_function, "dispatch_semaphore_signal");
  release(semaphore);
  return next(semaphore);
}

intptr_t dispatch_semaphore_wait(void *semaphore, uint64_t until) {
  REAL(wait_function, "dispatch_semaphore_wait");
  intptr_t left = next(semaphore, until);
  if (left == 0) acquire(semaphore);
  return left;
}
