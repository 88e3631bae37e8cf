#include "system.h"

enum { HALT = 0x00, WRITE = 0x02, COMMIT = 0x10, COMMIT_DEFERRED = 0x1a, HINT_LEN = 0xf0, HINT_READ = 0xf1 };

static inline uint32_t ecall(uint32_t code, uint32_t x, uint32_t y, uint32_t z) {
  register uint32_t t0 __asm__("t0") = code;
  register uint32_t a0 __asm__("a0") = x;
  register uint32_t a1 __asm__("a1") = y;
  register uint32_t a2 __asm__("a2") = z;
  __asm__ volatile("ecall" : "+r"(t0) : "r"(a0), "r"(a1), "r"(a2) : "memory");
  return t0;
}

uint32_t weft_input_length(void) { return ecall(HINT_LEN, 0, 0, 0); }

void weft_input_read(void *to, uint32_t length) { ecall(HINT_READ, (uint32_t)(uintptr_t)to, length, 0); }

void weft_write(uint32_t descriptor, const void *bytes, uint32_t length) {
  ecall(WRITE, descriptor, (uint32_t)(uintptr_t)bytes, length);
}

uint8_t *weft_input(uint32_t *length) {
  uint32_t bytes = weft_input_length();
  *length = bytes == UINT32_MAX ? 0 : bytes;
  if (bytes == UINT32_MAX) return NULL;
  uint8_t *out = weft_alloc(bytes + 1);
  weft_input_read(out, bytes);
  return out;
}

/* Output is collected up to the end of a line: a call for each character would cost more than all else. */
typedef struct {
  uint32_t length;
  char bytes[252];
} line;
static line lines[2];

static void flush(uint32_t descriptor) {
  line *l = &lines[descriptor - WEFT_STDOUT];
  if (l->length > 0) weft_write(descriptor, l->bytes, l->length);
  l->length = 0;
}

void weft_output(uint32_t descriptor, const char *bytes, uint32_t length) {
  line *l = &lines[descriptor - WEFT_STDOUT];
  for (uint32_t i = 0; i < length; i++) {
    l->bytes[l->length++] = bytes[i];
    if (bytes[i] == '\n' || l->length == sizeof l->bytes) flush(descriptor);
  }
}

void weft_print(const char *text) { weft_output(WEFT_STDOUT, text, strlen(text)); }

void weft_print_error(const char *text) { weft_output(WEFT_STDERR, text, strlen(text)); }

static const char *decimal(uint32_t value, char digits[11]) {
  char *at = digits + 10;
  *at = 0;
  do {
    *--at = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  return at;
}

void weft_print_u32(uint32_t value) {
  char digits[11];
  weft_print(decimal(value, digits));
}

static void region(const char *edge, const char *name) {
  weft_print_error(edge);
  weft_print_error(name);
  weft_print_error("\n");
}

void weft_region_begin(const char *name) { region("cycle-tracker-report-start: ", name); }

void weft_region_end(const char *name) { region("cycle-tracker-report-end: ", name); }

static weft_sha256 public_hash;
static int public_started;

void weft_public(const void *bytes, uint32_t length) {
  if (!public_started) weft_sha256_init(&public_hash);
  public_started = 1;
  weft_sha256_update(&public_hash, bytes, length);
  weft_write(WEFT_PUBLIC_VALUES, bytes, length);
}

void weft_exit(int code) {
  flush(WEFT_STDOUT);
  flush(WEFT_STDERR);
  if (public_started) {
    union { uint8_t bytes[32]; uint32_t words[8]; } digest;
    weft_sha256_final(&public_hash, digest.bytes);
    for (uint32_t i = 0; i < 8; i++) ecall(COMMIT, i, digest.words[i], 0);
    for (uint32_t i = 0; i < 8; i++) ecall(COMMIT_DEFERRED, i, 0, 0);
  }
  ecall(HALT, (uint32_t)code, 0, 0);
  __builtin_unreachable();
}

void weft_panic_at(const char *file, int at, const char *message) {
  char digits[11];
  weft_print_error("panicked at ");
  weft_print_error(file);
  weft_print_error(":");
  weft_print_error(decimal((uint32_t)at, digits));
  weft_print_error(": ");
  weft_print_error(message);
  weft_print_error("\n");
  weft_exit(WEFT_EXIT_PANIC);
}

void weft_out_of_heap(uint32_t wanted) {
  extern uint8_t __heap_start[], __heap_end[];
  char digits[11];
  weft_print_error("out of heap: ");
  weft_print_error(decimal(wanted, digits));
  weft_print_error(" bytes wanted, ");
  weft_print_error(decimal((uint32_t)(__heap_end - weft_heap_top()), digits));
  weft_print_error(" of ");
  weft_print_error(decimal((uint32_t)(__heap_end - __heap_start), digits));
  weft_print_error(" left; link with -Wl,--defsym=HEAP_SIZE= and more\n");
  weft_exit(WEFT_EXIT_OUT_OF_HEAP);
}
