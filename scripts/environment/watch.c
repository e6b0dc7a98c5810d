// Reports every use of the environment by another thread while MPI_Init runs, which calls setenv: glibc's getenv
// walks through a table that setenv may free meanwhile. Threads of Open MPI itself read variables that begin with
// OMPI_ and PMIX_.
//
//   cc -shared -fPIC -o watch.so scripts/environment/watch.c && LD_PRELOAD=./watch.so nntrain

#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile int is_starting;
static pthread_t starter;
static __thread int is_within;

static void report(const char *call, const char *name) {
  if (!is_starting || is_within || pthread_equal(pthread_self(), starter)) return;
  is_within = 1;
  char line[256];
  int length = snprintf(line, sizeof line, "environment: %s(%s) during MPI_Init\n", call, name);
  if (write(2, line, length) < 0) _exit(99);
  is_within = 0;
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

char *getenv(const char *name) {
  static char *(*real)(const char *);
  if (!real) real = next("getenv");
  report("getenv", name);
  return real(name);
}

char *secure_getenv(const char *name) {
  static char *(*real)(const char *);
  if (!real) real = next("secure_getenv");
  report("secure_getenv", name);
  return real(name);
}

int setenv(const char *name, const char *value, int overwrite) {
  static int (*real)(const char *, const char *, int);
  if (!real) real = next("setenv");
  report("setenv", name);
  return real(name, value, overwrite);
}

int unsetenv(const char *name) {
  static int (*real)(const char *);
  if (!real) real = next("unsetenv");
  report("unsetenv", name);
  return real(name);
}

int putenv(char *text) {
  static int (*real)(char *);
  if (!real) real = next("putenv");
  report("putenv", text);
  return real(text);
}

static int within(int (*body)(void *), void *arguments) {
  starter = pthread_self();
  is_starting = 1;
  int result = body(arguments);
  is_starting = 0;
  return result;
}

struct call {
  int *argc;
  char ***argv;
  int wanted;
  int *given;
};

static int start(void *place) {
  struct call *call = place;
  int (*real)(int *, char ***, int, int *) = next("MPI_Init_thread");
  return real(call->argc, call->argv, call->wanted, call->given);
}

int MPI_Init_thread(int *argc, char ***argv, int wanted, int *given) {
  struct call call = {argc, argv, wanted, given};
  int result = within(start, &call);
  if (write(2, "environment: MPI_Init has been watched\n", 39) < 0) _exit(99);
  return result;
}
