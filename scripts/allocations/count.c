// Counts the calls of the allocator by the library that makes them; loaded before a program
// (LD_PRELOAD), it tells at the end, on standard error:
//
//   allocations: own N, others N, live N
//
// "own" are those of nntrain and the Swift libraries, "others" those of everything else, such as oneDNN and
// Open MPI; "live" are the blocks that were not given back.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long own, others, live;
static pid_t process;
static __thread int inside;
static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);
static int (*real_posix_memalign)(void **, size_t, size_t);
static void (*real_free)(void *);

// What the loader asks for while the real functions are being looked up.
static char early[1 << 16];
static size_t early_used;

static void find(void) {
  process = getpid();
  real_malloc = dlsym(RTLD_NEXT, "malloc");
  real_realloc = dlsym(RTLD_NEXT, "realloc");
  real_aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
  real_posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
  real_free = dlsym(RTLD_NEXT, "free");
  real_calloc = dlsym(RTLD_NEXT, "calloc");
}

// Places that have called before, twice their address and 1 for one of our own: dladdr looks through all
// symbols of a library, and would take most of a program's time.
static _Atomic(uintptr_t) known[1 << 14];

static int is_own(void *caller) {
  uintptr_t place = (uintptr_t)caller << 1;
  _Atomic(uintptr_t) *slot = &known[((uintptr_t)caller * 0x9E3779B97F4A7C15u) >> 50];
  uintptr_t found = atomic_load_explicit(slot, memory_order_relaxed);
  if (found >> 1 == (uintptr_t)caller) return found & 1;
  Dl_info info;
  const char *name = dladdr(caller, &info) && info.dli_fname ? strrchr(info.dli_fname, '/') : 0;
  if (name && (strstr(name, "nntrain") || strstr(name, "swift") || strstr(name, "Foundation"))) place |= 1;
  atomic_store_explicit(slot, place, memory_order_relaxed);
  return place & 1;
}

static void count(void *caller) {
  if (inside) return;
  inside = 1;
  atomic_fetch_add(is_own(caller) ? &own : &others, 1);
  inside = 0;
}

void *malloc(size_t size) {
  if (!real_malloc) find();
  count(__builtin_return_address(0));
  atomic_fetch_add(&live, 1);
  return real_malloc(size);
}

void *calloc(size_t number, size_t size) {
  if (!real_calloc) {
    void *place = early + early_used;
    early_used += (number * size + 63) & ~(size_t)63;
    if (early_used > sizeof early) abort();
    return place;
  }
  count(__builtin_return_address(0));
  atomic_fetch_add(&live, 1);
  return real_calloc(number, size);
}

void *realloc(void *block, size_t size) {
  if (!real_realloc) find();
  count(__builtin_return_address(0));
  if (!block) atomic_fetch_add(&live, 1);
  return real_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  if (!real_aligned_alloc) find();
  count(__builtin_return_address(0));
  atomic_fetch_add(&live, 1);
  return real_aligned_alloc(alignment, size);
}

int posix_memalign(void **place, size_t alignment, size_t size) {
  if (!real_posix_memalign) find();
  count(__builtin_return_address(0));
  atomic_fetch_add(&live, 1);
  return real_posix_memalign(place, alignment, size);
}

void free(void *block) {
  if (!block || ((char *)block >= early && (char *)block < early + sizeof early)) return;
  if (!real_free) find();
  atomic_fetch_sub(&live, 1);
  real_free(block);
}

__attribute__((destructor)) static void tell(void) {
  if (getpid() != process) return;
  char line[128];
  int length = snprintf(line, sizeof line, "allocations: own %ld, others %ld, live %ld\n",
                        atomic_load(&own), atomic_load(&others), atomic_load(&live));
  if (write(2, line, length) < 0) return;
}
