/* exit and what runs before it, the same with a C library and without. */
#include "system.h"

typedef struct exit_function {
  void (*run)(void *);
  void *argument;
  struct exit_function *before;
} exit_function;
static exit_function *last;

/* For destructors of static objects of C++; the third argument, which names a shared library, says nothing here. */
int __cxa_atexit(void (*run)(void *), void *argument, void *library) {
  (void)library;
  exit_function *f = malloc(sizeof *f);
  if (f == NULL) return -1;
  *f = (exit_function){run, argument, last};
  last = f;
  return 0;
}

static void run_plain(void *argument) { ((void (*)(void))argument)(); }

int atexit(void (*run)(void)) { return __cxa_atexit(run_plain, (void *)run, NULL); }

void exit(int code) {
  /* Each leaves the list before it runs: one that calls exit again goes on with the rest. */
  while (last != NULL) {
    exit_function *f = last;
    last = f->before;
    f->run(f->argument);
  }
  extern void (*__fini_array_start[])(void), (*__fini_array_end[])(void);
  static void (**next)(void);
  if (next == NULL) next = __fini_array_end;
  while (next != __fini_array_start) (*--next)();
  weft_exit(code);
}
