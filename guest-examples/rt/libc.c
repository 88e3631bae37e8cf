/*
 * What picolibc needs of the system beneath it: standard streams, exit, the clock. Standard input is all input items one after another.
 * malloc and the fast memory functions are the runtime's own and take the place of the library's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>
#include "system.h"

static int put_out(char c, FILE *f) {
  (void)f;
  weft_output(WEFT_STDOUT, &c, 1);
  return (unsigned char)c;
}

static int put_error(char c, FILE *f) {
  (void)f;
  weft_output(WEFT_STDERR, &c, 1);
  return (unsigned char)c;
}

static const uint8_t *item;
static uint32_t left;

static int get(FILE *f) {
  (void)f;
  while (left == 0) {
    item = weft_input(&left);
    if (item == NULL) return _FDEV_EOF;
  }
  left--;
  return *item++;
}

static FILE in = FDEV_SETUP_STREAM(NULL, get, NULL, _FDEV_SETUP_READ);
static FILE out = FDEV_SETUP_STREAM(put_out, NULL, NULL, _FDEV_SETUP_WRITE);
static FILE error = FDEV_SETUP_STREAM(put_error, NULL, NULL, _FDEV_SETUP_WRITE);
FILE *const stdin = &in;
FILE *const stdout = &out;
FILE *const stderr = &error;

ssize_t read(int descriptor, void *to, size_t n) {
  if (descriptor != 0) {
    errno = EBADF;
    return -1;
  }
  uint8_t *bytes = to;
  size_t done = 0;
  for (int c; done < n && (c = get(&in)) >= 0;) bytes[done++] = (uint8_t)c;
  return (ssize_t)done;
}

ssize_t write(int descriptor, const void *from, size_t n) {
  if (descriptor != WEFT_STDOUT && descriptor != WEFT_STDERR) {
    errno = EBADF;
    return -1;
  }
  weft_output((uint32_t)descriptor, from, n);
  return (ssize_t)n;
}

/* There are no files. */
int open(const char *path, int flags, ...) {
  (void)path, (void)flags;
  errno = ENOENT;
  return -1;
}

int close(int descriptor) {
  (void)descriptor;
  errno = EBADF;
  return -1;
}

off_t lseek(int descriptor, off_t offset, int whence) {
  (void)descriptor, (void)offset, (void)whence;
  errno = ESPIPE;
  return -1;
}

int unlink(const char *path) {
  (void)path;
  errno = ENOENT;
  return -1;
}

int fstat(int descriptor, struct stat *status) {
  (void)descriptor, (void)status;
  errno = EBADF;
  return -1;
}

int isatty(int descriptor) {
  (void)descriptor;
  errno = ENOTTY;
  return 0;
}

static uint64_t now;
static int has_clock;

void weft_set_time(uint64_t seconds) {
  now = seconds;
  has_clock = 1;
}

int gettimeofday(struct timeval *to, void *zone) {
  (void)zone;
  if (!has_clock) weft_panic("a guest has no clock: read the time from an input, and tell it with weft_set_time");
  to->tv_sec = (time_t)now;
  to->tv_usec = 0;
  return 0;
}

/* Processor time, which only the host can tell: none goes by. */
clock_t clock(void) { return 0; }

clock_t times(struct tms *to) {
  to->tms_utime = to->tms_stime = to->tms_cutime = to->tms_cstime = 0;
  return 0;
}

/* C++'s random_device asks for it. Nothing in a guest is random, so it says no. */
int getentropy(void *to, size_t n) {
  (void)to, (void)n;
  errno = ENOSYS;
  return -1;
}

void abort(void) {
  weft_print_error("aborted\n");
  weft_exit(WEFT_EXIT_ABORT);
}

void _exit(int code) { weft_exit(code); }
